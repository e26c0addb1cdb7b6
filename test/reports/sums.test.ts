import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { amountsSql } from '../../src/reports/discount-impact/amounts.js';
import { PARAMETERS, readOptions } from '../../src/reports/discount-impact/options.js';
import { dropOrders, prepareOrders, readExtent } from '../../src/reports/discount-impact/orders.js';
import { discountImpact } from '../../src/reports/discount-impact.js';
import { readParameters } from '../../src/reports/parameters.js';
import { contextOf, insertOrders, type Order, rowsOf } from './orders-table.js';

const DEFAULTS = readOptions(readParameters({ id: 'discount-impact', parameters: PARAMETERS }, {}));
const MANY = { orders: 10n ** 9n, largest: 1n };
const OFF = { 'small-numbers': 'off', 'min-orders': '2', 'min-patients': '2' };

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 2 });
});
afterAll(() => engine.close());

/** The rows of the report's tables, and the SQL that it ran. */
async function tablesAndSql(orders: readonly Order[]) {
  const sql: string[] = [];
  const rows: Engine['rows'] = (statement) => {
    sql.push(statement);
    return engine.rows(statement);
  };
  await insertOrders(engine, orders);
  const report = await discountImpact.run({ ...contextOf(engine, OFF), engine: { ...engine, rows } });
  return { tables: ['levels', 'jumps', 'slopes'].map((name) => rowsOf(report, name)), sql: sql.join('\n') };
}

describe('sums in SQL', () => {
  const PER_MONEY = [
    ...['net_revenue', 'aov', 'median', 'p25', 'p75', 'sd', 'se_iid', 'se', 'ci_low', 'ci_high', 'aov_gross'],
    ...['jump', 'slope', 'step', 'step_low', 'step_high', 'step_se'],
  ];

  test('and those without a limit say the same, to the last bit', async () => {
    // 60 orders of two patients: with amounts 2^24 times as large, products of sums leave HUGEINT, and cubes leave BIGINT.
    const small: readonly Order[] = Array.from({ length: 60 }, (_, i) => ({
      patient: i % 7 === 0 ? 2 : 1,
      practitioner: i % 3,
      discount: ((i * 31) % 4) * 33_333,
      amount: 10_000 + ((i * 31) % 4) * 10_000 + ((i * 7919) % 9973),
    }));
    const factor = 2 ** 24;
    const large = small.map((order) => ({ ...order, amount: Number(order.amount) * factor }));
    const [inSql, inBigInt] = [await tablesAndSql(small), await tablesAndSql(large)];
    const everyCluster = 'SELECT n, x, y, xx, xy FROM';
    expect([inSql.sql.includes(everyCluster), inBigInt.sql.includes(everyCluster)]).toEqual([false, true]);
    // A power of two changes no digit of a double.
    const scaled = inSql.tables.map((rows) =>
      rows.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, cell]) => [
            name,
            typeof cell === 'number' && PER_MONEY.includes(name) ? cell * factor : cell,
          ]),
        ),
      ),
    );
    expect(scaled[2]!.map(({ slope }) => typeof slope)).toEqual(['number', 'number', 'number']);
    // What one patient could be told from is rounded as money, so it does not scale.
    const exact = (tables: typeof scaled) =>
      tables.map((rows) =>
        rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !/_without_one_/.test(name)))),
      );
    expect(exact(inBigInt.tables)).toEqual(exact(scaled));
  });
});

describe('quartiles', () => {
  const orders = fc.array(
    fc.record({
      patient: fc.integer({ min: 1, max: 3 }),
      discount: fc.constantFrom(0, 500, null),
      amount: fc.oneof(fc.integer({ min: -300, max: 300 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
    }),
    { minLength: 1, maxLength: 30 },
  );

  test('selected in memory and sorted are the neighbours that the definition names', async () => {
    await fc.assert(
      fc.asyncProperty(orders, async (some) => {
        const context = contextOf(engine);
        await insertOrders(engine, some);
        await prepareOrders(context, DEFAULTS);
        const expected = [0, 500, null].flatMap((discount) => {
          const sorted = some
            .filter((order) => order.discount === discount)
            .map(({ amount }) => amount)
            .sort((a, b) => a - b);
          if (sorted.length === 0) return [];
          const quarters = [1, 2, 3].map((quarter) => {
            const h = (sorted.length - 1) * quarter;
            const [lower, upper] = [sorted[Math.floor(h / 4)]!, sorted[Math.ceil(h / 4)]!];
            return BigInt(lower * (4 - (h % 4)) + upper * (h % 4));
          });
          return [quarters];
        });
        for (const sql of [amountsSql(await readExtent(engine)), amountsSql(MANY)]) {
          expect(await engine.rows(`SELECT q1, q2, q3 FROM (${sql}) ORDER BY kind, level`)).toEqual(expected);
        }
        await dropOrders(context);
      }),
      { numRuns: 15 },
    );
    expect(amountsSql(MANY)).not.toContain('quantile_cont');
  });
});
