import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kruskalWallis } from '../../../src/statistics/kruskal-wallis.js';
import { median } from '../../../src/statistics/median.js';
import { deviationOf, meanInterval, sampleOf } from '../../../src/statistics/sample.js';
import { welchOfSamples, welchTest } from '../../../src/statistics/welch.js';
import { welchAnova } from '../../../src/statistics/welch-anova.js';
import { CONFIDENCE, type Dictionary, onInput, runVectors } from './vectors.js';

function practitionerType(input: Dictionary) {
  const types = Object.entries(
    input.practitioner_aov_by_type as unknown as Readonly<Record<string, readonly number[]>>,
  );
  const samples = types.map(([, values]) => sampleOf(values));
  return {
    types: types.map(([type, values], i) => {
      const sample = samples[i]!;
      const { low, high } = meanInterval(sample, CONFIDENCE);
      return { type, ...sample, median: median(values), sd: deviationOf(sample), ci_low: low, ci_high: high };
    }),
    welch_anova: welchAnova(samples),
    kruskal_wallis: kruskalWallis(types.map(([, values]) => values)),
  };
}

runVectors('practitioner-type', onInput(practitionerType));

describe('tests between groups of units', () => {
  test('cannot be made of one group, of an empty one, or where nothing varies', () => {
    const [some, same] = [sampleOf([1, 2, 4]), sampleOf([3, 3, 3])];
    expect(welchAnova([some])).toBeNull();
    expect(welchAnova([some, same])).toBeNull();
    expect(welchAnova([some, sampleOf([5])])).toBeNull();
    expect(kruskalWallis([[1, 2]])).toBeNull();
    expect(kruskalWallis([[1, 2], []])).toBeNull();
    expect(kruskalWallis([[3, 3], [3]])).toBeNull();
    expect(meanInterval(sampleOf([5]), CONFIDENCE)).toEqual({ low: null, high: null });
    expect(sampleOf([])).toEqual({ n: 0, mean: null, variance: null });
  });

  const units = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 2, maxLength: 30 });

  test('of two groups: the analysis of variance is the square of the t test', () => {
    fc.assert(
      fc.property(units, units, (a, b) => {
        fc.pre(new Set(a).size > 1 && new Set(b).size > 1);
        const [one, two] = [sampleOf(a), sampleOf(b)];
        const test = welchOfSamples(one, two, CONFIDENCE);
        const anova = welchAnova([one, two])!;
        expect(Math.abs(anova.f - test.t! ** 2)).toBeLessThan(1e-9 * Math.max(1, anova.f));
        expect(Math.abs(anova.df2 - test.df!)).toBeLessThan(1e-9 * anova.df2);
        expect(Math.abs(anova.p - test.p!)).toBeLessThan(1e-9);
      }),
    );
  });

  test('of two groups: floats and exact sums in cents say the same', () => {
    const sums = (values: readonly number[]) => {
      const cents = values.map(BigInt);
      const power = (exponent: bigint) => cents.reduce((sum, value) => sum + value ** exponent, 0n);
      return { n: BigInt(values.length), sum: power(1n), sum2: power(2n), sum3: power(3n) };
    };
    fc.assert(
      fc.property(units, units, (a, b) => {
        fc.pre(new Set(a).size > 1);
        const money = (values: readonly number[]) => sampleOf(values.map((value) => value / 100));
        const exact = welchTest(sums(a), sums(b), CONFIDENCE);
        const rounded = welchOfSamples(money(a), money(b), CONFIDENCE);
        for (const name of ['t', 'df', 'p', 'low', 'high'] as const)
          expect(Math.abs(rounded[name]! - exact[name]!)).toBeLessThan(1e-8 * Math.max(1, Math.abs(exact[name]!)));
      }),
    );
  });

  test('of ranks do not change when all values are stretched', () => {
    fc.assert(
      fc.property(units, units, (a, b) => {
        const stretch = (values: readonly number[]) => values.map((value) => value ** 3 + 7);
        expect(kruskalWallis([stretch(a), stretch(b)])).toEqual(kruskalWallis([a, b]));
      }),
    );
  });
});
