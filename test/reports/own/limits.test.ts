import { expect, it } from 'vitest';
import type { DiagnosticError } from '../../../src/diagnostics/diagnostic.js';
import { ownReport } from '../../../src/reports/own/index.js';

const HEAD = '-- title: T\n-- question: Q?\n-- columns:\n--   a: { label: A, unit: text, help: H. }\n\n';
const RELATIONS = [{ name: 'ORDERS_PLACED', columns: [{ name: 'STATUS' }] }];

async function refusal(expression: string): Promise<string | null> {
  try {
    await ownReport({ file: 'x.sql', text: `${HEAD}SELECT ${expression} AS a FROM orders_placed` }, RELATIONS, 5);
    return null;
  } catch (error) {
    return (error as DiagnosticError).diagnostics.map((d) => d.code)[0]!;
  }
}

it('asks for no text and no list that nobody reads', async () => {
  for (const large of [
    "levenshtein(repeat('a', 3000000), repeat('b', 3000000))::VARCHAR",
    "length(repeat('x', 4000000000))::VARCHAR",
    "lpad(status, 2000000000, 'x')",
    "rpad(status, 100001, 'x')",
    "length(format('{:>2000000000}', 'x'))::VARCHAR",
    "printf('%2000000000d', 1)",
    'length(generate_series(1, 1000000000)::VARCHAR)::VARCHAR',
    'len(range(1000000000))::VARCHAR',
    'len(range(1, 10, -1000000000))::VARCHAR || len(range(0, 1000000000, 2))::VARCHAR',
  ])
    expect([large, await refusal(large)]).toEqual([large, 'own-report-argument']);
  for (const fine of [
    "repeat('a', 3)",
    "lpad(status, 100000, 'x')",
    "format('{:>20}', 'x')",
    'len(range(100))::VARCHAR',
    'len(range(1, 1000000))::VARCHAR',
  ])
    expect([fine, await refusal(fine)]).toEqual([fine, null]);
});
