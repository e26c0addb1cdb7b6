import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mannKendall } from '../../../src/statistics/mann-kendall.js';
import { median } from '../../../src/statistics/median.js';
import { relativeChanges, trailingMeans } from '../../../src/statistics/period-changes.js';
import { seasonalMannKendall } from '../../../src/statistics/seasonal-mann-kendall.js';
import { theilSen } from '../../../src/statistics/theil-sen.js';
import { CONFIDENCE, type Dictionary, hundredths, onInput, runVectors } from './vectors.js';

const MONTHS = 12;

function salesTrend(input: Dictionary) {
  const revenue = input.monthly_net_revenue as readonly number[];
  const months = revenue.map((value) => ({ total: BigInt(hundredths(value)), complete: true }));
  const line = theilSen(revenue, CONFIDENCE);
  const trend = mannKendall(revenue);
  const seasonal = seasonalMannKendall(revenue, MONTHS);
  return {
    month_over_month: relativeChanges(months, 1),
    year_over_year: relativeChanges(months, MONTHS),
    moving_average_3: trailingMeans(months, 3),
    mann_kendall: { ...trend, var_s: trend.variance },
    theil_sen: { ...line, slope_low: line.low, slope_high: line.high },
    seasonal_mann_kendall: seasonal && { ...seasonal, var_s: seasonal.variance },
  };
}

runVectors('sales-trend', onInput(salesTrend));

describe('changes between periods', () => {
  const periods = [
    { total: 0n, complete: true },
    { total: 20_000n, complete: false },
    { total: 10_000n, complete: true },
    { total: 15_000n, complete: true },
    { total: 5_000n, complete: true },
  ];

  test('are empty where the earlier period is missing, incomplete or 0', () => {
    expect(relativeChanges(periods, 1)).toEqual([null, null, null, 0.5, -2 / 3]);
  });

  test('and a mean only holds complete periods', () => {
    expect(trailingMeans(periods, 3)).toEqual([null, null, null, null, 100]);
  });
});

describe('trend', () => {
  test('of one value or none cannot be tested', () => {
    expect(mannKendall([7])).toMatchObject({ s: 0, z: null, p: null, tau: null });
    expect(theilSen([7], CONFIDENCE)).toEqual({ slope: null, intercept: null, low: null, high: null });
    expect(median([])).toBeNull();
    expect(seasonalMannKendall(Array(23).fill(1), MONTHS)).toBeNull();
  });

  test('of equal values is none', () => {
    expect(mannKendall([3, 3, 3, 3])).toEqual({ s: 0, variance: 0, z: 0, p: 1, tau: 0 });
    expect(theilSen([3, 3, 3, 3], CONFIDENCE)).toEqual({ slope: 0, intercept: 3, low: 0, high: 0 });
  });

  test('turns its sign with the series, and a straight line is found as it is', () => {
    const series = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(series, fc.integer({ min: -50, max: 50 }), (values, step) => {
        const [there, back] = [mannKendall(values), mannKendall(values.map((value) => -value))];
        expect(back.s).toBe(0 - there.s);
        expect(back.p).toBe(there.p);
        const line = theilSen(
          values.map((_, i) => 5 + step * i),
          CONFIDENCE,
        );
        expect(line).toEqual({ slope: step, intercept: 5, low: step, high: step });
      }),
    );
  });

  test('of a season is not the trend of its year', () => {
    // Every year the same saw: it rises within the year and not at all between years.
    const saw = Array.from({ length: 36 }, (_, i) => i % MONTHS);
    expect(mannKendall(saw).s).toBeGreaterThan(0);
    expect(seasonalMannKendall(saw, MONTHS)).toEqual({ s: 0, variance: 0, z: 0, p: 1, slope: 0 });
  });
});
