import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openEngine } from '../../src/engine/engine.js';
import { discountImpact } from '../../src/reports/discount-impact.js';
import { SUPPRESSED } from '../../src/reports/report.js';
import { contextOf, createOrders, FINAL, insertOrders, type Order, reportOn, rowsOf } from './orders-table.js';

const OFF = { 'small-numbers': 'off', 'min-orders': '2', 'min-patients': '2' };

/**
 * Ten counted orders. By hand (money):
 * 10 %:  patient 1: 90, 110; patient 2: 100            n 3, sum 300, AOV 100
 * 12.5 %: patient 1: 120; patient 3: 160, 140; 4: 180  n 4, sum 600, AOV 150
 * none:  patient 5: 70, 50                             n 2, sum 120, AOV 60
 * unknown: patient 6: 33.33                            n 1
 */
const SMALL: readonly Order[] = [
  { patient: 1, practitioner: 1, discount: 1000, amount: 9000 },
  { patient: 1, practitioner: 1, discount: 1000, amount: 11000 },
  { patient: 2, practitioner: 2, discount: 1000, amount: 10000, basis: 'assumed' },
  { patient: 1, practitioner: 1, discount: 1250, amount: 12000 },
  { patient: 3, practitioner: 2, discount: 1250, amount: 16000 },
  { patient: 3, practitioner: 2, discount: 1250, amount: 14000, status: 'shipped' },
  { patient: 4, practitioner: null, discount: 1250, amount: 18000 },
  { patient: 5, practitioner: 2, discount: null, amount: 7000 },
  { patient: 5, practitioner: 2, discount: null, amount: 5000, basis: 'assumed' },
  { patient: 6, practitioner: 2, discount: null, amount: 3333, basis: 'unknown' },
  { patient: 6, practitioner: 2, discount: 1000, amount: 999900, status: 'pending' },
  { patient: 6, practitioner: 2, discount: 1000, amount: 999900, status: 'cancelled' },
  { patient: 7, practitioner: 2, discount: 1000, amount: null },
  { patient: 7, practitioner: 2, discount: 1000, amount: 100, status: null },
];

test('levels of a small table are the sums worked by hand', async () => {
  const [ten, twelve, none, unknown, ...rest] = rowsOf(await reportOn(SMALL, OFF), 'levels');
  expect(rest).toEqual([]);
  expect(ten).toMatchObject({ discount_pct: 10, orders: 3, patients: 2, practitioners: 2, net_revenue: 300, aov: 100 });
  // Sorted 90, 100, 110: positions 0.5, 1, 1.5.
  expect(ten).toMatchObject({ p25: 95, median: 100, p75: 105, sd: 10, n_enough: true, share_of_orders: 0.3 });
  // s_g = Y_g - n_g * 100: patient 1: 200 - 200 = 0, patient 2: 0. The error of the mean over patients is 0.
  expect(ten).toMatchObject({ se: 0, ci_low: 100, ci_high: 100, suppressed: false, note: null });
  expect(ten!.se_iid).toBeCloseTo(10 / Math.sqrt(3), 12);
  // 300 / 0.9 / 3.
  expect(ten!.aov_gross).toBeCloseTo(1000 / 9, 12);
  expect(twelve).toMatchObject({ discount_pct: 12.5, orders: 4, patients: 3, practitioners: 2, aov: 150 });
  // Sorted 120, 140, 160, 180: positions 0.75, 1.5, 2.25.
  expect(twelve).toMatchObject({ p25: 135, median: 150, p75: 165 });
  // s_g: patient 1: 120 - 150 = -30; patient 3: 300 - 300 = 0; patient 4: 180 - 150 = 30. sqrt(3/2 * 1800) / 4.
  expect(twelve!.se).toBeCloseTo(Math.sqrt(2700) / 4, 12);
  expect(none).toMatchObject({
    discount_pct: 'none',
    orders: 2,
    patients: 1,
    aov: 60,
    aov_gross: 60,
    n_enough: false,
    note: 'too few',
  });
  expect(unknown).toMatchObject({
    discount_pct: 'unknown',
    orders: 1,
    aov: 33.33,
    aov_gross: null,
    sd: null,
    ci_low: null,
  });
});

test('the jump of the small table is worked by hand', async () => {
  const jumps = rowsOf(await reportOn(SMALL, OFF), 'jumps');
  expect(jumps).toHaveLength(1);
  expect(jumps[0]).toMatchObject({ from_pct: 10, to_pct: 12.5, jump: 50, jump_rel: 0.5, rank: 1, skipped: null });
  // s_g: patient 1: -30/4 - 0; 2: 0; 3: 0; 4: 30/4. G = 4, N = 7: var = 4/3 * 6/5 * 2 * 7.5^2 = 180; t = 50 / sqrt(180).
  const half = ((jumps[0]!.ci_high as number) - (jumps[0]!.ci_low as number)) / 2;
  // Student's t at 97.5 % with 3 degrees of freedom, from printed tables: 3.182446305.
  expect(half).toBeCloseTo(3.182446305 * Math.sqrt(180), 7);
  // Welch: v0 = 100/3, v1 = (900+100+100+900)/3/4 = 500/3; t = 50 / sqrt(200).
  expect(jumps[0]!.welch_t).toBeCloseTo(50 / Math.sqrt(200), 12);
  // df = 200^2 / ((500/3)^2/3 + (100/3)^2/2).
  expect(jumps[0]!.welch_df).toBeCloseTo(40_000 / (250_000 / 27 + 10_000 / 18), 9);
  expect(jumps[0]!.p_holm).toBe(jumps[0]!.p);
});

