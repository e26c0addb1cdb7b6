import { firstAutocorrelation } from './autocorrelation.js';
import { fitColumns, type Matrix } from './least-squares.js';
import type { Regression } from './regression.js';

/** A column of the model: its values by day, and how far from 0 its coefficient may lie (null: anywhere). */
export interface SeriesTerm {
  readonly name: string;
  readonly values: readonly number[];
  /** Standard deviation of what is known of the coefficient beforehand, on the log scale. */
  readonly prior: number | null;
}

/** Values of days that count, in time order, none of them negative, not all 0. */
export interface LogSeries {
  readonly values: readonly number[];
  /** What each value rests on (orders behind an average); 1 for sums. */
  readonly weights?: readonly number[];
  /** The variance of a value goes with its expectation to this power: 1 for sums and counts, 2 for averages. */
  readonly power: 1 | 2;
  readonly terms: readonly SeriesTerm[];
}

/** The model of a series on the log scale: coefficients in the order of the terms. */
export interface LogSeriesFit extends Regression {
  /** First-order autocorrelation that was used. */
  readonly phi: number;
  /** What the model says of each day, in the unit of the values. */
  readonly means: readonly number[];
  /** What is left of each day, each with the variance 1 but for their autocorrelation. */
  readonly residuals: readonly number[];
}

const ROUNDS = 30;
const SETTLED = 1e-10;
/** The largest phi that is used: near 1 nothing could be told. */
const LARGEST_PHI = 0.95;

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Rows of one observation each, standing for what is known of a coefficient beforehand. */
function priorRows(terms: readonly SeriesTerm[], sigma: number): Matrix {
  return terms.map((term, column) =>
    terms.flatMap((other, row) => (other.prior === null ? [] : [row === column ? sigma / term.prior! : 0])),
  );
}

interface Working {
  readonly columns: Matrix;
  readonly response: readonly number[];
}

/** The linear model of the last round: each day times the root of its weight. */
function workingModel({ values, weights, power, terms }: LogSeries, means: readonly number[]): Working {
  const root = means.map((mean, t) => Math.sqrt((weights?.[t] ?? 1) * mean ** (2 - power)));
  return {
    columns: terms.map((term) => term.values.map((value, t) => value * root[t]!)),
    response: values.map((value, t) => root[t]! * (Math.log(means[t]!) + (value - means[t]!) / means[t]!)),
  };
}

function solve(working: Working, terms: readonly SeriesTerm[], sigma: number) {
  const rows = priorRows(terms, sigma);
  const extra = rows[0]?.length ?? 0;
  const columns = working.columns.map((column, i) => [...column, ...rows[i]!]);
  const fit = fitColumns(columns, [...working.response, ...Array.from({ length: extra }, () => 0)]);
  return fit === null ? null : { ...fit, residuals: fit.residuals.slice(0, working.response.length) };
}

function meansOf(terms: readonly SeriesTerm[], coefficients: readonly number[], length: number): number[] {
  return Array.from({ length }, (_, t) =>
    Math.exp(Math.min(700, total(terms.map(({ values }, i) => values[t]! * coefficients[i]!)))),
  );
}

/** Degrees of freedom: terms with a prior are known in part already, and take none. */
function degreesOf({ values, terms }: LogSeries): number {
  return values.length - terms.filter(({ prior }) => prior === null).length;
}

/** Iteratively reweighted least squares with a log link; null where it does not settle. */
function settle(series: LogSeries): { readonly means: readonly number[]; readonly sigma: number } | null {
  const { values, terms } = series;
  const centre = total(values) / values.length;
  let means: readonly number[] = values.map((value) => (value + centre) / 2);
  let sigma = Math.sqrt(centre);
  for (let round = 0; round < ROUNDS; round++) {
    const fit = solve(workingModel(series, means), terms, sigma);
    if (fit === null) return null;
    const next = meansOf(terms, fit.coefficients, values.length);
    if (next.some((mean) => !(mean > 0) || !Number.isFinite(mean))) return null;
    const moved = Math.max(...next.map((mean, t) => Math.abs(Math.log(mean / means[t]!))));
    means = next;
    sigma = Math.sqrt(total(fit.residuals.map((u) => u * u)) / degreesOf(series));
    if (!(sigma > 0)) return null;
    if (moved < SETTLED) return { means, sigma };
  }
  return { means, sigma };
}

function transform(values: readonly number[], phi: number): number[] {
  return values.map((value, t) => (t === 0 ? Math.sqrt(1 - phi * phi) * value : value - phi * values[t - 1]!));
}

