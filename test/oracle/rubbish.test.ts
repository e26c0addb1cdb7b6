import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capture, inputsOf, linesOf } from './support/captures.js';
import { type Finished, pharmabi, temporaryFolder } from './support/command-line.js';

const work = temporaryFolder();
const good = inputsOf('F')!;

/** A folder of its own for a case, with files in it. */
function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(work, 'case-'));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return folder;
}

/** Runs the report over `input` into an empty folder, and checks what every failure owes its user. */
async function refused(input: string): Promise<Finished> {
  const cwd = mkdtempSync(join(work, 'out-'));
  const done = await pharmabi(['report', 'discount-impact', input, '--out', 'report.json', '--out', 'report.xlsx'], {
    cwd,
  });
  expect(done.code, done.stderr).toBe(3);
  expect(done.stdout).toBe('');
  expect(done.stderr).toMatch(/^error\[[a-z-]+\]: \S/m);
  expect(done.stderr).not.toMatch(/error\[internal\]/);
  expectPlain(done);
  expect(readdirSync(cwd), 'files left behind').toEqual([]);
  return done;
}

/** No stack, no engine's own error class, no value that no person would say. */
function expectPlain(done: Finished): void {
  expect(done.stderr).not.toMatch(/^ {4}at /m);
  expect(done.stderr).not.toMatch(/undefined|\[object Object\]|NaN\b/);
}

/** Good files in a folder, beside something else; the report must come out, and say what it could not read. */
async function beside(
  name: string | null,
  bytes: string | Uint8Array,
): Promise<{ done: Finished; undecodable: number; orders: number }> {
  const folder = folderWith({
    'shopf.pharmacy.patients.kcat.ndjson.gz': readFileSync(good[0]),
    'shopf.pharmacy.orders.kcat.ndjson.gz': readFileSync(good[1]),
    ...(name !== null && { [name]: bytes }),
  });
  const cwd = mkdtempSync(join(work, 'out-'));
  const done = await pharmabi(['report', 'discount-impact', folder, '--out', 'r.json'], { cwd });
  expect(done.code, done.stderr).toBe(0);
  expectPlain(done);
  const manifest = JSON.parse(
    readFileSync(join(cwd, readdirSync(cwd).find((file) => file.endsWith('manifest.json'))!), 'utf8'),
  );
  const document = JSON.parse(readFileSync(join(cwd, 'r.json'), 'utf8'));
  const orders = document.tables.levels.reduce(
    (sum: number, row: Record<string, unknown>) => sum + Number(row.orders),
    0,
  );
  return { done, undecodable: manifest.counts.undecodable, orders };
}

describe('rubbish alone is refused', () => {
  const random = Uint8Array.from({ length: 5000 }, (_, at) => (at * 7919 + (at >> 3) * 104729) % 256);
  const realText = linesOf(good[1]);

  it.each<[string, Readonly<Record<string, string | Uint8Array>>, RegExp]>([
    ['an empty file', { 'orders.ndjson': '' }, /empty/i],
    ['an empty folder', {}, /no (input )?file|empty|nothing/i],
    ['binary', { 'orders.ndjson': random }, /recogni|binary|not .*(text|JSON)|cannot be read/i],
    ['half a JSON line', { 'orders.ndjson': realText[0]!.slice(0, 300) }, /JSON|record|cut|recogni/i],
    [
      'text of another kind',
      { 'orders.txt': 'Dear all,\nplease find the orders attached.\n' },
      /no known form|without a header line/,
    ],
    [
      'JSON of another kind',
      { 'orders.json': '{"hello":"world"}\n{"hello":"again"}\n' },
      /recogni|change event|envelope|table|orders/i,
    ],
    [
      'a table with the wrong columns',
      { 'orders.csv': 'colour,size\nred,1\n', 'patients.csv': 'colour\nred\n' },
      /column/i,
    ],
    ['no orders at all', { 'shopf.pharmacy.patients.kcat.ndjson.gz': readFileSync(good[0]) }, /orders/i],
    [
      'text that is not UTF-8',
      { 'orders.ndjson': Buffer.from('{"id":1,"note":"\xe9\xff"}\n', 'latin1') },
      /UTF-8|recogni|encod/i,
    ],
    [
      'a gzip cut off',
      { 'shopf.pharmacy.orders.kcat.ndjson.gz': readFileSync(good[1]).subarray(0, 400) },
      /gz|cut|truncat|incomplete|damaged/i,
    ],
  ])('%s', async (_, files, words) => {
    const done = await refused(folderWith(files));
    expect(done.stderr).toMatch(words);
  });

  it.each(['javamap', 'javastruct'])(
    'what a file sink writes with a JSON converter (%s), with a way out',
    async (kind) => {
      const file = capture(`B-json-plain/not-json/brands.${kind}.txt.gz`)!;
      const done = await refused(folderWith({ 'brands.txt.gz': readFileSync(file) }));
      expect(done.stderr).toMatch(/StringConverter|JsonConverter|converter/);
      expect(done.stderr).toMatch(/brands\.txt\.gz/);
    },
  );

  it('a file that is not there, with its name', async () => {
    const done = await pharmabi(['report', 'discount-impact', 'no-such-folder/orders.ndjson'], { cwd: work });
    expect([2, 3]).toContain(done.code);
    expect(done.stderr).toMatch(/no-such-folder\/orders\.ndjson/);
    expectPlain(done);
  });

  it('an unwritable target, without a report', async () => {
    const done = await pharmabi(['report', 'discount-impact', good[0], good[1], '--out', 'no/such/folder/r.json'], {
      cwd: work,
    });
    expect([2, 5]).toContain(done.code);
    expect(done.stderr).toMatch(/no\/such\/folder/);
    expectPlain(done);
  });
});

