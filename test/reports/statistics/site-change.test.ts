import { describe, expect, test } from 'vitest';
import { durbinWatson, firstAutocorrelation } from '../../../src/statistics/autocorrelation.js';
import { differenceInDifferences } from '../../../src/statistics/difference-in-differences.js';
import {
  placeboDays,
  SERIES_TERMS,
  seriesColumns,
  seriesEffect,
  withoutChange,
} from '../../../src/statistics/interrupted-series.js';
import { fitColumns } from '../../../src/statistics/least-squares.js';
import { neweyWest } from '../../../src/statistics/newey-west.js';
import { praisWinsten } from '../../../src/statistics/prais-winsten.js';
import { type Estimate, estimates, type Regression } from '../../../src/statistics/regression.js';
import { sampleOf } from '../../../src/statistics/sample.js';
import { welchOfSamples } from '../../../src/statistics/welch.js';
import { CONFIDENCE, type Dictionary, onInput, runVectors } from './vectors.js';

const DAY = 86_400_000;

interface SiteInput {
  readonly first_day: string;
  readonly change_day: string;
  readonly daily_net_revenue: readonly number[];
  readonly daily_net_revenue_control: readonly number[];
  readonly lags: number;
}

const byTerm = (made: readonly Estimate[], pick: (one: Estimate) => number | null) =>
  Object.fromEntries(SERIES_TERMS.map((term, i) => [term, pick(made[i]!)]));

function segmented(series: Parameters<typeof seriesEffect>[0], fit: Regression) {
  const made = estimates(fit, CONFIDENCE);
  const { total, counterfactual, relative } = seriesEffect(series, fit, CONFIDENCE);
  return {
    coef: byTerm(made, ({ value }) => value),
    se: byTerm(made, ({ error }) => error),
    t: byTerm(made, ({ t }) => t),
    p: byTerm(made, ({ p }) => p),
    df: fit.df,
    cumulative_effect: total.value,
    cumulative_se: total.error,
    cumulative_p: total.p,
    cumulative_ci_low: total.low,
    cumulative_ci_high: total.high,
    counterfactual_sum: counterfactual,
    relative_effect: relative,
  };
}

function beforeAfter(y: readonly number[], changeDay: number) {
  const [before, after] = [sampleOf(y.slice(0, changeDay)), sampleOf(y.slice(changeDay))];
  const { t, df, p } = welchOfSamples(before, after, CONFIDENCE);
  const means = { mean_pre: before.mean, mean_post: after.mean, difference: after.mean! - before.mean! };
  return { ...means, welch_t: t, welch_df: df, welch_p: p };
}

function siteChange(input: Dictionary) {
  const given = input as unknown as SiteInput;
  const { daily_net_revenue: y, daily_net_revenue_control: control, lags } = given;
  const [first, change] = [Date.parse(given.first_day), Date.parse(given.change_day)];
  const changeDay = (change - first) / DAY;
  const series = { days: y.length, firstWeekday: new Date(first).getUTCDay() || 7, changeDay };
  const columns = seriesColumns(series);
  const ar1 = praisWinsten(columns, y)!;
  const apart = differenceInDifferences(y, control, changeDay, lags, CONFIDENCE)!;
  const { value, error, t, p } = apart.effect;
  return {
    interrupted_time_series: {
      ...segmented(series, neweyWest(columns, y, lags)!),
      durbin_watson: durbinWatson(fitColumns(columns, y)!.residuals),
      pre_post: beforeAfter(y, changeDay),
    },
    ar1_errors: { r1: ar1.r1, phi: ar1.phi, ...segmented(series, ar1) },
    difference_in_differences: { effect_per_day: value, se: error, t, df: apart.df, p },
  };
}

runVectors('site-change', onInput(siteChange));

