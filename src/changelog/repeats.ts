import type { Engine } from '../engine/engine.js';
import { type ColumnPlan, ownKeySql } from './columns.js';
import { EVENTS } from './load.js';

/** Records that do not enter the change log, with why; `eid` is the events table's rowid. */
export const DROPPED = '"$dropped"';

/** Key columns of the events table, in SQL: of each record those of its own sources. */
export function keyColumns(plan: ColumnPlan): readonly string[] {
  return plan.values.filter((v) => v.key).map((v) => ownKeySql(v, plan, `v${v.index}`));
}

/** One number (a count) out of a query. */
export async function count(engine: Engine, sql: string): Promise<number> {
  return Number((await engine.rows(sql))[0]?.[0] ?? 0);
}

/**
 * Removes repeats: the same source position, operation, table and key (never by comparing text). The copy that came first
 * stays. Gives their number.
 */
export async function dropRepeats(engine: Engine, plan: ColumnPlan): Promise<number> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE "$repeated" AS SELECT ih FROM ${EVENTS} WHERE ih IS NOT NULL GROUP BY ih HAVING count(*) > 1`,
  );
  const exact = ['ih', 'stream', 'kind', 'p1', 'p2', 'p3', 'op', ...keyColumns(plan)].join(', ');
  const content = contentHash(plan);
  await engine.run(
    `INSERT INTO ${DROPPED} SELECT eid, 'repeat' FROM (SELECT rowid AS eid, row_number() OVER (PARTITION BY ${exact} ORDER BY (bad IS NOT NULL), rt NULLS LAST, part, off, ${content}, fi, ord) AS n FROM ${EVENTS} WHERE ih IN (FROM "$repeated")) WHERE n > 1`,
  );
  return await count(engine, `SELECT count(*) FROM ${DROPPED} WHERE why = 'repeat'`);
}

/** Rows of dumps: the same key twice at one instant is one row. `instants` are the columns that date a row. */
export async function dropRepeatedDumpRows(
  engine: Engine,
  plan: ColumnPlan,
  dumps: readonly number[],
  instants: readonly string[],
): Promise<number> {
  const keys = keyColumns(plan);
  if (dumps.length === 0 || keys.length === 0) return 0;
  await engine.run(
    `INSERT INTO ${DROPPED} SELECT eid, 'dump-repeat' FROM (SELECT rowid AS eid, row_number() OVER (PARTITION BY mask, ${[...keys, ...instants].join(', ')} ORDER BY ${contentHash(plan)}, fi, ord) AS n FROM ${EVENTS} WHERE fi IN (${dumps.join(', ')}) AND mask <> 0 AND bad IS NULL AND (${keys.map((k) => `${k} IS NOT NULL`).join(' OR ')})) WHERE n > 1`,
  );
  return await count(engine, `SELECT count(*) FROM ${DROPPED} WHERE why = 'dump-repeat'`);
}

function contentHash(plan: ColumnPlan): string {
  return plan.values.length === 0 ? '0' : `hash(${plan.values.map((v) => `v${v.index}`).join(', ')})`;
}
