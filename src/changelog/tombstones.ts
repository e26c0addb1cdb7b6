import type { Engine } from '../engine/engine.js';
import type { ColumnPlan } from './columns.js';
import { CLASS, count, EVENTS, isPlaced, sourceWords } from './events-table.js';
import { keyColumns } from './repeats.js';

/** The operation of a delete that only a tombstone tells of: it stands right after the last record of its key. */
const TOMBSTONE_DELETE = 'x';

/**
 * A tombstone whose `d` came just before it (same key) says nothing new. One without is the delete itself: it becomes an
 * event at the place of its key's last record, dated by its own record time. Gives the number of such deletes.
 */
export async function adoptTombstones(engine: Engine, plan: ColumnPlan): Promise<number> {
  const keys = keyColumns(plan);
  if (keys.length === 0) return 0;
  const known = `wanted AND (${keys.map((k) => `${k} IS NOT NULL`).join(' OR ')})`;
  if ((await count(engine, `SELECT count(*) FROM ${EVENTS} WHERE class = ${CLASS.tombstone} AND ${known}`)) === 0)
    return 0;
  const same = sourceWords(plan.sources).join(', ');
  const id = `hash(${same}, ${keys.join(', ')})`;
  const position = ['place_kind', 'place1', 'place2', 'place3'];
  await engine.run(`CREATE OR REPLACE TEMP TABLE "$adopted" AS SELECT * FROM (
    SELECT rowid AS event_row, class, ${position.map((c) => `lag(${c}) OVER w AS last_${c}`).join(', ')}, lag(CASE WHEN class = ${CLASS.tombstone} THEN 'd' ELSE op END) OVER w AS last_op
    FROM ${EVENTS} WHERE ${known} AND ${id} IN (SELECT ${id} FROM ${EVENTS} WHERE class = ${CLASS.tombstone} AND ${known})
    WINDOW w AS (PARTITION BY ${same}, ${keys.join(', ')} ORDER BY kafka_partition, kafka_offset, file_index, record))
    WHERE class = ${CLASS.tombstone} AND last_op IS DISTINCT FROM 'd'`);
  await engine.run(
    `UPDATE ${EVENTS} SET class = ${CLASS.event}, op = '${TOMBSTONE_DELETE}', snapshot_row = false, ${position
      .map((c) => `${c} = CASE WHEN ${isPlaced('a.last_')} THEN a.last_${c} ELSE ${EVENTS}.${c} END`)
      .join(', ')} FROM "$adopted" a WHERE ${EVENTS}.rowid = a.event_row`,
  );
  return await count(engine, 'SELECT count(*) FROM "$adopted"');
}
