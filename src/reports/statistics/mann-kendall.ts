import { normalTwoSidedP } from './distributions.js';

/** Mann and Kendall's trend test: `s` = pairs that rise - pairs that fall, two-sided `p`; null below two values. */
export interface TrendTest {
  readonly s: number;
  readonly p: number | null;
}

/**
 * Trend of a series in time order. var S = (n(n-1)(2n+5) - sum over ties t(t-1)(2t+5)) / 18, z = (S -+ 1)/sqrt(var)
 * towards 0 (continuity), normal. O(n^2): for series of up to 600 values.
 */
export function mannKendall(series: readonly number[]): TrendTest {
  const n = series.length;
  let s = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) s += Math.sign(series[j]! - series[i]!);
  const ties = [...new Set(series)].map((value) => series.filter((other) => other === value).length);
  const term = (t: number): number => t * (t - 1) * (2 * t + 5);
  const variance = (term(n) - ties.reduce((sum, t) => sum + term(t), 0)) / 18;
  if (n < 2) return { s, p: null };
  if (s === 0 || variance === 0) return { s, p: 1 };
  return { s, p: normalTwoSidedP((s - Math.sign(s)) / Math.sqrt(variance)) };
}
