import { normalQuantile } from './distributions.js';
import { ratio } from './exact.js';
import type { Interval } from './mean.js';
import type { SurvivalCounts } from './survival-counts.js';

/** A day with counts: the share that is without the event after it, and its interval; shares. */
export interface SurvivalStep extends SurvivalCounts, Interval {
  readonly survival: number;
  readonly low: number;
  readonly high: number;
}

/** The curve over all days, and the first day on which at most half are without the event: null where that is not reached. */
export interface SurvivalCurve {
  readonly steps: readonly SurvivalStep[];
  readonly medianDays: number | null;
}

/** Share with the event by a day; `beyondFollowUp`: nobody was followed that long, the share is that of the last day. */
export interface EventShare extends Interval {
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly beyondFollowUp: boolean;
}

/** S^exp(+-z*sqrt(V)/ln S); a curve that has not fallen yet, or has reached 0, has no room on either side. */
function logLog(survival: number, greenwood: number, z: number): { readonly low: number; readonly high: number } {
  if (survival === 1 || survival === 0) return { low: survival, high: survival };
  const log = Math.log(survival);
  const reach = (z * Math.sqrt(greenwood)) / log;
  return { low: Math.exp(log * Math.exp(-reach)), high: Math.exp(log * Math.exp(reach)) };
}

/**
 * Kaplan and Meier's estimate: S = product over days of (n - d)/n, as a quotient of integers that rounds once a day, so that
 * one half is one half; Greenwood's V = sum d/(n(n-d)), log-log limits S^exp(+-z*sqrt(V)/ln S). `counts` by day, ascending;
 * days without an event are steps too, where S stays. Source: lifelines `KaplanMeierFitter`, R `survfit(conf.type =
 * "log-log")` (vector `kaplan-meier`).
 */
export function kaplanMeier(counts: readonly SurvivalCounts[], confidence: number): SurvivalCurve {
  const z = normalQuantile(0.5 + confidence / 2);
  let [left, all, greenwood] = [1n, 1n, 0];
  let medianDays: number | null = null;
  const steps = counts.map((one) => {
    const { day, atRisk: n, events: d } = one;
    if (d > 0) {
      left *= BigInt(n - d);
      all *= BigInt(n);
      greenwood += n === d ? 0 : d / (n * (n - d));
    }
    if (medianDays === null && 2n * left <= all) medianDays = day;
    const survival = ratio(left, all)!;
    return { ...one, survival, ...logLog(survival, greenwood, z) };
  });
  return { steps, medianDays };
}

/**
 * Share with the event by `day` (that day included): 1 - S, its limits those of S, swapped. Null where nobody was
 * followed. Days from the start of the follow-up.
 */
export function eventShare({ steps }: SurvivalCurve, day: number): EventShare | null {
  const last = steps.at(-1);
  if (last === undefined) return null;
  const { survival, low, high } = steps.findLast((step) => step.day <= day) ?? { survival: 1, low: 1, high: 1 };
  return { share: 1 - survival, low: 1 - high, high: 1 - low, beyondFollowUp: day > last.day };
}
