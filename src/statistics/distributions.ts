/**
 * The distributions that tests and intervals need. Tails are computed as tails, never as 1 - cdf, which loses their
 * digits. Source: @stdlib, within 1.2e-13 relative of 50-digit values (vector `special-functions`).
 */
import gammainc from '@stdlib/math-base-special-gammainc';
import fCdf from '@stdlib/stats-base-dists-f-cdf';
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import normalQuantileOf from '@stdlib/stats-base-dists-normal-quantile';
import tCdf from '@stdlib/stats-base-dists-t-cdf';
import tQuantileOf from '@stdlib/stats-base-dists-t-quantile';

/** The value of Student's t with `df` degrees of freedom (> 0, need not be whole) below which the share `p` lies. */
export function tQuantile(p: number, df: number): number {
  return tQuantileOf(p, df);
}

/** P(|T| >= |t|) of Student's t with `df` degrees of freedom. */
export function tTwoSidedP(t: number, df: number): number {
  return 2 * tCdf(-Math.abs(t), df);
}

/** The value of the standard normal distribution below which the share `p` lies. */
export function normalQuantile(p: number): number {
  return normalQuantileOf(p, 0, 1);
}

/** P(|Z| >= |z|) of the standard normal distribution. */
export function normalTwoSidedP(z: number): number {
  return 2 * normalCdf(-Math.abs(z), 0, 1);
}

/** P(Z >= z) of the standard normal distribution: the lower tail of -z. */
export function normalUpperP(z: number): number {
  return normalCdf(-z, 0, 1);
}

/** P(X >= x) of chi-square with `df` degrees of freedom. */
export function chiSquareUpperP(x: number, df: number): number {
  return x <= 0 ? 1 : gammainc(x / 2, df / 2, true, true);
}

/** P(F >= x) of F with `df1` and `df2` degrees of freedom: the lower tail of 1/F with the degrees swapped. */
export function fUpperP(x: number, df1: number, df2: number): number {
  return x <= 0 ? 1 : fCdf(1 / x, df2, df1);
}
