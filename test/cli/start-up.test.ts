import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

/** Files and packages that a file loads before its first line runs: static imports of values, followed to their end. */
function loadedBy(entry: string): { readonly files: readonly string[]; readonly packages: readonly string[] } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const follow = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const [, clause, from] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export) ([^;]*?) ?from '([^']+)'/gm,
    )) {
      if (clause!.startsWith('type ') || /^\{\s*(type [^,}]+,?\s*)+\}$/.test(clause!)) continue;
      if (from!.startsWith('.')) follow(resolve(dirname(file), from!.replace(/\.js$/, '.ts')));
      else packages.add(from!);
    }
  };
  follow(join(SRC, entry));
  return { files: [...files].map((f) => relative(SRC, f).split(sep).join('/')), packages: [...packages].sort() };
}

it('help and the version load the command tables and nothing else', () => {
  const { files, packages } = loadedBy('cli/main.ts');
  expect(files).toContain('cli/option.ts');
  expect(files.filter((f) => !/^(cli|diagnostics)\/|^relation\.ts$/.test(f))).toEqual([]);
  expect(packages.filter((p) => !p.startsWith('node:'))).toEqual([]);
});

it('the engine is loaded by nothing but opening it and asking for its version', () => {
  const { files, packages } = loadedBy('cli/report-run.ts');
  expect(files).toContain('engine/engine.ts');
  expect(packages).not.toContain('@duckdb/node-api');
  expect(existsSync(join(SRC, 'engine/engine.ts'))).toBe(true);
});
