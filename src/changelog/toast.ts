import type { Engine } from '../engine/engine.js';
import type { ColumnPlan } from './columns.js';
import { count, EVENTS, isUntouched, KEPT, sourceWords } from './events-table.js';
import { keyColumns } from './repeats.js';

/**
 * Carries a column forward where the source did not send it (`__debezium_unavailable_value`): the value of the key's
 * version before, in the order of the source. Gives the number of values carried.
 */
export async function carryForward(engine: Engine, plan: ColumnPlan): Promise<number> {
  const keys = keyColumns(plan);
  if (keys.length === 0) return 0;
  const rows = await engine.rows(
    `SELECT DISTINCT unnest(untouched) AS column_index FROM ${EVENTS} WHERE wanted AND untouched IS NOT NULL ORDER BY column_index`,
  );
  const same = sourceWords(plan.sources).join(', ');
  let carried = 0;
  const id = `hash(${same}, ${keys.join(', ')})`;
  for (const index of rows.map(([at]) => Number(at))) {
    const missing = `coalesce(${isUntouched(index)}, false)`;
    await engine.run(`CREATE OR REPLACE TEMP TABLE "$carried" AS SELECT event_row, held.v AS v FROM (
      SELECT rowid AS event_row, ${missing} AS lacks, last_value(CASE WHEN NOT ${missing} THEN {'v': value${index}} END IGNORE NULLS) OVER (
        PARTITION BY ${same}, ${keys.join(', ')} ORDER BY place_kind, place1, place2, place3, (op <> 'd'), kafka_partition, kafka_offset, file_index, record ROWS UNBOUNDED PRECEDING) AS held
      FROM ${EVENTS} WHERE ${KEPT} AND ${id} IN (SELECT ${id} FROM ${EVENTS} WHERE ${missing})) WHERE lacks`);
    await engine.run(`UPDATE ${EVENTS} SET value${index} = c.v FROM "$carried" c WHERE ${EVENTS}.rowid = c.event_row`);
    carried += await count(engine, 'SELECT count(*) FROM "$carried"');
  }
  return carried;
}
