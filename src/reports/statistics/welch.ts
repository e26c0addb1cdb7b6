import { tTwoSidedP } from './distributions.js';
import { ratio } from './exact.js';
import { type Interval, NO_INTERVAL, type PowerSums, scaledVariance, tInterval } from './mean.js';

/** Welch's test: statistic, degrees of freedom (Satterthwaite), two-sided p, interval of the difference in money; all null where it cannot be made. */
export interface WelchTest extends Interval {
  readonly t: number | null;
  readonly df: number | null;
  readonly p: number | null;
}

/** Variance of a group's mean, in money squared: s^2 / n. */
function varianceOfMean(sums: PowerSums): number {
  return ratio(scaledVariance(sums), sums.n * sums.n * (sums.n - 1n) * 10_000n)!;
}

/**
 * Welch's t of two means, second minus first, every order taken as independent: t = (m1-m0)/sqrt(v1+v0),
 * df = (v1+v0)^2 / (v1^2/(n1-1) + v0^2/(n0-1)), v = s^2/n. Null below two amounts a side or where nothing varies.
 */
export function welchTest(from: PowerSums, to: PowerSums, confidence: number): WelchTest {
  const none: WelchTest = { t: null, df: null, p: null, ...NO_INTERVAL };
  if (from.n < 2n || to.n < 2n) return none;
  const v0 = varianceOfMean(from);
  const v1 = varianceOfMean(to);
  if (v0 + v1 === 0) return none;
  const difference = ratio(to.sum * from.n - from.sum * to.n, from.n * to.n * 100n)!;
  const error = Math.sqrt(v0 + v1);
  const t = difference / error;
  const df = (v0 + v1) ** 2 / (v1 ** 2 / (Number(to.n) - 1) + v0 ** 2 / (Number(from.n) - 1));
  return { t, df, p: tTwoSidedP(t, df), ...tInterval(difference, error, df, confidence) };
}
