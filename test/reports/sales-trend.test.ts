import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ReportDocument, ROOT, succeed, temporaryFolder } from '../oracle/support/command-line.js';
import { type Bundled, type Parameters, replayBundled } from './bundled.js';

const ORACLE = join(ROOT, 'fixtures/captures/oracle-mariadb/revenue_by_month_utc.csv.gz');

interface Row {
  readonly [column: string]: string | number | boolean | null;
}

async function periods(inputs: readonly string[], options: readonly string[], cwd = ROOT): Promise<readonly Row[]> {
  const done = await succeed(['report', 'sales-trend', ...inputs, '--format', 'json', '--quiet', ...options], { cwd });
  return JSON.parse(done.stdout).tables.periods;
}

describe('on the bundled data', () => {
  let bundled: Bundled;
  beforeAll(async () => {
    bundled = await replayBundled(2);
  });
  const told = async (parameters: Parameters): Promise<readonly Row[]> =>
    (await bundled.json('sales-trend', parameters)).tables.periods as readonly Row[];

  it("the months are the database's: its revenue is amount_total of orders neither cancelled nor refunded, in UTC", async () => {
    const truth: readonly Row[] = parse(gunzipSync(readFileSync(ORACLE)), { columns: true });
    expect(truth.length).toBeGreaterThan(12);
    const rows = await told({
      amount: 'amount_total',
      'count-status': 'pending,paid,shipped',
      'small-numbers': 'off',
    });
    const ours = rows.map((row) => [String(row.month).slice(0, 7), row.orders, row.net_revenue]);
    expect(ours).toEqual(truth.map((row) => [row.ym, Number(row.n), Number(row.revenue)]));
  });

  it('every order is in one period, by day, week and month, and each patient is new once', async () => {
    const sums: number[][] = [];
    for (const by of ['day', 'week', 'month']) {
      const rows = await told({ by, 'small-numbers': 'off' });
      const sum = (name: string): number => rows.reduce((total, row) => total + Number(row[name]), 0);
      sums.push([sum('orders'), sum('new_patients'), sum('units'), Math.round(sum('net_revenue') * 100)]);
    }
    expect(sums[0]).toEqual(sums[2]);
    expect(sums[1]).toEqual(sums[2]);
  });

  it('hides what few patients stand behind, and what would give it away', async () => {
    const open = await told({ by: 'day', 'small-numbers': 'off' });
    const external = await told({ by: 'day', 'small-numbers': 'external' });
    expect(external).toHaveLength(open.length);
    let hidden = 0;
    for (const [i, row] of external.entries()) {
      const patients = Number(open[i]!.patients);
      if (patients > 0 && patients < 11) expect(row.net_revenue).toBe('*');
      if (row.net_revenue !== '*') continue;
      hidden += 1;
      for (const name of ['orders', 'patients', 'new_patients', 'units', 'gross', 'aov', 'ma3', 'mom'])
        expect(row[name]).toBe('*');
      // A change to a hidden day would give the day away.
      if (external[i + 1] !== undefined) expect(external[i + 1]!.mom).toBe('*');
    }
    expect(hidden).toBeGreaterThan(10);
    const few = open.flatMap((row, i) => (Number(row.new_patients) > 0 && Number(row.new_patients) < 11 ? [i] : []));
    expect(few.map((i) => external[i]!.new_patients)).toEqual(few.map(() => '*'));
  });

  it('is written in every form', async () => {
    expect(await bundled.text('sales-trend', 'csv')).toContain('2026-06-01,true,335,');
    for (const form of ['html', 'markdown'] as const)
      expect(await bundled.text('sales-trend', form)).toContain('67,585.02');
    const shown = await bundled.text('sales-trend', 'terminal');
    expect(Math.max(...shown.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe('worked by hand', () => {
  let cwd: string;
  const at = (text: string): number => Date.parse(text);
  const event = (table: string, row: object, ts: number, pos: number): string =>
    JSON.stringify({
      before: null,
      after: row,
      op: 'c',
      ts_ms: ts,
      source: { name: 's', db: 'd', table, ts_ms: ts, file: 'b.000001', pos, row: 0 },
    });
  const order = (id: number, user: number, date: string, net: string, status = 'paid'): readonly [object, number] => [
    {
      id,
      user_id: user,
      practitioner_id: 1,
      clinic_id: 1,
      amount_total: '99.00',
      amount_subtotal: net,
      status,
      date: at(date),
    },
    at(date),
  ];
  const ORDERS = [
    order(1, 1, '2026-01-10T00:00:00Z', '10.00'),
    order(2, 2, '2026-01-31T23:30:00Z', '20.00'), // in Berlin already February
    order(3, 1, '2026-02-10T00:00:00Z', '5.50'),
    order(4, 3, '2026-02-11T00:00:00Z', '77.00', 'cancelled'),
    order(5, 3, '2026-04-02T00:00:00Z', '30.00'),
    order(6, 3, '2026-05-02T00:00:00Z', '1.00'),
  ];

  beforeAll(() => {
    cwd = temporaryFolder();
    mkdirSync(join(cwd, 'in'));
    const write = (table: string, rows: readonly (readonly [object, number])[]): void =>
      writeFileSync(
        join(cwd, 'in', `${table}.ndjson`),
        rows.map(([row, ts], i) => `${event(table, row, ts, 100 + i)}\n`).join(''),
      );
    const t0 = at('2025-12-01T00:00:00Z');
    const patient = (id: number, discount: string): readonly [object, number] => [
      {
        id,
        practitioner_id: 1,
        practitioner_discount: discount,
        practitioner_discount_changed_at: t0,
        register_date: t0,
      },
      t0,
    ];
    write('patients', [patient(1, '-10.00'), patient(2, '0.00'), patient(3, '-50.00')]);
    write('orders', ORDERS);
    write('brands', [[{ id: 1, name: 'B' }, t0]]);
    write('products', [[{ id: 1, brand_id: 1, name: 'P', retail_price: '7.00', wholesale_price: '3.00' }, t0]]);
    // Two lines of order 1: 3 units at 7.00 before discount. The other orders have no line.
    const line = (id: number, quantity: number): readonly [object, number] => [
      { id, order_id: 1, product_id: 1, prescription_item_id: null, quantity, unit_price: '3.33' },
      at('2026-01-10T00:00:00Z'),
    ];
    write('order_items', [line(1, 1), line(2, 2)]);
  });

  it('months in UTC', async () => {
    const rows = await periods(['in'], ['--small-numbers', 'off'], cwd);
    const told = rows.map((r) => [
      r.month,
      r.complete,
      r.orders,
      r.patients,
      r.new_patients,
      r.units,
      r.gross,
      r.discount_given,
      r.net_revenue,
      r.aov,
      r.mom,
    ]);
    expect(told).toEqual([
      // 21.00 of lines + 20.00 at no discount; 30.00 net.
      ['2026-01-01', false, 2, 2, 2, 3, 41, 11, 30, 15, null],
      // 5.50 / 0.9 = 6.111
      ['2026-02-01', true, 1, 1, 0, 0, 6.11, 0.61, 5.5, 5.5, null],
      ['2026-03-01', true, 0, 0, 0, 0, 0, 0, 0, null, -1],
      // 30.00 / 0.5; the month before has nothing to compare with.
      ['2026-04-01', true, 1, 1, 1, 0, 60, 30, 30, 30, null],
      ['2026-05-01', false, 1, 1, 0, 0, 2, 1, 1, 1, null],
    ]);
    expect(rows.map((r) => r.ma3)).toEqual([null, null, null, 35.5 / 3, null]);
  });

  it('months of another time zone', async () => {
    const rows = await periods(['in'], ['--small-numbers', 'off', '--time-zone', 'Europe/Berlin'], cwd);
    expect(rows.map((r) => r.net_revenue)).toEqual([10, 25.5, 0, 30, 1]);
  });

  it('up to an instant: April is whole at its end', async () => {
    const rows = await periods(['in'], ['--small-numbers', 'off', '--until', '2026-04-30'], cwd);
    expect(rows.map((r) => [r.month, r.complete])).toEqual([
      ['2026-01-01', false],
      ['2026-02-01', true],
      ['2026-03-01', true],
      ['2026-04-01', true],
    ]);
  });

  it('without order lines leaves the units empty, takes discounts for the amount before them, and says so', async () => {
    const { stdout } = await succeed(
      ['report', 'sales-trend', 'in/orders.ndjson', 'in/patients.ndjson', '--format', 'json', '--small-numbers', 'off'],
      { cwd },
    );
    const { tables, notes } = JSON.parse(stdout) as ReportDocument;
    expect(tables.periods!.map(({ units }) => units)).toEqual([null, null, 0, null, null]);
    expect(notes.join('\n')).toContain('units is left empty');
    expect(notes.join('\n')).toContain('Before discount: net / (1 - discount/100)');
  });
});
