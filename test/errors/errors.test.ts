import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CODES } from '../../src/diagnostics/codes.js';
import { renderDiagnostics } from '../../src/diagnostics/render.js';
import { parse } from '../../src/ksql/parser.js';

const folder = new URL('./good/', import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.ksql'))
  .sort();

describe('messages of mistakes', () => {
  it('covers at least 25 kinds', () => {
    expect(names.length).toBeGreaterThanOrEqual(25);
  });

  for (const name of names) {
    it(name, async () => {
      const text = readFileSync(new URL(name, folder), 'utf8');
      const { diagnostics } = parse(text, name);
      expect(diagnostics.length).toBeGreaterThan(0);
      const starts = diagnostics.map((d) => d.place!.span!.start);
      expect(new Set(starts).size, 'one diagnostic for each place').toBe(starts.length);
      for (const d of diagnostics) expect(Object.keys(CODES)).toContain(d.code);
      const rendered = renderDiagnostics(diagnostics, new Map([[name, text]]));
      await expect(`${rendered}\n`).toMatchFileSnapshot(`./good/${name.replace(/\.ksql$/, '.txt')}`);
    });
  }
});
