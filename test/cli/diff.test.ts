import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { say } from './support/in-process.js';

const home = process.cwd();
const cwd = mkdtempSync(join(tmpdir(), 'pharmabi-diff-'));
const FILES = ['orders', 'patients'].map((t) =>
  join(home, `fixtures/captures/B-json-plain/kcat/shopb.pharmacy.${t}.kcat.ndjson.gz`),
);
beforeAll(() => process.chdir(cwd));
afterAll(() => {
  process.chdir(home);
  rmSync(cwd, { recursive: true, force: true });
});

type Row = Readonly<Record<string, string | number | boolean | null>>;
interface Document {
  readonly tables: Readonly<Record<string, readonly Row[]>>;
}

async function json(argv: readonly string[]): Promise<{ readonly exit: number; readonly document: Document }> {
  const { exit, stdout, stderr } = await say([...argv, '--format', 'json', '--quiet'], { cwd });
  expect(stdout, stderr).not.toBe('');
  return { exit, document: JSON.parse(stdout) as Document };
}

/** Commit times of the distinct change events of the two files, without the library: position, operation and table tell them apart. */
function commits(): readonly number[] {
  const seen = new Map<string, number>();
  for (const file of FILES) {
    for (const line of gunzipSync(readFileSync(file)).toString('utf8').split('\n')) {
      const payload = line === '' ? null : (JSON.parse(line) as { payload: string | null }).payload;
      if (payload === null) continue;
      const { op, source, before, after } = JSON.parse(payload) as {
        op: string;
        source: { table: string; file: string; pos: number; row: number; ts_ms: number };
        before: { id: number } | null;
        after: { id: number } | null;
      };
      const { table, file: log, pos, row, ts_ms: time } = source;
      seen.set([table, log, pos, row, op, (after ?? before)?.id].join(), time);
    }
  }
  return [...seen.values()];
}

describe('pharmabi diff', () => {
  it('shows the cells that differ between two times, and the events that came between', async () => {
    const times = [...commits()].sort((a, b) => a - b);
    const [first, second] = [times[Math.floor(times.length * 0.8)]!, times[Math.floor(times.length * 0.81)]!];
    const points = [first, second].map((t) => ['--known-at', String(t)]);
    const { exit, document } = await json([
      'diff',
      'discount-impact',
      ...FILES,
      ...points.flat(),
      '--events',
      '100000',
    ]);
    expect(exit).toBe(1);

    const between = times.filter((t) => t > first && t <= second).length;
    expect(between).toBeGreaterThan(10);
    const events = document.tables.events!;
    expect(events).toHaveLength(between);
    expect(new Set(events.map((e) => e.side))).toEqual(new Set(['after']));
    for (const { committed, topic, key } of events) {
      expect(Date.parse(String(committed))).toBeGreaterThan(first);
      expect(Date.parse(String(committed))).toBeLessThanOrEqual(second);
      // The policy hashes ids of patients and keeps those of orders.
      expect(String(key)).toMatch(topic === 'patients' ? /^patients #\d+$/ : /^\d+$/);
    }

    const [before, after] = await Promise.all(
      points.map(async (point) => (await json(['report', 'discount-impact', ...FILES, ...point])).document.tables),
    );
    const text = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
    const expected = Object.keys(before!).flatMap((table) =>
      before![table]!.flatMap((row, at) => {
        const key = Object.keys(row)[0]!;
        const other = after![table]!.find((r) => r[key] === row[key]) ?? after![table]![at];
        return Object.keys(row)
          .filter((name) => other !== undefined && text(row[name]) !== text(other[name]))
          .map((name) => `${table} ${text(row[name])} ${text(other![name])}`);
      }),
    );
    const shown = document.tables
      .cells!.filter((c) => c.column !== null && c.table === 'levels')
      .map((c) => `${c.table} ${c.before} ${c.after}`);
    expect(shown.length).toBeGreaterThan(0);
    expect(shown).toEqual(expected.filter((line) => line.startsWith('levels ')));
    expect(document.tables.options!.map((o) => o.what)).toEqual(['knownAt']);
  });

  it('compares two manifests, and says in which options they differ', async () => {
    const run = async (out: string, ...more: string[]): Promise<void> => {
      const { exit, stderr } = await say(['report', 'discount-impact', ...FILES, '--out', out, ...more], { cwd });
      expect(exit, stderr).toBe(0);
    };
    await run('a.json');
    await run('b.json', '--count-status', 'paid');
    const same = await json(['diff', 'a.json.manifest.json', 'a.json.manifest.json']);
    expect(same.exit).toBe(0);
    expect(same.document.tables).toMatchObject({ cells: [], events: [], options: [] });
    const { exit, document } = await json(['diff', 'a.json.manifest.json', 'b.json.manifest.json']);
    expect(exit).toBe(1);
    expect(document.tables.events).toEqual([]);
    expect(document.tables.options).toEqual([{ what: 'count-status', before: 'paid,shipped', after: 'paid' }]);
    expect(document.tables.cells!.length).toBeGreaterThan(10);
    const plain = await say(['diff', 'a.json.manifest.json', 'b.json.manifest.json', '--quiet'], { cwd });
    expect(plain.exit).toBe(1);
    expect(plain.stdout).toContain('0 events only in the first run, 0 events only in the second.');
  });

  it('says what it needs', async () => {
    const ask = async (...argv: string[]): Promise<string> => {
      const { exit, stderr } = await say(['diff', ...argv], { cwd });
      expect([exit, argv]).toEqual([argv[0] === 'nowhere.json' ? 3 : 2, argv]);
      return stderr;
    };
    expect(await ask()).toContain('Which manifest?');
    expect(await ask('discount-impact')).toContain('One run is compared at two points');
    expect(await ask('discount-impct', '--until', '2026-12-01')).toContain('Did you mean discount-impact?');
    expect(await ask('discount-impact', '--until', 'noon')).toContain('--until cannot be "noon"');
    expect(await ask('nowhere.json', '--until', '2026-12-01')).toContain('There is no manifest');
  });
});
