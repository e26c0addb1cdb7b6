import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { Engine } from '../engine/engine.js';
import type { ReplayPlan } from '../plan/plan.js';
import type { EngineVersion } from '../relation.js';
import { identifier } from '../sql/quote.js';

/** How many records no join could place, and where that happened, in words. */
export interface Unjoined {
  readonly records: number;
  readonly notes: readonly string[];
  /** Joins of which more than a tenth of the records found no partner. */
  readonly warnings: readonly Diagnostic[];
}

/** From this share on it is no exception that a record finds no partner. */
const TENTH = 0.1;

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
  return { records, notes, warnings: await partnerless(engine, plan) };
}

/**
 * Stream-table joins of which more than a tenth of the records find no row of the table, at their moment or earlier: one lookup of the
 * first row of each key, whatever has become of it since.
 */
async function partnerless(engine: Engine, plan: ReplayPlan): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const { name, column, target, right, rightColumn, outer } of plan.relations.flatMap(({ queries }) =>
    queries.flatMap(joinColumn),
  )) {
    if (right === null || rightColumn === null) continue;
    const first = `SELECT ${identifier(rightColumn)} AS k, min("$seq") AS s FROM ${identifier(right)} WHERE "$live" GROUP BY 1`;
    const sql = `SELECT count(*), count(*) FILTER (r.k IS NULL OR r.s > l."$seq"), count(*) FILTER (r.k IS NULL) FROM ${identifier(name)} l LEFT JOIN (${first}) r ON r.k = l.${identifier(column)} WHERE l."$live" AND l.${identifier(column)} IS NOT NULL`;
    const [row] = await engine.rows(sql);
    const [all, alone, never] = row!.map(Number) as [number, number, number];
    if (alone <= all * TENTH) continue;
    found.push({
      code: 'join-without-partner',
      severity: 'warning',
      message: `${alone} of ${all} records of ${name} find no row of ${right} by ${column} in the join that makes ${target}${outer ? ': its columns are null there' : ': they are left out'} (${never} find none at any time).`,
    });
  }
  return [...new Map(found.map((d) => [d.message, d])).values()];
}

/** The two sides of a first join of a stream with a table on plain columns; `right` is null where the table's side is none. */
interface JoinColumns {
  readonly name: string;
  readonly column: string;
  readonly target: string;
  readonly right: string | null;
  readonly rightColumn: string | null;
  readonly outer: boolean;
}

function joinColumn(query: ReplayPlan['relations'][number]['queries'][number]): readonly JoinColumns[] {
  const [join] = query.joins;
  if (join?.kind !== 'stream-table' || join.leftKey.kind !== 'column') return [];
  const { schema } = query.from;
  const column = join.leftKey.name;
  if (!schema.columns.some((c) => c.name === column)) return [];
  const rightColumn = join.rightKey.kind === 'column' ? join.rightKey.name : null;
  const right = join.right.schema;
  const known = rightColumn !== null && right.columns.some((c) => c.name === rightColumn);
  const sides = { right: known ? right.name : null, rightColumn, outer: join.type === 'left' };
  return [{ name: schema.name, column, target: query.target, ...sides }];
}
