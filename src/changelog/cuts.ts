import type { Engine } from '../engine/engine.js';
import type { SourceDeclaration } from '../ksql/source.js';
import type { ReplayOptions } from '../relation.js';
import type { ColumnPlan } from './columns.js';
import { EVENTS } from './load.js';
import { count, DROPPED } from './repeats.js';
import { timestampSql } from './rowtime.js';

/** Takes out what lies behind `until` (event time) and `knownAt` (commit time, whole transactions). Gives the number of records cut. */
export async function cutEvents(
  engine: Engine,
  sources: readonly SourceDeclaration[],
  plan: ColumnPlan,
  options: ReplayOptions,
  fallback: number,
): Promise<number> {
  if (options.knownAt !== undefined) await cutUnknown(engine, options.knownAt);
  if (options.until !== undefined) {
    for (const group of topicGroups(sources)) await cutLater(engine, sources, plan, group, options.until, fallback);
  }
  return await count(engine, `SELECT count(DISTINCT eid) FROM ${DROPPED} WHERE why = 'cut'`);
}

const LEFT = `cls = 0 AND mask <> 0 AND rowid NOT IN (SELECT eid FROM ${DROPPED})`;

/** A transaction is known once its last change is; without transaction ids each record counts for itself. */
async function cutUnknown(engine: Engine, knownAt: number): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE "$late" AS SELECT tx FROM ${EVENTS} WHERE tx IS NOT NULL GROUP BY tx HAVING max(ct) > ${knownAt}`,
  );
  await engine.run(
    `INSERT INTO ${DROPPED} SELECT rowid, 'cut' FROM ${EVENTS} WHERE ${LEFT} AND (coalesce(ct, rt) > ${knownAt} OR tx IN (FROM "$late"))`,
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

async function cutLater(
  engine: Engine,
  sources: readonly SourceDeclaration[],
  plan: ColumnPlan,
  group: readonly number[],
  until: number,
  fallback: number,
): Promise<void> {
  const dated = [...group].sort(
    (a, b) => Number(sources[a]!.kind === 'table') - Number(sources[b]!.kind === 'table') || a - b,
  );
  const dater = dated.find((at) => sources[at]!.timestamp !== undefined);
  const own = dater === undefined ? 'NULL' : timestampSql(sources[dater]!, dater, plan);
  const bits = group.reduce((sum, at) => sum + 2n ** BigInt(at), 0n);
  const here = `${LEFT} AND (mask & ${bits}::UBIGINT) <> 0`;
  const live = "op IN ('r','c','u')";
  const time = `CASE WHEN ${live} THEN coalesce(${own}, ct, rt, ${fallback}) ELSE coalesce(ct, rt) END`;
  const keyed = group.find((at) => sources[at]!.columns.some((c) => c.key));
  const keys =
    keyed === undefined
      ? []
      : sources[keyed]!.columns.filter((c) => c.key).map((c) => `v${plan.bySource[keyed]!.get(c.name)}`);
  await engine.run(
    `INSERT INTO ${DROPPED} SELECT rowid, 'cut' FROM ${EVENTS} WHERE ${here} AND (${keys.length > 0 ? `(${live} OR op = 't')` : 'true'}) AND ${time} > ${until}`,
  );
  if (keys.length === 0) return;
  // A delete goes with its row: it stays where a version of its key stayed.
  await engine.run(
    `INSERT INTO ${DROPPED} SELECT rowid, 'cut' FROM ${EVENTS} d WHERE ${here} AND op IN ('d','x') AND NOT EXISTS (SELECT 1 FROM (SELECT ${keys.join(', ')} FROM ${EVENTS} WHERE ${here} AND ${live}) k WHERE ${keys.map((k) => `k.${k} = d.${k}`).join(' AND ')})`,
  );
}
