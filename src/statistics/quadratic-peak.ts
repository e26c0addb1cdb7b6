import { normalQuantile } from './distributions.js';
import { fitColumns, turningPoint } from './least-squares.js';
import { type Interval, NO_INTERVAL } from './mean.js';

/** A point of the curve: a level in percentage points, its value (money) and the value's error. */
export interface CurvePoint {
  readonly level: number;
  readonly value: number;
  readonly error: number;
}

/** R = b0 + b1*l + b2*l^2, the error and z of b2, where it turns (percentage points) with its error and interval. */
export interface QuadraticPeak extends Interval {
  readonly coefficients: readonly [number, number, number];
  readonly curvatureError: number;
  readonly curvatureZ: number;
  readonly peak: number | null;
  readonly peakError: number | null;
  /** May the peak be told: five levels or more, b2 < 0 with z < -1.96, and the peak strictly inside the levels? */
  readonly reported: boolean;
}

/** The rule of the specification. */
const LEVELS_NEEDED = 5;
const CURVED = -1.96;

/**
 * Weighted least squares of a parabola with weights 1/error^2 and covariance (X'WX)^-1, not rescaled; peak = -b1/(2*b2), its
 * error by the delta method with gradient (-1/(2*b2), b1/(2*b2^2)), normal interval. Points without an error (0) have no
 * weight and are left out. Null below three levels. Vector `sweet-spot`, `quadratic`.
 */
export function quadraticPeak(points: readonly CurvePoint[], confidence: number): QuadraticPeak | null {
  const used = points.filter(({ error }) => error > 0);
  const levels = used.map(({ level }) => level);
  const columns = [0, 1, 2].map((power) => used.map(({ level, error }) => level ** power / error));
  const fit = fitColumns(
    columns,
    used.map(({ value, error }) => value / error),
  );
  if (fit === null) return null;
  const coefficients = fit.coefficients as [number, number, number];
  const [, b1, b2] = coefficients;
  const curvatureError = Math.sqrt(fit.inverse[2]![2]!);
  const curve = { coefficients, curvatureError, curvatureZ: b2 / curvatureError };
  const peak = turningPoint(coefficients);
  if (peak === null) return { ...curve, peak, peakError: null, ...NO_INTERVAL, reported: false };
  const [byB1, byB2] = [-1 / (2 * b2), b1 / (2 * b2 * b2)];
  const [v11, v12, v22] = [fit.inverse[1]![1]!, fit.inverse[1]![2]!, fit.inverse[2]![2]!];
  const peakError = Math.sqrt(byB1 * byB1 * v11 + 2 * byB1 * byB2 * v12 + byB2 * byB2 * v22);
  const half = normalQuantile(0.5 + confidence / 2) * peakError;
  const inside = peak > Math.min(...levels) && peak < Math.max(...levels);
  const reported = used.length >= LEVELS_NEEDED && curve.curvatureZ < CURVED && inside;
  return { ...curve, peak, peakError, low: peak - half, high: peak + half, reported };
}
