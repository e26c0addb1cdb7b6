import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { pharmabi, type Row, replay } from '../oracle/support/command-line.js';
import { hundredths, oracle } from '../oracle/support/truth.js';
import { BUNDLED, type Bundled, type Parameters, replayBundled } from './bundled.js';

const AS_OF = Date.parse('2027-06-19T22:06:18.878Z');
const DAY = 86_400_000;

let bundled: Bundled;
let lines: readonly Row[];
beforeAll(async () => {
  bundled = await replayBundled(2);
  lines = await replay('ORDER_LINES', [BUNDLED]);
});

/** The rows of a report's one table, as JSON has them. */
async function table(report: string, parameters: Parameters = {}): Promise<readonly Row[]> {
  return Object.values((await bundled.json(report, parameters)).tables)[0]!;
}

const REPORTS = [
  ['brand-performance', 'BRAND', 'revenue_by_brand', 'brand'],
  ['product-performance', 'PRODUCT', 'revenue_by_product', 'product'],
] as const;

describe.each(REPORTS)('%s on the bundled data', (report, column, file, key) => {
  const open = { 'small-numbers': 'off' };

  it("units and revenue are the database's: its orders are those neither cancelled nor refunded", async () => {
    const rows = await table(report, { 'count-status': 'pending,paid,shipped', ...open });
    const truth = oracle('mariadb', file).map((row) => [row[`${key}_id`], row[key], Number(row.units), row.revenue]);
    const ours = rows.map((row) => [row.id, row.name, row.units, Number(row.net_revenue).toFixed(2)]);
    expect([...ours].sort()).toEqual([...truth].sort());
    const revenues = rows.map((row) => Number(row.net_revenue));
    expect(revenues).toEqual([...revenues].sort((a, b) => b - a));
  });

  it.each([null, 100])('every count, by a second way over the lines (last days: %s)', async (days) => {
    const from = (n: number): number => (days === null ? -Infinity : AS_OF - n * days * DAY);
    const counted = lines.filter((row) => ['paid', 'shipped'].includes(String(row.STATUS)));
    const now = counted.filter((row) => Number(row.EVENT_TS) > from(1));
    const before = counted.filter((row) => Number(row.EVENT_TS) > from(2) && Number(row.EVENT_TS) <= from(1));
    const rows = await table(report, { ...(days !== null && { days: String(days) }), ...open });
    expect(new Set(rows.map((row) => row.id))).toEqual(new Set(now.map((row) => String(row[`${column}_ID`]))));
    const total = sum(now, 'NET');
    for (const row of rows) {
      const its = (all: readonly Row[]): readonly Row[] => all.filter((r) => String(r[`${column}_ID`]) === row.id);
      const mine = its(now);
      const distinct = (name: string): number => new Set(mine.flatMap((r) => (r[name] === null ? [] : [r[name]]))).size;
      const orders = new Map<unknown, Map<unknown, number>>();
      for (const r of mine) {
        if (!orders.has(r.PATIENT_ID)) orders.set(r.PATIENT_ID, new Map());
        orders.get(r.PATIENT_ID)!.set(r.ORDER_ID, Number(r.EVENT_TS));
      }
      const patients = [...orders.values()];
      const old = patients.filter((placed) => Math.min(...placed.values()) <= AS_OF - 90 * DAY);
      const again = (all: typeof patients): number => all.filter((placed) => placed.size > 1).length;
      expect(row).toMatchObject({
        orders: distinct('ORDER_ID'),
        patients: distinct('PATIENT_ID'),
        practitioners: distinct('RESPONSIBLE_ID'),
        lines: mine.length,
        repeat_patients: again(patients),
        returned_units: its(lines)
          .filter((r) => r.STATUS === 'refunded' && Number(r.EVENT_TS) > from(1))
          .reduce((all, r) => all + Number(r.QUANTITY), 0),
      });
      expect(row.net_revenue).toBeCloseTo(Number(sum(mine, 'NET')) / 100, 6);
      expect(row.discount_given).toBeCloseTo(Number(sum(mine, 'GROSS') - sum(mine, 'NET')) / 100, 6);
      expect(row.share).toBeCloseTo(Number(sum(mine, 'NET')) / Number(total), 12);
      if (old.length === 0) expect(row.repeat_rate).toBeNull();
      else expect(row.repeat_rate).toBeCloseTo(again(old) / old.length, 12);
      const previous = Number(sum(its(before), 'NET')) / 100;
      if (days === null) expect([row.net_revenue_previous, row.growth]).toEqual([null, null]);
      else {
        expect(row.net_revenue_previous).toBeCloseTo(previous, 6);
        if (previous > 0) expect(row.growth).toBeCloseTo(Number(row.net_revenue) / previous - 1, 10);
      }
    }
    expect(Number(rows.at(-1)!.cumulative_share)).toBeCloseTo(1, 12);
    const most = rows.filter((row) => row.abc === 'A').length;
    expect(Number(rows[most - 1]!.cumulative_share)).toBeGreaterThanOrEqual(0.8);
    expect(Number(rows[most - 2]!.cumulative_share)).toBeLessThan(0.8);
  });

  it('hides rows of few patients, puts them last, and never tells one of them alone', async () => {
    const options = { days: '30' };
    const all = new Map((await table(report, { ...options, ...open })).map((row) => [row.id, row]));
    const rows = await table(report, { ...options, 'small-numbers': 'external' });
    expect(rows).toHaveLength(all.size);
    const hidden = rows.filter((row) => row.net_revenue === '*');
    for (const row of rows) {
      const { patients } = all.get(row.id)!;
      if (Number(patients) < 11) expect(row.net_revenue).toBe('*');
    }
    for (const row of hidden)
      for (const [name, value] of Object.entries(row))
        if (!['id', 'name', 'suppressed'].includes(name))
          expect([name, value]).toEqual([name, name === 'returned_units' && value === null ? null : '*']);
    expect(rows.slice(rows.length - hidden.length)).toEqual(hidden);
    if (report === 'product-performance') expect(hidden.length).toBeGreaterThan(20);
    expect(hidden.length).not.toBe(1);
  });
});

function sum(rows: readonly Row[], column: string): bigint {
  return rows.reduce((all, row) => all + hundredths(row[column])!, 0n);
}

describe('the reports on brands and products', () => {
  it('are written in every form', async () => {
    for (const form of ['csv', 'json', 'html', 'markdown'] as const)
      expect((await bundled.text('brand-performance', form)).length).toBeGreaterThan(1000);
    const shown = await bundled.text('product-performance', 'markdown');
    expect(shown).toMatch(/Omega Plus \\?\(\d+\\?\)/);
  });

  it.each([
    ['--days', '0'],
    ['--repeat-days', '0'],
    ['--amount', 'amount_total'],
  ])('%s %s is refused', async (...option) => {
    const done = await pharmabi(['report', 'brand-performance', BUNDLED, ...option]);
    expect(done.code).toBe(2);
    expect(done.stderr).toContain(option[0]);
  });

  it('say which tables they miss', async () => {
    const orders = ['patients', 'orders'].map((name) => join(BUNDLED, `shopb.pharmacy.${name}.kcat.ndjson.gz`));
    const done = await pharmabi(['report', 'brand-performance', ...orders]);
    expect(done.code).toBe(3);
    for (const topic of ['brands', 'order_items', 'products'])
      expect(done.stderr).toContain(`No file holds the topic "${topic}"`);
  });
});
