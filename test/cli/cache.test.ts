import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { generate } from '../../bench/generate.js';
import { openEngine } from '../../src/engine/engine.js';
import { inOwnProcess, pharmabi, temporaryFolder } from '../oracle/support/command-line.js';

const EVENTS = 20_000;
const ARGS = ['report', 'discount-impact', 'data', '--format', 'json', '--quiet', '--cache', 'kept'];
let cwd: string;

beforeAll(() => {
  cwd = temporaryFolder();
  mkdirSync(join(cwd, 'data'));
  generate(EVENTS, join(cwd, 'data'));
  expect(statSync(join(cwd, 'data/orders.ndjson')).size).toBeGreaterThan(8_000_000);
});

const entries = (): readonly string[] => {
  const kept = join(cwd, 'kept');
  return existsSync(kept)
    ? readdirSync(kept, { recursive: true })
        .map(String)
        .filter((f) => f.endsWith('.parquet'))
        .sort()
    : [];
};

async function report(...more: readonly string[]): Promise<string> {
  const done = await pharmabi([...ARGS, ...more], { cwd });
  expect(done.stderr).toBe('');
  expect(done.code).toBe(0);
  return done.stdout;
}

it('the second run reads what the first one kept, and gives the same bytes', async () => {
  const plain = await report('--no-cache');
  expect(entries()).toEqual([]);
  expect(await report()).toBe(plain);
  const [entry] = entries();
  expect(entries()).toHaveLength(1); // the patients are too few to be kept
  const before = statSync(join(cwd, 'kept', entry!)).mtimeMs;
  expect(await report('--threads', '1')).toBe(plain);
  expect(entries()).toEqual([entry]);
  expect(statSync(join(cwd, 'kept', entry!)).mtimeMs).toBe(before);
  expect(statSync(join(cwd, 'kept', entry!)).mode & 0o077).toBe(0);
});

it('an entry holds the columns that the pipeline uses and no other', async () => {
  const engine = await openEngine({ threads: 1 });
  try {
    const path = join(cwd, 'kept', entries()[0]!);
    const columns = (await engine.rows(`DESCRIBE SELECT * FROM '${path}'`)).map((row) => String(row[0]));
    expect(columns).toContain('value0');
    const letters = await engine.rows(
      `SELECT count(*) FROM (SELECT DISTINCT v::VARCHAR AS v FROM (UNPIVOT (SELECT COLUMNS('^value[0-9]+$')::VARCHAR FROM '${path}') ON COLUMNS(*) INTO NAME n VALUE v)) WHERE regexp_matches(v, '[a-z]') AND v NOT IN ('paid', 'shipped', 'pending', 'cancelled', 'refunded', 'payment_failed')`,
    );
    expect(Number(letters[0]![0])).toBe(0);
  } finally {
    engine.close();
  }
});

it('a damaged entry is a miss, and is made anew', async () => {
  const plain = await report('--no-cache');
  const path = join(cwd, 'kept', entries()[0]!);
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1]! ^= 0xff;
  writeFileSync(path, bytes);
  expect(await report()).toBe(plain);
  truncateSync(path, 1000);
  expect(await report()).toBe(plain);
  expect(entries()).toHaveLength(1);
  expect(statSync(path).size).toBe(bytes.length);
});

it('another policy, another declaration, another byte: a miss each', async () => {
  writeFileSync(
    join(cwd, 'p.yaml'),
    'version: 1\ntables:\n  orders:\n    persons: true\n    columns: { status: keep, user_id: { hash: patient } }\n  patients:\n    columns: { id: { hash: patient } }\n',
  );
  writeFileSync(join(cwd, 'key'), 'k'.repeat(32));
  await report('--policy', 'p.yaml', '--hash-key', 'key');
  expect(entries()).toHaveLength(2);
  writeFileSync(join(cwd, 'key'), 'K'.repeat(32));
  await report('--policy', 'p.yaml', '--hash-key', 'key');
  expect(entries()).toHaveLength(3);
  appendFileSync(join(cwd, 'data/orders.ndjson'), '\n');
  await report();
  expect(entries()).toHaveLength(4);
});

it('two runs at once give the same bytes, and one whole entry', async () => {
  const plain = await report('--no-cache');
  const args = [...ARGS.slice(0, -1), 'other'];
  const both = await Promise.all([inOwnProcess(args, { cwd }), inOwnProcess(args, { cwd })]);
  expect(both.map((done) => done.stdout)).toEqual([plain, plain]);
  const made = readdirSync(join(cwd, 'other'), { recursive: true, withFileTypes: true }).filter((e) => e.isFile());
  expect(made.map((e) => e.name).filter((name) => !name.endsWith('.parquet'))).toEqual([]);
  expect((await pharmabi(args, { cwd })).stdout).toBe(plain);
});

it('is listed and cleared', async () => {
  const listed = await pharmabi(['cache', '--cache', 'kept'], { cwd });
  expect(listed.stdout).toMatch(/kept: 4 entries, /);
  expect(listed.stdout).toContain('orders.ndjson');
  writeFileSync(join(cwd, 'kept', 'mine.txt'), 'not ours');
  const cleared = await pharmabi(['cache', 'clear', '--cache', 'kept', '--json'], { cwd });
  expect(JSON.parse(cleared.stdout).removed).toBe(4);
  expect(entries()).toEqual([]);
  expect(existsSync(join(cwd, 'kept', 'mine.txt'))).toBe(true);
});
