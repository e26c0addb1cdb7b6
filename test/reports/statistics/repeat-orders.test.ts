import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gapSummary, gapSumsSql } from '../../../src/statistics/occasion-gaps.js';
import { share, wilson } from '../../../src/statistics/proportions.js';
import {
  cohortCellsSql,
  followedSql,
  occasionsSql,
  repeatCountsSql,
  repeatTotalsSql,
} from '../../../src/statistics/purchase-occasions.js';
import { query, rowsSql } from './engine.js';
import { CONFIDENCE, type Dictionary, runVectors } from './vectors.js';

interface PlacedOrder {
  readonly patient_id: number | null;
  readonly ordered_on: string;
}

async function repeatOrders(orders: readonly PlacedOrder[], asOf: string, days: readonly number[]) {
  const rows = orders.map(({ patient_id, ordered_on }) => [String(patient_id), `'${ordered_on}'`]);
  const occasions = occasionsSql(rowsSql({ patient: 'BIGINT', day: 'DATE' }, rows));
  const day = `DATE '${asOf}'`;
  const followed = followedSql(occasions, day);
  const [gaps] = await query(gapSumsSql(occasions));
  const [totals] = await query(repeatTotalsSql(followed));
  const whole = { k: Number(totals!.repeated), n: Number(totals!.patients) };
  const quartiles = { 1: gaps!.q1, 2: gaps!.q2, 3: gaps!.q3 } as Parameters<typeof gapSummary>[0]['quartiles'];
  return {
    matrix: (await query(cohortCellsSql(occasions, day))).map((cell) => {
      const counts = { cohort_size: Number(cell.cohort_size), patients: Number(cell.patients) };
      const retention = share({ k: counts.patients, n: counts.cohort_size });
      const months = Number(cell.months_since_first);
      const cohort = String(cell.cohort).slice(0, 7);
      return { cohort, months_since_first: months, ...counts, retention, complete: cell.complete };
    }),
    repeat: (await query(repeatCountsSql(followed, day, days))).map((row) => {
      const counts = { k: Number(row.repeated), n: Number(row.eligible) };
      const { low, high } = wilson(counts, CONFIDENCE);
      const rate = { rate: share(counts), ci_low: low, ci_high: high };
      return { days: Number(row.days), eligible: counts.n, repeated: counts.k, ...rate };
    }),
    gaps: gapSummary({ n: gaps!.n as bigint, sum: gaps!.sum as bigint | null, quartiles }),
    patients: whole.n,
    patients_with_repeat: whole.k,
    repeat_customer_share: share(whole),
  };
}

runVectors('repeat-orders', ({ input, expected }: Dictionary) => {
  const { orders, as_of } = input as unknown as { orders: readonly PlacedOrder[]; as_of: string };
  const asked = (expected as unknown as { repeat: readonly { days: number }[] }).repeat;
  return repeatOrders(
    orders,
    as_of,
    asked.map(({ days }) => days),
  );
});

const DAY = 86_400_000;
const START = Date.UTC(2023, 10, 20);
const dateOf = (day: number): string => new Date(START + day * DAY).toISOString().slice(0, 10);

describe('repeat orders', () => {
  test('of nobody, and orders without a patient, are none', async () => {
    const none = {
      matrix: [],
      repeat: [{ days: 30, eligible: 0, repeated: 0, rate: null, ci_low: null, ci_high: null }],
      gaps: { n: 0, mean: null, p25: null, median: null, p75: null },
      patients: 0,
      patients_with_repeat: 0,
      repeat_customer_share: null,
    };
    expect(await repeatOrders([], '2024-03-12', [30])).toEqual(none);
    expect(await repeatOrders([{ patient_id: null, ordered_on: '2024-01-01' }], '2024-03-12', [30])).toEqual(none);
  });

  test('are asked about within so many days, in any order', async () => {
    // First on day 0, again on day 30; the other first on day 1: 29 days old on day 30.
    const orders = [0, 30, 30].map((day) => ({ patient_id: 1, ordered_on: dateOf(day) }));
    const late = { patient_id: 2, ordered_on: dateOf(1) };
    const made = await repeatOrders([...orders, late], dateOf(30), [30, 29, 31]);
    expect(made.repeat.map(({ days, eligible, repeated }) => [days, eligible, repeated])).toEqual([
      [30, 1, 1],
      [29, 2, 0],
      [31, 0, 0],
    ]);
    expect(made.gaps).toEqual({ n: 1, mean: 30, p25: 30, median: 30, p75: 30 });
  });

  test('agree with a count by hand over any orders', async () => {
    const order = fc.record({ patient_id: fc.integer({ min: 1, max: 6 }), day: fc.integer({ min: 0, max: 100 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(order, { minLength: 1, maxLength: 25 }), async (orders) => {
        const placed = orders.map(({ patient_id, day }) => ({ patient_id, ordered_on: dateOf(day) }));
        const made = await repeatOrders(placed, dateOf(100), [40]);
        const days = [...new Set(orders.map((one) => one.patient_id))].map((patient) =>
          [...new Set(orders.flatMap(({ patient_id, day }) => (patient_id === patient ? [day] : [])))].sort(
            (a, b) => a - b,
          ),
        );
        const eligible = days.filter(([first]) => 100 - first! >= 40);
        const repeated = eligible.filter(([first, second]) => second !== undefined && second - first! <= 40);
        expect(made.repeat[0]).toMatchObject({ eligible: eligible.length, repeated: repeated.length });
        expect(made.patients).toBe(days.length);
        expect(made.gaps.n).toBe(days.reduce((sum, list) => sum + list.length - 1, 0));
        const monthOf = (day: number): string => dateOf(day).slice(0, 7);
        const active = days.reduce((sum, list) => sum + new Set(list.map(monthOf)).size, 0);
        expect(made.matrix.reduce((sum, { patients }) => sum + patients, 0)).toBe(active);
        expect(made.matrix.filter(({ months_since_first }) => months_since_first === 0)).toHaveLength(
          new Set(days.map(([first]) => monthOf(first!))).size,
        );
      }),
      { numRuns: 15 },
    );
  });
});
