import { join } from 'node:path';
import { expect, it } from 'vitest';
import { measured } from '../../bench/measure.js';
import { ROOT } from './support/command-line.js';

const BIN = join(ROOT, 'bin/pharmabi.js');
const AROUND = { cwd: ROOT };

/** Whether the native engine was loaded. */
function engineIn(libraries: readonly string[]): boolean {
  return libraries.some((library) => /duckdb/i.test(library));
}

it.each([['--help'], ['--version'], ['report', '--help'], ['help', 'replay']])(
  '%s %s does not load the engine',
  async (...args) => {
    const run = await measured(BIN, args, AROUND);
    expect(run.out.length).toBeGreaterThan(4);
    expect(engineIn(run.libraries)).toBe(false);
  },
);

it('without arguments but its name, the report on the bundled data is what is shown (its CPU: node bench/bundled.js)', async () => {
  const run = await measured(BIN, ['report', 'discount-impact'], AROUND);
  // What is measured is the supervisor; its child loads the engine.
  expect(engineIn(run.libraries)).toBe(false);
  const lines = run.out.split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(run.out).toMatch(/discount/i);
  expect(run.out).toMatch(/not known/i);
  expect(lines.length).toBeGreaterThan(20);
});
