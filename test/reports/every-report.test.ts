import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { recoverable } from '../../src/disclosure/disclosure-audit.js';
import { REPORTS } from '../../src/reports/index.js';
import { pharmabi, ROOT, type Row, succeed, temporaryFolder } from '../oracle/support/command-line.js';
import { BUNDLED, type Bundled, type Document, type Parameters, replayBundled } from './bundled.js';

const CHANGE = ['--change-at', '2026-12-01'];
const IDS = REPORTS.map(({ id }) => id);

let bundled: Bundled;
beforeAll(async () => {
  bundled = await replayBundled(1);
});
const json = (id: string, parameters: Parameters = {}): Promise<Document> => bundled.json(id, parameters);

describe.each(IDS)('%s', (id) => {
  it('fits 80 columns, says at most thirteen lines, three of them first, and warns of no discount that nobody asked about', async () => {
    const text = await bundled.text(id, 'terminal');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    const { summary, findings, doubt, next, caveat } = await json(id);
    expect(summary.length).toBeGreaterThan(0);
    expect(summary.length).toBeLessThanOrEqual(13);
    expect(summary.slice(0, 3)).toEqual([findings[0]!.text, doubt, next]);
    // A warning about discounts closes no report that is not about them.
    expect([id, /discount/.test(caveat ?? '')]).toEqual([id, id.startsWith('discount-')]);
  });

  it('has a banner where nothing is hidden', async () => {
    const open = await json(id, { 'small-numbers': 'off' });
    expect(open.banner).toMatch(/^SMALL NUMBERS ARE NOT HIDDEN/);
    expect(JSON.stringify(open.tables)).not.toContain('"*"');
  });
});

it('every report gives the same bytes with one thread and with four', async () => {
  const four = await replayBundled(4);
  for (const id of IDS) expect(await four.text(id, 'json')).toBe(await bundled.text(id, 'json'));
});

