import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CODES, codeMeaning } from '../../src/diagnostics/codes.js';

const root = new URL('../../src/', import.meta.url);
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

/** Codes as the sources write them: `code: 'x'`, or the first argument of a maker of diagnostics. */
const CODE = /(?:\bcode:|\b(?:usage|problem|refuse)\()\s*'([a-z]+(?:-[a-z]+)*)'/g;

describe('table of codes', () => {
  it('has a line for every code of the sources', () => {
    const used = new Set<string>();
    for (const name of files) {
      for (const found of readFileSync(new URL(name, root), 'utf8').matchAll(CODE)) used.add(found[1]!);
    }
    expect(used.size).toBeGreaterThan(20);
    expect([...used].filter((code) => codeMeaning(code) === undefined).sort()).toEqual([]);
  });

  it('is sorted, and each line is a sentence', () => {
    const codes = Object.keys(CODES);
    expect(codes).toEqual([...codes].sort());
    for (const code of codes) expect(codeMeaning(code)).toMatch(/^[A-Zp].*\.$/);
  });

  it('knows no other words', () => {
    expect(codeMeaning('toString')).toBeUndefined();
    expect(codeMeaning('')).toBeUndefined();
  });
});
