import type { Engine } from '../engine/engine.js';
import type { ReplayPlan } from '../plan/plan.js';
import type { EngineVersion } from '../relation.js';
import { identifier } from '../sql/quote.js';

/** How many records no join could place, and where that happened, in words. */
export interface Unjoined {
  readonly records: number;
  readonly notes: readonly string[];
}

/**
 * Counts the records of streams whose join column is null: a stream-table join leaves them out; a LEFT join of ksqlDB 7.7 and later
 * keeps them without a partner. Looks at first joins on a plain column; what a first join left out does not reach the next one.
 */
export async function countUnjoined(engine: Engine, plan: ReplayPlan, version: EngineVersion): Promise<Unjoined> {
  const counted = new Set<string>();
  const notes: string[] = [];
  let records = 0;
  for (const { name, column, target, outer } of plan.relations.flatMap(({ queries }) => queries.flatMap(joinColumn))) {
    if (counted.has(`${name} ${column}`)) continue;
    counted.add(`${name} ${column}`);
    const sql = `SELECT count(*) FROM ${identifier(name)} WHERE "$live" AND ${identifier(column)} IS NULL`;
    const n = Number((await engine.rows(sql))[0]?.[0] ?? 0);
    records += n;
    if (n > 0)
      notes.push(
        `${n} records of ${name} have no ${column}: the join that makes ${target} ${outer && version !== '7.6' ? 'keeps them without a partner' : 'leaves them out'}.`,
      );
  }
  return { records, notes };
}

function joinColumn(
  query: ReplayPlan['relations'][number]['queries'][number],
): readonly { readonly name: string; readonly column: string; readonly target: string; readonly outer: boolean }[] {
  const [join] = query.joins;
  if (join?.kind !== 'stream-table' || join.leftKey.kind !== 'column') return [];
  const { schema } = query.from;
  const column = join.leftKey.name;
  return schema.columns.some((c) => c.name === column)
    ? [{ name: schema.name, column, target: query.target, outer: join.type === 'left' }]
    : [];
}
