import { expect, test } from 'vitest';
import { type Diagnostic, DiagnosticError } from '../../src/diagnostics/diagnostic.js';
import { openEngine } from '../../src/engine/engine.js';
import { decimal, STRING } from '../../src/ksql/types.js';
import { discountImpact } from '../../src/reports/discount-impact.js';
import { findReport, REPORTS } from '../../src/reports/index.js';
import { decimals, listing, pText, signedMoney } from '../../src/reports/words.js';
import { COLUMNS, contextOf, insertOrders } from './orders-table.js';

async function diagnosticsOf(parameters: Record<string, string>, columns = COLUMNS): Promise<readonly Diagnostic[]> {
  const engine = await openEngine({ threads: 1 });
  try {
    await insertOrders(engine, [{ patient: 1, discount: 100, amount: 100 }]);
    await discountImpact.run({ ...contextOf(engine, parameters), columns: () => columns });
    return [];
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  } finally {
    engine.close();
  }
}

test.each([
  [{ interval: 'hal' }, 'Did you mean hall?'],
  [{ 'min-order': '3' }, 'Did you mean --min-orders?'],
  [{ confidence: '95' }, '0.95 stands for 95 %'],
  [{ 'min-orders': '2.5' }, 'a whole number'],
  [{ 'level-width': '0.005' }, 'at most two decimals'],
  [{ 'level-width': '-1' }, 'a number with a decimal point'],
  [{ 'count-status': ' , ' }, 'Separate values by commas.'],
  [{ amount: 'amount_subtota' }, 'Did you mean AMOUNT_SUBTOTAL?'],
  [{ amount: 'status' }, 'Declare it as DECIMAL(18, 2)'],
])('%j is refused with a way on', async (parameters, help) => {
  const problems = await diagnosticsOf(parameters as Record<string, string>);
  expect(problems).toHaveLength(1);
  expect(problems[0]!.help).toContain(help);
  expect(problems[0]!.next).toMatch(/^pharmabi /);
});

test('all wrong parameters are named at once', async () => {
  expect(await diagnosticsOf({ interval: 'x', 'small-numbers': 'y' })).toHaveLength(2);
});

test('a pipeline without a column, or with a text for an amount, is told which', async () => {
  const without = COLUMNS.filter(({ name }) => name !== 'DISCOUNT_BASIS');
  const [missing, ...rest] = await diagnosticsOf({}, without);
  expect(rest).toEqual([]);
  expect(missing!.message).toContain('DISCOUNT_BASIS of ORDERS_WITH_DISCOUNT');
  const texts = COLUMNS.map((column) => (column.name === 'DISCOUNT' ? { ...column, type: STRING } : column));
  expect((await diagnosticsOf({}, texts))[0]).toMatchObject({ expected: 'DECIMAL(5, 2)', found: 'STRING' });
  expect((await diagnosticsOf({}, []))[0]!.message).toContain('ORDERS_WITH_DISCOUNT');
});

test('amounts of more decimals are rounded, and the notes say so', async () => {
  const engine = await openEngine({ threads: 1 });
  await insertOrders(engine, [{ patient: 1, discount: 100, amount: 100 }]);
  const columns = COLUMNS.map((column) =>
    column.name === 'AMOUNT_SUBTOTAL' ? { ...column, type: decimal(18, 4) } : column,
  );
  const report = await discountImpact.run({ ...contextOf(engine), columns: () => columns });
  engine.close();
  expect(report.notes.some((note) => note.includes('DECIMAL(18, 4)'))).toBe(true);
});

test('reports are listed by id, and a misspelled one is met with the nearest', () => {
  const ids = REPORTS.map(({ id }) => id);
  expect(ids).toEqual([...ids].sort());
  expect(findReport('discount-impact')).toBe(discountImpact);
  expect(() => findReport('discout-impact')).toThrow(DiagnosticError);
  try {
    findReport('discout-impact');
  } catch (error) {
    expect((error as DiagnosticError).diagnostics[0]!.help).toBe('Did you mean discount-impact?');
  }
});

test('numbers in sentences round half to even on their decimal text', () => {
  expect([1.005, 1.015, 2.675, -0.004, 1e21, 1e-7].map((value) => decimals(value, 2))).toEqual([
    '1.00',
    '1.02',
    '2.68',
    '0.00',
    '1000000000000000000000.00',
    '0.00',
  ]);
  expect([signedMoney(0.004), signedMoney(3), signedMoney(-3)]).toEqual(['0.00', '+3.00', '-3.00']);
  expect([pText(0.00009), pText(0.0001)]).toEqual(['<0.0001', '0.0001']);
  expect([listing([]), listing(['a']), listing(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c']);
});
