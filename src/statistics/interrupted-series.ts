import type { Matrix } from './least-squares.js';
import { contrast, type Estimate, type Regression } from './regression.js';

/** The columns of the model, in order; Monday is the base of the days. */
export const SERIES_TERMS = ['const', 't', 'level', 'slope_change', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** A daily series without holes: its number of days, the weekday of the first (1 = Monday .. 7), the day of the change from 0. */
export interface DailySeries {
  readonly days: number;
  readonly firstWeekday: number;
  readonly changeDay: number;
}

/** What a change did, in the unit of the series a day (`total`: over all days from the change on). */
export interface SeriesEffect {
  readonly total: Estimate;
  readonly perDay: number;
  /** Sum of what the model expects from the change on had it not been made. */
  readonly counterfactual: number;
  /** Total / counterfactual, a share; null where that is 0. */
  readonly relative: number | null;
}

function rowOf({ firstWeekday, changeDay }: DailySeries, t: number): number[] {
  const after = t >= changeDay;
  const weekday = (firstWeekday - 1 + t) % 7;
  return [
    1,
    t,
    after ? 1 : 0,
    after ? t - changeDay : 0,
    ...[1, 2, 3, 4, 5, 6].map((day) => (weekday === day ? 1 : 0)),
  ];
}

/**
 * The columns of y = b0 + b1*t + b2*post + b3*(t - t0)*post + six dummies of the day of week; t counts days from 0, the day of
 * the change is the first with post = 1. Source: Wagner and others 2002; vector `site-change`.
 */
export function seriesColumns(series: DailySeries): number[][] {
  const rows = Array.from({ length: series.days }, (_, t) => rowOf(series, t));
  return SERIES_TERMS.map((_, column) => rows.map((row) => row[column]!));
}

/**
 * The effect of the change by a regression over `seriesColumns`: total = sum over the days from the change on of b2 +
 * b3*(t - t0), as c'b with its error; relative = total / sum of the fitted values without b2 and b3.
 */
export function seriesEffect(series: DailySeries, fit: Regression, confidence: number): SeriesEffect {
  const after = Array.from({ length: series.days - series.changeDay }, (_, i) => rowOf(series, series.changeDay + i));
  const sums = SERIES_TERMS.map((_, column) => after.reduce((sum, row) => sum + row[column]!, 0));
  const isEffect = (column: number): boolean =>
    SERIES_TERMS[column] === 'level' || SERIES_TERMS[column] === 'slope_change';
  const total = contrast(
    fit,
    sums.map((sum, column) => (isEffect(column) ? sum : 0)),
    confidence,
  );
  const counterfactual = fit.coefficients.reduce((sum, b, i) => sum + (isEffect(i) ? 0 : b * sums[i]!), 0);
  const relative = counterfactual === 0 ? null : total.value / counterfactual;
  return { total, perDay: total.value / after.length, counterfactual, relative };
}

/** What the model expects on each day had the change not been made: the dashed line; one value per day, all days. */
export function withoutChange(series: DailySeries, fit: Regression): number[] {
  const columns: Matrix = seriesColumns({ ...series, changeDay: series.days });
  return Array.from({ length: series.days }, (_, t) =>
    columns.reduce((sum, column, i) => sum + fit.coefficients[i]! * column[t]!, 0),
  );
}

/**
 * Days inside the period before the change at which the same test should find nothing: its quarters (whole days, rounded
 * down), each analysed on the days before the change alone. Fewer where the period is too short for three.
 */
export function placeboDays(changeDay: number): number[] {
  const days = [1, 2, 3].map((quarter) => Math.floor((changeDay * quarter) / 4));
  return [...new Set(days)].filter((day) => day > 0);
}
