import type { Engine } from '../engine/engine.js';
import type { SourceDeclaration } from '../ksql/source.js';
import type { ColumnPlan } from './columns.js';
import { EVENTS } from './load.js';
import { count, DROPPED } from './repeats.js';

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
  const here = `cls = 0 AND (mask & ${2n ** BigInt(at)}::UBIGINT) <> 0 AND rowid NOT IN (SELECT eid FROM ${DROPPED})`;
  const keys = source.columns.filter((c) => c.key).map((c) => `v${plan.bySource[at]!.get(c.name)}`);
  if (keys.length === 0 || (await count(engine, `SELECT count(*) FROM ${EVENTS} WHERE ${here} AND op = 't'`)) === 0)
    return null;
  const values = (alias: string): string => plan.values.map((v) => `, ${alias}v${v.index}`).join('');
  const place = (alias: string): string => `(${alias}.p1, ${alias}.p2, ${alias}.p3)`;
  const tie =
    keys.length === 1 ? `${keys[0]}::VARCHAR` : `concat_ws(chr(31), ${keys.map((k) => `${k}::VARCHAR`).join(', ')})`;
  const table = `"$truncated${at}"`;
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${table} AS
    SELECT t.eid, v.eid AS keid, ${at} AS s, t.ct AS ts, t.ct, false AS snap, t.kind, t.p1, t.p2, t.p3, 1 AS rank, false AS live, 't' AS op, t.stream, v.tie, t.fi, t.ord${values('v.')}
    FROM (SELECT rowid AS eid, ct, kind, p1, p2, p3, stream, fi, ord FROM ${EVENTS} WHERE ${here} AND op = 't') t
    JOIN (SELECT rowid AS eid, op, p1, p2, p3, ${tie} AS tie${values('')}, lead({'p1': p1, 'p2': p2, 'p3': p3}) OVER (PARTITION BY ${keys.join(', ')} ORDER BY p1, p2, p3, (op <> 'd'), fi, ord) AS next
          FROM ${EVENTS} WHERE ${here} AND op <> 't') v
      ON v.op NOT IN ('d', 'x') AND ${place('v')} < ${place('t')} AND (v.next IS NULL OR (v.next.p1, v.next.p2, v.next.p3) > ${place('t')})
    QUALIFY row_number() OVER (PARTITION BY v.eid ORDER BY t.p1, t.p2, t.p3, t.fi, t.ord) = 1`);
  return `SELECT * FROM ${table}`;
}
