import { describe, expect, test } from 'vitest';
import {
  compareLevels,
  type LevelRate,
  marginalRates,
  reducedReturnsFrom,
} from '../../../src/statistics/best-level.js';
import { exposureRate, exposureSumsSql } from '../../../src/statistics/exposure-rate.js';
import { quadraticPeak } from '../../../src/statistics/quadratic-peak.js';
import { query, rowsSql } from './engine.js';
import { CONFIDENCE, type Dictionary, hundredths, onInput, runVectors } from './vectors.js';

interface Exposure {
  readonly discount_pct: number;
  readonly patient_id: number;
  readonly days: number;
  readonly orders: number;
  readonly net_revenue: number;
}

const COLUMNS = { level: 'INTEGER', patient: 'BIGINT', units: 'BIGINT', orders: 'BIGINT', cents: 'BIGINT' };

/** Rates by level out of the shipped SQL; levels in hundredths of a percentage point there. */
async function ratesOf(exposures: readonly Exposure[], unitsPerDay = 1n) {
  const rows = exposures.map((one) => [
    String(hundredths(one.discount_pct)),
    String(one.patient_id),
    String(BigInt(one.days) * unitsPerDay),
    String(one.orders),
    String(hundredths(one.net_revenue)),
  ]);
  const sums = await query(exposureSumsSql(rowsSql(COLUMNS, rows)));
  return sums.map((row) => {
    const at = (name: string): bigint => row[name] as bigint;
    const terms = { sumYY: at('cents2'), sumNY: at('units_cents'), sumNN: at('units2') };
    const level = { n: at('units'), sum: at('cents'), clusters: at('patients'), orders: at('orders'), ...terms };
    const rate = exposureRate(level, unitsPerDay, CONFIDENCE);
    return { ...rate, level: Number(row.level) / 100, patients: Number(at('patients')), orders: Number(at('orders')) };
  });
}

type Rates = Awaited<ReturnType<typeof ratesOf>>;

const comparable = (rates: Rates): LevelRate[] =>
  rates.map(({ level, revenuePerPatientMonth: rate, error }) => ({ level, rate, error, enough: true }));

function curveOf(rates: Rates) {
  const points = rates.flatMap(({ level, revenuePerPatientMonth: value, error }) =>
    value === null || error === null ? [] : [{ level, value, error }],
  );
  const made = quadraticPeak(points, CONFIDENCE);
  if (made === null) return null;
  const [b0, b1, b2] = made.coefficients;
  const peak = { peak_pct: made.peak, peak_se: made.peakError, peak_low: made.low, peak_high: made.high };
  return { b0, b1, b2, se_b2: made.curvatureError, z_b2: made.curvatureZ, ...peak, peak_reported: made.reported };
}

async function sweetSpot(input: Dictionary) {
  const rates = await ratesOf(input.exposure as unknown as readonly Exposure[]);
  const verdicts = compareLevels(comparable(rates));
  const notWorse = verdicts.filter(({ verdict }) => verdict === 'best' || verdict === 'not shown to be worse');
  return {
    levels: rates.map((one) => ({
      ...one,
      discount_pct: one.level,
      patient_months: one.patientMonths,
      net_revenue: one.netRevenue,
      orders_per_patient_month: one.ordersPerPatientMonth,
      revenue_per_patient_month: one.revenuePerPatientMonth,
      se: one.error,
    })),
    quadratic: curveOf(rates),
    best_level: verdicts.find(({ verdict }) => verdict === 'best')?.level ?? null,
    not_worse_than_best: notWorse.map(({ level }) => level),
    lowest_not_worse: notWorse[0]?.level ?? null,
    tests: verdicts
      .filter(({ verdict }) => verdict !== 'best')
      .map(({ level, z, p, pHolm }) => ({ discount_pct: level, z, p, p_holm: pHolm })),
  };
}

runVectors('sweet-spot', onInput(sweetSpot));

const exposure = (patient: number, days: number, orders: number, revenue: number): Exposure => ({
  discount_pct: 5,
  patient_id: patient,
  days,
  orders,
  net_revenue: revenue,
});

