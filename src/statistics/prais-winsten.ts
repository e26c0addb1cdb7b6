import { durbinWatson, firstAutocorrelation } from './autocorrelation.js';
import { fitColumns, isExact, type Matrix } from './least-squares.js';
import type { Regression } from './regression.js';

/** A regression with AR(1) errors: `r1` and Durbin-Watson of the plain residuals, `phi` as it was used. */
export interface PraisWinsten extends Regression {
  readonly r1: number;
  readonly phi: number;
  readonly durbinWatson: number;
}

/** The largest phi that is used: near 1 the transformed constant vanishes. */
const LARGEST_PHI = 0.95;

const squares = (values: readonly number[]): number => values.reduce((sum, value) => sum + value * value, 0);

/** The first value times sqrt(1 - phi^2), every other z_t - phi*z_(t-1). */
function transform(values: readonly number[], phi: number): number[] {
  return values.map((value, t) => (t === 0 ? Math.sqrt(1 - phi * phi) * value : value - phi * values[t - 1]!));
}

/**
 * Regression of a series in time order with first-order autocorrelated errors: phi = min(0.95, max(0, r1 + (1 + 3*r1)/n))
 * from least squares residuals, then least squares of the transformed series with the usual errors, n - K degrees. Null where
 * columns depend on each other, there are no more values than columns, or nothing is left to explain (an exact fit).
 * Source: Prais and Winsten 1954; statsmodels `GLS(sigma = toeplitz(phi^k))` (vector `site-change`, `ar1_errors`).
 */
export function praisWinsten(columns: Matrix, y: readonly number[]): PraisWinsten | null {
  const n = y.length;
  const df = n - columns.length;
  const plain = df < 1 ? null : fitColumns(columns, y);
  if (plain === null || isExact(plain.residuals, y)) return null;
  const r1 = firstAutocorrelation(plain.residuals)!;
  const phi = Math.min(LARGEST_PHI, Math.max(0, r1 + (1 + 3 * r1) / n));
  const fit = fitColumns(
    columns.map((column) => transform(column, phi)),
    transform(y, phi),
  );
  if (fit === null) return null;
  const variance = squares(fit.residuals) / df;
  const covariance = fit.inverse.map((row) => row.map((value) => variance * value));
  return { coefficients: fit.coefficients, covariance, df, r1, phi, durbinWatson: durbinWatson(plain.residuals)! };
}
