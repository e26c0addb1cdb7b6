import { tTwoSidedP } from './distributions.js';

/** A least squares fit: coefficients with their errors, t and p (n - columns degrees of freedom); `r2` about the mean. */
export interface LeastSquares {
  readonly coefficients: readonly number[];
  readonly errors: readonly number[];
  readonly p: readonly number[];
  readonly df: number;
  readonly r2: number | null;
  readonly residuals: readonly number[];
}

/** A list of columns (or of rows) of equal length. */
export type Matrix = readonly (readonly number[])[];

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

interface Triangle {
  /** Orthonormal columns. */
  readonly q: readonly number[][];
  /** Upper triangle. */
  readonly r: readonly number[][];
}

/** Modified Gram-Schmidt with every projection taken twice, which keeps the columns orthogonal to the last bits. */
function orthogonalise(columns: Matrix): Triangle | null {
  const q: number[][] = [];
  const r: number[][] = columns.map(() => columns.map(() => 0));
  for (const [j, column] of columns.entries()) {
    const size = Math.sqrt(dot(column, column));
    let rest = [...column];
    for (let pass = 0; pass < 2; pass++) {
      for (const [i, unit] of q.entries()) {
        const along = dot(unit, rest);
        r[i]![j]! += along;
        rest = rest.map((value, k) => value - along * unit[k]!);
      }
    }
    const length = Math.sqrt(dot(rest, rest));
    if (length <= 1e-12 * size) return null;
    r[j]![j] = length;
    q.push(rest.map((value) => value / length));
  }
  return { q, r };
}

function backSubstitute(r: Matrix, right: readonly number[]): number[] {
  const solution = right.map(() => 0);
  for (let i = right.length - 1; i >= 0; i--) {
    let value = right[i]!;
    for (let j = i + 1; j < right.length; j++) value -= r[i]![j]! * solution[j]!;
    solution[i] = value / r[i]![i]!;
  }
  return solution;
}

/** (X'X)^-1 = R^-1 R^-T, by rows. */
function crossInverse(r: Matrix): number[][] {
  const columns = r.map((_, j) =>
    backSubstitute(
      r,
      r.map((_row, i) => (i === j ? 1 : 0)),
    ),
  );
  return r.map((_, i) => r.map((_row, k) => columns.reduce((sum, column) => sum + column[i]! * column[k]!, 0)));
}

/** The coefficients that bring `columns` nearest to a list, what they leave of it, and (X'X)^-1 by rows. */
export interface ColumnFit {
  readonly coefficients: readonly number[];
  readonly residuals: readonly number[];
  readonly inverse: Matrix;
}

/**
 * Least squares of `y` on up to ten `columns` of the same length (the constant, where wanted, is one of them), by QR; for
 * as many rows as columns, the solution of the equations. No errors: those depend on what is taken as independent. Null
 * where columns depend on each other or there are fewer rows than columns.
 */
export function fitColumns(columns: Matrix, y: readonly number[]): ColumnFit | null {
  const triangle = y.length < columns.length ? null : orthogonalise(columns);
  if (triangle === null) return null;
  const along = triangle.q.map((unit) => dot(unit, y));
  const residuals = y.map((value, i) => value - triangle.q.reduce((sum, unit, j) => sum + unit[i]! * along[j]!, 0));
  return { coefficients: backSubstitute(triangle.r, along), residuals, inverse: crossInverse(triangle.r) };
}

/** Residuals no larger than so many times the values are what rounding left of an exact fit. */
const ROUNDING = 1e-12;

/** Is nothing but rounding left of `y`, so that no error can be told from the residuals? */
export function isExact(residuals: readonly number[], y: readonly number[]): boolean {
  return dot(residuals, residuals) <= ROUNDING ** 2 * dot(y, y);
}

/**
 * Ordinary least squares of `y` on up to ten `columns` (the constant, where wanted, is one of them), by QR. Errors are
 * sqrt(s^2 * diag (X'X)^-1), s^2 = residual sum of squares / (n - columns). Null where columns depend on each other or
 * there are no more rows than columns.
 */
export function leastSquares(columns: Matrix, y: readonly number[]): LeastSquares | null {
  const df = y.length - columns.length;
  const fit = df < 1 ? null : fitColumns(columns, y);
  if (fit === null) return null;
  const { coefficients, residuals, inverse } = fit;
  const left = dot(residuals, residuals);
  const centre = y.reduce((sum, value) => sum + value, 0) / y.length;
  const spread = y.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const errors = inverse.map((row, i) => Math.sqrt((left / df) * row[i]!));
  const p = coefficients.map((value, i) => tTwoSidedP(value / errors[i]!, df));
  return { coefficients, errors, p, df, r2: spread === 0 ? null : 1 - left / spread, residuals };
}

/** Where the parabola b0 + b1*x + b2*x^2 turns: -b1/(2*b2), in the unit of x; null for a straight line. */
export function turningPoint([, b1, b2]: readonly number[]): number | null {
  return b1 === undefined || b2 === undefined || b2 === 0 ? null : -b1 / (2 * b2);
}
