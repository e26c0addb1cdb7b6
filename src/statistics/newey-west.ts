import { fitColumns, isExact, type Matrix } from './least-squares.js';
import type { Regression } from './regression.js';

/** sum over t of s_t s_(t-lag)', for score vectors in time order. */
function lagged(scores: Matrix, lag: number): number[][] {
  const width = scores[0]!.length;
  const sums = Array.from({ length: width }, () => Array<number>(width).fill(0));
  for (let t = lag; t < scores.length; t++)
    for (let i = 0; i < width; i++)
      for (let j = 0; j < width; j++) sums[i]![j]! += scores[t]![i]! * scores[t - lag]![j]!;
  return sums;
}

function product(a: Matrix, b: Matrix): number[][] {
  return a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));
}

/**
 * Least squares of a series in time order whose errors may go together over up to `lags` steps: V = n/(n-K) (X'X)^-1 S
 * (X'X)^-1, S = G_0 + sum (1 - l/(lags+1))(G_l + G_l'), G_l = sum u_t u_(t-l) x_t x_(t-l)' (Bartlett); t with n - K. All
 * errors are 0 where the fit is exact. Null where columns depend on each other or there are no more values than columns.
 * Source: Newey and West 1987; statsmodels `OLS(cov_type="HAC", use_correction=True, use_t=True)` (vector `site-change`).
 */
export function neweyWest(columns: Matrix, y: readonly number[], lags: number): Regression | null {
  const df = y.length - columns.length;
  const fit = df < 1 ? null : fitColumns(columns, y);
  if (fit === null) return null;
  const residuals = isExact(fit.residuals, y) ? y.map(() => 0) : fit.residuals;
  const scores = residuals.map((residual, t) => columns.map((column) => residual * column[t]!));
  const middle = lagged(scores, 0);
  for (let lag = 1; lag <= Math.min(lags, y.length - 1); lag++) {
    const weight = 1 - lag / (lags + 1);
    const together = lagged(scores, lag);
    for (const [i, row] of middle.entries())
      for (const j of row.keys()) row[j]! += weight * (together[i]![j]! + together[j]![i]!);
  }
  const scale = y.length / df;
  const covariance = product(product(fit.inverse, middle), fit.inverse).map((row) => row.map((v) => scale * v));
  return { coefficients: fit.coefficients, covariance, df };
}
