import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { discountImpact } from '../../src/reports/discount-impact.js';
import { SUPPRESSED } from '../../src/reports/report.js';
import { benjaminiHochberg } from '../../src/statistics/benjamini-hochberg.js';
import { clusterSums, scaledScores } from '../../src/statistics/clustered-mean.js';
import { ratio } from '../../src/statistics/exact.js';
import { holm } from '../../src/statistics/holm.js';
import { meanRanks, ranksFromLargest } from '../../src/statistics/ranks.js';
import { clusterProducts, type SlopeSums, withinPools } from '../../src/statistics/slope-sums.js';
import { naiveSlope, type Slope, withinSlope } from '../../src/statistics/slopes.js';
import { contextOf, insertOrders, type Order } from './orders-table.js';

const order: fc.Arbitrary<Order> = fc.record({
  patient: fc.option(fc.integer({ min: 1, max: 9 }), { freq: 20 }),
  practitioner: fc.option(fc.integer({ min: 1, max: 4 })),
  discount: fc.option(fc.integer({ min: 0, max: 6 }).map((n) => n * 250)),
  amount: fc.integer({ min: 0, max: 50_000 }),
  basis: fc.constantFrom('proven', 'proven', 'assumed', 'unknown'),
  status: fc.constantFrom('paid', 'shipped', 'pending'),
});

const cluster = fc.array(
  fc.record({ x: fc.integer({ min: 0, max: 2000 }), y: fc.integer({ min: -9999, max: 99_999 }) }),
  {
    minLength: 1,
    maxLength: 8,
  },
);

type Points = readonly { readonly x: number; readonly y: number }[];

/** Adds the points of each cluster up after `y -> a*y + b` and `x -> x + c`. */
function slopeSums(clusters: readonly Points[], a = 1, b = 0, c = 0): SlopeSums[] {
  return clusters.map((points) => {
    let [n, x, y, xx, xy] = [0n, 0n, 0n, 0n, 0n];
    for (const point of points) {
      const px = BigInt(point.x + c);
      const py = BigInt(a * point.y + b);
      n += 1n;
      x += px;
      y += py;
      xx += px * px;
      xy += px * py;
    }
    return { n, x, y, xx, xy };
  });
}

describe('the report', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({ threads: 2 });
  });
  afterAll(() => engine.close());

  const textOf = async (orders: readonly Order[], parameters = {}): Promise<string> => {
    await insertOrders(engine, orders);
    const report = await discountImpact.run(contextOf(engine, parameters));
    return JSON.stringify(report, (_, cell) => (cell === SUPPRESSED ? '*' : cell));
  };

  test('is the same for the same orders in another order', async () => {
    const shuffled = fc
      .array(order, { minLength: 1, maxLength: 60 })
      .chain((orders) => fc.tuple(fc.constant(orders), fc.shuffledSubarray(orders, { minLength: orders.length })));
    await fc.assert(
      fc.asyncProperty(shuffled, fc.constantFrom('off', 'internal'), async ([orders, other], small) => {
        const parameters = { 'small-numbers': small, 'min-orders': '2', 'min-patients': '2' };
        expect(await textOf(other, parameters)).toBe(await textOf(orders, parameters));
      }),
      { numRuns: 12 },
    );
  });

  test('does not depend on what patients are called', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(order, { minLength: 1, maxLength: 40 }), async (orders) => {
        const renamed = orders.map((one) => ({
          ...one,
          patient: one.patient === null ? null : 1000 - one.patient * 3,
        }));
        expect(await textOf(renamed, { 'small-numbers': 'off' })).toBe(
          await textOf(orders, { 'small-numbers': 'off' }),
        );
      }),
      { numRuns: 6 },
    );
  });
});

const naive = (clusters: readonly SlopeSums[], confidence: number): Slope =>
  naiveSlope(clusterProducts(clusters), confidence);
const within = (clusters: readonly SlopeSums[], confidence: number): Slope =>
  withinSlope(withinPools(clusters), confidence);

