import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importsOf } from '../../scripts/check-imports.js';
import { BESIDE, WHOLE } from '../sets.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TESTS = readdirSync(join(ROOT, 'test'), { recursive: true })
  .map((name) => join('test', String(name)).replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.test.ts'))
  .sort();

const BELOW = '**/*.test.ts';
const isMeant = (file: string, name: string): boolean =>
  name.endsWith(BELOW) ? file.startsWith(name.slice(0, -BELOW.length)) : file === name;
const inSet = (file: string, set: readonly string[]): boolean => set.some((name) => isMeant(file, name));

const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
/** A path in the larger set, or what finds a capture in it. */
const LOOKS_BESIDE =
  /['"`][./]*\.\.\/shared\/|\binputsOf\(|\.map\(capture\)|\{[^}]*\b(?:CAPTURES|GOLDEN)\b[^}]*\} from/;
const RUNS_BUILT =
  /from '(?:\.\.\/)+dist\/|import \{[^}]*\b(?:pharmabi|succeed|replay|report|inOwnProcess)\b[^}]*\} from '[^']*command-line\.js'/;

/** True where a test, or a file of this folder that it imports, fits. */
function fits(file: string, pattern: RegExp, seen = new Set<string>()): boolean {
  if (seen.has(file) || !existsSync(join(ROOT, file))) return false;
  seen.add(file);
  const text = textOf(file);
  return (
    pattern.test(text) ||
    importsOf(text)
      .filter((name: string) => name.startsWith('.'))
      .map((name: string) => relative(ROOT, resolve(ROOT, dirname(file), name)).replace(/\.js$/, '.ts'))
      .some((name: string) => name.startsWith('test') && fits(name, pattern, seen))
  );
}

describe('which tests run when', () => {
  it('every name stands for a test, and for one set', () => {
    for (const glob of [...BESIDE, ...WHOLE])
      expect([glob, TESTS.some((file) => isMeant(file, glob))]).toEqual([glob, true]);
    expect(TESTS.filter((file) => inSet(file, BESIDE) && inSet(file, WHOLE))).toEqual([]);
  });

  it('what looks into ../shared runs beside it', () => {
    const looks = TESTS.filter((file) => LOOKS_BESIDE.test(textOf(file)) && !file.endsWith('test-sets.test.ts'));
    expect(looks.length).toBeGreaterThan(10);
    expect(looks.filter((file) => !inSet(file, BESIDE))).toEqual([]);
  });

  it('what is quick needs no build', () => {
    const quick = TESTS.filter((file) => !inSet(file, [...BESIDE, ...WHOLE]));
    expect(quick.length).toBeGreaterThan(50);
    expect(quick.filter((file) => fits(file, RUNS_BUILT))).toEqual([]);
  });
});