describe('a series with a change', () => {
  // Ten weeks from a Wednesday, the change on day 49: a level of 30 and 2 more each day, on a week with its own pattern.
  const series = { days: 70, firstWeekday: 3, changeDay: 49 };
  const WEEK = [0, 5, 3, 8, 20, -10, -30];
  const base = Array.from({ length: series.days }, (_, t) => 100 + 0.5 * t + WEEK[(2 + t) % 7]!);
  const changed = base.map((value, t) => (t < 49 ? value : value + 30 + 2 * (t - 49)));

  test('gives back what was put in, and what would have been', () => {
    const fit = neweyWest(seriesColumns(series), changed, 7)!;
    [100, 0.5, 30, 2, ...WEEK.slice(1)].forEach((value, i) => {
      expect(fit.coefficients[i]).toBeCloseTo(value, 9);
    });
    const { total, perDay, counterfactual, relative } = seriesEffect(series, fit, CONFIDENCE);
    // 21 days: 21*30 + 2*(0 + .. + 20).
    expect(total.value).toBeCloseTo(1050, 7);
    expect(perDay).toBeCloseTo(50, 8);
    const expected = base.slice(49).reduce((sum, value) => sum + value, 0);
    expect(counterfactual).toBeCloseTo(expected, 7);
    expect(relative).toBeCloseTo(1050 / expected, 9);
    withoutChange(series, fit).forEach((value, t) => {
      expect(value).toBeCloseTo(base[t]!, 8);
    });
  });

  test('that is fitted without rest has no error to speak of, and none is made up', () => {
    expect(praisWinsten(seriesColumns(series), changed)).toBeNull();
    const flat = Array(series.days).fill(0);
    expect(praisWinsten(seriesColumns(series), flat)).toBeNull();
    expect(seriesEffect(series, neweyWest(seriesColumns(series), flat, 7)!, CONFIDENCE)).toMatchObject({
      total: { value: 0, error: 0, t: null, p: null },
      relative: null,
    });
    // 1000/3 is no double, so that residuals are not exactly 0.
    const third = neweyWest(seriesColumns(series), Array(series.days).fill(1000 / 3), 7)!;
    expect(estimates(third, CONFIDENCE).map(({ t }) => t)).toEqual(SERIES_TERMS.map(() => null));
    expect(firstAutocorrelation([0, 0])).toBeNull();
    expect(durbinWatson([0, 0])).toBeNull();
  });

  test('that is too short cannot be analysed', () => {
    const short = { days: 10, firstWeekday: 1, changeDay: 5 };
    expect(neweyWest(seriesColumns(short), base.slice(0, 10), 7)).toBeNull();
    expect(praisWinsten(seriesColumns(short), base.slice(0, 10))).toBeNull();
    expect(differenceInDifferences([1, 2, 3], [1, 1, 1], 2, 7, CONFIDENCE)).toBeNull();
  });

  test('has placebo dates inside the days before it', () => {
    expect(placeboDays(56)).toEqual([14, 28, 42]);
    expect(placeboDays(2)).toEqual([1]);
  });
});

describe('errors of a series', () => {
  // Hand-worked: y = 1, 2, 4, 9 about a constant; mean 4, residuals -3, -2, 0, 5, sum of squares 38.
  const y = [1, 2, 4, 9];
  const one = [y.map(() => 1)];

  test('without lags are those that allow for unequal variances, with them those of Newey and West', () => {
    // V = n/(n-1) * S / n^2; S = 38, and with one lag 38 + 2*(1/2)*(6 + 0 + 0).
    expect(neweyWest(one, y, 0)!.covariance[0]![0]).toBeCloseTo(((4 / 3) * 38) / 16, 12);
    expect(neweyWest(one, y, 1)!.covariance[0]![0]).toBeCloseTo(((4 / 3) * 44) / 16, 12);
  });

  test('of one step: autocorrelation 6/38, Durbin-Watson (1 + 4 + 25)/38, phi with its correction', () => {
    const made = praisWinsten(one, y)!;
    expect(made.r1).toBeCloseTo(6 / 38, 12);
    expect(made.durbinWatson).toBeCloseTo(30 / 38, 12);
    expect(made.phi).toBeCloseTo(6 / 38 + (1 + 18 / 38) / 4, 12);
    // Generalised least squares of a constant with AR(1): ends count 1, inner values 1 - phi.
    const inner = 1 - made.phi;
    expect(made.coefficients[0]).toBeCloseTo((1 + inner * (2 + 4) + 9) / (2 + 2 * inner), 12);
  });

  test('of a difference to a control that moves alike are those of the difference', () => {
    const control = Array.from({ length: 40 }, (_, t) => 50 + 10 * Math.sin(t));
    const series = control.map((value, t) => value + (t % 2) + (t < 20 ? 0 : 7));
    const made = differenceInDifferences(series, control, 20, 7, CONFIDENCE)!;
    expect(made.effect.value).toBeCloseTo(7, 10);
    expect(made.df).toBe(38);
    expect(made.trendBefore!.p).toBeGreaterThan(0.05);
  });
});
