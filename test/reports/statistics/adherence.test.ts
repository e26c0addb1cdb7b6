import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adherence, adherenceDaysSql } from '../../../src/statistics/adherence.js';
import { query, rowsSql } from './engine.js';
import { type Dictionary, onInput, runVectors } from './vectors.js';

interface Supply {
  readonly day: number;
  readonly supply: number;
}

const COLUMNS = { course: 'INTEGER', day: 'INTEGER', supply: 'INTEGER', window_days: 'INTEGER' };

async function daysOf(courses: readonly { readonly supplies: readonly Supply[]; readonly window: number }[]) {
  const rows = courses.flatMap(({ supplies, window }, course) =>
    supplies.map(({ day, supply }) => [course, day, supply, window].map(String)),
  );
  return (await query(adherenceDaysSql(rowsSql(COLUMNS, rows)))).map((row) => ({
    window: Number(row.window_days),
    supplied: Number(row.supplied),
    covered: Number(row.covered),
    coveredPlain: Number(row.covered_plain),
    longestGap: Number(row.longest_gap),
  }));
}

runVectors(
  'adherence',
  onInput(async (input: Dictionary) => {
    const supplies = input.supplies as unknown as readonly Supply[];
    const [days] = await daysOf([{ supplies, window: input.window_days as number }]);
    const { mpr, mprCapped, pdc, pdcPlain } = adherence(days!);
    const shares = { mpr, mpr_capped: mprCapped, pdc, pdc_no_carry_over: pdcPlain };
    return { ...shares, covered_days: days!.covered, max_gap_days: days!.longestGap };
  }),
);

/** The definition, day by day: what is in hand before a day, and what a day takes of it. */
function dayByDay(supplies: readonly Supply[], window: number): { covered: number; coveredPlain: number } {
  const first = Math.min(...supplies.map(({ day }) => day));
  let [hand, covered, coveredPlain] = [0, 0, 0];
  for (let day = first; day < first + window; day++) {
    hand += supplies.reduce((sum, one) => sum + (one.day === day ? one.supply : 0), 0);
    if (hand > 0) covered += 1;
    hand = Math.max(0, hand - 1);
    if (supplies.some((one) => one.day <= day && day < one.day + one.supply)) coveredPlain += 1;
  }
  return { covered, coveredPlain };
}

describe('adherence', () => {
  test('covers the days that a count day by day covers', async () => {
    const supply = fc.record({ day: fc.integer({ min: -20, max: 120 }), supply: fc.integer({ min: 1, max: 60 }) });
    const course = fc.record({
      supplies: fc.array(supply, { minLength: 1, maxLength: 8 }),
      window: fc.integer({ min: 1, max: 200 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(course, { minLength: 30, maxLength: 40 }), async (courses) => {
        const made = await daysOf(courses);
        const expected = courses.map(({ supplies, window }) => dayByDay(supplies, window));
        expect(made.map(({ covered, coveredPlain }) => ({ covered, coveredPlain }))).toEqual(expected);
      }),
      { numRuns: 5 },
    );
  });

  test('may possess more than the window, and never covers more', async () => {
    const twice = [
      { day: 0, supply: 30 },
      { day: 0, supply: 30 },
    ];
    const [days] = await daysOf([{ supplies: twice, window: 40 }]);
    expect(days).toEqual({ window: 40, supplied: 60, covered: 40, coveredPlain: 30, longestGap: 0 });
    expect(adherence(days!)).toEqual({ mpr: 1.5, mprCapped: 1, pdc: 1, pdcPlain: 0.75 });
    expect(adherence({ ...days!, window: 0 })).toEqual({ mpr: null, mprCapped: null, pdc: null, pdcPlain: null });
  });

  test('of supplies that last no day is none', async () => {
    expect(await daysOf([{ supplies: [{ day: 3, supply: 0 }], window: 40 }])).toEqual([]);
  });
});
