import { describe, expect, it } from 'vitest';
import type { CreateAsSelect, CreateSource, Expression, Statement } from '../../src/ksql/ast/index.js';
import { formatExpression } from '../../src/ksql/format.js';
import { parse, parseExpressionText } from '../../src/ksql/parser.js';

/** An expression as nested lists, written without the printer. */
function shape(e: Expression): unknown {
  switch (e.kind) {
    case 'literal':
      return `${e.type}:${e.text}`;
    case 'column':
      return e.qualifier === undefined ? e.name.name : [e.qualifier.name, e.name.name];
    case 'unary':
      return [e.operator, shape(e.operand)];
    case 'binary':
      return [e.operator, shape(e.left), shape(e.right)];
    case 'call':
      return [e.name.name, ...(e.star ? ['*'] : e.arguments.map(shape))];
    case 'subscript':
      return ['[]', shape(e.operand), shape(e.index)];
    case 'dereference':
      return ['->', shape(e.operand), e.field.name];
    case 'lambda':
      return ['=>', e.parameters.map((p) => p.name), shape(e.body)];
    case 'interval-unit':
      return ['unit', e.unit];
    default:
      return e.kind;
  }
}

function tree(text: string): unknown {
  const { expression, diagnostics } = parseExpressionText(text);
  expect(diagnostics).toEqual([]);
  return shape(expression!);
}

function only<K extends Statement['kind']>(text: string, kind: K): Extract<Statement, { kind: K }> {
  const { statements, diagnostics } = parse(text);
  expect(diagnostics).toEqual([]);
  expect(statements.map((s) => s.kind)).toEqual([kind]);
  return statements[0] as Extract<Statement, { kind: K }>;
}

describe('expressions', () => {
  it.each([
    ['a + b * c', ['+', 'A', ['*', 'B', 'C']]],
    ['a - b - c', ['-', ['-', 'A', 'B'], 'C']],
    [
      'a = 1 or b = 2 and not c = 3',
      ['OR', ['=', 'A', 'integer:1'], ['AND', ['=', 'B', 'integer:2'], ['NOT', ['=', 'C', 'integer:3']]]],
    ],
    ['-a[1]->b', ['-', ['->', ['[]', 'A', 'integer:1'], 'B']]],
    ['a is not distinct from b + 1', ['IS NOT DISTINCT FROM', 'A', ['+', 'B', 'integer:1']]],
    ['t.a || t."b"', ['||', ['T', 'A'], ['T', 'b']]],
    ['count(*)', ['COUNT', '*']],
    ['f()', ['F']],
    ['dateadd(day, 1, day)', ['DATEADD', ['unit', 'DAYS'], 'integer:1', 'DAY']],
    ['other(day, 1)', ['OTHER', 'DAY', 'integer:1']],
    ['reduce(m, 0, (s, k, v) => s + v)', ['REDUCE', 'M', 'integer:0', ['=>', ['S', 'K', 'V'], ['+', 'S', 'V']]]],
    ['f((a), (b))', ['F', 'A', 'B']],
    ['12345678901234567890.10', 'decimal:12345678901234567890.10'],
    ['-9223372036854775808', ['-', 'integer:9223372036854775808']],
  ])('%s', (text, expected) => {
    expect(tree(text)).toEqual(expected);
  });

  it('says where every part stands', () => {
    const { expression } = parseExpressionText('a +\n  round(b)');
    expect(expression).toMatchObject({
      span: { start: 0, end: 14, line: 1, column: 1 },
      operatorSpan: { start: 2, end: 3 },
      right: { span: { start: 6, end: 14, line: 2, column: 3 }, name: { span: { start: 6, end: 11 } } },
    });
  });

  it('refuses the smallest BIGINT without its minus', () => {
    expect(parseExpressionText('9223372036854775807').diagnostics).toEqual([]);
    expect(parseExpressionText('9223372036854775808').diagnostics.map((d) => d.code)).toEqual(['number-too-large']);
    expect(parseExpressionText('-9223372036854775809').diagnostics.map((d) => d.code)).toEqual(['number-too-large']);
  });
});