test('the slopes of the small table are worked by hand', async () => {
  const [naive, patient, practitioner] = rowsOf(await reportOn(SMALL, OFF), 'slopes');
  // Two levels 2.5 points apart: the slope over all orders is the jump / 2.5.
  expect(naive).toMatchObject({ row: 'naive', slope: 20, n: 7, clusters: 4, df: 3 });
  // Only patient 1 was at both levels: AOV 100 and 120.
  expect(patient).toMatchObject({ row: 'within patient', slope: 8, n: 7, clusters: 4, patients_with_two_levels: 1 });
  // Practitioner 1: x~^2 = 3*2.5^2*2/9 = 25/6, x~y~ = 2.5*20*2/3 = 100/3. Practitioner 2: orders 100 | 160, 140: x~^2 25/6,
  // x~y~ = 2.5*50*2/3 = 250/3. The order without a practitioner is left out. (350/3) / (25/3).
  expect(practitioner!.slope).toBeCloseTo(14, 12);
  expect(practitioner).toMatchObject({ n: 6, clusters: 2, note: 'too few practitioners for this error' });
});

test('what is left out is counted by reason, and what the discount rests on', async () => {
  const report = await reportOn(SMALL, OFF);
  const entry = (name: string) => report.provenance.find((line) => line.name === name)!.value;
  expect(entry('excluded orders')).toEqual({
    'no amount': 1,
    'status (none)': 1,
    'status cancelled': 1,
    'status pending': 1,
  });
  expect(entry('discount rests on')).toEqual({ proven: 7, assumed: 2, unknown: 1 });
  expect(entry('counted orders')).toBe(10);
  expect(report.summary).toContain(
    'Of 10 counted orders, the discount of 7 is proven by the log, of 2 assumed, of 1 unknown.',
  );
  expect(report.asOf).toBe('2026-02-01T00:00:00.000Z');
  expect(report.notes).toContain('a note of the replay');
  expect(report.caveat).toContain('observed differences');
});

test('another status and another amount are counted when asked for', async () => {
  const rows = rowsOf(
    await reportOn(SMALL, { ...OFF, 'count-status': 'pending, cancelled', amount: 'amount_total' }),
    'levels',
  );
  expect(rows.map(({ discount_pct, orders, net_revenue }) => [discount_pct, orders, net_revenue])).toEqual([
    [10, 2, 19_998],
  ]);
});

test('a level width rounds half away from zero', async () => {
  const orders = [125, 120, 374, 375, -125, -124].map((discount, i) => ({ patient: i, discount, amount: 100 }));
  const rows = rowsOf(await reportOn(orders, { ...OFF, 'level-width': '2.5' }), 'levels');
  expect(rows.map(({ discount_pct, orders: n }) => [discount_pct, n])).toEqual([
    [-2.5, 1],
    [0, 2],
    [2.5, 2],
    [5, 1],
  ]);
});

test('more than 30 levels propose a width that leaves at most 30', async () => {
  const orders = Array.from({ length: 62 }, (_, i) => ({ patient: i, discount: i * 25, amount: 100 }));
  const line = (await reportOn(orders, OFF)).summary.find((one) => one.includes('--level-width'));
  // 62 levels of 0, 0.25, ... 15.25: width 0.5 leaves 0, 0.5, ... 15.5 = 32, width 1 leaves 0 ... 15 = 16.
  expect(line).toBe('62 levels are many: --level-width 1 rounds them to 30 or fewer.');
  const rounded = await reportOn(orders, { ...OFF, 'level-width': '1' });
  expect(rounded.summary.some((one) => one.includes('--level-width'))).toBe(false);
  expect(rowsOf(rounded, 'levels')).toHaveLength(16);
});

interface SlopeVector {
  readonly cases: readonly {
    readonly input: {
      readonly orders: readonly {
        readonly patient_id: number;
        readonly practitioner_id: number;
        readonly discount_pct: number;
        readonly net_amount: number;
      }[];
    };
  }[];
}

