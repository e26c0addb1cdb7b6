import { type ClusterSums, scaledScores } from './clustered-mean.js';
import { ratio, rootOfRatio } from './exact.js';
import { CENTS, type Interval, tInterval } from './mean.js';

/**
 * A discount level's exposure and sales, by patient: `n` = sum of the time at the level in whole units (days, say), `sum` =
 * sum of net cents, `clusters` = patients, and the sums over patients of cents^2, time*cents and time^2. `orders` counted.
 */
export interface ExposureSums extends ClusterSums {
  readonly orders: bigint;
}

/** What a level earns in the time that patients spend at it; money, orders and patient-months. */
export interface ExposureRate extends Interval {
  readonly patientMonths: number;
  readonly netRevenue: number;
  readonly aov: number | null;
  readonly ordersPerPatientMonth: number | null;
  readonly revenuePerPatientMonth: number | null;
  readonly error: number | null;
}

/** A month is 30.4375 days = 487/16, a twelfth of a Julian year. */
const MONTH = { numerator: 487n, denominator: 16n };

/**
 * `ExposureSums` per level as SQL: `level`, `patients`, `units`, `orders`, `cents`, `cents2`, `units_cents`, `units2`, by
 * level, whole numbers as HUGEINT. `exposures` stands after FROM, with any number of stretches for a patient: `level`,
 * `patient`, `units` of time, `orders` and `cents` in it (integers).
 */
export function exposureSumsSql(exposures: string): string {
  const columns = ['units', 'orders', 'cents'].map((name) => `CAST(sum(${name}) AS HUGEINT) AS ${name}`);
  return `SELECT "level", count(*) AS patients, sum(units) AS units, sum(orders) AS orders, sum(cents) AS cents,
  sum(cents * cents) AS cents2, sum(units * cents) AS units_cents, sum(units * units) AS units2
FROM (SELECT "level", patient, ${columns.join(', ')} FROM ${exposures} GROUP BY "level", patient)
GROUP BY "level" ORDER BY "level"`;
}

/**
 * Revenue per patient-month, R = sum y / sum e with e = days/30.4375 and y the patient's net revenue; error
 * sqrt(G/(G-1) * sum (y_i - R*e_i)^2) / sum e, one rounding each; t interval with G - 1 degrees. `unitsPerDay` says in what
 * the time is counted (1 for days, 86400000 for milliseconds). Rates are null without exposure, the error below two
 * patients, the AOV without orders. Source: linearised ratio (Cochran 1977), vector `sweet-spot`.
 */
export function exposureRate(sums: ExposureSums, unitsPerDay: bigint, confidence: number): ExposureRate {
  const { n, sum, orders, clusters } = sums;
  const month = MONTH.numerator * unitsPerDay;
  const error =
    clusters < 2n
      ? null
      : rootOfRatio(
          clusters * scaledScores(sums) * month ** 2n,
          (clusters - 1n) * n ** 4n * (MONTH.denominator * CENTS) ** 2n,
        );
  const rate = ratio(sum * month, n * MONTH.denominator * CENTS);
  return {
    patientMonths: ratio(n * MONTH.denominator, month)!,
    netRevenue: ratio(sum, CENTS)!,
    aov: ratio(sum, orders * CENTS),
    ordersPerPatientMonth: ratio(orders * month, n * MONTH.denominator),
    revenuePerPatientMonth: rate,
    error,
    ...tInterval(rate, error, Number(clusters) - 1, confidence),
  };
}