describe('statements', () => {
  it('reads a declaration', () => {
    const s: CreateSource = only(
      "CREATE SOURCE TABLE IF NOT EXISTS t (id INT PRIMARY KEY, d DECIMAL(5,2), h BYTES HEADER('x')) WITH (kafka_topic='a', partitions=4, wrap_single_value=true);",
      'create-source',
    );
    expect(s).toMatchObject({
      type: 'table',
      readOnly: true,
      ifNotExists: true,
      orReplace: false,
      name: { name: 'T', quoted: false },
    });
    expect(s.columns.map((c) => [c.name.name, c.type.kind, c.constraint, c.headerName])).toEqual([
      ['ID', 'INTEGER', 'PRIMARY KEY', undefined],
      ['D', 'DECIMAL', undefined, undefined],
      ['H', 'BYTES', 'HEADER', 'x'],
    ]);
    expect(s.properties.map((p) => [p.name, p.value.type, p.value.text])).toEqual([
      ['KAFKA_TOPIC', 'string', 'a'],
      ['PARTITIONS', 'integer', '4'],
      ['WRAP_SINGLE_VALUE', 'boolean', 'true'],
    ]);
  });

  it('reads a query with all its clauses', () => {
    const s: CreateAsSelect = only(
      `CREATE OR REPLACE TABLE t AS SELECT k, COUNT(*) AS n FROM a x LEFT OUTER JOIN b WITHIN (1 SECOND, 2 MINUTES) GRACE PERIOD 3 HOURS ON x.k = b.k
       WINDOW HOPPING (SIZE 10 SECONDS, ADVANCE BY 5 SECONDS, GRACE PERIOD 1 DAY) WHERE v > 1 GROUP BY (k, l) HAVING COUNT(*) > 1 EMIT FINAL LIMIT 5;`,
      'create-as-select',
    );
    const { query } = s;
    expect(s.orReplace).toBe(true);
    expect(query.from).toMatchObject({ name: { name: 'A' }, alias: { name: 'X' } });
    expect(query.joins[0]).toMatchObject({
      type: 'left',
      within: { before: { millis: 1000 }, after: { millis: 120_000 } },
      grace: { millis: 10_800_000 },
    });
    expect(query.window).toMatchObject({
      type: 'hopping',
      size: { millis: 10_000 },
      advance: { millis: 5000 },
      grace: { millis: 86_400_000 },
    });
    expect(query.groupBy.map(shape)).toEqual(['K', 'L']);
    expect(query).toMatchObject({ emit: 'final', limit: 5 });
  });

  it('keeps SET, DROP and their kin with their text', () => {
    const { statements } = parse("SET 'a' = 'b;c';\nDROP STREAM s;\nSELECT * FROM s");
    expect(statements).toMatchObject([
      { kind: 'other', verb: 'SET', text: "SET 'a' = 'b;c'" },
      { kind: 'other', verb: 'DROP', text: 'DROP STREAM s' },
      { kind: 'other', verb: 'SELECT', text: 'SELECT * FROM s' },
    ]);
  });

  it('takes words that are reserved nowhere as names', () => {
    only(
      'CREATE STREAM s AS SELECT date, time, year, key, value, count, timestamp, map, stream, table, format, first FROM set;',
      'create-as-select',
    );
  });

  it('accepts an empty text, comments and stray semicolons', () => {
    for (const text of ['', ' \n', '-- nothing', ';;', '/* a */;'])
      expect(parse(text)).toEqual({ statements: [], diagnostics: [] });
  });
});

describe('after a mistake', () => {
  it('hands on the whole statements only, and those put right', () => {
    const { statements, diagnostics } = parse(
      'CREATE STREAM a AS SELECT x y z, FROM b;\nCREATE STREAM c AS SELCT x FROM d;\nCREATE STREAM e AS SELECT x FROM f;',
    );
    expect(diagnostics.length).toBeGreaterThan(1);
    expect(statements.map((s) => (s.kind === 'create-as-select' ? s.name.name : ''))).toContain('C');
    expect(statements.map((s) => (s.kind === 'create-as-select' ? s.name.name : ''))).toContain('E');
  });

  it('reads on at the next column of a projection', () => {
    const { statements, diagnostics } = parse(
      'CREATE STREAM a AS SELECT f(x +, 1), b AS, c, d..e, g FROM h WHERE x >;',
    );
    expect(statements).toEqual([]);
    expect(diagnostics.map((d) => d.place!.span!.column)).toEqual([32, 42, 49, 71]);
  });

  it.each([
    ['brackets', `${'('.repeat(50_000)}1`],
    ['minus signs', `${'- '.repeat(50_000)}1`],
    ['NOT', `${'NOT '.repeat(50_000)}a`],
    ['sums', `1${' + 1'.repeat(50_000)}`],
    ['subscripts', `a${'[1]'.repeat(50_000)}`],
    ['types', `CAST(a AS ${'ARRAY<'.repeat(50_000)}`],
    ['cases', 'CASE WHEN '.repeat(50_000)],
    ['lambdas', `f(${'x => '.repeat(1)}${'f(x => '.repeat(50_000)}`],
  ])('stops at %s that no pipeline has', (_what, text) => {
    expect(parseExpressionText(text).diagnostics.map((d) => d.code)).toEqual(['too-deep']);
  });

  it('prints what is just not too deep', () => {
    for (const text of [`1${' + 1'.repeat(900)}`, `${'NOT '.repeat(190)}A`, `${'F('.repeat(190)}1${')'.repeat(190)}`]) {
      const { expression, diagnostics } = parseExpressionText(text);
      expect(diagnostics).toEqual([]);
      expect(formatExpression(expression!)).toBe(text);
    }
  });

  it('lists no more mistakes than anybody reads', () => {
    const { diagnostics } = parse('SELCT;'.repeat(1000));
    expect(diagnostics).toHaveLength(501);
    expect(diagnostics.at(-1)?.code).toBe('too-many-mistakes');
  });

  it('names the file in every place', () => {
    expect(parse('SELCT;\nCREATE;', 'shop.ksql').diagnostics.map((d) => d.place!.file)).toEqual([
      'shop.ksql',
      'shop.ksql',
      'shop.ksql',
    ]);
  });
});
