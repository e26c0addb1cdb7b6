import { type Interval, tInterval } from './mean.js';

/**
 * Values of independent units that are no whole cents (a practitioner's AOV, a day's mean): how many, their mean, and the
 * variance with divisor n - 1 in the unit squared. The mean is null of none, the variance below two.
 */
export interface Sample {
  readonly n: number;
  readonly mean: number | null;
  readonly variance: number | null;
}

/** Mean and variance in two passes, added in the order of the list: bring it into one order for the same bytes. */
export function sampleOf(values: readonly number[]): Sample {
  const n = values.length;
  if (n === 0) return { n, mean: null, variance: null };
  // A mean of equal values may round away from them, and would make a variance out of nothing.
  if (n > 1 && values.every((value) => value === values[0])) return { n, mean: values[0]!, variance: 0 };
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { n, mean, variance: null };
  const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  // What rounding of the mean adds to the squares is taken off again.
  const drift = values.reduce((sum, value) => sum + (value - mean), 0);
  return { n, mean, variance: Math.max(0, spread - (drift * drift) / n) / (n - 1) };
}

/** Standard deviation with divisor n - 1, in the unit of the values; null below two. */
export function deviationOf({ variance }: Sample): number | null {
  return variance === null ? null : Math.sqrt(variance);
}

/** The t interval of the mean over units, n - 1 degrees of freedom; both ends null below two. */
export function meanInterval({ n, mean, variance }: Sample, confidence: number): Interval {
  return tInterval(mean, variance === null ? null : Math.sqrt(variance / n), n - 1, confidence);
}
