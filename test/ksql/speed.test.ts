import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from '../../src/ksql/parser.js';

const lines = readFileSync(new URL('./roundtrip.sql', import.meta.url), 'utf8')
  .trim()
  .split('\n');

/** Least milliseconds of the processor in three runs: other work on the machine only ever adds. */
function fastest(text: string): number {
  const times = [1, 2, 3].map(() => {
    const start = process.cpuUsage();
    parse(text);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

describe('time to parse', () => {
  const good = lines.join('\n').repeat(Math.ceil(400_000 / lines.join('\n').length));

  it.each([
    ['0.4 MB of statements', good],
    ['0.4 MB in one line', good.replaceAll('\n', ' ')],
    ['0.4 MB of statements with a mistake each', good.replaceAll('SELECT ', 'SELCT ')],
    ['0.4 MB without a semicolon', good.replaceAll(';', ' ')],
    ['0.4 MB of open brackets', `SELECT ${'a + ( b , '.repeat(1000)}${' f x '.repeat(78_000)}`],
    ['0.4 MB of quotes', '`\'" '.repeat(100_000)],
  ])('%s: under a second', (_what, text) => {
    expect(text.length).toBeGreaterThan(390_000);
    expect(fastest(text)).toBeLessThan(1000);
  });
});
