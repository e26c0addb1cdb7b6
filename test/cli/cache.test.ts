import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { generate } from '../../bench/generate.js';
import { entryIn } from '../../src/changelog/cache.js';
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
        .filter((f) => f.endsWith('.duckdb'))
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
  expect(entries()).toHaveLength(1);
  const before = statSync(join(cwd, 'kept', entry!)).mtimeMs;
  expect(await report('--threads', '1')).toBe(plain);
  expect(entries()).toEqual([entry]);
  expect(statSync(join(cwd, 'kept', entry!)).mtimeMs).toBe(before);
  expect(statSync(join(cwd, 'kept', entry!)).mode & 0o077).toBe(0);
});

it('an entry holds the columns that the pipeline uses and no other', async () => {
  const engine = await openEngine({ threads: 1 });
  try {
    await engine.run(`ATTACH '${join(cwd, 'kept', entries()[0]!)}' AS kept (READ_ONLY)`);
    const { relations } = await entryIn(engine, 'kept');
    expect(relations).toContain('ORDERS_SRC');
    const at = relations.indexOf('ORDERS_SRC');
    const columns = (await engine.rows(`DESCRIBE kept.relation${at}`)).map((row) => String(row[0]));
    expect(columns).toEqual(expect.arrayContaining(['$seq', '$ts', '$live', 'ID', 'USER_ID']));
    expect(columns).not.toContain('NOTE');
    const tables = relations.map((_, i) => `SELECT COLUMNS(*)::VARCHAR FROM kept.relation${i}`);
    const words = await Promise.all(
      tables.map((sql) =>
        engine.rows(
          `SELECT DISTINCT v FROM (UNPIVOT (${sql}) ON COLUMNS(*) INTO NAME n VALUE v) WHERE regexp_matches(v, '[a-z]')`,
        ),
      ),
    );
    const known = ['true', 'false', 'paid', 'shipped', 'pending', 'cancelled', 'refunded', 'payment_failed'];
    expect(
      words
        .flat()
        .map((row) => String(row[0]))
        .filter((word) => !known.includes(word)),
    ).toEqual([]);
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
  const remade = join(cwd, 'kept', entries()[0]!);
  truncateSync(remade, 1000);
  expect(await report()).toBe(plain);
  expect(entries()).toHaveLength(1);
  expect(statSync(join(cwd, 'kept', entries()[0]!)).size).toBe(bytes.length);
});

it('another policy, another declaration, another byte: a miss each', async () => {
  writeFileSync(
    join(cwd, 'p.yaml'),
    'version: 1\ntables:\n  orders:\n    columns: { user_id: { hash: patient } }\n  patients:\n    columns: { id: { hash: patient } }\n',
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

it('takes what is kept by size, time and inode where it is told to, and says so', async () => {
  const plain = JSON.parse(await report());
  const path = join(cwd, 'data/orders.ndjson');
  const { atime, mtime } = statSync(path);
  const bytes = readFileSync(path);
  const at = bytes.indexOf('"paid"');
  const changed = Buffer.from(bytes);
  changed.write('"void"', at);
  writeFileSync(path, changed);
  utimesSync(path, atime, mtime);
  await report('--cache-by-time'); // the time of change is set to milliseconds, so that the first is a miss
  writeFileSync(path, bytes);
  utimesSync(path, atime, mtime);
  const trusted = JSON.parse(await report('--cache-by-time'));
  expect(JSON.stringify(trusted.notes ?? trusted)).toContain('--cache-by-time trusted size, time and inode');
  expect(trusted.tables.levels).not.toEqual(plain.tables.levels);
  expect(JSON.parse(await report()).tables.levels).toEqual(plain.tables.levels);
});

it('two runs at once give the same bytes, and one whole entry', async () => {
  const plain = await report('--no-cache');
  const args = [...ARGS.slice(0, -1), 'other'];
  const both = await Promise.all([inOwnProcess(args, { cwd }), inOwnProcess(args, { cwd })]);
  expect(both.map((done) => done.stdout)).toEqual([plain, plain]);
  const made = readdirSync(join(cwd, 'other'), { recursive: true, withFileTypes: true }).filter((e) => e.isFile());
  expect(made.map((e) => e.name).filter((name) => !name.endsWith('.duckdb'))).toEqual([]);
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
