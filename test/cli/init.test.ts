import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { say } from './support/in-process.js';
import { type Names, writeRenamed } from './support/renamed.js';

const home = process.cwd();
const cwd = mkdtempSync(join(tmpdir(), 'pharmabi-init-'));

/** A shop whose names say what they mean. */
const SHOP: Readonly<Record<string, Names>> = {
  orders: {
    table: 'sales_orders',
    columns: {
      id: 'order_no',
      user_id: 'customerId',
      practitioner_id: 'provider_id',
      amount_subtotal: 'net_amount',
      status: 'state',
      date: 'placed_at',
    },
  },
  patients: {
    table: 'customers',
    columns: {
      id: 'customerId',
      practitioner_id: 'provider_id',
      practitioner_discount: 'provider_discount',
      practitioner_discount_changed_at: 'provider_discount_since',
    },
  },
  order_items: {
    table: 'order_lines',
    columns: {
      id: 'line_id',
      order_id: 'order_no',
      product_id: 'article_no',
      quantity: 'qty',
      unit_price: 'price_each',
    },
  },
  products: {
    table: 'articles',
    columns: { id: 'article_no', brand_id: 'maker_id', name: 'title', retail_price: 'list_price' },
  },
  brands: { table: 'makers', columns: { id: 'maker_id', name: 'title' } },
};

/** One that calls two columns something that nobody could guess. */
const ODD: Readonly<Record<string, Names>> = {
  ...SHOP,
  orders: { table: 'sales_orders', columns: { ...SHOP.orders!.columns, amount_subtotal: 'zwsumme', date: 'zeit' } },
};

const USED = ['orders', 'patients', 'order_items', 'products', 'brands'];
const FIXTURES = join(home, 'fixtures/captures/B-json-plain/kcat');
const ending = (table: string): string => (['order_items', 'products'].includes(table) ? 'zst' : 'gz');
const SAME = USED.map((table) => join(FIXTURES, `shopb.pharmacy.${table}.kcat.ndjson.${ending(table)}`));
const original = new Map<string, unknown>();

async function tables(report: string, input: readonly string[], config: readonly string[]): Promise<unknown> {
  const { exit, stdout, stderr } = await say(['report', report, ...input, ...config, '--format', 'json', '--quiet'], {
    cwd,
  });
  expect(exit, stderr).toBe(0);
  return (JSON.parse(stdout) as { tables: unknown }).tables;
}

beforeAll(async () => {
  process.chdir(cwd);
  await writeRenamed(join(cwd, 'shop'), SHOP, 'prod.crm');
  await writeRenamed(join(cwd, 'odd'), ODD, 'prod.crm');
  for (const report of ['discount-impact', 'brand-performance']) original.set(report, await tables(report, SAME, []));
});

afterAll(() => {
  process.chdir(home);
  rmSync(cwd, { recursive: true, force: true });
});

describe('pharmabi init', () => {
  it('lets the reports run on a shop whose names can be recognised, without a word from anybody', async () => {
    const made = await say(['init', 'out', 'shop'], { cwd });
    expect(made.exit, made.stderr).toBe(0);
    expect(made.stderr).toContain('next: pharmabi report discount-impact shop --config out/pharmabi.yaml');
    for (const [report, expected] of original)
      expect([report, await tables(report, ['shop'], ['--config', 'out/pharmabi.yaml'])]).toEqual([report, expected]);
    const dry = await say(['check', '--config', 'out/pharmabi.yaml'], { cwd });
    expect(dry.stdout).toContain('(topic sales_orders)');
  });

  it('leaves what nobody could guess to two lines of the user', async () => {
    const made = await say(['init', 'two', 'odd'], { cwd });
    expect(made.exit, made.stderr).toBe(0);
    const text = readFileSync('two/pharmabi.yaml', 'utf8');
    expect(text).not.toMatch(/^ +(amount_subtotal|date):/m);
    const edited = text
      .replace(/# amount_subtotal: .*/, 'amount_subtotal: zwsumme')
      .replace(/# date: .*/, 'date: zeit');
    expect(edited.split('\n').filter((line, at) => line !== text.split('\n')[at])).toHaveLength(2);
    writeFileSync('two/pharmabi.yaml', edited);
    for (const [report, expected] of original)
      expect([report, await tables(report, ['odd'], ['--config', 'two/pharmabi.yaml'])]).toEqual([report, expected]);
  });

  it('replaces nothing unless told to', async () => {
    const brands = join('odd', 'prod.crm.makers.kcat.ndjson');
    expect((await say(['init', 'three', brands], { cwd })).exit).toBe(0);
    writeFileSync('three/pharmabi.yaml', 'order: event-time\n');
    const refused = await say(['init', 'three', brands], { cwd });
    expect(refused.exit).toBe(2);
    expect(refused.stderr).toContain('error[output-exists]');
    expect(readFileSync('three/pharmabi.yaml', 'utf8')).toBe('order: event-time\n');
    expect((await say(['init', 'three', brands, '--force'], { cwd })).exit).toBe(0);
    expect(readFileSync('three/pharmabi.yaml', 'utf8')).toContain('topic: makers');
    expect((await say(['init'], { cwd })).exit).toBe(2);
  });
});
