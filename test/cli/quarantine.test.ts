import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { pharmabi, ROOT, temporaryFolder } from '../oracle/support/command-line.js';

const CAPTURE = join(ROOT, 'fixtures/captures/B-json-plain/kcat');
const NAMES = ['orders', 'patients'].map((table) => `shopb.pharmacy.${table}.kcat.ndjson.gz`);
let cwd: string;
let lines: string[];

/** Bytes of the lines before the one with this number, with their line ends. */
const offsetOf = (line: number): number =>
  lines.slice(0, line - 1).reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0);

beforeAll(() => {
  cwd = temporaryFolder();
  const [orders, patients] = NAMES.map((name) =>
    gunzipSync(readFileSync(join(CAPTURE, name)))
      .toString('utf8')
      .split('\n'),
  );
  lines = orders!.slice(0, 200);
  lines[9] = lines[9]!.slice(0, 120);
  lines[19] = lines[19]!.replace(/\\"amount_total\\":\\"[^"]*\\"/, '\\"amount_total\\":\\"secret@mail.example\\"');
  writeFileSync(join(cwd, 'orders.ndjson.gz'), gzipSync(lines.join('\n')));
  writeFileSync(join(cwd, 'patients.ndjson'), patients!.join('\n'));
});

it('lists every record that could not be used: place, reason and field names, no value', async () => {
  const done = await pharmabi(['replay', 'ORDERS_ENRICHED', '.', '--quarantine', 'q/bad.ndjson', '--out', 'o.csv'], {
    cwd,
  });
  expect(done.code).not.toBe(0); // the folder q is not there
  expect(existsSync(join(cwd, 'bad.ndjson'))).toBe(false);

  const again = await pharmabi(
    ['replay', 'ORDERS_ENRICHED', 'orders.ndjson.gz', 'patients.ndjson', '--quarantine', 'bad.ndjson'],
    { cwd },
  );
  expect(again.code, again.stderr).toBe(0);
  expect(again.stderr).toContain('not decoded: 1 invalid-json, 1 value-does-not-fit');
  const text = readFileSync(join(cwd, 'bad.ndjson'), 'utf8');
  const listed = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  expect(listed.map((r) => [r.file, r.line, r.code, r.byteOffset, r.bytes])).toEqual([
    ['orders.ndjson.gz', 10, 'invalid-json', offsetOf(10), 120],
    ['orders.ndjson.gz', 20, 'value-does-not-fit', offsetOf(20), Buffer.byteLength(lines[19]!)],
  ]);
  const wrong = JSON.parse(lines[19]!);
  expect([listed[1].topic, listed[1].partition, listed[1].offset]).toEqual([
    wrong.topic,
    wrong.partition,
    wrong.offset,
  ]);
  expect(listed[1].fields).toMatchObject({ op: 'string', 'after.amount_total': 'string', 'source.pos': 'number' });
  expect(listed[0].fields).toBeNull();
  expect(text).not.toContain('secret');
});

it('does not replace a file, and stands or falls with the other outputs', async () => {
  writeFileSync(join(cwd, 'there.ndjson'), 'mine');
  const done = await pharmabi(
    [
      'report',
      'discount-impact',
      'orders.ndjson.gz',
      'patients.ndjson',
      '--out',
      'r.json',
      '--quarantine',
      'there.ndjson',
    ],
    { cwd },
  );
  expect(done.code).not.toBe(0);
  expect(readFileSync(join(cwd, 'there.ndjson'), 'utf8')).toBe('mine');
  expect(existsSync(join(cwd, 'r.json'))).toBe(false);
});

it('--max-bad stops, and says where', async () => {
  const run = (n: string) =>
    pharmabi(['report', 'discount-impact', 'orders.ndjson.gz', 'patients.ndjson', '--quiet', '--max-bad', n], { cwd });
  expect((await run('2')).code).toBe(0);
  const stopped = await run('0');
  expect(stopped.code).toBe(3);
  expect(stopped.stderr).toContain('too-many-bad-records');
  expect(stopped.stderr).toContain('orders.ndjson.gz');
  expect(stopped.stdout).toBe('');
});