describe('revenue per patient-month', () => {
  test('adds a patient up over several stretches, and is the same in other units of time', async () => {
    const once = [exposure(1, 60, 2, 120.5), exposure(2, 30, 1, 40)];
    const twice = [exposure(1, 20, 2, 120.5), exposure(1, 40, 0, 0), exposure(2, 30, 1, 40)];
    const [rate] = await ratesOf(once);
    expect((await ratesOf(twice))[0]).toEqual(rate);
    expect((await ratesOf(once, 86_400_000n))[0]).toEqual(rate);
    // 160.5 in 90 days; residuals y - R*e are 120.5 - 107 and 40 - 53.5.
    expect(rate!.revenuePerPatientMonth).toBeCloseTo((160.5 / 90) * 30.4375, 10);
    expect(rate!.error).toBeCloseTo((Math.sqrt(2 * 2 * 13.5 ** 2) / 90) * 30.4375, 10);
    expect(rate).toMatchObject({ patients: 2, orders: 3, aov: 53.5, netRevenue: 160.5 });
  });

  test('of one patient has no error, of no time no rate', async () => {
    const [one] = await ratesOf([exposure(1, 60, 0, 0)]);
    expect(one).toMatchObject({ revenuePerPatientMonth: 0, aov: null, error: null, low: null, high: null });
    const [none] = await ratesOf([exposure(1, 0, 1, 10), exposure(2, 0, 0, 0)]);
    expect(none).toMatchObject({ patientMonths: 0, revenuePerPatientMonth: null, error: null, low: null });
    expect(await ratesOf([])).toEqual([]);
  });
});

describe('the best level', () => {
  const levels: readonly LevelRate[] = [
    { level: 0, rate: 100, error: 3, enough: true },
    { level: 5, rate: 900, error: 5, enough: false },
    { level: 10, rate: 130, error: 4, enough: true },
    { level: 15, rate: 128, error: 3, enough: true },
    { level: 20, rate: 110, error: 3, enough: true },
    { level: 25, rate: null, error: null, enough: true },
  ];

  test('is the best of those with enough orders, and not the only one that may be', () => {
    const made = compareLevels(levels);
    const verdicts = made.map(({ verdict }) => verdict);
    expect(verdicts).toEqual(['worse', 'too few', 'best', 'not shown to be worse', 'worse', 'too few']);
    // Errors 3 and 4 make 5.
    expect(made.map(({ z }) => z)).toEqual([6, null, null, 0.4, 4, null]);
    expect(reducedReturnsFrom(made)).toBe(20);
    expect(reducedReturnsFrom(made.slice(0, 4))).toBeNull();
    expect(reducedReturnsFrom([])).toBeNull();
  });

  test('of equal ones is the lowest', () => {
    const equal = [5, 10].map((level) => ({ level, rate: 7, error: 0, enough: true }));
    expect(compareLevels(equal).map(({ verdict, p }) => [verdict, p])).toEqual([
      ['best', null],
      ['not shown to be worse', null],
    ]);
  });

  test('is approached by margins per percentage point', () => {
    expect(marginalRates(levels)).toEqual([null, 160, -154, -0.4, -3.6, null]);
  });
});

describe('the peak of a curve', () => {
  const parabola = (from: number, to: number, error: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => ({ level: from + i, value: 50 - 2 * (from + i - 6) ** 2, error }));

  test('is where the parabola turns', () => {
    const made = quadraticPeak(parabola(2, 9, 0.5), CONFIDENCE)!;
    [50 - 72, 24, -2].forEach((value, i) => {
      expect(made.coefficients[i]).toBeCloseTo(value, 9);
    });
    expect(made.peak).toBeCloseTo(6, 9);
    expect(made.reported).toBe(true);
  });

  test('is not told outside the levels, of too few of them, or where the curve is not shown to be one', () => {
    expect(quadraticPeak(parabola(7, 12, 0.5), CONFIDENCE)).toMatchObject({ reported: false });
    expect(quadraticPeak(parabola(4, 7, 0.01), CONFIDENCE)).toMatchObject({ reported: false });
    expect(quadraticPeak(parabola(2, 9, 500), CONFIDENCE)).toMatchObject({ reported: false });
    expect(quadraticPeak(parabola(2, 3, 1), CONFIDENCE)).toBeNull();
    expect(quadraticPeak(parabola(2, 9, 0), CONFIDENCE)).toBeNull();
  });
});
