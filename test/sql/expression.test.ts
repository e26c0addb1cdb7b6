import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { BIGINT, BOOLEAN, DOUBLE, INTEGER, type KsqlType, STRING, typeText } from '../../src/ksql/types.js';
import { doubleText } from '../../src/sql/casts.js';
import { emitCondition, emitExpression, emitSafe } from '../../src/sql/expression.js';
import { SETUP_SQL } from '../../src/sql/macros.js';
import { typed } from '../../src/testing/evaluate.js';
import { plainValue } from '../../src/testing/plain-values.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine();
  for (const sql of SETUP_SQL) await engine.run(sql);
});
afterAll(() => engine.close());

async function evaluate(text: string, columns: Record<string, KsqlType> = {}, from = ''): Promise<unknown> {
  const { expression, problems } = typed(text, columns);
  if (expression === undefined) throw new Error(problems.map((p) => p.message).join('; '));
  const rows = await engine.rows(`SELECT ${emitSafe(expression)} ${from}`);
  return plainValue(rows[0]![0]);
}

describe('arithmetic', () => {
  it.each([
    ['2147483647 + 1', -2147483648],
    ['-2147483648 - 1', 2147483647],
    ['-7 / 2', -3],
    ['-7 % 2', -1],
    ['1 / 0', null],
    ['0.1 + 0.2', '0.3'],
    ['10 / 4.0', '2.500000'],
    ['10.0 / 3', null],
    ['99.99 * 99.99', '9998.0001'],
    ["'a' + 'b'", 'ab'],
  ])('%s is %s', async (text, expected) => {
    expect(await evaluate(text)).toBe(expected);
  });

  it('wraps BIGINT at 64 bits', async () => {
    expect(await evaluate('9223372036854775807 + 1')).toBe(-9223372036854775808n);
  });

  it('throws over null inside what has an answer for null, so that the column is null', async () => {
    expect(await evaluate('IFNULL(10 / A, -1)', { A: INTEGER }, 'FROM (SELECT CAST(0 AS INTEGER) AS "A")')).toBeNull();
    expect(await evaluate("COALESCE(CAST('x' AS INT), 0)")).toBe(0);
  });
});

describe('rounding, by the shortest decimal text of a DOUBLE', () => {
  it.each([
    ['ROUND(10.005e0, 2)', 10.01],
    ['ROUND(2.675e0, 2)', 2.68],
    ['ROUND(-2.675e0, 2)', -2.67],
    ['ROUND(1.005e0, 2)', 1.01],
    ['ROUND(45.0e0, -1)', 50],
    ['CAST(12345678.995e0 AS DECIMAL(10,2))', '12345678.99'],
    ['CAST(-0.005e0 AS DECIMAL(10,2))', '-0.01'],
    ['TRUNC(-2.675e0, 2)', -2.67],
    ['ROUND(1.235, 1)', '1.200'],
  ])('%s is %s', async (text, expected) => {
    expect(await evaluate(text)).toBe(expected);
  });
});

