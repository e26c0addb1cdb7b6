import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { formatStatement } from '../../src/ksql/format.js';
import { parse } from '../../src/ksql/parser.js';

interface Case {
  readonly file: string;
  readonly name: string;
  readonly statements: readonly string[];
  readonly expectedException?: unknown;
}

const shared = new URL('../../../shared/', import.meta.url);

function cases(path: string): Case[] {
  return gunzipSync(readFileSync(new URL(path, shared)))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Case);
}

describe.each([
  ['conformance/ksqldb-qtt-dev.jsonl.gz', 1529],
  ['corpus/ksqldb-random-dev.jsonl.gz', 1723],
])('statements of %s', (path, expected) => {
  it.skipIf(!existsSync(new URL(path, shared)))(
    `all parse, and print to the same tree (skipped without ../shared/${path})`,
    () => {
      const all = cases(path);
      expect(all.length).toBe(expected);
      const good = all.filter((c) => c.expectedException == null);
      const refused: string[] = [];
      const changed: string[] = [];
      let parsed = 0;
      for (const c of good) {
        const { statements, diagnostics } = parse(c.statements.join('\n'));
        if (diagnostics.length > 0 || statements.length !== c.statements.length)
          refused.push(`${c.file}: ${c.name}: ${diagnostics[0]?.message}`);
        for (const s of statements) {
          parsed += 1;
          if (s.kind !== 'other' && bare(parse(formatStatement(s)).statements) !== bare([s]))
            changed.push(formatStatement(s));
        }
      }
      console.log(`${path}: ${parsed} statements of ${good.length} cases parsed, ${refused.length} cases refused`);
      expect(refused).toEqual([]);
      expect(changed).toEqual([]);
      expect(parsed).toBeGreaterThan(2000);
    },
  );
});

const PLACES = new Set(['span', 'nameSpan', 'operatorSpan', 'quoted']);

/** Trees without places. */
function bare(value: unknown): string {
  return JSON.stringify(value, (key, v: unknown) => (PLACES.has(key) ? undefined : v));
}
