import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concentration } from '../../../src/statistics/concentration.js';
import { mixChange } from '../../../src/statistics/mix-change.js';

const side = (n: number, euros: number) => ({ n: BigInt(n), sum: BigInt(euros * 100) });

describe('the change of the AOV', () => {
  test('is split into what levels did and what moved between them', () => {
    // AOVs 100 and 50 at both levels and years, but three quarters of the orders instead of one half at the first.
    const moved = [
      { before: side(10, 1000), after: side(30, 3000) },
      { before: side(10, 500), after: side(10, 500) },
    ];
    expect(mixChange(moved)).toEqual({ change: 12.5, withinLevel: 0, mix: 12.5, pooled: 0 });
    const dearer = [
      { before: side(10, 1000), after: side(20, 2200) },
      { before: side(10, 500), after: side(20, 1000) },
    ];
    expect(mixChange(dearer)).toEqual({ change: 5, withinLevel: 5, mix: 0, pooled: 0 });
  });

  test('pools levels that one year lacks', () => {
    // Level 1 as it was; 2 ends (AOV 40), 3 begins (AOV 60): together they rise by 20 in half of the orders.
    const levels = [
      { before: side(10, 1000), after: side(10, 1000) },
      { before: side(10, 400), after: side(0, 0) },
      { before: side(0, 0), after: side(10, 600) },
    ];
    expect(mixChange(levels)).toEqual({ change: 10, withinLevel: 10, mix: 0, pooled: 2 });
    expect(mixChange([{ before: side(1, 5), after: side(0, 0) }])).toBeNull();
    expect(mixChange([])).toBeNull();
  });

  test('is the sum of its parts, whatever levels come and go', () => {
    const part = fc.record({ n: fc.integer({ min: 0, max: 50 }), euros: fc.integer({ min: 1, max: 500 }) });
    const level = fc.record({ before: part, after: part });
    fc.assert(
      fc.property(fc.array(level, { minLength: 1, maxLength: 6 }), (levels) => {
        const sums = levels.map(({ before, after }) => ({
          before: side(before.n, before.n * before.euros),
          after: side(after.n, after.n * after.euros),
        }));
        const mean = (name: 'before' | 'after') =>
          sums.reduce((sum, one) => sum + Number(one[name].sum), 0) /
          sums.reduce((sum, one) => sum + Number(one[name].n), 0) /
          100;
        const made = mixChange(sums);
        if (made === null) {
          expect([mean('before'), mean('after')].some(Number.isNaN)).toBe(true);
          return;
        }
        expect(made.withinLevel + made.mix).toBeCloseTo(made.change, 9);
        expect(made.change).toBeCloseTo(mean('after') - mean('before'), 9);
      }),
    );
  });
});

describe('concentration', () => {
  test('gives a class to each row by what the rows before it make', () => {
    const made = concentration([70n, 10n, 10n, 5n, 5n]);
    expect(made.rows.map(({ abc }) => abc)).toEqual(['A', 'A', 'B', 'B', 'C']);
    expect(made.rows.map(({ cumulativeShare }) => cumulativeShare)).toEqual([0.7, 0.8, 0.9, 0.95, 1]);
    expect(made.makeMost).toBe(2);
    expect(made.herfindahl).toBe((4900 + 100 + 100 + 25 + 25) / 10_000);
  });

  test('of one is whole, of equal ones 1/n, and of nothing is nothing', () => {
    expect(concentration([5n])).toMatchObject({ herfindahl: 1, makeMost: 1 });
    expect(concentration([5n, 5n, 5n, 5n]).herfindahl).toBe(0.25);
    expect(concentration([5n, -5n])).toMatchObject({ rows: [{ share: null, abc: null }, {}], herfindahl: null });
    expect(concentration([])).toEqual({ rows: [], herfindahl: null, makeMost: null });
  });
});
