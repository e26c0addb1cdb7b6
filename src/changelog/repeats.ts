import type { Engine } from '../engine/engine.js';
import { type ColumnPlan, ownKeySql } from './columns.js';
import { count, DROPPED, EVENTS, sourceWords } from './events-table.js';

/** Key columns of the events table, in SQL: of each record those of its own sources. */
export function keyColumns(plan: ColumnPlan): readonly string[] {
  return plan.values.filter((v) => v.key).map((v) => ownKeySql(v, plan, `value${v.index}`));
}

/**
 * Removes repeats: the same source position, operation, table and key (never by comparing text). The copy that came first
 * stays. Gives their number.
 */
export async function dropRepeats(engine: Engine, plan: ColumnPlan): Promise<number> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE "$repeated" AS SELECT identity FROM ${EVENTS} WHERE identity IS NOT NULL GROUP BY identity HAVING count(*) > 1`,
  );
  const exact = ['identity', 'stream', 'place_kind', 'place1', 'place2', 'place3', 'op', ...keyColumns(plan)].join(
    ', ',
  );
  const content = contentHash(plan);
  await engine.run(
    `INSERT INTO ${DROPPED} SELECT event_row, 'repeat' FROM (SELECT rowid AS event_row, row_number() OVER (PARTITION BY ${exact} ORDER BY (misfit IS NOT NULL), recorded NULLS LAST, kafka_partition, kafka_offset, ${content}, file_index, record) AS n FROM ${EVENTS} WHERE identity IN (FROM "$repeated")) WHERE n > 1`,
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
    `INSERT INTO ${DROPPED} SELECT event_row, 'dump-repeat' FROM (SELECT rowid AS event_row, row_number() OVER (PARTITION BY ${sourceWords(plan.sources).join(', ')}, ${[...keys, ...instants].join(', ')} ORDER BY ${contentHash(plan)}, file_index, record) AS n FROM ${EVENTS} WHERE file_index IN (${dumps.join(', ')}) AND wanted AND misfit IS NULL AND rowid NOT IN (SELECT event_row FROM ${DROPPED}) AND (${keys.map((k) => `${k} IS NOT NULL`).join(' OR ')})) WHERE n > 1`,
  );
  return await count(engine, `SELECT count(*) FROM ${DROPPED} WHERE why = 'dump-repeat'`);
}

function contentHash(plan: ColumnPlan): string {
  return plan.values.length === 0 ? '0' : `hash(${plan.values.map((v) => `value${v.index}`).join(', ')})`;
}
