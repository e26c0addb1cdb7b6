import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { FOLDER, SHIPPED } from './vectors.js';

const REPORT_TESTS = fileURLToPath(new URL('..', import.meta.url));

const RUN = readdirSync(REPORT_TESTS, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .flatMap((file) => [...readFileSync(`${REPORT_TESTS}/${file}`, 'utf8').matchAll(/^runVectors\(\s*'([a-z-]+)'/gm)])
  .map((found) => found[1]);

const vectorsIn = (folder: string): string[] =>
  readdirSync(folder).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : []));

test('the folder of vectors holds some', () => {
  expect(vectorsIn(FOLDER)).not.toEqual([]);
});

test('a test runs each vector file of the folder', () => {
  expect(vectorsIn(FOLDER).filter((name) => !RUN.includes(name))).toEqual([]);
});

test('each vector file that a test runs is shipped', () => {
  expect([...RUN].sort()).toEqual(vectorsIn(SHIPPED).sort());
});
