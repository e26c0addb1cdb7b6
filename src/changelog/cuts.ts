import type { Engine } from '../engine/engine.js';
import type { SourceDeclaration } from '../ksql/source.js';
import type { ReplayOptions } from '../relation.js';
import type { ColumnPlan } from './columns.js';
import { count, DROPPED, EVENTS, isFor, KEPT } from './events-table.js';
import { timestampSql } from './rowtime.js';

/** What a cut left: how many records went, and sentences about what it could not decide by the record alone. */
export interface Cut {
  readonly records: number;
  readonly notes: readonly string[];
}

/** Takes out what lies behind `until` (event time) and `knownAt` (commit time): whole transactions, where the log tells them. */
export async function cutEvents(
  engine: Engine,
  sources: readonly SourceDeclaration[],
  plan: ColumnPlan,
  options: ReplayOptions,
  fallback: number,
): Promise<Cut> {
  if (options.knownAt !== undefined) await cutUnknown(engine, options.knownAt);
  const notes = options.until === undefined ? [] : await cutLater(engine, sources, plan, options.until, fallback);
  const alone = await count(
    engine,
    `SELECT count(*) FROM ${EVENTS} WHERE class = 0 AND wanted AND op <> 'r' AND transaction_hash IS NULL AND ${options.until === undefined && options.knownAt === undefined ? 'false' : 'true'}`,
  );
  const records = await count(engine, `SELECT count(DISTINCT event_row) FROM ${DROPPED} WHERE why = 'cut'`);
  const judged = `${alone} records have no transaction id: the cut judged each of them for itself, and may have parted what was committed together.`;
  return { records, notes: alone > 0 ? [...notes, judged] : notes };
}

/** A transaction is known once its last change is; without transaction ids each record counts for itself. */
async function cutUnknown(engine: Engine, knownAt: number): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE "$late" AS SELECT transaction_hash FROM ${EVENTS} WHERE transaction_hash IS NOT NULL GROUP BY transaction_hash HAVING max(committed) > ${knownAt}`,
  );
  await engine.run(
    `INSERT INTO ${DROPPED} SELECT rowid, 'cut' FROM ${EVENTS} WHERE ${KEPT} AND (coalesce(committed, recorded) > ${knownAt} OR transaction_hash IN (FROM "$late"))`,
  );
}

/** Sources over one topic: they are cut alike. */
function topicGroups(sources: readonly SourceDeclaration[]): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>();
  for (const [at, source] of sources.entries()) {
    const topic = source.topic.toLowerCase();
    groups.set(topic, [...(groups.get(topic) ?? []), at]);
  }
  return [...groups.values()];
}

/**
 * A record happened at the time that its row gives for itself, else when it was committed; a row that a snapshot or a dump read
 * and that gives no time was there at an unknown time before, and stays. A transaction goes as a whole where one of its dated
 * records (where it has none: any of its records) lies behind `until`. A delete goes with its transaction, else with its row.
 */
async function cutLater(
  engine: Engine,
  sources: readonly SourceDeclaration[],
  plan: ColumnPlan,
  until: number,
  fallback: number,
): Promise<readonly string[]> {
  const parts = topicGroups(sources).map((group) => timesSql(sources, plan, group, fallback));
  await engine.run(`CREATE OR REPLACE TEMP TABLE "$times" AS ${parts.join(' UNION ALL ')}`);
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE "$late" AS SELECT transaction_hash FROM "$times" WHERE transaction_hash IS NOT NULL GROUP BY transaction_hash HAVING coalesce(max(own), max(CASE WHEN live THEN due END)) > ${until}`,
  );
  const late = `CASE WHEN transaction_hash IS NULL THEN coalesce(own, due) > ${until} ELSE transaction_hash IN (FROM "$late") END`;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE "$kept" AS SELECT DISTINCT topic, id FROM "$times" WHERE live AND id IS NOT NULL AND NOT coalesce(${late}, false)`,
  );
  // A transaction of deletes alone goes where none of their rows is left.
  await engine.run(`INSERT INTO "$late" SELECT transaction_hash FROM "$times" t WHERE transaction_hash IS NOT NULL GROUP BY transaction_hash
    HAVING NOT bool_or(live) AND NOT bool_or(id IS NULL) AND NOT bool_or((topic, id) IN (SELECT (topic, id) FROM "$kept"))`);
  const rowGone = `NOT live AND transaction_hash IS NULL AND id IS NOT NULL AND (topic, id) NOT IN (SELECT (topic, id) FROM "$kept")`;
  const plain = `CASE WHEN NOT live AND transaction_hash IS NULL AND id IS NOT NULL THEN ${rowGone} ELSE ${late} END`;
  await engine.run(`INSERT INTO ${DROPPED} SELECT DISTINCT event_row, 'cut' FROM "$times" WHERE ${plain}`);
  const notes = await cutNotes(engine, until);
  for (const table of ['"$times"', '"$late"', '"$kept"']) await engine.run(`DROP TABLE ${table}`);
  return notes;
}

/** Per record of a topic: its own time (`own`), the time to take else (`due`; null: never cut), and the hash of its key. */
function timesSql(
  sources: readonly SourceDeclaration[],
  plan: ColumnPlan,
  group: readonly number[],
  fallback: number,
): string {
  const dated = [...group].sort(
    (a, b) => Number(sources[a]!.kind === 'table') - Number(sources[b]!.kind === 'table') || a - b,
  );
  const dater = dated.find((at) => sources[at]!.timestamp !== undefined);
  const own = dater === undefined ? 'NULL' : timestampSql(sources[dater]!, dater, plan);
  const keyed = group.find((at) => sources[at]!.columns.some((c) => c.key));
  const keys =
    keyed === undefined
      ? []
      : sources[keyed]!.columns.filter((c) => c.key).map((c) => `value${plan.bySource[keyed]!.get(c.name)}`);
  const id = keys.length === 0 ? 'NULL::UBIGINT' : `CASE WHEN op <> 't' THEN hash(${keys.join(', ')}) END`;
  const live = "op IN ('r', 'c', 'u')";
  return `SELECT rowid AS event_row, transaction_hash, ${live} OR op = 't' AS live, CASE WHEN ${live} THEN ${own} END AS own,
    CASE WHEN op <> 'r' THEN coalesce(committed, recorded, ${fallback}) END AS due, ${group[0]} AS topic, ${id} AS id
    FROM ${EVENTS} WHERE ${KEPT} AND ${isFor(group)}`;
}

async function cutNotes(engine: Engine, until: number): Promise<readonly string[]> {
  const [row] = await engine.rows(
    `SELECT count(*) FILTER (own <= ${until} AND transaction_hash IN (FROM "$late")), count(*) FILTER (live AND own IS NULL AND due IS NULL) FROM "$times"`,
  );
  const [cut, undated] = [Number(row![0]), Number(row![1])];
  return [
    ...(cut > 0
      ? [
          `${cut} records are dated up to the cut and left out all the same: their transaction holds a record dated after it, and a transaction is never cut in two.`,
        ]
      : []),
    ...(undated > 0
      ? [
          `${undated} rows were read by a snapshot or from a dump and give no time of their own: when they came to be is not known, and the cut left them in.`,
        ]
      : []),
  ];
}
