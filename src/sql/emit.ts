import { keyColumns } from '../ksql/catalog.js';
import type { PlannedRelation, ReplayPlan } from '../plan/plan.js';
import { changesName, type EmitContext, type EmitOptions, finalName } from './context.js';
import { emitQuery } from './emit-query.js';
import type { FromSql } from './from.js';
import { lastFirst, originOf, type RowOrder, sourceOrder, together } from './path.js';
import { identifier } from './quote.js';

/** One statement of a run's script, with the relation that it makes. */
export interface ScriptStep {
  readonly relation: string;
  readonly sql: string;
}

/**
 * The DuckDB script of a plan. The relations of declared sources stand already (from the change log, under their own
 * names); every result follows as a table where it is read twice or wanted, else as a view.
 */
export function emitPlan(plan: ReplayPlan, options: EmitOptions = {}): ScriptStep[] {
  const context: EmitContext = {
    relations: new Map(plan.relations.map((r) => [r.schema.name, r])),
    options,
    sources: new Set(plan.sources.map((s) => s.name)),
    finalOnly: new Set(plan.sources.flatMap((s) => (s.finalOnly === true ? [s.name] : []))),
    orders: new Map(),
  };
  return plan.relations.flatMap((relation) => emitRelation(relation, context));
}

function emitRelation(relation: PlannedRelation, context: EmitContext): ScriptStep[] {
  const name = relation.schema.name;
  const steps: string[] = [];
  const own = sourceOrder(originOf(relation, context.options.sharedSeq === true));
  context.orders.set(name, own);
  const wantsChanges = relation.forms.has('changes');
  if (relation.queries.length > 0 && wantsChanges) {
    const { sql, order } = changesOf(relation, own, context);
    context.orders.set(name, order);
    steps.push(
      `CREATE TEMP ${relation.readers > 1 || relation.forms.size > 1 ? 'TABLE' : 'VIEW'} ${changesName(name)} AS ${sql}`,
    );
  }
  if (relation.forms.has('final')) {
    const query = relation.queries[0];
    const made =
      query === undefined || wantsChanges
        ? lastRows(relation, context)
        : emitQuery(query, relation, 'final', context).sql;
    // Columns that nobody reads cost their share: the engine computes what a table stores.
    const columns = relation.schema.columns.filter((c) => relation.columns.has(c.name)).map((c) => identifier(c.name));
    const kept = relation.columnsOnly ? `SELECT ${columns.join(', ')} FROM (${made})` : made;
    steps.push(`CREATE TEMP ${relation.readers > 1 ? 'TABLE' : 'VIEW'} ${finalName(name)} AS ${kept}`);
  }
  return steps.map((sql) => ({ relation: name, sql }));
}

function changesOf(relation: PlannedRelation, topic: RowOrder, context: EmitContext): FromSql {
  const parts = relation.queries.map((q) => emitQuery(q, relation, 'changes', context));
  const own = !context.sources.has(relation.schema.name)
    ? []
    : [{ sql: `SELECT * FROM ${identifier(`${relation.schema.name}$topic`)}`, order: topic }];
  const [first] = parts;
  if (parts.length === 1 && own.length === 0 && first !== undefined) return first;
  const all = [...own, ...parts];
  const shift = (i: number): number => context.options.shift?.(`${relation.schema.name}#insert`, String(i)) ?? 0;
  const branches = all.map(({ sql }, i) => `SELECT * REPLACE ("$seq" + ${shift(i)} AS "$seq") FROM (${sql})`);
  return { sql: branches.join('\nUNION ALL BY NAME '), order: together(all.map((p) => p.order)) };
}

/** The last row of every key that is not deleted. */
function lastRows(relation: PlannedRelation, context: EmitContext): string {
  if (context.finalOnly.has(relation.schema.name)) return `SELECT * FROM ${changesName(relation.schema.name)}`;
  const keys = keyColumns(relation.schema).map((c) => identifier(c.name));
  return `SELECT * FROM (SELECT * FROM ${changesName(relation.schema.name)} WHERE ${keys.map((k) => `${k} IS NOT NULL`).join(' AND ')} QUALIFY row_number() OVER (PARTITION BY ${keys.join(', ')} ORDER BY ${lastFirst(context.orders.get(relation.schema.name)!)}) = 1) WHERE "$live"`;
}