test('where the slope turns inside patients, the first line says both', async () => {
  const file = new URL('../../fixtures/vectors/statistics/fixed-effects.json', import.meta.url);
  const vectors = JSON.parse(readFileSync(file, 'utf8')) as SlopeVector;
  const orders = vectors.cases[0]!.input.orders.map((order) => ({
    patient: order.patient_id,
    practitioner: order.practitioner_id,
    discount: order.discount_pct * 100,
    amount: Math.round(order.net_amount * 100),
  }));
  const { summary } = await reportOn(orders, { 'small-numbers': 'off' });
  // The slopes of the vector, 16.214 and -3.391; CR2 makes the interval of the second a little wider than -5.502 to -1.279.
  expect(summary[0]).toBe(
    'At a higher discount the same patients order less: -3.39 a percentage point (-5.57 to -1.21, 95 % sure). All orders together say +16.21.',
  );
  expect(summary.length).toBeLessThanOrEqual(10);
});

test('where both slopes agree, it does not say so', async () => {
  // Every patient spends 100 + 3 per point, give or take a little that does not depend on the discount.
  const orders = Array.from({ length: 120 }, (_, i) => {
    const discount = 5 + (i % 4);
    return {
      patient: Math.floor(i / 4),
      discount: discount * 100,
      amount: 10_000 + 300 * discount + ((i * 7) % 5) * 10,
    };
  });
  const { summary } = await reportOn(orders, { 'small-numbers': 'off' });
  expect(summary[0]).toMatch(/^At a higher discount the same patients order more: \+3\.00 a percentage point/);
  expect(summary[0]).not.toContain('All orders together');
});

test('no order, one level and one order make a report that says so', async () => {
  const empty = await reportOn([]);
  expect(empty.summary[0]).toBe('There is no counted order: nothing can be said about the discount.');
  expect(rowsOf(empty, 'levels')).toEqual([]);
  expect(rowsOf(empty, 'slopes').map(({ slope, n }) => [slope, n])).toEqual([
    [null, 0],
    [null, 0],
    [null, 0],
  ]);
  const single = await reportOn([{ patient: 1, discount: 500, amount: 100 }], OFF);
  expect(single.summary[0]).toContain('cannot be told: too few patients have orders at two discounts');
  expect(rowsOf(single, 'jumps')).toEqual([]);
});

test('a discount of 100 % leaves the gross amount open and says so', async () => {
  const orders = [1, 2].map((patient) => ({ patient, discount: 10_000, amount: 0 }));
  const report = await reportOn(orders, OFF);
  expect(rowsOf(report, 'levels')[0]).toMatchObject({ aov: 0, aov_gross: null });
  expect(report.notes.some((note) => note.startsWith('aov_gross not computed at 100 %'))).toBe(true);
});

test('the interval of Hall is named where it is used', async () => {
  const orders = Array.from({ length: 40 }, (_, i) => ({ patient: i, discount: 500, amount: 1000 + i ** 3 }));
  const [t, hall] = [await reportOn(orders, OFF), await reportOn(orders, { ...OFF, interval: 'hall' })];
  // Skewed to the right: the adjusted interval reaches further up.
  expect(rowsOf(hall, 'levels')[0]!.ci_high as number).toBeGreaterThan(rowsOf(t, 'levels')[0]!.ci_high as number);
  expect(hall.notes.some((note) => note.includes('Hall'))).toBe(true);
});

test('a report over 200,000 orders is the same value with 1 and with 4 threads', async () => {
  // Multiplicative hashing spreads orders over 5,000 patients, 60 practitioners, 12 discounts, none and unknown.
  const query = `SELECT i, (i * 7919) % 5003, CASE WHEN i % 11 = 0 THEN NULL ELSE (i * 7919) % 5003 % 61 END,
  CASE WHEN (i * 31) % 14 > 11 THEN NULL ELSE -(4 + (i * 31) % 14) / 2 END, CASE WHEN (i * 31) % 14 = 13 THEN 'unknown' WHEN i % 17 = 0 THEN 'assumed' ELSE 'proven' END,
  a, a, CASE WHEN i % 9 = 0 THEN 'pending' ELSE 'paid' END, i, '2026'
FROM (SELECT i, CAST((i * 48271) % 65537 AS DECIMAL(18,2)) / 7 AS a FROM range(200000) t(i))`;
  const values: unknown[] = [];
  for (const threads of [1, 4]) {
    const engine = await openEngine({ threads });
    await createOrders(engine, query);
    values.push(await discountImpact.run(contextOf(engine)));
    const [left] = await engine.rows("SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE '$%'");
    expect(left![0]).toBe(0n);
    engine.close();
  }
  const text = (value: unknown): string => JSON.stringify(value, (_, cell) => (cell === SUPPRESSED ? '*' : cell));
  expect(text(values[0])).toBe(text(values[1]));
  expect(text(values[0]).length).toBeGreaterThan(5000);
});

test('a sum that would not fit is refused, not rounded', async () => {
  const engine = await openEngine({ threads: 1 });
  await insertOrders(engine, [{ patient: 1, discount: 100, amount: 999_999_999_999_999n }]);
  await expect(discountImpact.run(contextOf(engine))).rejects.toMatchObject({
    diagnostics: [{ code: 'amount-too-large' }],
  });
  expect(FINAL).toContain('"');
  engine.close();
});
