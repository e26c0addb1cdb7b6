import { tQuantile } from '../../statistics/distributions.js';
import { holm } from '../../statistics/holm.js';
import { type KruskalWallis, kruskalWallis } from '../../statistics/kruskal-wallis.js';
import { sampleOf } from '../../statistics/sample.js';
import { type WelchTest, welchOfSamples } from '../../statistics/welch.js';
import { type WelchAnova, welchAnova } from '../../statistics/welch-anova.js';
import type { Options } from './options.js';
import { NONE, UNKNOWN, type Unit } from './units.js';

/** What practitioners are compared by. */
export interface Measure {
  readonly name: 'aov' | 'orders_per_month' | 'revenue_per_month' | 'repeat_share';
  readonly words: string;
  readonly unit: 'money' | 'number' | 'share';
  readonly of: (unit: Unit) => number | null;
}

/** In the order in which they are told. */
export const MEASURES: readonly Measure[] = [
  { name: 'aov', words: 'average order value', unit: 'money', of: ({ aov }) => aov },
  {
    name: 'orders_per_month',
    words: 'orders per active month',
    unit: 'number',
    of: ({ ordersPerMonth }) => ordersPerMonth,
  },
  {
    name: 'revenue_per_month',
    words: 'net revenue per active month',
    unit: 'money',
    of: ({ revenuePerMonth }) => revenuePerMonth,
  },
  { name: 'repeat_share', words: 'repeat share', unit: 'share', of: ({ repeatShare }) => repeatShare },
];

/** Two types by one measure, the second minus the first; `pHolm` only where there are three types or more. */
export interface PairTest extends WelchTest {
  readonly from: string;
  readonly to: string;
  readonly difference: number;
  readonly pHolm: number | null;
}

/** The tests of one measure over the types with enough practitioners. */
export interface MeasureTests {
  readonly measure: Measure;
  readonly types: readonly string[];
  readonly anova: WelchAnova | null;
  readonly ranks: KruskalWallis | null;
  readonly pairs: readonly PairTest[];
  /** The largest difference between two types that still fits the data, all pairs looked at together, in the unit of the measure; null where none can be told. */
  readonly ruledOutAbove: number | null;
}

/** Values of the used practitioners of a type by a measure; those who have none are left out. */
export function valuesOf(units: readonly Unit[], type: string, measure: Measure): number[] {
  return units.flatMap((unit) => {
    const value = unit.used && unit.type === type ? measure.of(unit) : null;
    return value === null ? [] : [value];
  });
}

function pairsOf(groups: readonly (readonly [string, number[]])[], confidence: number): PairTest[] {
  const pairs = groups.flatMap(([from, first], i) =>
    groups.slice(i + 1).map(([to, second]) => {
      const [a, b] = [sampleOf(first), sampleOf(second)];
      return { from, to, difference: b.mean! - a.mean!, ...welchOfSamples(a, b, confidence) };
    }),
  );
  const adjusted = groups.length < 3 ? pairs.map(() => null) : holm(pairs.map(({ p }) => p));
  return pairs.map((pair, i) => ({ ...pair, pHolm: adjusted[i]! }));
}

/** End of the widest interval of all pairs (Bonferroni). */
function largestFitting(pairs: readonly PairTest[], confidence: number): number | null {
  const ends = pairs.flatMap(({ difference, t, df }) => {
    if (t === null || df === null || t === 0) return [];
    const error = Math.abs(difference / t);
    return [Math.abs(difference) + error * tQuantile(1 - (1 - confidence) / (2 * pairs.length), df)];
  });
  return ends.length === 0 ? null : Math.max(...ends);
}

/** Tests every measure; types that the log does not tell are no types. */
export function testTypes(units: readonly Unit[], options: Options): readonly MeasureTests[] {
  const types = [...new Set(units.map(({ type }) => type))].filter((type) => type !== NONE && type !== UNKNOWN);
  return MEASURES.map((measure) => {
    const groups = types
      .map((type) => [type, valuesOf(units, type, measure)] as const)
      .filter(([, values]) => values.length >= Math.max(2, options.minPractitioners));
    const values = groups.map(([, list]) => list);
    const pairs = pairsOf(groups, options.confidence);
    return {
      measure,
      types: groups.map(([type]) => type),
      anova: welchAnova(values.map(sampleOf)),
      ranks: kruskalWallis(values),
      pairs,
      ruledOutAbove: largestFitting(pairs, options.confidence),
    };
  });
}
