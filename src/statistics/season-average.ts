import { tTwoSidedP } from './distributions.js';
import { fitLogSeries, type LogSeries, type LogSeriesFit } from './log-series.js';
import { tInterval } from './mean.js';
import { contrast, type Estimate } from './regression.js';

/** An effect on the log scale, and how likely a season is behind the series. */
export interface AveragedEffect extends Estimate {
  readonly df: number;
  /** Weight of the model with a season, from 0 to 1; 1 where the series is shorter than a year. */
  readonly season: number;
  /** The model with a season. */
  readonly fit: LogSeriesFit;
}

/** A series tells whether there is a season from a whole turn of it on. */
const YEAR = 365;
/** A season is taken to be twice as likely as none, before the data are seen. */
const ODDS = 2;
/** Standard deviation of the waves of a season that is there, where the two models are weighed, on the log scale. */
const USUAL_WAVE = 0.15;
/** Waves of which nothing is known beforehand. */
const OPEN = 1;

type Pair = readonly [readonly [number, number], readonly [number, number]];

/** Log density of a pair of normal values with mean 0, but for a constant. */
function logDensity([a, b]: readonly [number, number], [[aa, ab], [, bb]]: Pair): number {
  const determinant = aa * bb - ab * ab;
  return -0.5 * Math.log(determinant) - (0.5 * (bb * a * a - 2 * ab * a * b + aa * b * b)) / determinant;
}

/** How much likelier the first wave is under a season than under none. */
function evidence(fit: LogSeriesFit, first: number): number {
  const [i, j] = [first, first + 1];
  const wave = [fit.coefficients[i]!, fit.coefficients[j]!] as const;
  const [aa, ab, bb] = [fit.covariance[i]![i]!, fit.covariance[i]![j]!, fit.covariance[j]![j]!];
  const more = USUAL_WAVE ** 2;
  const none: Pair = [
    [aa, ab],
    [ab, bb],
  ];
  const some: Pair = [
    [aa + more, ab],
    [ab, bb + more],
  ];
  return Math.exp(Math.min(50, logDensity(wave, some) - logDensity(wave, none)));
}

/**
 * The coefficient of one term of a log series, averaged over two models, with a yearly season and without one, each weighed by how well it
 * fits: value = (1 - w)*b0 + w*b1, variance = within + between the two, t with the degrees of the model. Of less than a year
 * only the model with a season is used, whose waves then rest on their prior: seasons cannot be told apart, and the interval
 * says so. `span` in days. Null where the model cannot be fitted.
 * Source: Hoeting and others 1999 (Bayesian model averaging).
 */
export function averagedEffect(
  series: LogSeries,
  term: string,
  span: number,
  confidence: number,
): AveragedEffect | null {
  const fit = fitLogSeries(series);
  if (fit === null) return null;
  const weights = (terms: LogSeries['terms']): number[] => terms.map(({ name }) => (name === term ? 1 : 0));
  const seasonal = contrast(fit, weights(series.terms), confidence);
  const alone: AveragedEffect = { ...seasonal, df: fit.df, season: 1, fit };
  if (span < YEAR) return alone;
  const without = series.terms.filter(({ prior }) => prior === null);
  const open = series.terms.map((one) => (one.prior === null ? one : { ...one, prior: OPEN }));
  const plain = fitLogSeries({ ...series, terms: without });
  const free = fitLogSeries({ ...series, terms: open });
  if (plain === null || free === null) return alone;
  const base = contrast(plain, weights(without), confidence);
  const odds =
    ODDS *
    evidence(
      free,
      open.findIndex(({ prior }) => prior !== null),
    );
  const season = odds / (1 + odds);
  const value = (1 - season) * base.value + season * seasonal.value;
  const spread = (one: Estimate): number => one.error ** 2 + (one.value - value) ** 2;
  const error = Math.sqrt((1 - season) * spread(base) + season * spread(seasonal));
  const t = error === 0 ? null : value / error;
  return {
    value,
    error,
    t,
    p: t === null ? null : tTwoSidedP(t, fit.df),
    ...tInterval(value, error, fit.df, confidence),
    ...{ df: fit.df, season, fit },
  };
}
