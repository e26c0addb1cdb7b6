import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { Engine } from '../engine/engine.js';
import { isInstant, readerOf } from '../input/forms/index.js';
import type { InputFile } from '../input/input-file.js';
import { isObject, parseJson } from '../input/json-facts.js';
import { tableOfTopic } from '../input/topic-name.js';
import type { ValueColumn } from './columns.js';
import { CLASS, EVENTS, isFor } from './events-table.js';
import type { LoadContext } from './load-context.js';

/**
 * Columns that the last records of a table no longer have, in a log whose schema changes are not told: renamed or dropped. An error where
 * they have another column that the earlier ones lack (what the value was is then unknown, not null), else a warning.
 */
export async function vanishedColumns(
  engine: Engine,
  files: readonly InputFile[],
  context: LoadContext,
): Promise<readonly Diagnostic[]> {
  // What the schema-change topic tells is known.
  if (context.history.length > 0) return [];
  const found: Diagnostic[] = [];
  for (const [index, file] of files.entries()) {
    if (file.form.records === undefined || isInstant(file)) continue;
    const values = context.plan.values.filter((v) => !v.key);
    for (const silent of await fallenSilent(engine, index, values)) {
      const diagnostic = await judged(engine, file, silent.value, silent, context);
      if (diagnostic !== null) found.push(diagnostic);
    }
  }
  return [...new Map(found.map((d) => [d.message, d])).values()];
}

interface Silent {
  readonly value: ValueColumn;
  /** Places of the first record, of the last one with a value, of the one behind that, and of the last one at all. */
  readonly first: number;
  readonly last: number;
  readonly next: number;
  readonly end: number;
}

/** Records that have no value in a column behind the last one that has: only where they are many may the column be gone. */
async function fallenSilent(engine: Engine, index: number, values: readonly ValueColumn[]): Promise<readonly Silent[]> {
  if (values.length === 0) return [];
  const rows = `class = ${CLASS.event} AND file_index = ${index} AND op IN ('c', 'u')`;
  const columns = values.map((v) => {
    const mine = isFor(v.sources);
    return `min(record) FILTER (${mine}), max(record) FILTER (${mine} AND value${v.index} IS NOT NULL), max(record) FILTER (${mine})`;
  });
  const [row] = await engine.rows(`SELECT ${columns.join(', ')} FROM ${EVENTS} WHERE ${rows}`);
  const silent: Silent[] = [];
  for (const [i, value] of values.entries()) {
    const places = row!.slice(i * 3, i * 3 + 3);
    if (places.some((place) => place == null)) continue;
    const [first, last, end] = places.map(Number) as [number, number, number];
    if (!isLong(last, end)) continue;
    const behind = `SELECT min(record) FROM ${EVENTS} WHERE ${rows} AND ${isFor(value.sources)} AND record > ${last}`;
    silent.push({ value, first, last, next: Number((await engine.rows(behind))[0]![0]), end });
  }
  return silent;
}

/** Up to so many records each one counts; in a longer log a column that is often null is silent at its end by chance. */
const SHORT = 5_000;

function isLong(last: number, end: number): boolean {
  return end > last && (end < SHORT || (end - last) * 100 >= end);
}

async function judged(
  engine: Engine,
  file: InputFile,
  value: ValueColumn,
  { first, last, next, end }: Silent,
  { sources, plan }: LoadContext,
): Promise<Diagnostic | null> {
  const texts = await engine.rows(
    `SELECT v FROM (${readerOf(file).texts(file, end + 1)}) WHERE n IN (${[first, last, next, end].join(', ')}) ORDER BY n`,
  );
  const rows = texts.map(([text]) => columnsOf(String(text)));
  const [before, after] = [rows[0], rows[rows.length - 1]];
  if (before == null || after == null || after.has(value.field) || !before.has(value.field)) return null;
  // Rows that name only what they have are of every shape: a column that vanished was in all before, and the rows behind it are alike.
  const behind = rows[rows.length - (next === end ? 1 : 2)]!;
  if (
    behind == null ||
    [...behind].join() !== [...after].join() ||
    rows[last === first ? 0 : 1]?.has(value.field) !== true
  )
    return null;
  const added = [...after].filter((column) => !before.has(column));
  // A pipeline that reads the other name too knows of the change.
  if (plan.values.some((v) => added.includes(v.field))) return null;
  const table = tableOfTopic(sources[value.sources[0]!]!.topic);
  const instead =
    added.length === 0
      ? ''
      : `; ${added.join(', ')} ${added.length === 1 ? 'stands' : 'stand'} in them, which earlier ones lack`;
  return {
    code: 'column-vanished',
    severity: added.length === 0 ? 'warning' : 'error',
    message: `The later records of ${table} in ${file.name} no longer have ${value.field} (the last one that has it is record ${last + 1})${instead}. What it would hold there is unknown, not null.`,
    place: { file: file.name, topic: table, column: value.field },
    expected: `${value.field} in every record, or the schema-change topic, which tells what became of it`,
    found: added.length === 0 ? 'later records without it' : `later records with ${added.join(', ')} instead`,
    help:
      added.length === 0
        ? 'If it was dropped, its values end there.'
        : 'Export the schema-change topic too (the one that is called as the connector is): a column renamed in it is read under both names. Or cut the log before: --known-at TIME.',
    next: `pharmabi inspect ${file.name}`,
  };
}

/** Lower-case names of the columns of a record's row; null where there is none. */
function columnsOf(text: string): ReadonlySet<string> | null {
  const top = parseJson(text);
  const record = isObject(top) && isObject(top.payload) ? top.payload : top;
  if (!isObject(record)) return null;
  const row = 'after' in record ? record.after : record;
  return isObject(row) ? new Set(Object.keys(row).map((name) => name.toLowerCase())) : null;
}
