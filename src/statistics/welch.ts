import { tTwoSidedP } from './distributions.js';
import { ratio } from './exact.js';
import { type Interval, NO_INTERVAL, type PowerSums, scaledVariance, tInterval } from './mean.js';
import type { Sample } from './sample.js';

/** Welch's test: statistic, degrees of freedom (Satterthwaite), two-sided p, interval of the difference in its unit; all null where it cannot be made. */
export interface WelchTest extends Interval {
  readonly t: number | null;
  readonly df: number | null;
  readonly p: number | null;
}

/** A group's number of values and the variance of its mean, s^2 / n. */
interface Side {
  readonly n: number;
  readonly variance: number;
}

const NO_TEST: WelchTest = { t: null, df: null, p: null, ...NO_INTERVAL };

function compare(difference: number, from: Side, to: Side, confidence: number): WelchTest {
  const v0 = from.variance;
  const v1 = to.variance;
  if (v0 + v1 === 0) return NO_TEST;
  const error = Math.sqrt(v0 + v1);
  const t = difference / error;
  const df = (v0 + v1) ** 2 / (v1 ** 2 / (to.n - 1) + v0 ** 2 / (from.n - 1));
  return { t, df, p: tTwoSidedP(t, df), ...tInterval(difference, error, df, confidence) };
}

/** Of amounts in cents, in money. */
function sideOf(sums: PowerSums): Side {
  const variance = ratio(scaledVariance(sums), sums.n * sums.n * (sums.n - 1n) * 10_000n)!;
  return { n: Number(sums.n), variance };
}

/**
 * Welch's t of two means, second minus first, every order taken as independent: t = (m1-m0)/sqrt(v1+v0),
 * df = (v1+v0)^2 / (v1^2/(n1-1) + v0^2/(n0-1)), v = s^2/n. Amounts in cents, interval in money. Null below two amounts a
 * side or where nothing varies.
 */
export function welchTest(from: PowerSums, to: PowerSums, confidence: number): WelchTest {
  if (from.n < 2n || to.n < 2n) return NO_TEST;
  const difference = ratio(to.sum * from.n - from.sum * to.n, from.n * to.n * 100n)!;
  return compare(difference, sideOf(from), sideOf(to), confidence);
}

/**
 * The same test between two samples of independent units (practitioners of two types, days before and after), second minus
 * first, in their unit. Source: scipy `ttest_ind(equal_var=False)` (vector `site-change`, `pre_post`).
 */
export function welchOfSamples(from: Sample, to: Sample, confidence: number): WelchTest {
  if (from.variance === null || to.variance === null) return NO_TEST;
  const [before, after] = [from, to].map(({ n, variance }) => ({ n, variance: variance! / n })) as [Side, Side];
  return compare(to.mean! - from.mean!, before, after, confidence);
}
