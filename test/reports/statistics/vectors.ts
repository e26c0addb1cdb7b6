import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** A value out of a vector file. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
/** An object out of a vector file. */
export type Dictionary = Readonly<Record<string, Json>>;

interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

interface VectorCase extends Dictionary {
  readonly expected: Json;
}

interface VectorFile {
  readonly tolerance: Tolerance;
  readonly cases: readonly VectorCase[];
}

/** Makes what a case expects out of the case; throws where the case asks for something unknown. */
export type Solver = (one: Dictionary) => unknown;

/** The folder of vectors that lies in the project. */
export const SHIPPED = fileURLToPath(new URL('../../../fixtures/vectors/statistics', import.meta.url));

/** The folder whose vectors are run. */
export const FOLDER = process.env.PHARMABI_VECTORS ?? SHIPPED;

/** The confidence of every interval in the vectors. */
export const CONFIDENCE = 0.95;

/** Every path of `expected` where `got` is another value; extra keys of `got` do not matter. */
function differences(got: unknown, expected: Json, tolerance: Tolerance, path = '$'): string[] {
  if (typeof expected === 'number' && typeof got === 'number') {
    const allowed = Number.isInteger(expected) && Number.isInteger(got) ? 0 : tolerance.absolute;
    const room = Math.max(allowed, tolerance.relative * Math.abs(expected));
    return Math.abs(got - expected) <= room ? [] : [`${path}: ${got}, expected ${expected}`];
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(got) || got.length !== expected.length) return [`${path}: not a list of ${expected.length}`];
    return expected.flatMap((value: Json, i) => differences(got[i], value, tolerance, `${path}[${i}]`));
  }
  if (expected !== null && typeof expected === 'object') {
    if (got === null || typeof got !== 'object') return [`${path}: ${String(got)}, expected an object`];
    const values = got as Readonly<Record<string, unknown>>;
    return Object.entries(expected).flatMap(([key, value]) =>
      differences(values[key], value, tolerance, `${path}.${key}`),
    );
  }
  return got === expected ? [] : [`${path}: ${String(got)}, expected ${String(expected)}`];
}

/** Hundredths of a number that has at most two decimals: the exact integer that the pipeline's DECIMAL holds. */
export function hundredths(value: number): number {
  const scaled = Math.round(value * 100);
  if (Math.abs(scaled / 100 - value) > 1e-9 * Math.max(1, Math.abs(value)))
    throw new Error(`${value} has more than two decimals`);
  return scaled;
}

/** A solver that needs only the input of a case. */
export const onInput =
  (solve: (input: Dictionary) => unknown): Solver =>
  (one) =>
    solve(one.input as Dictionary);

/** Runs every case of a vector file, at the tolerance of the case or of the file. A folder that was named may lack the file; the bundled one has all. */
export function runVectors(name: string, solve: Solver): void {
  describe(`vector file ${name}`, () => {
    const file = join(FOLDER, `${name}.json`);
    if (process.env.PHARMABI_VECTORS !== undefined && !existsSync(file)) {
      test.skip(`no ${name}.json in the folder of vectors`, () => {});
      return;
    }
    const vectors = JSON.parse(readFileSync(file, 'utf8')) as VectorFile;

    test('has cases', () => expect(vectors.cases.length).toBeGreaterThan(0));

    test.each(vectors.cases.map((one, i) => [i, one] as const))('case %i', async (_, one) => {
      const tolerance = (one.tolerance as unknown as Tolerance | undefined) ?? vectors.tolerance;
      expect(differences(await solve(one), one.expected, tolerance)).toEqual([]);
    });
  });
}
