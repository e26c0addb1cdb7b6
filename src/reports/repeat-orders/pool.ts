import type { SurvivalStep } from '../statistics/kaplan-meier.js';
import { isSmall } from '../statistics/suppression.js';

/** Several days of the curve as one: counts over all of them, the curve at the last. */
export interface PooledStep extends SurvivalStep {
  /** First day of the pool; `day` is the last. */
  readonly from: number;
}

/**
 * Pools neighbouring days until each number of events and of ends of follow-up is 0 or not small, so that the table singles
 * nobody out and the curve itself stays exact at the days that are told. What is left over at the end goes into the last pool.
 */
export function poolSteps(steps: readonly SurvivalStep[], threshold: number): readonly PooledStep[] {
  const pools: PooledStep[] = [];
  let open: PooledStep | null = null;
  const merge = (pool: PooledStep | null, step: SurvivalStep & { from?: number }): PooledStep =>
    pool === null
      ? { ...step, from: step.from ?? step.day }
      : {
          ...step,
          from: pool.from,
          atRisk: pool.atRisk,
          events: pool.events + step.events,
          censored: pool.censored + step.censored,
        };
  for (const step of steps) {
    open = merge(open, step);
    if (isSmall(open.events, threshold) || isSmall(open.censored, threshold)) continue;
    pools.push(open);
    open = null;
  }
  if (open !== null) pools.push(merge(pools.pop() ?? null, open));
  return pools;
}
