import type { Engine } from '../engine/engine.js';
import type { SourceDeclaration } from '../ksql/source.js';
import type { ColumnPlan } from './columns.js';
import { CLASS, EVENTS } from './load.js';
import { count } from './repeats.js';

/** A table takes no record whose key is null (a stream does): such records leave its part of the mask. Gives how many there are, and how many belong to no source any more. */
export async function leaveKeyless(
  engine: Engine,
  sources: readonly SourceDeclaration[],
  plan: ColumnPlan,
): Promise<{ readonly records: number; readonly gone: number }> {
  const tables = sources.flatMap((source, at) => {
    const keys = source.columns.filter((c) => c.key).map((c) => `v${plan.bySource[at]!.get(c.name)} IS NULL`);
    const bit = `${2n ** BigInt(at)}::UBIGINT`;
    if (source.kind !== 'table' || keys.length === 0) return [];
    return [`CASE WHEN (mask & ${bit}) <> 0 AND (${keys.join(' OR ')}) THEN ${bit} ELSE 0::UBIGINT END`];
  });
  if (tables.length === 0) return { records: 0, gone: 0 };
  const keyless = tables.map((t) => `(${t})`).join(' + ');
  const rows = `cls = ${CLASS.event} AND op IN ('r', 'c', 'u', 'd') AND bad IS NULL AND mask <> 0 AND (${keyless}) <> 0`;
  const records = await count(engine, `SELECT count(*) FROM ${EVENTS} WHERE ${rows}`);
  if (records === 0) return { records, gone: 0 };
  const gone = await count(engine, `SELECT count(*) FROM ${EVENTS} WHERE ${rows} AND mask = (${keyless})`);
  await engine.run(`UPDATE ${EVENTS} SET mask = xor(mask, ${keyless}) WHERE ${rows}`);
  return { records, gone };
}
