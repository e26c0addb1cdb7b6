import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { strFromU8 } from 'fflate';
import { decompress } from 'fzstd';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Finished, ROOT, temporaryFolder } from '../oracle/support/command-line.js';
import { leakFinder, personalValues, watched } from './persons.js';

const CAPTURE = join(ROOT, 'fixtures/captures/B-json-plain/kcat');
const PATIENTS = 'shopb.pharmacy.patients.kcat.ndjson.gz';
const OPEN_POLICY = 'version: 1\nnone: true\n';
const LEAKING = `CREATE TABLE PEOPLE (ID BIGINT PRIMARY KEY, EMAIL VARCHAR, PHONE VARCHAR)
  WITH (KAFKA_TOPIC='patients', KEY_FORMAT='JSON', VALUE_FORMAT='JSON');\n`;

const textOf = (file: string): string => gunzipSync(readFileSync(join(CAPTURE, file))).toString('utf8');
const products = strFromU8(decompress(readFileSync(join(CAPTURE, 'shopb.pharmacy.products.kcat.ndjson.zst'))))
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.stringify(JSON.parse(JSON.parse(line).payload ?? 'null')))
  .join('\n');
// Some patients are called as some products end: found in a name of a product that is the product.
const values = new Set(
  [
    ...personalValues(
      textOf(PATIENTS)
        .split('\n')
        .filter((line) => line !== ''),
    ),
  ].filter((v) => !products.includes(v) && !products.includes(JSON.stringify(v).slice(1, -1))),
);
const find = leakFinder(values);
const run = (args: readonly string[], cwd: string, stdin?: string): ReturnType<typeof watched> =>
  watched(args, cwd, find, stdin);

describe('with the policy that ships, no personal value of the capture occurs anywhere', () => {
  let cwd: string;
  beforeAll(() => {
    cwd = temporaryFolder();
    const input = join(cwd, 'input');
    mkdirSync(input);
    for (const file of readdirSync(CAPTURE)) copyFileSync(join(CAPTURE, file), join(input, file));
    const patients = gunzipSync(readFileSync(join(CAPTURE, PATIENTS)));
    // A cut line, a line of other types, bytes that are no UTF-8, a gzip file without its end.
    const lines = patients.toString('utf8').split('\n');
    const broken = [lines[0]!.slice(0, 300), lines[1]!.replaceAll('-5.00', 'x@y'), ...lines.slice(2, 60)].join('\n');
    writeFileSync(join(input, PATIENTS), gzipSync(patients).subarray(0, -20_000));
    writeFileSync(
      join(input, 'patients.broken.kcat.ndjson'),
      Buffer.concat([Buffer.from(broken), Buffer.from([10, 0xff, 0xfe, 10])]),
    );
  });

  it('the test knows enough of them', () => expect(values.size).toBeGreaterThan(1000));

  it.each([
    [
      'outputs of every form',
      [
        'report',
        'discount-impact',
        'input',
        '--force',
        '--out',
        'r.xlsx',
        '--out',
        'r.html',
        '--out',
        'r.json',
        '--out',
        'r.csv',
        '--out',
        'r.md',
        '--debug',
        '--verbose',
      ],
    ],
    ['rows, from little memory', ['replay', 'ORDERS_ENRICHED', 'input', '--memory', '350MB', '--verbose']],
    [
      'a changelog',
      ['replay', 'ORDERS_WITH_DISCOUNT', 'input', '--changes', '--out', 'c.ndjson', '--force', '--debug'],
    ],
    ['a look at the input', ['inspect', 'input', '--json']],
    ['a look at its columns', ['inspect', 'input', '--privacy']],
  ])('%s', async (_name, args) => {
    const done = await run(args, cwd);
    expect(done.stderr).not.toMatch(/^ {4}at /m);
    expect(done.code).toBe(0);
    expect(done.leaks).toEqual([]);
  });

  it('what comes through a pipe', async () => {
    const patients = gunzipSync(readFileSync(join(CAPTURE, PATIENTS))).toString('utf8');
    const orders = gunzipSync(readFileSync(join(CAPTURE, 'shopb.pharmacy.orders.kcat.ndjson.gz'))).toString('utf8');
    const done = await run(['replay', 'ORDERS_ENRICHED', '-', '--debug'], cwd, patients + orders);
    expect(done.code).toBe(0);
    expect(done.stdout.split('\n').length).toBeGreaterThan(1000);
    expect(done.leaks).toEqual([]);
  });

  it('a pipeline that asks for them is refused, without one of them in the message', async () => {
    writeFileSync(join(cwd, 'people.ksql'), LEAKING);
    const done = await run(['replay', 'PEOPLE', 'input', '--pipeline', 'people.ksql'], cwd);
    expect(done.code).toBe(4);
    expect(done.stderr).toContain('patients.email');
    expect(done.leaks).toEqual([]);
  });

  it('one column let through on purpose is found', async () => {
    writeFileSync(join(cwd, 'people.ksql'), LEAKING);
    writeFileSync(join(cwd, 'open.yaml'), OPEN_POLICY);
    const done = await run(['replay', 'PEOPLE', 'input', '--pipeline', 'people.ksql', '--policy', 'open.yaml'], cwd);
    expect(done.code).toBe(0);
    expect(done.leaks.join('\n')).toContain('stdout');
  });

  it('hashed, the same person is the same in every table', async () => {
    writeFileSync(join(cwd, 'hash.key'), 'sixteen bytes, or more of them');
    const plain = await run(['replay', 'ORDERS_ENRICHED', 'input', '--format', 'ndjson'], cwd);
    const hashed = await run(
      ['replay', 'ORDERS_ENRICHED', 'input', '--format', 'ndjson', '--hash-key', 'hash.key'],
      cwd,
    );
    const discounts = (done: Finished): readonly unknown[] =>
      done.stdout
        .split('\n')
        .filter((l) => l !== '')
        .map((l) => JSON.parse(l))
        .map((r) => `${r.ORDER_ID} ${r.DISCOUNT} ${r.DISCOUNT_BASIS}`)
        .sort();
    expect(discounts(hashed)).toEqual(discounts(plain));
    expect(hashed.stdout).not.toBe(plain.stdout);
    expect(hashed.stderr + hashed.stdout).not.toContain('sixteen bytes');
  });
});
