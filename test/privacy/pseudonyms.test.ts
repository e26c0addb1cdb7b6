import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { ownReport } from '../../src/reports/own/index.js';
import { COLUMNS, contextOf, insertOrders, type Order } from '../reports/orders-table.js';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));
const IDS = Array.from({ length: 40 }, (_, i) => 7000 + 13 * i);
const ORDERS: readonly Order[] = IDS.map((patient, i) => ({ patient, discount: null, amount: 100n + BigInt(i % 7) }));
const FILE = `-- title: T
-- question: Q?
-- columns:
--   order_id: { label: O, unit: id, help: H. }
--   patient: { label: P, unit: id, help: H. }

SELECT order_id, patient_id AS patient FROM orders_with_discount`;

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(() => engine.close());

/** The numbers that stand for the patients, in the order of IDS. */
async function numbers(orders: readonly Order[]): Promise<readonly number[]> {
  await insertOrders(engine, orders);
  const columns = COLUMNS.map(({ name }) => ({ name, ...(name === 'PATIENT_ID' && { person: 'value' as const }) }));
  const definition = await ownReport({ file: 'x.sql', text: FILE }, [{ name: 'ORDERS_WITH_DISCOUNT', columns }]);
  const { tables } = await definition.run(contextOf(engine, { 'small-numbers': 'off' }));
  return [...tables[0]!.rows].sort((a, b) => Number(a[0]) - Number(b[0])).map((row) => Number(row[1]));
}

/** The place of each id in a list of all ids that is sorted by what anybody can compute of an id. */
function ranks(of: (id: string) => string): readonly number[] {
  const sorted = IDS.map(String).sort((a, b) => (of(a) < of(b) ? -1 : 1));
  return IDS.map((id) => sorted.indexOf(String(id)) + 1);
}

it('numbers of patients cannot be had from a list of their ids, and a run can be repeated', async () => {
  const first = await numbers(ORDERS);
  expect([...first].sort((a, b) => a - b)).toEqual(IDS.map((_, i) => i + 1));
  expect(await numbers(ORDERS)).toEqual(first);
  const guesses: ((id: string) => string)[] = [
    (id) => id,
    ...['sha256', 'md5', 'sha1'].map((name) => (id: string) => createHash(name).update(id).digest('hex')),
  ];
  for (const guess of guesses) expect(ranks(guess)).not.toEqual(first);
  // The same patients with one other amount are numbered anew: the rows are the secret.
  const other = await numbers([{ ...ORDERS[0]!, amount: 101n }, ...ORDERS.slice(1)]);
  expect(other.filter((n, i) => n === first[i]).length).toBeLessThan(15);
});

it('no SQL of ours hashes an id without a key', () => {
  // What these hash is no id: contents of outputs, keys of a HMAC, the MD5 of the dialect, the secret itself.
  const allowed: Readonly<Record<string, number>> = {
    'changelog/deidentify.ts': 1,
    'output/database.ts': 2,
    'privacy/run-secret.ts': 3,
    'sql/functions/strings.ts': 1,
  };
  const found: Record<string, number> = {};
  for (const name of readdirSync(SRC, { recursive: true }).map(String)) {
    if (!name.endsWith('.ts')) continue;
    const text = readFileSync(join(SRC, name), 'utf8');
    // A file that imports the digest of bytes calls that, outside strings.
    const calls = /import .*\bsha256\b/.test(text) || name.startsWith('provenance');
    const hashes = calls ? /[`'"][^`'"]*\bsha256\((?!readFileSync)/ : /\b(sha256|sha1|md5|md5_number)\(/;
    const lines = text.split('\n').filter((line) => hashes.test(line));
    if (lines.length > 0) found[name.replaceAll('\\', '/')] = lines.length;
  }
  expect(found).toEqual(allowed);
});
