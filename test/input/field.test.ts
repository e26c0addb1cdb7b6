import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { say } from '../cli/support/in-process.js';
import { ROOT, temporaryFolder } from '../oracle/support/command-line.js';

/** What a case of fixtures/field expects: see the README there. */
interface Expected {
  readonly title: string;
  /** Options beside the input. */
  readonly args?: readonly string[];
  /** Order, level, amount, status: worked out by hand from the journal of the invented shop. */
  readonly rows?: readonly (readonly (string | number | null)[])[];
  /** Words of which a refusal (exit not 0, no rows) says one. */
  readonly refusal?: readonly string[];
  /** Words of which standard error says one, beside the rows. */
  readonly told?: readonly string[];
}

const CASES = join(ROOT, 'fixtures/field');
const folder = temporaryFolder();
const names = readdirSync(CASES, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

describe('files as people have them', () => {
  it('are of at least 60 kinds', () => {
    expect(names.length).toBeGreaterThanOrEqual(60);
  });

  for (const name of names) {
    const expected = JSON.parse(readFileSync(join(CASES, name, 'expected.json'), 'utf8')) as Expected;
    it(`${name}: ${expected.title}`, async () => {
      const argv = ['replay', 'ORDERS_WITH_DISCOUNT', join(CASES, name, 'input'), '--format', 'ndjson', '--no-cache'];
      const { exit, stdout, stderr } = await say([...argv, '--threads', '1', ...(expected.args ?? [])], {
        cwd: folder,
      });
      expect(stderr).not.toMatch(/internal|\n\s+at .+:\d+:\d+/);
      const rows = stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [line] : []));
      if (expected.rows === undefined) {
        expect(exit, stderr).toBe(3);
        expect(rows).toEqual([]);
        expect(stderr).toMatch(anyOf(expected.refusal!));
        return;
      }
      expect(exit, stderr).toBe(0);
      expect(rows.map(cells).sort(), stderr).toEqual([...expected.rows].map((row) => row.map(String)).sort());
      if (expected.told !== undefined) expect(stderr).toMatch(anyOf(expected.told));
    });
  }
});

function anyOf(words: readonly string[]): RegExp {
  return new RegExp(words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'i');
}

/** The columns of a row that cases name, with the digits that were printed. */
function cells(line: string): readonly string[] {
  return ['ORDER_ID', 'DISCOUNT_LEVEL', 'AMOUNT_TOTAL', 'STATUS'].map((column) => {
    const found = new RegExp(`"${column}":("([^"]*)"|[^,}]*)`).exec(line)!;
    return found[2] ?? found[1]!;
  });
}
