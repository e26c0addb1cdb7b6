import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { engineLimit, parseSize } from '../../src/engine/memory.js';
import { registerRunningSum } from '../../src/engine/running-sum.js';
import { makeSpillFolder } from '../../src/engine/spill-folder.js';

describe('an engine', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({ threads: 3, memory: '500MB' });
  });
  afterAll(() => engine.close());
  const one = async (sql: string): Promise<unknown> => (await engine.rows(sql))[0]![0];

  it('stands in UTC, takes no extension that it was not given, and has the threads that were asked for', async () => {
    expect(await one("SELECT current_setting('TimeZone')")).toBe('UTC');
    expect(await one("SELECT strftime(to_timestamp(0), '%Y-%m-%d %H')")).toBe('1970-01-01 00');
    expect(String(await one("SELECT current_setting('threads')"))).toBe('3');
    for (const name of ['autoinstall_known_extensions', 'autoload_known_extensions'])
      expect([name, String(await one(`SELECT current_setting('${name}')`))]).toEqual([name, 'false']);
    // 500 MB less what Node takes beside it.
    expect(await one("SELECT current_setting('memory_limit')")).toBe('267.0 MiB');
  });

  it('gives values as they are: nothing passes through a double', async () => {
    const [row] = await engine.rows('SELECT 9007199254740993::BIGINT, 12345678901234567.89::DECIMAL(20, 2), NULL');
    expect(row![0]).toBe(9007199254740993n);
    expect(String(row![1])).toBe('12345678901234567.89');
    expect(row![2]).toBeNull();
    expect(await engine.objects('SELECT 1 AS a, 2 AS b')).toEqual([{ a: 1, b: 2 }]);
  });

  it('adds doubles left to right, null adding nothing, as the real engine does', async () => {
    await registerRunningSum(engine);
    const sums = async (list: string): Promise<string> =>
      String(await one(`SELECT ksql_running_sum(${list})::VARCHAR`));
    // Left to right: 0.1 + 0.2 is 0.30000000000000004, and 1e16 swallows a 1 that comes after it.
    expect(await sums('[0.1, 0.2, 0.3]::DOUBLE[]')).toBe('[0.1, 0.30000000000000004, 0.6000000000000001]');
    expect(await sums('[1e16, 1, -1e16]::DOUBLE[]')).toBe('[1e+16, 1e+16, 0.0]');
    expect(await sums('[1, 1e16, -1e16]::DOUBLE[]')).toBe('[1.0, 1e+16, 0.0]');
    expect(await sums('[2, NULL, 3]::DOUBLE[]')).toBe('[2.0, 2.0, 5.0]');
    expect(await sums('[]::DOUBLE[]')).toBe('[]');
    expect(await one('SELECT ksql_running_sum(NULL::DOUBLE[]) IS NULL')).toBe(true);
  });
});

describe('an interrupted engine', () => {
  it('stops what runs, and runs nothing more', async () => {
    const engine = await openEngine({ threads: 1 });
    try {
      const long = engine.rows('SELECT count(*) FROM range(100000000000) a');
      engine.interrupt();
      await expect(long).rejects.toThrow(/INTERRUPT/i);
      await expect(engine.run('SELECT 1')).rejects.toThrow(/INTERRUPT/i);
      await expect(engine.rows('SELECT 1')).rejects.toThrow(/INTERRUPT/i);
      await expect(engine.objects('SELECT 1')).rejects.toThrow(/INTERRUPT/i);
    } finally {
      engine.close();
    }
  });
});

describe('the folder that an engine spills to', () => {
  it('is its own, below the one that was named, and goes with it', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'pharmabi-parent-'));
    const [a, b] = [await openEngine({ tempDirectory: parent }), await openEngine({ tempDirectory: parent })];
    expect(a.tempDirectory).not.toBe(b.tempDirectory);
    expect(readdirSync(parent)).toHaveLength(2);
    a.close();
    expect(existsSync(a.tempDirectory)).toBe(false);
    expect(existsSync(b.tempDirectory)).toBe(true);
    b.close();
    expect(readdirSync(parent)).toEqual([]);
    rmSync(parent, { recursive: true });
  });

  it('keeps what is read twice where nobody else finds it, for as long as it stands', () => {
    const folder = makeSpillFolder();
    const [first, second] = [folder.spool('stdin'), folder.spool('stdin')];
    writeFileSync(first, 'one');
    writeFileSync(second, 'two');
    expect([first, second].map((path) => readFileSync(path, 'utf8'))).toEqual(['one', 'two']);
    // On Linux the files have no name; elsewhere they are below the folder.
    if (existsSync('/proc/self/fd')) expect(readdirSync(folder.path)).toEqual([]);
    folder.remove();
    folder.remove();
    expect(existsSync(folder.path)).toBe(false);
  });
});

describe('sizes', () => {
  it.each([
    ['512MB', 512e6],
    ['1.5GB', 1.5e9],
    ['1 GiB', 2 ** 30],
    ['64kib', 65536],
    ['10b', 10],
    [' 2TB ', 2e12],
    ['512', null],
    ['MB', null],
    ['-1GB', null],
    ['1XB', null],
    ['', null],
  ])('%j is %j bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes));

  it('leave room for what stands beside the engine, and never less than it needs to spill', () => {
    expect(engineLimit(1e9)).toBe('780MB');
    expect(engineLimit(348e6)).toBe('128MB');
    expect(engineLimit(100e6)).toBe('128MB');
  });
});
