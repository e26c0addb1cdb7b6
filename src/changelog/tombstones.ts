import type { Engine } from '../engine/engine.js';
import type { ColumnPlan } from './columns.js';
import { CLASS, EVENTS, POSITION } from './load.js';
import { count, keyColumns } from './repeats.js';

/** The operation of a delete that only a tombstone tells of: it stands right after the last record of its key. */
const TOMBSTONE_DELETE = 'x';

/**
 * A tombstone whose `d` came just before it (same key) says nothing new. One without is the delete itself: it becomes an
 * event at the place of its key's last record, dated by its own record time. Gives the number of such deletes.
 */
export async function adoptTombstones(engine: Engine, plan: ColumnPlan): Promise<number> {
  const keys = keyColumns(plan);
  if (keys.length === 0) return 0;
  const known = `mask <> 0 AND (${keys.map((k) => `${k} IS NOT NULL`).join(' OR ')})`;
  if ((await count(engine, `SELECT count(*) FROM ${EVENTS} WHERE cls = ${CLASS.tombstone} AND ${known}`)) === 0)
    return 0;
  const id = `hash(mask, ${keys.join(', ')})`;
  const position = ['kind', 'p1', 'p2', 'p3'];
  await engine.run(`CREATE OR REPLACE TEMP TABLE "$adopted" AS SELECT * FROM (
    SELECT rowid AS eid, cls, ${position.map((c) => `lag(${c}) OVER w AS last_${c}`).join(', ')}, lag(CASE WHEN cls = ${CLASS.tombstone} THEN 'd' ELSE op END) OVER w AS last_op
    FROM ${EVENTS} WHERE ${known} AND ${id} IN (SELECT ${id} FROM ${EVENTS} WHERE cls = ${CLASS.tombstone} AND ${known})
    WINDOW w AS (PARTITION BY mask, ${keys.join(', ')} ORDER BY part, off, fi, ord))
    WHERE cls = ${CLASS.tombstone} AND last_op IS DISTINCT FROM 'd'`);
  await engine.run(
    `UPDATE ${EVENTS} SET cls = ${CLASS.event}, op = '${TOMBSTONE_DELETE}', snap = false, ${position
      .map(
        (c) =>
          `${c} = CASE WHEN a.last_kind IN (${POSITION.binlog}, ${POSITION.lsn}) THEN a.last_${c} ELSE ${EVENTS}.${c} END`,
      )
      .join(', ')} FROM "$adopted" a WHERE ${EVENTS}.rowid = a.eid`,
  );
  return await count(engine, 'SELECT count(*) FROM "$adopted"');
}
