import { expect, test } from 'vitest';
import { openEngine } from '../../src/engine/engine.js';
import { decimal } from '../../src/ksql/types.js';
import type { ReportContext } from '../../src/reports/definition.js';
import { discountImpact } from '../../src/reports/discount-impact.js';
import type { Report } from '../../src/reports/report.js';
import { COLUMNS, contextOf, FINAL, insertOrders, type Order, rowsOf } from './orders-table.js';

const LINES = 'final ORDER_LINES';

/** Three orders at 10 %, one at 0, one whose discount is unknown; lines as SQL: order, net, gross. */
const ORDERS: readonly Order[] = [
  { patient: 1, discount: 1000, amount: 10_800 },
  { patient: 2, discount: 1000, amount: 9_000 },
  { patient: 3, discount: 1000, amount: 4_500 },
  { patient: 4, discount: 0, amount: 5_000 },
  { patient: 5, discount: null, amount: 4_000, basis: 'unknown' },
];
const SOLD = `(0, 54, 60), (0, 54, 61.5), (2, 45, NULL), (3, 49.99, 52), (4, 40, 50)`;

async function reportWith(lines: string | null, parameters: Readonly<Record<string, string>> = {}): Promise<Report> {
  const engine = await openEngine({ threads: 1 });
  try {
    await insertOrders(engine, ORDERS);
    if (lines !== null)
      await engine.run(
        `CREATE TABLE "${LINES}" AS SELECT a AS "ORDER_ID", 1 AS "QUANTITY", CAST(b AS DECIMAL(18,2)) AS "NET", CAST(c AS DECIMAL(18,2)) AS "GROSS" FROM (VALUES ${lines}) v(a, b, c)`,
      );
    const columns = ['NET', 'GROSS'].map((name) => ({ name, type: decimal(18, 2) }));
    const context: ReportContext = {
      ...contextOf(engine, { 'small-numbers': 'off', ...parameters }),
      final: (name) => (name === 'ORDER_LINES' ? LINES : FINAL),
      columns: (name) => (name === 'ORDER_LINES' ? (lines === null ? [] : columns) : COLUMNS),
    };
    return await discountImpact.run(context);
  } finally {
    engine.close();
  }
}

const gross = (report: Report): unknown[] =>
  rowsOf(report, 'levels').map(({ discount_pct, aov_gross }) => [discount_pct, aov_gross]);
const entry = (report: Report, name: string): unknown => report.provenance.find((one) => one.name === name)?.value;

test('amounts before discount are of the lines where all of them have a recommended price', async () => {
  const report = await reportWith(SOLD);
  // 10 %: 121.50 of lines; 90 without lines and 45 with an unpriced one: 90 / 0.9 + 45 / 0.9 = 150.
  expect(gross(report)).toEqual([
    [0, 52],
    [10, 271.5 / 3],
    ['unknown', 50],
  ]);
  expect(entry(report, 'before discount by')).toEqual({ discount: 2, lines: 3 });
  expect(entry(report, 'stored against computed amounts')).toEqual({ different: 1, equal: 3, 'without lines': 1 });
  expect(report.notes.join('\n')).toContain('orders without priced lines: net / (1 - discount/100)');
});

test('without lines, and for amounts with tax, they are net / (1 - discount/100), and the report says why', async () => {
  const plain = await reportWith(null);
  expect(gross(plain)).toEqual([
    [0, 50],
    [10, 90],
    ['unknown', null],
  ]);
  expect(entry(plain, 'stored against computed amounts')).toMatch(/^not computed: .*order_items, products/);
  const total = await reportWith(SOLD, { amount: 'amount_total' });
  expect(gross(total)).toEqual(gross(plain));
  expect(entry(total, 'stored against computed amounts')).toMatch(/^not computed: AMOUNT_TOTAL holds tax/);
});
