import type { Engine } from '../engine/engine.js';
import type { SourceDeclaration } from '../ksql/source.js';
import type { ReplayOptions } from '../relation.js';
import { text } from '../sql/quote.js';
import type { AddedColumn, RenamedColumn } from './altered-columns.js';
import type { ColumnPlan } from './columns.js';
import type { Deidentification } from './deidentify.js';
import { count, EVENTS, isFor, POSITION } from './events-table.js';
import type { TableChange } from './history.js';
import { matchSql } from './match.js';
import { typedSql } from './typed.js';

/**
 * Gives records from before an `ADD COLUMN ... DEFAULT` the default that their rows have had since: the database writes no event
 * for them. Columns that the policy changes are left out, and so are changes behind `--known-at`. Returns a sentence for each column.
 */
export async function fillDefaults(
  engine: Engine,
  added: readonly AddedColumn[],
  sources: readonly SourceDeclaration[],
  plan: ColumnPlan,
  options: ReplayOptions,
  deidentification: Deidentification | null,
): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const { change, column, value } of added) {
    const { place, committed } = change;
    if (place === null || (options.knownAt !== undefined && (committed ?? 0) > options.knownAt)) continue;
    if (deidentification?.sensitive.has(column) === true) continue;
    const met = await sourcesOf(engine, change, sources, options);
    let filled = 0;
    for (const v of plan.values.filter((one) => one.field === column && !one.key)) {
      const here = `class = 0 AND op IN ('r', 'c', 'u') AND place_kind = ${POSITION.binlog} AND ${isFor(met)} AND value${v.index} IS NULL AND misfit IS NULL AND (place1 < ${place.p1} OR (place1 = ${place.p1} AND place2 < ${place.p2}))`;
      filled = Math.max(filled, await count(engine, `SELECT count(*) FROM ${EVENTS} WHERE ${here}`));
      await engine.run(`UPDATE ${EVENTS} SET value${v.index} = ${typedSql(v.type, text(value), {})} WHERE ${here}`);
    }
    if (filled > 0)
      notes.push(
        `${change.table}.${column} was added with a default at ${place.text}: ${filled} records from before, which lack it, have the default.`,
      );
  }
  return notes;
}

/** A sentence for each column that is read under its former names too. */
export async function renameNotes(
  engine: Engine,
  renamed: readonly RenamedColumn[],
  sources: readonly SourceDeclaration[],
  plan: ColumnPlan,
  options: ReplayOptions,
): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const { change, column, formerly } of renamed) {
    const met = await sourcesOf(engine, change, sources, options);
    const read = plan.values.some((v) => v.field === column && v.sources.some((s) => met.includes(s)));
    if (read)
      notes.push(
        `${change.table}.${column} was called ${formerly.join(' and ')} before ${change.place?.text ?? 'a change of the table'}: records from before are read under that name.`,
      );
  }
  return notes;
}

/** The sources that a table change speaks of. */
async function sourcesOf(
  engine: Engine,
  { server, database, table }: TableChange,
  sources: readonly SourceDeclaration[],
  options: ReplayOptions,
): Promise<readonly number[]> {
  const full = text([server, database, table].join('.'));
  const names = { table: text(table), topic: full, full };
  const tests = sources.map((source) => matchSql(source, names, options.topics));
  const row = (await engine.rows(`SELECT ${tests.join(', ')}`))[0]!;
  return row.flatMap((met, at) => (met === true ? [at] : []));
}
