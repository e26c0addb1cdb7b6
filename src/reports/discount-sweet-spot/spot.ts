import { compareLevels, type LevelVerdict, marginalRates, reducedReturnsFrom } from '../../statistics/best-level.js';
import { ratio } from '../../statistics/exact.js';
import { type ExposureRate, exposureRate } from '../../statistics/exposure-rate.js';
import { CENTS } from '../../statistics/mean.js';
import { type QuadraticPeak, quadraticPeak } from '../../statistics/quadratic-peak.js';
import type { Exposure } from './exposure.js';
import type { Options } from './options.js';

/** Levels that an answer needs. */
export const LEVELS_NEEDED = 3;

const DAY = 86_400_000n;

/** A level with its rate and how it stands to the best one. */
export interface SpotLevel extends Exposure, ExposureRate, Pick<LevelVerdict, 'verdict' | 'z' | 'pHolm'> {
  /** Percentage points. */
  readonly percent: number;
  readonly enough: boolean;
  readonly marginal: number | null;
  readonly marginPerPatientMonth: number | null;
}

/** All levels of a practitioner (or of all), and what they say together. */
export interface Spot {
  readonly practitioner: string;
  readonly levels: readonly SpotLevel[];
  /** Are there levels enough to say which one is best? */
  readonly answered: boolean;
  readonly best: number | null;
  /** The best level and those not shown to be worse, ascending. */
  readonly notWorse: readonly number[];
  readonly reducedFrom: number | null;
  readonly curve: QuadraticPeak | null;
}

/** Compares the levels of one practitioner; those in `exposures` ascending by level. */
export function spotOf(practitioner: string, exposures: readonly Exposure[], options: Options): Spot {
  const rated = exposures.map((one) => ({
    ...one,
    ...exposureRate(one.sums, DAY, options.confidence),
    percent: Number(one.level) / 100,
    enough: one.sums.orders >= BigInt(options.minOrders) && one.sums.clusters >= BigInt(options.minPatients),
  }));
  const rates = rated.map(({ percent, revenuePerPatientMonth, error, enough }) => ({
    ...{ level: percent, rate: revenuePerPatientMonth, error, enough },
  }));
  const verdicts = compareLevels(rates);
  const marginal = marginalRates(rates);
  const points = rates.flatMap(({ level, rate, error, enough }) =>
    enough && rate !== null && error !== null ? [{ level, value: rate, error }] : [],
  );
  const answered = rates.filter(({ enough }) => enough).length >= LEVELS_NEEDED;
  const notWorse = verdicts.filter(({ verdict }) => verdict === 'best' || verdict === 'not shown to be worse');
  return {
    practitioner,
    levels: rated.map((one, i) => ({
      ...one,
      ...{ verdict: verdicts[i]!.verdict, z: verdicts[i]!.z, pHolm: verdicts[i]!.pHolm, marginal: marginal[i]! },
      marginPerPatientMonth: one.margin === null ? null : ratio(one.margin * 487n * DAY, one.sums.n * 16n * CENTS),
    })),
    answered,
    best: verdicts.find(({ verdict }) => verdict === 'best')?.level ?? null,
    notWorse: notWorse.map(({ level }) => level),
    reducedFrom: reducedReturnsFrom(verdicts),
    curve: quadraticPeak(points, options.confidence),
  };
}
