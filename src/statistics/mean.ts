import { tQuantile } from './distributions.js';
import { ratio, rootOfRatio } from './exact.js';

/** Money goes in as whole cents and comes out in whole units (euros, say). */
export const CENTS = 100n;

/** A two-sided interval in the unit of its value; both ends null where there is not enough to make one. */
export interface Interval {
  readonly low: number | null;
  readonly high: number | null;
}

/** The interval that cannot be computed. */
export const NO_INTERVAL: Interval = { low: null, high: null };

/** Amounts of a group, in cents: how many, their sum, and the sums of their second and third powers. */
export interface PowerSums {
  readonly n: bigint;
  readonly sum: bigint;
  readonly sum2: bigint;
  readonly sum3: bigint;
}

/** Sum of the amounts, in money. */
export function total(sums: Pick<PowerSums, 'sum'>): number {
  return ratio(sums.sum, CENTS)!;
}

/** Arithmetic mean in money (the AOV of a group of orders): S1 / n; null for no amounts. */
export function mean(sums: Pick<PowerSums, 'n' | 'sum'>): number | null {
  return ratio(sums.sum, sums.n * CENTS);
}

/** n^2 times the variance with divisor n, in cents squared: n*S2 - S1^2, subtracted in integers so that no digit is lost. */
export function scaledVariance(sums: PowerSums): bigint {
  return sums.n * sums.sum2 - sums.sum * sums.sum;
}

/** Standard deviation with divisor n - 1, in money; null below two amounts. */
export function sampleDeviation(sums: PowerSums): number | null {
  if (sums.n < 2n) return null;
  return rootOfRatio(scaledVariance(sums), sums.n * (sums.n - 1n) * CENTS * CENTS);
}

/** Standard error of the mean if all amounts were independent: sd / sqrt(n), in money; null below two amounts. */
export function independentError(sums: PowerSums): number | null {
  if (sums.n < 2n) return null;
  return rootOfRatio(scaledVariance(sums), sums.n * sums.n * (sums.n - 1n) * CENTS * CENTS);
}

/** centre -+ t * error with Student's t of `df` degrees of freedom; ends are null where an input is or df < 1. */
export function tInterval(centre: number | null, error: number | null, df: number, confidence: number): Interval {
  if (centre === null || error === null || df < 1) return NO_INTERVAL;
  const half = tQuantile(0.5 + confidence / 2, df) * error;
  return { low: centre - half, high: centre + half };
}
