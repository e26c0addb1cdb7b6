import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { recoverable } from '../../src/disclosure/disclosure-audit.js';
import { twoWay } from '../../src/disclosure/suppression.js';
import { ROOT } from '../oracle/support/command-line.js';
import { type Bundled, type Parameters, replayBundled } from './bundled.js';

const ORACLE = join(ROOT, 'fixtures/captures/oracle-mariadb/aov_by_discount_and_year.csv.gz');

type Row = Readonly<Record<string, string | number | boolean | null>>;
type Tables = Readonly<Record<string, readonly Row[]>>;

let bundled: Bundled;
beforeAll(async () => {
  bundled = await replayBundled(2);
});
const tables = async (report: string, parameters: Parameters): Promise<Tables> =>
  (await bundled.json(report, parameters)).tables as Tables;

const cents = (value: unknown): number => Math.round(Number(value) * 100);

describe('discount-history on the bundled data', () => {
  let open: Tables;
  let external: Tables;
  beforeAll(async () => {
    open = await tables('discount-history', { 'small-numbers': 'off' });
    external = await tables('discount-history', { 'small-numbers': 'external' });
  });

  it("the years are the database's: orders of every status, by amount_total", async () => {
    const rows: readonly Row[] = parse(gunzipSync(readFileSync(ORACLE)), { columns: true });
    const truth = new Map<string, [number, number]>();
    for (const row of rows.filter((r) => r.basis === 'at_event_time' && r.scope === 'all_existing')) {
      const [n, sum] = truth.get(String(row.year)) ?? [0, 0];
      truth.set(String(row.year), [n + Number(row.n), sum + cents(row.sum_amount)]);
    }
    expect(truth.size).toBeGreaterThan(1);
    const ours = await tables('discount-history', {
      'small-numbers': 'off',
      amount: 'amount_total',
      'count-status': 'pending,paid,shipped,cancelled,refunded',
    });
    const all = ours.levels!.filter((row) => row.discount_pct === 'all');
    expect(new Map(all.map((row) => [String(row.year), [row.orders, cents(row.net_revenue)]]))).toEqual(truth);
  });

  it('the years of a level add up to the level in discount-impact', async () => {
    const impact = await tables('discount-impact', { 'small-numbers': 'off' });
    for (const level of impact.levels!) {
      const years = open.levels!.filter((row) => row.discount_pct === level.discount_pct);
      expect(years.length).toBeGreaterThan(0);
      expect(years.reduce((sum, row) => sum + Number(row.orders), 0)).toBe(level.orders);
      expect(years.reduce((sum, row) => sum + cents(row.net_revenue), 0)).toBe(cents(level.net_revenue));
    }
  });

  it('the change of a year is what changed within levels and what moved between them, worked out anew', () => {
    const aov = (year: string, level: unknown): Row | undefined =>
      open.levels!.find((row) => row.year === year && row.discount_pct === level);
    expect(open.changes!.length).toBeGreaterThan(0);
    for (const change of open.changes!) {
      const [from, to] = [String(change.from_year), String(change.to_year)];
      expect(Number(change.change)).toBeCloseTo(Number(aov(to, 'all')!.aov) - Number(aov(from, 'all')!.aov), 9);
      expect(Number(change.within_level) + Number(change.mix)).toBeCloseTo(Number(change.change), 9);
      // Of the levels that both years have; here one year lacks a single one, which is mix alone.
      const both = open.levels!.filter(
        (row) => row.year === from && row.discount_pct !== 'all' && aov(to, row.discount_pct),
      );
      const within = both.reduce((sum, before) => {
        const after = aov(to, before.discount_pct)!;
        return (
          sum +
          ((Number(before.share_of_year_orders) + Number(after.share_of_year_orders)) / 2) *
            (Number(after.aov) - Number(before.aov))
        );
      }, 0);
      expect(change.pooled_levels).toBe(1);
      expect(Number(change.within_level)).toBeCloseTo(within, 9);
    }
  });

  it('from what is shown to outsiders no hidden cell can be computed', () => {
    const years = [...new Set(open.levels!.map((row) => String(row.year)))];
    const levels = [...new Set(open.levels!.map((row) => row.discount_pct))].filter((level) => level !== 'all');
    const cell = (from: Tables, year: string, level: unknown): Row | undefined =>
      from.levels!.find((row) => row.year === year && row.discount_pct === level);
    const patients = years.map((year) => levels.map((level) => Number(cell(open, year, level)?.patients ?? 0)));
    const hidden = years.flatMap((year) => levels.map((level) => cell(external, year, level)?.orders === '*'));
    for (const [i, small] of patients.flat().entries()) if (small > 0 && small < 11) expect(hidden[i]).toBe(true);
    expect(recoverable(twoWay(patients), hidden)).toBe(0);
  });

  it('is written in every form', async () => {
    expect(await bundled.text('discount-history', 'csv')).toContain('2026,false,all,2568,247,');
    for (const form of ['json', 'html', 'markdown'] as const)
      expect((await bundled.text('discount-history', form)).length).toBeGreaterThan(1000);
    const shown = await bundled.text('discount-history', 'terminal');
    expect(Math.max(...shown.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
