import { neweyWest } from './newey-west.js';
import { contrast, type Estimate } from './regression.js';

/** Series minus control: how much more the difference is a day from the change on, and its trend a day before it. */
export interface DifferenceInDifferences {
  readonly effect: Estimate;
  readonly df: number;
  /** Must not be significant, or the two series went apart before; null where it cannot be computed. */
  readonly trendBefore: Estimate | null;
}

/**
 * Regression of (series - control) on a constant and post (days from `changeDay` on), Newey-West errors with `lags`, n - 2
 * degrees; and of the days before on a constant and the day. Both series daily, of one length and unit. Null without two
 * days on either side. Vector `site-change`.
 */
export function differenceInDifferences(
  series: readonly number[],
  control: readonly number[],
  changeDay: number,
  lags: number,
  confidence: number,
): DifferenceInDifferences | null {
  if (changeDay < 2 || series.length - changeDay < 2) return null;
  const difference = series.map((value, t) => value - control[t]!);
  const one = difference.map(() => 1);
  const fit = neweyWest([one, difference.map((_, t) => (t >= changeDay ? 1 : 0))], difference, lags);
  const before = difference.slice(0, changeDay);
  const trend = neweyWest([before.map(() => 1), before.map((_, t) => t)], before, lags);
  if (fit === null) return null;
  const second = [0, 1];
  const trendBefore = trend && contrast(trend, second, confidence);
  return { effect: contrast(fit, second, confidence), df: fit.df, trendBefore };
}
