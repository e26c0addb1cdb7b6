import type { SurvivalStep } from '../statistics/kaplan-meier.js';

/**
 * Patients behind the events, or the ends of follow-up, of a day, by the day on which they last had one (`before`, -1: never):
 * a patient with several prescriptions is in several days, and must be counted once where days are pooled.
 */
export interface PatientsOfDay {
  readonly event: boolean;
  readonly before: number;
  readonly patients: number;
}

/** A day of the curve; without `behind`, each event and each end of follow-up is a patient of its own. */
interface Step extends SurvivalStep {
  readonly behind?: readonly PatientsOfDay[];
}

/** Several days of the curve as one: counts over all of them, the curve at the last. */
export interface PooledStep extends SurvivalStep {
  /** First day of the pool; `day` is the last. */
  readonly from: number;
}

/** Distinct patients of a day that are not in the days from `from` on already. */
function newPatients({ behind, events, censored }: Step, event: boolean, from: number): number {
  if (behind === undefined) return event ? events : censored;
  return behind.reduce((n, one) => n + (one.event === event && one.before < from ? one.patients : 0), 0);
}

function merge(pool: PooledStep | null, step: SurvivalStep, from: number): PooledStep {
  if (pool === null) return { ...step, from };
  const { atRisk, events, censored } = pool;
  return { ...step, from: pool.from, atRisk, events: events + step.events, censored: censored + step.censored };
}

/** From `start` on, the first days that make a pool; `lacks` says of which kind there never are enough. */
function nextPool(steps: readonly Step[], start: number, threshold: number) {
  const from = steps[start]!.day;
  let pool: PooledStep | null = null;
  let [events, censored] = [0, 0];
  let lacks = { events: false, censored: false };
  for (let i = start; i < steps.length; i++) {
    pool = merge(pool, steps[i]!, from);
    events += newPatients(steps[i]!, true, from);
    censored += newPatients(steps[i]!, false, from);
    lacks = { events: pool.events > 0 && events < threshold, censored: pool.censored > 0 && censored < threshold };
    if (!lacks.events && !lacks.censored) return { pool, next: i + 1, lacks: null };
  }
  return { pool: null, next: steps.length, lacks };
}

/**
 * Pools neighbouring days until behind each number of events and of ends of follow-up there is no patient or enough of them, so
 * that the table singles nobody out and the curve itself stays exact at the days that are told. The last few of a kind go
 * into the pool before them. Nothing where all patients together are few.
 */
function poolSteps(steps: readonly Step[], threshold: number): readonly PooledStep[] {
  const pools: PooledStep[] = [];
  for (let at = 0; at < steps.length; ) {
    const { pool, next, lacks } = nextPool(steps, at, threshold);
    if (pool !== null) pools.push(pool);
    else {
      let grown = pools.pop();
      if (grown === undefined) return [];
      const last = steps.findLastIndex(
        (step) => (lacks!.events && step.events > 0) || (lacks!.censored && step.censored > 0),
      );
      for (const step of steps.slice(at, last + 1)) grown = merge(grown, step, grown.from);
      pools.push(grown);
      at = last + 1;
      continue;
    }
    at = next;
  }
  return pools;
}

/**
 * The same with pools that end at the days `cuts`, ascending, at which the curve is told in words or tables as well: a value inside
 * a pool would tell how its patients part. A cut between too few patients is given up.
 */
export function poolStepsAt(steps: readonly Step[], threshold: number, cuts: readonly number[]): readonly PooledStep[] {
  const done: { readonly steps: readonly Step[]; readonly pools: readonly PooledStep[] }[] = [];
  let pending: readonly Step[] = [];
  let from = -1;
  for (const cut of [...cuts, Number.POSITIVE_INFINITY]) {
    const segment = steps.filter(({ day }) => day > from && day <= cut);
    from = cut;
    const all = [...pending, ...segment];
    const pools = poolSteps(all, threshold);
    pending = pools.length === 0 ? all : [];
    if (pools.length > 0) done.push({ steps: all, pools });
  }
  // Too few are left at the end: they go with those before them.
  while (pending.length > 0) {
    const before = done.pop();
    if (before === undefined) return [];
    const all = [...before.steps, ...pending];
    const pools = poolSteps(all, threshold);
    pending = pools.length === 0 ? all : [];
    if (pools.length > 0) done.push({ steps: all, pools });
  }
  return done.flatMap(({ pools }) => pools);
}

/** May the curve be told at this day: do pools end there, or is nothing between the last one's end and it? */
export function isTold(steps: readonly Step[], pools: readonly PooledStep[], day: number): boolean {
  if (pools.some((pool) => pool.from <= day && day < pool.day)) return false;
  const end = pools.findLast((pool) => pool.day <= day)?.day ?? -1;
  return !steps.some((step) => step.day > end && step.day <= day && step.events + step.censored > 0);
}