describe('rubbish beside good lines is counted, and the good lines count', () => {
  const lines = linesOf(good[1]);
  const clean = beside(null, '');

  it.each<[string, string, (name: string) => string | Uint8Array, number]>([
    ['half a JSON line', 'more.ndjson', () => `${lines[0]}\n${lines[1]!.slice(0, 200)}\n`, 1],
    ['a line that is no JSON', 'more.ndjson', () => `${lines[0]}\nrubbish, not a record\n${lines[1]}\n{"half":\n`, 2],
    ['a line of 50 MB', 'more.ndjson', () => `${lines[0]}\n{"x":"${'y'.repeat(50 * 1024 * 1024)}"}\n${lines[1]}\n`, 1],
    [
      'bytes that are not UTF-8',
      'more.ndjson',
      () => Buffer.concat([Buffer.from(`${lines[0]}\n`), Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 10])]),
      1,
    ],
  ])('%s', async (_, name, bytes, unreadable) => {
    const without = await clean;
    const result = await beside(name, bytes(name));
    expect(result.undecodable - without.undecodable).toBe(unreadable);
    expect(result.orders).toBe(without.orders);
    expect(result.done.stderr).toMatch(/more\.ndjson/);
  });

  it('an empty file, a note and binary beside them are named and change no number', async () => {
    const without = await clean;
    for (const [name, bytes] of [
      ['empty.ndjson', ''],
      ['README.md', '# Export of June\nask Ann\n'],
      ['picture.bin', Buffer.from([0x89, 0x50, 0, 0xff, 0x0d, 0x0a, 0x1a, 0x0a, 0, 1, 2])],
    ] as const) {
      const result = await beside(name, bytes);
      expect(result.orders).toBe(without.orders);
      expect(result.done.stderr, name).toContain(name);
    }
  });

  it('a gzip that was cut off is named, and does not pass for the whole', async () => {
    const cut = readFileSync(good[1]).subarray(0, 150_000);
    const folder = folderWith({
      'shopf.pharmacy.patients.kcat.ndjson.gz': readFileSync(good[0]),
      'shopf.pharmacy.orders.kcat.ndjson.gz': cut,
    });
    const done = await pharmabi(['report', 'discount-impact', folder, '--format', 'json']);
    expectPlain(done);
    expect(done.stderr).toMatch(/orders\.kcat\.ndjson\.gz/);
    expect(done.stderr).toMatch(/gz|cut|truncat|incomplete|damaged/i);
    expect([0, 3]).toContain(done.code);
    if (done.code === 0)
      expect(JSON.stringify(JSON.parse(done.stdout).notes)).toMatch(/gz|cut|truncat|incomplete|damaged/i);
  });

  it('--strict exits 3 where a line could not be read, and 0 where all could', async () => {
    const folder = folderWith({
      'shopf.pharmacy.patients.kcat.ndjson.gz': readFileSync(good[0]),
      'shopf.pharmacy.orders.kcat.ndjson.gz': readFileSync(good[1]),
      'more.ndjson': `${lines[0]}\n{"half":\n`,
    });
    const broken = await pharmabi(['report', 'discount-impact', folder, '--strict', '--format', 'json']);
    expect(broken.code, broken.stderr).toBe(3);
    const whole = await pharmabi(['report', 'discount-impact', ...good, '--strict', '--format', 'json']);
    expect(whole.code, whole.stderr).toBe(0);
  });
});