/**
 * A daily series on the log scale: log E(y_t) = sum of terms, variance proportional to E(y_t)^power / weight (quasi-likelihood, log link,
 * iteratively reweighted least squares), then one step of Prais and Winsten on the weighted rows for neighbouring days that go
 * together, phi = min(0.95, max(0, r1 + (1 + 3*r1)/n)). A term with a `prior` is drawn to 0 as if one more observation said
 * so (the posterior of a normal prior), and its share of doubt stays in every error: a season that cannot be told from a trend
 * widens the interval of the trend. Errors are those of t with n - (terms without prior) degrees. Null where terms depend on each
 * other, days are too few, or nothing is left to explain.
 * Source: McCullagh and Nelder 1989, chapter 9; Prais and Winsten 1954; Theil and Goldberger 1961 (mixed estimation).
 */
export function fitLogSeries(series: LogSeries): LogSeriesFit | null {
  const { values, terms } = series;
  const df = degreesOf(series);
  if (df < 1 || total(values) <= 0) return null;
  const settled = settle(series);
  if (settled === null) return null;
  const working = workingModel(series, settled.means);
  const plain = solve(working, terms, settled.sigma);
  const r1 = plain === null ? null : firstAutocorrelation(plain.residuals);
  if (plain === null || r1 === null) return null;
  const phi = Math.min(LARGEST_PHI, Math.max(0, r1 + (1 + 3 * r1) / values.length));
  const whitened = {
    columns: working.columns.map((column) => transform(column, phi)),
    response: transform(working.response, phi),
  };
  let sigma = settled.sigma;
  for (let round = 0; ; round++) {
    const fit = solve(whitened, terms, sigma);
    if (fit === null) return null;
    const variance = total(fit.residuals.map((u) => u * u)) / df;
    if (!(variance > 0)) return null;
    const next = Math.sqrt(variance);
    if (round < ROUNDS && Math.abs(next / sigma - 1) > SETTLED) {
      sigma = next;
      continue;
    }
    const covariance = fit.inverse.map((row) => row.map((value) => variance * value));
    const means = meansOf(terms, fit.coefficients, values.length);
    return {
      coefficients: fit.coefficients,
      covariance,
      df,
      phi,
      means,
      residuals: plain.residuals.map((u) => u / sigma),
    };
  }
}

/** Days of a usual year. */
const YEAR = 365.2425;

/** Share by which sales of a shop of which less is known than two years are taken to swing over a year, up and down. */
export const USUAL_SEASON = 0.25;

/**
 * The terms of a daily series: constant, trend a year, days of the week (those that occur; the first is the base), and a yearly
 * wave, a half-yearly one from two years on. `days` are numbers of days since 1970-01-01 (Thursday), of the days that count.
 * The waves have a prior: with less than a year nothing else could tell a season from a trend.
 */
export function calendarTerms(days: readonly number[]): readonly SeriesTerm[] {
  const first = days[0]!;
  const span = days.at(-1)! - first + 1;
  const middle = (first + days.at(-1)!) / 2;
  const weekdays = [...new Set(days.map((day) => (day + 3) % 7))].sort((a, b) => a - b);
  const wave = (times: number, name: string, prior: number): SeriesTerm[] =>
    (['sin', 'cos'] as const).map((kind) => ({
      name: `${kind}-${name}`,
      values: days.map((day) => Math[kind]((2 * Math.PI * times * day) / YEAR)),
      prior,
    }));
  return [
    { name: 'constant', values: days.map(() => 1), prior: null },
    { name: 'trend', values: days.map((day) => (day - middle) / YEAR), prior: null },
    ...weekdays.slice(1).map((weekday) => ({
      name: `weekday-${weekday}`,
      values: days.map((day) => ((day + 3) % 7 === weekday ? 1 : 0)),
      prior: null,
    })),
    ...wave(1, 'year', USUAL_SEASON),
    ...(span >= 2 * YEAR ? wave(2, 'half-year', USUAL_SEASON / 2) : []),
  ];
}

/**
 * Which days the shop was closed: days without orders where at least `LEAST` were to be expected in a run of them (chance leaves such a
 * run empty in less than one of a thousand times), and weekdays that never have an order. `orders` of consecutive days, the
 * first of them the day number `first`.
 */
export function closedDays(orders: readonly number[], first: number): readonly boolean[] {
  const weekday = (t: number): number => (first + t + 3) % 7;
  const sums = Array.from({ length: 7 }, () => ({ orders: 0, days: 0 }));
  for (const [t, n] of orders.entries()) {
    const sum = sums[weekday(t)]!;
    sum.orders += n;
    sum.days += 1;
  }
  const usual = sums.map((sum) => (sum.days === 0 ? 0 : sum.orders / sum.days));
  const closed = orders.map((n, t) => n === 0 && usual[weekday(t)] === 0);
  for (let from = 0; from < orders.length; from++) {
    if (orders[from] !== 0) continue;
    let to = from;
    let expected = 0;
    while (to < orders.length && orders[to] === 0) expected += usual[weekday(to++)]!;
    if (expected >= LEAST) closed.fill(true, from, to);
    from = to;
  }
  return closed;
}

/** -log of a thousandth: orders expected of a run of days that chance leaves without any in one of a thousand times. */
const LEAST = 7;
