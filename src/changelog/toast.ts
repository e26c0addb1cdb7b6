import type { Engine } from '../engine/engine.js';
import type { ColumnPlan } from './columns.js';
import { EVENTS } from './load.js';
import { count, DROPPED, keyColumns } from './repeats.js';

/**
 * Carries a column forward where the source did not send it (`__debezium_unavailable_value`): the value of the key's
 * version before, in the order of the source. Gives the number of values carried.
 */
export async function carryForward(engine: Engine, plan: ColumnPlan): Promise<number> {
  const bits = BigInt(
    (
      await engine.rows(`SELECT coalesce(bit_or(toast), 0)::VARCHAR FROM ${EVENTS} WHERE mask <> 0`)
    )[0]?.[0]?.toString() ?? '0',
  );
  const keys = keyColumns(plan);
  if (bits === 0n || keys.length === 0) return 0;
  let carried = 0;
  const id = `hash(mask, ${keys.join(', ')})`;
  for (const value of plan.values.filter((v) => (bits & (2n ** BigInt(v.index))) !== 0n)) {
    const bit = `(toast & ${2n ** BigInt(value.index)}::UBIGINT) <> 0`;
    await engine.run(`CREATE OR REPLACE TEMP TABLE "$carried" AS SELECT eid, held.v AS v FROM (
      SELECT rowid AS eid, ${bit} AS wanted, last_value(CASE WHEN NOT ${bit} THEN {'v': v${value.index}} END IGNORE NULLS) OVER (
        PARTITION BY mask, ${keys.join(', ')} ORDER BY kind, p1, p2, p3, (op <> 'd'), part, off, fi, ord ROWS UNBOUNDED PRECEDING) AS held
      FROM ${EVENTS} WHERE cls = 0 AND mask <> 0 AND ${id} IN (SELECT ${id} FROM ${EVENTS} WHERE ${bit}) AND rowid NOT IN (SELECT eid FROM ${DROPPED})) WHERE wanted`);
    await engine.run(`UPDATE ${EVENTS} SET v${value.index} = c.v FROM "$carried" c WHERE ${EVENTS}.rowid = c.eid`);
    carried += await count(engine, 'SELECT count(*) FROM "$carried"');
  }
  return carried;
}
