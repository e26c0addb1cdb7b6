import type { PlannedRelation, ReplayPlan } from '../plan/plan.js';
import type { NullValues } from './run.js';

/**
 * What becomes of records without value in a stream. They come from the streams declared over topics, through projections and
 * PARTITION BY; a condition, a join and a TIMESTAMP of the result's own leave them out.
 */
export function nullValuesOf({ schema, queries }: PlannedRelation, plan: ReplayPlan): NullValues | undefined {
  if (schema.kind !== 'stream') return undefined;
  const declared = schema.declaration === undefined ? [] : [schema.timestamp === undefined ? 'shown' : 'dropped'];
  const written = queries.flatMap(({ from, joins, where }) => {
    if (from.schema.kind === 'table') return ['shown' as const];
    const source = plan.relations.find((r) => r.schema.name === from.schema.name);
    const passes = source !== undefined && joins.length === 0 && where === undefined;
    return passes && (schema.timestamp === undefined || schema.declaration !== undefined)
      ? [nullValuesOf(source, plan)]
      : [];
  });
  const all = [...declared, ...written];
  return all.includes('shown') ? 'shown' : all.includes('dropped') ? 'dropped' : undefined;
}
