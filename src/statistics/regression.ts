import { tTwoSidedP } from './distributions.js';
import type { Matrix } from './least-squares.js';
import { type Interval, tInterval } from './mean.js';

/** Coefficients with the covariance of their errors (by rows) and the degrees of freedom of t. */
export interface Regression {
  readonly coefficients: readonly number[];
  readonly covariance: Matrix;
  readonly df: number;
}

/** A value made of coefficients, with its error, t, two-sided p and interval; t and p are null where the error is 0. */
export interface Estimate extends Interval {
  readonly value: number;
  readonly error: number;
  readonly t: number | null;
  readonly p: number | null;
}

/**
 * c'b for weights c of the coefficients: error sqrt(c'Vc), t with the regression's degrees of freedom. In the unit that the
 * weights make of the coefficients'.
 */
export function contrast(fit: Regression, weights: readonly number[], confidence: number): Estimate {
  const value = fit.coefficients.reduce((sum, b, i) => sum + weights[i]! * b, 0);
  const variance = fit.covariance.reduce(
    (sum, row, i) => sum + weights[i]! * row.reduce((part, v, j) => part + v * weights[j]!, 0),
    0,
  );
  const error = Math.sqrt(Math.max(0, variance));
  const t = error === 0 ? null : value / error;
  return {
    value,
    error,
    t,
    p: t === null ? null : tTwoSidedP(t, fit.df),
    ...tInterval(value, error, fit.df, confidence),
  };
}

/** Each coefficient alone, in their order. */
export function estimates(fit: Regression, confidence: number): Estimate[] {
  return fit.coefficients.map((_, i) =>
    contrast(
      fit,
      fit.coefficients.map((_b, j) => (i === j ? 1 : 0)),
      confidence,
    ),
  );
}
