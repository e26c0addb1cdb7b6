import { normalQuantile } from './distributions.js';
import { kendallVariance18, tieSizes } from './mann-kendall.js';
import { type Interval, NO_INTERVAL } from './mean.js';
import { median } from './median.js';

/** A line through a series at 0, 1, 2 ...: `slope` with its interval in the unit of the series per step, `intercept` at 0. */
export interface TheilSenLine extends Interval {
  readonly slope: number | null;
  readonly intercept: number | null;
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * Theil and Sen's line through a series in time order: the median of the slopes of all pairs, intercept = median(y) -
 * slope * median(x). Limits are the slopes at ranks (N -+ z*sqrt(var S))/2 of N slopes, var S with ties as in Mann-Kendall,
 * ranks rounded half to even and kept inside the list. O(n^2): up to 600 values. Null below two values. Source:
 * Sen 1968; scipy `theilslopes` (vector `sales-trend`).
 */
export function theilSen(series: readonly number[], confidence: number): TheilSenLine {
  const n = series.length;
  const slopes: number[] = [];
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) slopes.push((series[j]! - series[i]!) / (j - i));
  const slope = median(slopes);
  if (slope === null) return { slope, intercept: null, ...NO_INTERVAL };
  slopes.sort((a, b) => a - b);
  const intercept = median(series)! - (slope * (n - 1)) / 2;
  const deviation = Math.sqrt(kendallVariance18(n, tieSizes(series)) / 18);
  const reach = normalQuantile(0.5 + confidence / 2) * deviation;
  const low = Math.max(0, roundHalfToEven((slopes.length - reach) / 2) - 1);
  const high = Math.min(slopes.length - 1, roundHalfToEven((slopes.length + reach) / 2));
  return { slope, intercept, low: slopes[low]!, high: slopes[high]! };
}
