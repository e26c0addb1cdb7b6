import { normalTwoSidedP } from './distributions.js';

/**
 * Mann and Kendall's trend test of n values: `s` = pairs that rise - pairs that fall, `variance` of `s` where there is no
 * trend, `z`, two-sided `p`, and Kendall's `tau` = S / (n(n-1)/2). z, p and tau are null below two values.
 */
export interface TrendTest {
  readonly s: number;
  readonly variance: number;
  readonly z: number | null;
  readonly p: number | null;
  readonly tau: number | null;
}

/** How often each value that occurs more than once occurs. */
export function tieSizes(values: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].filter((count) => count > 1);
}

/**
 * 18 times the variance of S among n values with these ties, an integer: n(n-1)(2n+5) - sum over ties t(t-1)(2t+5). Source:
 * Kendall 1970; also the variance behind Sen's limits.
 */
export function kendallVariance18(n: number, ties: readonly number[]): number {
  const term = (t: number): number => t * (t - 1) * (2 * t + 5);
  return term(n) - ties.reduce((sum, t) => sum + term(t), 0);
}

/** z = (S -+ 1)/sqrt(variance), the 1 towards 0 (continuity), and its two-sided normal p; 0 and 1 where S or the variance is 0. */
export function trendScore(s: number, variance: number): { readonly z: number; readonly p: number } {
  if (s === 0 || variance === 0) return { z: 0, p: 1 };
  const z = (s - Math.sign(s)) / Math.sqrt(variance);
  return { z, p: normalTwoSidedP(z) };
}

/**
 * Trend of a series in time order, in any unit. var S = (n(n-1)(2n+5) - sum over ties t(t-1)(2t+5)) / 18, normal with
 * continuity correction. O(n^2): for series of up to 600 values. Source: Mann 1945, Kendall 1970; pymannkendall
 * `original_test` (vector `sales-trend`).
 */
export function mannKendall(series: readonly number[]): TrendTest {
  const n = series.length;
  let s = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) s += Math.sign(series[j]! - series[i]!);
  const variance = kendallVariance18(n, tieSizes(series)) / 18;
  if (n < 2) return { s, variance, z: null, p: null, tau: null };
  return { s, variance, ...trendScore(s, variance), tau: s / ((n * (n - 1)) / 2) };
}
