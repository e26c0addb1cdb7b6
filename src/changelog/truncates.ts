import type { Engine } from '../engine/engine.js';
import type { SourceDeclaration } from '../ksql/source.js';
import type { ColumnPlan } from './columns.js';
import { count, DROPPED, EVENTS, isFor } from './events-table.js';

/**
 * Pairs that a TRUNCATE makes for a table source: a delete for every key then present (its last version before the truncate is
 * live), at the truncate's place and commit time. Null where the log has none.
 */
export async function truncatedSql(
  engine: Engine,
  source: SourceDeclaration,
  at: number,
  plan: ColumnPlan,
): Promise<string | null> {
  const here = `class = 0 AND ${isFor([at])} AND rowid NOT IN (SELECT event_row FROM ${DROPPED})`;
  const keys = source.columns.filter((c) => c.key).map((c) => `value${plan.bySource[at]!.get(c.name)}`);
  if (keys.length === 0 || (await count(engine, `SELECT count(*) FROM ${EVENTS} WHERE ${here} AND op = 't'`)) === 0)
    return null;
  const values = (alias: string): string => plan.values.map((v) => `, ${alias}value${v.index}`).join('');
  const place = (alias: string): string => `(${alias}.place1, ${alias}.place2, ${alias}.place3)`;
  const tie =
    keys.length === 1 ? `${keys[0]}::VARCHAR` : `concat_ws(chr(31), ${keys.map((k) => `${k}::VARCHAR`).join(', ')})`;
  const table = `"$truncated${at}"`;
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${table} AS
    SELECT t.event_row, v.event_row AS key_row, ${at} AS s, t.committed AS ts, t.committed, false AS snapshot_row, t.place_kind, t.place1, t.place2, t.place3, 1 AS rank, false AS timeless, false AS live, 't' AS op, t.stream, v.tie, t.file_index, t.record${values('v.')}
    FROM (SELECT rowid AS event_row, committed, place_kind, place1, place2, place3, stream, file_index, record FROM ${EVENTS} WHERE ${here} AND op = 't') t
    JOIN (SELECT rowid AS event_row, op, place1, place2, place3, ${tie} AS tie${values('')}, lead({'place1': place1, 'place2': place2, 'place3': place3}) OVER (PARTITION BY ${keys.join(', ')} ORDER BY place1, place2, place3, (op <> 'd'), file_index, record) AS next
          FROM ${EVENTS} WHERE ${here} AND op <> 't') v
      ON v.op NOT IN ('d', 'x') AND ${place('v')} < ${place('t')} AND (v.next IS NULL OR (v.next.place1, v.next.place2, v.next.place3) > ${place('t')})
    QUALIFY row_number() OVER (PARTITION BY v.event_row ORDER BY t.place1, t.place2, t.place3, t.file_index, t.record) = 1`);
  return `SELECT * FROM ${table}`;
}
