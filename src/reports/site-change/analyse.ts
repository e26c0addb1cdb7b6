import { differenceInDifferences } from '../../statistics/difference-in-differences.js';
import {
  type DailySeries,
  placeboDays,
  seriesColumns,
  seriesEffect,
  withoutChange,
} from '../../statistics/interrupted-series.js';
import type { Interval } from '../../statistics/mean.js';
import { neweyWest } from '../../statistics/newey-west.js';
import { type PraisWinsten, praisWinsten } from '../../statistics/prais-winsten.js';
import { contrast, type Estimate, type Regression } from '../../statistics/regression.js';
import { sampleOf } from '../../statistics/sample.js';
import { welchOfSamples } from '../../statistics/welch.js';
import { type Day, dayNumber, measured } from '../daily.js';
import { type ChangeEffect, changeEffects } from './effect.js';
import type { Options } from './options.js';

/** Lag of the Newey-West errors: a week. */
const LAGS = 7;

/** What a method says of the change, in the unit of the measure; `se` and the interval are those of the total. */
export interface MethodResult extends Interval {
  readonly method: 'ar1' | 'newey-west' | 'before-after' | 'difference-in-differences';
  readonly perDay: number;
  readonly total: number;
  readonly relative: number | null;
  readonly error: number | null;
  readonly p: number | null;
}

/** The days of one change, and what every method says of it. */
export interface Analysis {
  readonly change: string;
  readonly days: readonly Day[];
  readonly values: readonly number[];
  readonly series: DailySeries;
  readonly results: readonly MethodResult[];
  readonly fit: PraisWinsten | null;
  /** Every measure on the log scale, the one asked for first. */
  readonly effects: readonly ChangeEffect[];
  /** By day: what the model says, and what it expects had nothing been changed, with its interval. */
  readonly fitted: readonly (number | null)[];
  readonly expected: readonly (Interval & { readonly value: number })[];
  readonly placebos: readonly { readonly day: string; readonly perDay: number; readonly p: number | null }[];
  /** Of the difference to the control before the change, a day. */
  readonly trendBefore: Estimate | null;
}

/** Why a change is not analysed. */
export interface NotAnalysed {
  readonly change: string;
  readonly why: string;
}

const weekday = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7;

/** The complete days between the neighbouring changes, at most `--window` on each side. */
function windowOf(all: readonly Day[], change: string, { changes, window }: Options): readonly Day[] {
  const at = changes.indexOf(change);
  const from = Math.max(
    at > 0 ? dayNumber(changes[at - 1]!) : -Infinity,
    window === null ? -Infinity : dayNumber(change) - window,
  );
  const to = Math.min(
    at + 1 < changes.length ? dayNumber(changes[at + 1]!) : Infinity,
    window === null ? Infinity : dayNumber(change) + window,
  );
  return all.filter(({ day }) => dayNumber(day) >= from && dayNumber(day) < to);
}

function segmented(
  method: 'ar1' | 'newey-west',
  series: DailySeries,
  fit: Regression,
  confidence: number,
): MethodResult {
  const { total, perDay, relative } = seriesEffect(series, fit, confidence);
  return {
    method,
    perDay,
    total: total.value,
    relative,
    error: total.error,
    low: total.low,
    high: total.high,
    p: total.p,
  };
}

function beforeAfter(values: readonly number[], { changeDay }: DailySeries, confidence: number): MethodResult[] {
  const after = values.length - changeDay;
  const [before, later] = [sampleOf(values.slice(0, changeDay)), sampleOf(values.slice(changeDay))];
  const test = welchOfSamples(before, later, confidence);
  if (before.mean === null || later.mean === null) return [];
  const perDay = later.mean - before.mean;
  const scale = (value: number | null): number | null => (value === null ? null : value * after);
  return [
    {
      ...{ method: 'before-after', perDay, total: perDay * after, p: test.p },
      relative: before.mean === 0 ? null : perDay / before.mean,
      error: test.t === null || test.t === 0 ? null : Math.abs((perDay * after) / test.t),
      ...{ low: scale(test.low), high: scale(test.high) },
    },
  ];
}

/** What the model expects on each day without the change, with the error of that expectation. */
function expectation(series: DailySeries, fit: Regression, confidence: number): Analysis['expected'] {
  const columns = seriesColumns({ ...series, changeDay: series.days });
  return withoutChange(series, fit).map((value, t) => {
    const { low, high } = contrast(
      fit,
      columns.map((column) => column[t]!),
      confidence,
    );
    return { value, low, high };
  });
}

function placebos(
  days: readonly Day[],
  values: readonly number[],
  { changeDay, firstWeekday }: DailySeries,
  confidence: number,
) {
  return placeboDays(changeDay).flatMap((placebo) => {
    const series = { days: changeDay, firstWeekday, changeDay: placebo };
    const fit = praisWinsten(seriesColumns(series), values.slice(0, changeDay));
    if (fit === null) return [];
    const { total, perDay } = seriesEffect(series, fit, confidence);
    return [{ day: days[placebo]!.day, perDay, p: total.p }];
  });
}

/** Analyses one change alone; or says why that cannot be done. */
export function analyse(all: readonly Day[], change: string, options: Options): Analysis | NotAnalysed {
  const { confidence, control } = options;
  const days = windowOf(all, change, options);
  const changeDay = days.filter(({ day }) => day < change).length;
  const why = (text: string): NotAnalysed => ({ change, why: text });
  if (days.length === 0) return why('the log has no complete day around it');
  if (changeDay < 14 || days.length - changeDay < 7)
    return why(
      `${changeDay} complete days before it and ${days.length - changeDay} after it are too few (14 and 7 are needed)`,
    );
  const read = days.map((day) => measured(day, options.measure));
  const empty = read.filter((value) => value === null).length;
  if (empty > 0)
    return why(`${empty} of ${days.length} days have no order, hence no average; take --measure net_revenue or orders`);
  const values = read.map((value) => value!);
  const series = { days: days.length, firstWeekday: weekday(days[0]!.day), changeDay };
  const columns = seriesColumns(series);
  const fit = praisWinsten(columns, values);
  const robust = neweyWest(columns, values, LAGS);
  const controls = days.map((day) => measured(day.control, options.measure) ?? 0);
  const apart = control === null ? null : differenceInDifferences(values, controls, changeDay, LAGS, confidence);
  const after = days.length - changeDay;
  return {
    ...{ change, days, values, series, fit },
    effects: changeEffects(days, change, options),
    results: [
      ...(fit === null ? [] : [segmented('ar1', series, fit, confidence)]),
      ...(robust === null ? [] : [segmented('newey-west', series, robust, confidence)]),
      ...beforeAfter(values, series, confidence),
      ...(apart === null
        ? []
        : [
            {
              method: 'difference-in-differences' as const,
              ...{ perDay: apart.effect.value, total: apart.effect.value * after, relative: null, p: apart.effect.p },
              error: apart.effect.error * after,
              low: apart.effect.low === null ? null : apart.effect.low * after,
              high: apart.effect.high === null ? null : apart.effect.high * after,
            },
          ]),
    ],
    fitted:
      fit === null
        ? values.map(() => null)
        : values.map((_, t) => fit.coefficients.reduce((sum, b, c) => sum + b * columns[c]![t]!, 0)),
    expected: fit === null ? [] : expectation(series, fit, confidence),
    placebos: placebos(days, values, series, confidence),
    trendBefore: apart?.trendBefore ?? null,
  };
}
