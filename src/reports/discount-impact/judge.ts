import type { ContrastEstimate } from '../../statistics/clustered-fit.js';
import { holm } from '../../statistics/holm.js';
import { detectable, shareAgainst } from '../../statistics/slope-heterogeneity.js';
import type { SamePatients } from './same-patients.js';

/** How a step between two levels is told: only a rise or a fall that is shown has a name. */
export type StepVerdict = 'rise' | 'fall' | 'not shown' | 'not computed';

/** A step with its p for all steps together (Holm). */
export interface JudgedStep {
  readonly from: bigint;
  readonly to: bigint;
  readonly estimate: ContrastEstimate;
  readonly holm: number | null;
  readonly verdict: StepVerdict;
}

/** What the same patients show. */
export interface Judged {
  readonly steps: readonly JudgedStep[];
  /** p that nothing at all happens along the levels: the line and the steps together. */
  readonly joint: number | null;
  readonly isLineShown: boolean;
  /** Patients differ in their slope beyond chance, and so much that many go the other way. */
  readonly isMixed: boolean;
  /** Estimated share of patients whose slope has the other sign than the mean. */
  readonly against: number;
  /** Whether an effect larger than next to nothing is ruled out. */
  readonly isRuledOut: boolean;
  /** A step smaller than this would hardly have been seen; null without steps. */
  readonly visibleStep: number | null;
}

/** More than this share of an order's worth per percentage point, or a step of more than the second, is not next to nothing. */
const NOTHING_PER_POINT = 0.0025;
const NOTHING_AT_A_STEP = 0.05;
/** From this share of patients on who go the other way there is no common direction. */
const MANY_AGAINST = 0.15;

/** An estimate that one patient alone turns round is that patient's. */
function keepsSign({ value, leaveOneOut: range }: ContrastEstimate): boolean {
  if (value === null || range === null) return false;
  return range.without !== null && (value > 0 ? range.low > 0 : range.high < 0);
}

/** Is the whole interval, widened to hold for `tests` at once, within `margin` of 0? */
function isWithin({ value, error }: ContrastEstimate, margin: number, alpha: number): boolean {
  if (value === null || error === null) return false;
  return Math.abs(value) + detectable(alpha, 0.5) * error < margin;
}

function visible(steps: SamePatients['steps'], alpha: number): number | null {
  const errors = steps.flatMap(({ estimate: { error } }) => (error === null || error === 0 ? [] : [error]));
  return errors.length === 0 ? null : detectable(alpha / errors.length) * Math.min(...errors);
}

/**
 * Line and steps share one chance of a false claim, alpha: half of it each (steps by Holm), all of it for one where the other is shown. Whether
 * patients differ has a fifth of alpha of its own. `worth`: the average order, which says what is next to nothing.
 */
export function judge(same: SamePatients, worth: number, confidence: number): Judged {
  // A little less than all of it: with skewed amounts and few changes the errors come out short.
  const alpha = 0.7 * (1 - confidence);
  const line = same.slopes[0]!.estimate;
  const adjusted = holm(same.steps.map(({ estimate }) => estimate.p));
  const below = (p: number | null, limit: number): boolean => p !== null && p < limit;
  const isSure = (i: number, limit: number): boolean =>
    below(adjusted[i]!, limit) && keepsSign(same.steps[i]!.estimate);
  const lineFirst = below(line.p, alpha / 2) && keepsSign(line);
  const anyStep = same.steps.some((_, i) => isSure(i, alpha / 2));
  const isLineShown = lineFirst || (anyStep && below(line.p, alpha) && keepsSign(line));
  const steps = same.steps.map((step, i): JudgedStep => {
    const { value } = step.estimate;
    const isShown = isSure(i, lineFirst ? alpha : alpha / 2);
    const verdict = value === null ? 'not computed' : !isShown ? 'not shown' : value > 0 ? 'rise' : 'fall';
    return { ...step, holm: adjusted[i]!, verdict };
  });
  const ps = [line.p, ...adjusted].filter((p) => p !== null);
  const { p, deviation } = same.heterogeneity;
  const against = shareAgainst(line.value ?? 0, deviation);
  const isMixed =
    below(p, alpha / 5) &&
    against > MANY_AGAINST &&
    !steps.some(({ verdict }) => verdict === 'rise' || verdict === 'fall');
  const isRuledOut =
    !isLineShown &&
    !below(p, alpha) &&
    steps.every(({ verdict }) => verdict === 'not shown') &&
    isWithin(line, NOTHING_PER_POINT * worth, alpha) &&
    same.steps.every(({ estimate }) => isWithin(estimate, NOTHING_AT_A_STEP * worth, alpha / same.steps.length));
  return {
    ...{ steps, isLineShown, isMixed, against, isRuledOut },
    joint: ps.length === 0 ? null : Math.min(1, 2 * Math.min(...ps)),
    visibleStep: visible(same.steps, alpha),
  };
}