describe('small numbers for outsiders', () => {
  /** Rows of the open report by key, with those of the external one. */
  async function both(id: string, table: string, parameters: Parameters = {}) {
    const of = async (profile: string) => (await json(id, { ...parameters, 'small-numbers': profile })).tables[table]!;
    return { open: await of('off'), external: await of('external') };
  }

  it('no number of 1 to 10 patients is shown, in any table that counts patients', async () => {
    let counted = 0;
    for (const id of IDS) {
      const { tables } = await json(id, { 'small-numbers': 'external' });
      for (const rows of Object.values(tables))
        for (const row of rows) {
          const { patients } = row as { patients?: unknown };
          if (typeof patients !== 'number') continue;
          counted += 1;
          expect([id, patients > 0 && patients < 11]).toEqual([id, false]);
        }
    }
    expect(counted).toBeGreaterThan(40);
  });

  it('pairs of practitioner and brand cannot be solved from their totals', async () => {
    const { open } = await both('practitioner-brand', 'pairs', { all: 'yes' });
    const { tables } = await json('practitioner-brand', { all: 'yes', 'small-numbers': 'internal' });
    const shown = new Map(tables.pairs!.map((row) => [`${row.practitioner} ${row.brand_id}`, row.orders !== '*']));
    const lines = ['practitioner', 'brand_id'].flatMap((side) =>
      [...new Set(open.map((row) => row[side]))].map((value) =>
        open.flatMap((row, i) => (row[side] === value ? [i] : [])),
      ),
    );
    const hidden = open.map((row) => shown.get(`${row.practitioner} ${row.brand_id}`) === false);
    expect(hidden).toContain(true);
    expect(recoverable({ patients: open.map(({ patients }) => Number(patients)), lines }, hidden)).toBe(0);
  });

  it('names no practitioner and no patient', async () => {
    const brands = await json('practitioner-brand', { 'small-numbers': 'external' });
    for (const row of brands.tables.pairs!) expect(row.practitioner).toMatch(/^(#\d+|\(none\))$/);
    const types = await json('practitioner-type', { 'small-numbers': 'external' });
    for (const row of types.tables.practitioners!) expect(row.practitioner).toMatch(/^#\d+$/);
    const fills = await json('prescription-fill', { 'small-numbers': 'external' });
    expect(fills.tables.prescriptions).toEqual([]);
  });
});

describe('the oracle’s own tables', () => {
  const truth = (name: string): string[][] =>
    gunzipSync(readFileSync(join(ROOT, `fixtures/captures/oracle-mariadb/${name}.csv.gz`)))
      .toString('utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.replaceAll('"', '').split(','));

  it('revenue by type: --practitioner own --type latest, of orders neither cancelled nor refunded', async () => {
    const { tables } = await json('practitioner-type', {
      ...{ practitioner: 'own', type: 'latest', amount: 'amount_total' },
      ...{ 'count-status': 'pending,paid,shipped', 'small-numbers': 'off' },
    });
    const ours = tables.types!.map((row) => [
      row.type === '(none)' ? '' : String(row.type),
      String(row.orders),
      Number(row.net_revenue).toFixed(2),
      Number(row.aov_pooled).toFixed(2),
    ]);
    expect([...ours].sort()).toEqual(truth('revenue_by_practitioner_type').sort());
  });

  it('orders per patient: the table patients, which stands only where nothing is hidden', async () => {
    const options = { 'count-status': 'pending,paid,shipped', amount: 'amount_total' };
    const { tables } = await json('repeat-orders', { ...options, 'small-numbers': 'off' });
    const ours = tables.patients!.map((row) =>
      [
        String(row.orders),
        Number(row.net_revenue).toFixed(2),
        String(Date.parse(String(row.first_order))),
        String(Date.parse(String(row.last_order))),
      ].join(' '),
    );
    // Orders of deleted patients have none: the oracle counts them as one of its own.
    const theirs = truth('orders_per_patient').filter(([patient]) => patient !== '');
    expect(ours.length).toBeGreaterThan(300);
    expect(ours.sort()).toEqual(theirs.map((row) => row.slice(1, 5).join(' ')).sort());
    expect((await json('repeat-orders')).tables.patients).toBeUndefined();
  });

  it('patients by number of orders: the table frequency', async () => {
    const { tables } = await json('repeat-orders', {
      'count-status': 'pending,paid,shipped',
      'small-numbers': 'off',
    });
    expect(tables.frequency!.map(({ orders, patients }) => [String(orders), String(patients)])).toEqual(
      truth('repeat_orders'),
    );
  });

  it.each([
    ['prescription_fill', 'pending,paid,shipped,cancelled,refunded'],
    ['prescription_fill_not_cancelled', 'pending,paid,shipped'],
  ])('%s: items, items ordered and orders of each prescription', async (file, statuses) => {
    const { tables } = await json('prescription-fill', { 'count-status': statuses, 'small-numbers': 'off' });
    const fill = (row: Row): string => {
      if (Number(row.items_ordered) === 0) return 'never';
      if (Number(row.items_ordered) < Number(row.items)) return 'partly';
      return Number(row.orders) === 1 ? 'at_once' : 'over_time';
    };
    const ours = tables.prescriptions!.map((row) => [row.items, row.items_ordered, row.orders, fill(row)].join(' '));
    const theirs = truth(file).map((row) => [row[3], row[4], row[5], row[8]].join(' '));
    expect(ours.sort()).toEqual(theirs.sort());
  });
});

describe('the book', () => {
  let cwd: string;
  beforeAll(async () => {
    cwd = temporaryFolder();
    await succeed(['report', 'all', BUNDLED, '--out', 'book', ...CHANGE, '--quiet'], { cwd });
  });

  it('is a workbook, a page, and a folder with a file per table, which can be made again', async () => {
    expect(readdirSync(join(cwd, 'book')).sort()).toEqual(['book.html', 'book.xlsx', 'book.xlsx.manifest.json', 'csv']);
    const files = readdirSync(join(cwd, 'book/csv'));
    for (const id of IDS) expect(files).toContain(`${id}.csv`);
    const done = await pharmabi(['verify', 'book/book.xlsx.manifest.json', '--quiet'], { cwd });
    expect([done.code, done.stderr]).toEqual([0, '']);
  });

  it('says the same as each report alone', async () => {
    const inTheBook = (id: string): string => readFileSync(join(cwd, 'book/csv', `${id}.csv`), 'utf8');
    for (const id of IDS) expect([id, inTheBook(id)]).toEqual([id, await bundled.text(id, 'csv')]);
    await succeed(['report', 'site-change', BUNDLED, '--out', 'alone.csv', '--quiet', ...CHANGE], { cwd });
    expect(readFileSync(join(cwd, 'alone.csv'), 'utf8')).toBe(inTheBook('site-change'));
    const page = readFileSync(join(cwd, 'book/book.html'), 'utf8');
    for (const { id, question } of REPORTS) {
      expect(page).toContain(`<section id="${id}"`);
      expect(page).toContain(question);
    }
    expect(new Set(page.match(/ id="[^"]+"/g)).size).toBe(page.match(/ id="[^"]+"/g)!.length);
  });

  it('leaves out what an export cannot answer, and says which table is missing', async () => {
    mkdirSync(join(cwd, 'part'));
    const inputs = ['orders', 'patients'].map((table) => join(BUNDLED, `shopb.pharmacy.${table}.kcat.ndjson.gz`));
    await succeed(['report', 'all', ...inputs, '--out', 'part', '--quiet'], { cwd });
    const page = readFileSync(join(cwd, 'part/book.html'), 'utf8');
    expect(page).toContain('the input has no order_items');
    expect(page).toContain('it needs the day of the change');
    const files = readdirSync(join(cwd, 'part/csv'));
    for (const id of ['discount-impact', 'discount-history', 'discount-sweet-spot', 'repeat-orders'])
      expect(files).toContain(`${id}.csv`);
    expect(files).not.toContain('brand-performance.csv');
  });

  it.each([
    [['report', 'all', BUNDLED], 'The book needs one folder'],
    [['report', 'all', BUNDLED, '--out', 'x', '--by', 'month'], 'no parameter --by'],
  ])('%j is refused', async (args, message) => {
    const done = await pharmabi(args, { cwd });
    expect([done.code, done.stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