/** Java's Double.toString, written from its specification: d.ddd between 1e-3 and 1e7, else d.dddE+n. */
function javaText(x: number): string {
  if (x === 0) return Object.is(x, -0) ? '-0.0' : '0.0';
  const [mantissa, exponent] = Math.abs(x).toExponential().split('e') as [string, string];
  const digits = mantissa.replace('.', '');
  const e = Number(exponent);
  const sign = x < 0 ? '-' : '';
  if (e < -3 || e >= 7) return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${e}`;
  if (e < 0) return `${sign}0.${'0'.repeat(-e - 1)}${digits}`;
  const padded = digits.padEnd(e + 1, '0');
  return `${sign}${padded.slice(0, e + 1)}.${padded.slice(e + 1) || '0'}`;
}

describe('text of a DOUBLE', () => {
  it('is Java’s for any normal number', async () => {
    const numbers = fc.sample(
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => Math.abs(x) > 1e-300 || x === 0),
      { numRuns: 2000, seed: 7 },
    );
    const values = numbers.map((x, i) => `(${i}, CAST('${Object.is(x, -0) ? '-0.0' : x}' AS DOUBLE))`).join(', ');
    const rows = await engine.rows(`SELECT ${doubleText('x')} FROM (VALUES ${values}) t(i, x) ORDER BY i`);
    expect(rows.map((r) => r[0])).toEqual(numbers.map(javaText));
  });
});

describe('logic', () => {
  const columns = { T: BOOLEAN, N: BOOLEAN };
  const from = 'FROM (SELECT TRUE AS "T", CAST(NULL AS BOOLEAN) AS "N")';
  it.each([
    ['T AND N', null],
    ['N AND NOT T', null],
    ['N OR T', null],
    ['T OR N', true],
    ['NOT T AND N', false],
    ['N = T', false],
    ['NOT (N = T)', true],
    ["CASE WHEN N THEN 'y' ELSE 'n' END", null],
  ])('%s is %s', async (text, expected) => {
    expect(await evaluate(text, columns, from)).toBe(expected);
  });

  it('drops a row whose condition fails, is null or is false', async () => {
    const condition = emitCondition(typed('10 / A > 1', { A: INTEGER }).expression!);
    const rows = await engine.rows(`SELECT "A" FROM (VALUES (0), (NULL), (1), (100)) t("A") WHERE ${condition}`);
    expect(rows).toEqual([[1]]);
  });
});

describe('types', () => {
  it.each([
    ['1.25', 'DECIMAL(3, 2)'],
    ['2147483648', 'BIGINT'],
    ['-2147483648', 'INTEGER'],
    ['1 + 1.5', 'DECIMAL(12, 1)'],
    ['ROUND(2.5e0)', 'BIGINT'],
    ['ARRAY[1, 2.5]', 'ARRAY<DECIMAL(11, 1)>'],
    ['TRANSFORM(ARRAY[1, 2], x => CAST(x AS VARCHAR))', 'ARRAY<STRING>'],
  ])('%s is %s', (text, expected) => {
    expect(typeText(typed(text).expression!.type!)).toBe(expected);
  });

  it.each([
    ["A = 'x'", 'Cannot compare INTEGER to STRING with EQUAL.'],
    ['UCASE(A)', "Function 'UCASE' does not accept parameters (INTEGER)."],
    ['ROUND(A, 2)', "Function 'ROUND' cannot be resolved due to ambiguous method parameters (INTEGER, INTEGER)."],
    ['UCAES(A)', "Can't find any functions with the name 'UCAES'."],
    ["CASE WHEN A > 1 THEN 1 ELSE 'x' END", 'Invalid Case expression. Type for the default clause'],
    ['CAST(A AS DATE)', 'Cast of INTEGER to DATE is not supported.'],
    ['A || A', 'ksqlDB reads || but does not run it.'],
  ])('%s is refused', (text, message) => {
    expect(
      typed(text, { A: INTEGER })
        .problems.map((p) => p.message)
        .join(),
    ).toContain(message);
  });

  it('names the nearest function and points at it', () => {
    const [problem] = typed('UCAES(A)', { A: STRING }).problems;
    expect(problem?.help).toContain('UCASE');
    expect(problem?.place?.span?.line).toBe(1);
  });
});

describe('times', () => {
  it('reads and writes the usual Java patterns', async () => {
    expect(await evaluate("FORMAT_TIMESTAMP(FROM_UNIXTIME(1582977599999), 'yyyy-MM-dd''T''HH:mm:ss.SSS')")).toBe(
      '2020-02-29T11:59:59.999',
    );
    expect(await evaluate("TIMESTAMPTOSTRING(0, 'yyyy-MM-dd HH:mm:ss z', 'Europe/Paris')")).not.toBeNull();
    expect(await evaluate("STRINGTOTIMESTAMP('2020-02-29 11:59:59.999', 'yyyy-MM-dd HH:mm:ss.SSS')")).toBe(
      1582977599999n,
    );
    expect(await evaluate("STRINGTOTIMESTAMP('2021-02-30', 'yyyy-MM-dd')")).toBe(1614470400000n);
  });

  it('prints a date the same through text and back', async () => {
    const days = fc.sample(fc.integer({ min: -100_000, max: 100_000 }), { numRuns: 300, seed: 3 });
    const { expression } = typed("STRINGTODATE(DATETOSTRING(A, 'yyyy-MM-dd'), 'yyyy-MM-dd')", { A: INTEGER });
    const rows = await engine.rows(
      `SELECT "A", ${emitExpression(expression!)} FROM (VALUES ${days.map((d) => `(${d})`).join(', ')}) t("A")`,
    );
    for (const [given, back] of rows) expect(Number(back)).toBe(Number(given));
    expect(rows).toHaveLength(300);
  });
});

describe('coercion', () => {
  it('widens numbers in a comparison and never strings', async () => {
    expect(await evaluate('A = 1e0', { A: BIGINT }, 'FROM (SELECT CAST(1 AS BIGINT) AS "A")')).toBe(true);
    expect(await evaluate('A > 0.5', { A: DOUBLE }, 'FROM (SELECT CAST(1 AS DOUBLE) AS "A")')).toBe(true);
  });
});
