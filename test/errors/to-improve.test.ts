import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderDiagnostics } from '../../src/diagnostics/render.js';
import { compile } from '../../src/replay/compile.js';

// Messages that are right and not yet helpful, on purpose: each file says in its first line what would be better. Whoever mends one
// moves its two files to `good` (or, where the analyzer speaks, beside the tests of the analyzer).
const folder = new URL('./to-improve/', import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.ksql'))
  .sort();

describe('messages that are not good enough yet', () => {
  it.each(names)('%s', async (name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    expect(text).toMatch(/^-- better: \S/);
    const { diagnostics } = compile(text, name);
    expect(diagnostics.length).toBeGreaterThan(0);
    await expect(`${renderDiagnostics(diagnostics, new Map([[name, text]]))}\n`).toMatchFileSnapshot(
      `./to-improve/${name.replace(/\.ksql$/, '.txt')}`,
    );
  });
});