describe('slopes', () => {
  const clusters = fc.array(cluster, { minLength: 2, maxLength: 12 });

  test('grow with the amounts, and do not see a shift of amounts or discounts', () => {
    fc.assert(
      fc.property(
        clusters,
        fc.integer({ min: 1, max: 9 }),
        fc.integer(),
        fc.integer({ min: 0, max: 500 }),
        (points, a, b, c) => {
          for (const slope of [naive, within]) {
            const plain = slope(slopeSums(points), 0.95);
            const moved = slope(slopeSums(points, a, b, c), 0.95);
            if (plain.slope === null) expect(moved.slope).toBeNull();
            else {
              expect(moved.slope).toBeCloseTo(
                a * plain.slope,
                9 - Math.ceil(Math.log10(1 + Math.abs(a * plain.slope))),
              );
              if (plain.error === null) expect(moved.error).toBeNull();
              else expect(Math.abs(moved.error! - a * plain.error)).toBeLessThanOrEqual(1e-12 * a * plain.error);
            }
          }
        },
      ),
    );
  });

  test('within clusters do not see what a cluster spends on average', () => {
    fc.assert(
      fc.property(clusters, (points) => {
        const raised = points.map((some, g) => some.map(({ x, y }) => ({ x, y: y + 1000 * g })));
        expect(within(slopeSums(raised), 0.95)).toEqual(within(slopeSums(points), 0.95));
      }),
    );
  });

  test('do not depend on the order of clusters, to the last bit', () => {
    fc.assert(
      fc.property(clusters, (points) => {
        const back = [...points].reverse();
        expect(naive(slopeSums(back), 0.9)).toEqual(naive(slopeSums(points), 0.9));
        expect(within(slopeSums(back), 0.9)).toEqual(within(slopeSums(points), 0.9));
      }),
    );
  });

  test('have the scores that the definition gives, summed order by order', () => {
    fc.assert(
      fc.property(clusters, (points) => {
        const { slope, error } = within(slopeSums(points), 0.95);
        const n = points.flat().length;
        if (slope === null || error === null) return;
        let [scores, spread] = [0, 0];
        for (const some of points) {
          const mx = some.reduce((sum, { x }) => sum + x, 0) / some.length;
          const my = some.reduce((sum, { y }) => sum + y, 0) / some.length;
          let score = 0;
          for (const { x, y } of some) {
            score += (x - mx) * (y - my - slope * (x - mx));
            spread += (x - mx) ** 2;
          }
          scores += score ** 2;
        }
        const g = points.length;
        const expected = Math.sqrt((g / (g - 1)) * ((n - 1) / (n - 1)) * scores) / spread;
        expect(Math.abs(error - expected)).toBeLessThanOrEqual(1e-7 * (1 + expected));
      }),
    );
  });
});

test('cluster sums give the squared scores that their definition gives', () => {
  const some = fc.array(fc.record({ n: fc.bigInt(1n, 20n), sum: fc.bigInt(0n, 99_999n) }), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(some, (clusters) => {
      const n = clusters.reduce((total, one) => total + one.n, 0n);
      const sum = clusters.reduce((total, one) => total + one.sum, 0n);
      const scores = clusters.reduce((total, one) => total + (n * one.sum - one.n * sum) ** 2n, 0n);
      expect(scaledScores(clusterSums(clusters))).toBe(scores);
    }),
  );
});

describe('a ratio of integers', () => {
  test('of numbers that a double holds is what the processor divides', () => {
    const whole = fc.maxSafeInteger().map((n) => n || 1);
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        expect(ratio(BigInt(a), BigInt(b))).toBe(a / b);
      }),
    );
  });

  test('of any size is the nearest double', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 60n), fc.bigInt(1n, 10n ** 60n), (a, b) => {
        const value = ratio(a, b)!;
        // Compared exactly: the double times 2^1100 is an integer here.
        const scale = 2n ** 1100n;
        const asInteger = (x: number): bigint => {
          const view = new DataView(new ArrayBuffer(8));
          view.setFloat64(0, x);
          const bits = view.getBigUint64(0);
          return ((bits & (2n ** 52n - 1n)) | (2n ** 52n)) << ((bits >> 52n) - 1075n + 1100n);
        };
        const distance = (x: number): bigint => {
          const gap = asInteger(x) * b - a * scale;
          return gap < 0n ? -gap : gap;
        };
        const up = value * (1 + Number.EPSILON);
        const down = value * (1 - Number.EPSILON);
        expect(distance(value) <= distance(up) && distance(value) <= distance(down)).toBe(true);
      }),
    );
  });
});

test('adjusted p, worked by hand', () => {
  // Sorted 0.01, 0.02, 0.03 of m = 3 made tests: 3*0.01, 2*0.02, max(0.04, 0.03).
  expect(holm([0.03, null, 0.01, 0.02])).toEqual([0.04, null, 0.03, 0.04]);
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
  // From the largest: 0.03, min(0.03, 0.02*3/2), min(0.03, 0.01*3).
  expect(benjaminiHochberg([0.03, null, 0.01, 0.02])).toEqual([0.03, null, 0.03, 0.03]);
  expect(benjaminiHochberg([0.5, 0.001])).toEqual([0.5, 0.002]);
});

test('ranks, worked by hand', () => {
  expect(ranksFromLargest([5, null, 7, 5, 1])).toEqual([2, null, 1, 2, 4]);
  expect(meanRanks([5, 7, 5, 1])).toEqual([2.5, 4, 2.5, 1]);
});

test('nothing divided by something is 0, something by nothing is not a number to print', () => {
  expect([ratio(0n, -7n), ratio(7n, 0n), ratio(-7n, 2n)]).toEqual([0, null, -3.5]);
});
