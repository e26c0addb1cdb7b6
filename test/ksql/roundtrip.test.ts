import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatExpression, formatStatement } from '../../src/ksql/format.js';
import { parse, parseExpressionText } from '../../src/ksql/parser.js';

const lines = readFileSync(new URL('./roundtrip.sql', import.meta.url), 'utf8')
  .trim()
  .split('\n');

describe('one statement per line round-trips to itself', () => {
  it.each(lines)('%s', (line) => {
    const { statements, diagnostics } = parse(line);
    expect(diagnostics).toEqual([]);
    expect(statements.map(formatStatement)).toEqual([line]);
  });
});

describe('formatStatement', () => {
  it.each([
    ['create stream a as select id x from b', 'CREATE STREAM A AS SELECT ID AS X FROM B;'],
    ['create stream "a" as select `ID` from b c', 'CREATE STREAM `a` AS SELECT ID FROM B AS C;'],
    ['create stream a (x varchar(20), y int, z string)', 'CREATE STREAM A (X STRING, Y INTEGER, Z STRING);'],
    [
      'create stream a as select * from b left outer join c on (b.x) = c.x',
      'CREATE STREAM A AS SELECT * FROM B LEFT JOIN C ON B.X = C.X;',
    ],
    [
      'create table a as select count(*) from b group by (x, y)',
      'CREATE TABLE A AS SELECT COUNT(*) FROM B GROUP BY X, Y;',
    ],
    ['create stream a as select ((x)) + (y * 2) != 3 from b;', 'CREATE STREAM A AS SELECT X + Y * 2 <> 3 FROM B;'],
    ['create stream a as select dateadd(day, 1, d) from b;', 'CREATE STREAM A AS SELECT DATEADD(DAYS, 1, D) FROM B;'],
    ['create stream a as select a /* why */ -- not\n, b from c', 'CREATE STREAM A AS SELECT A, B FROM C;'],
  ])('%s', (text, expected) => {
    const { statements, diagnostics } = parse(text);
    expect(diagnostics).toEqual([]);
    expect(statements.map(formatStatement)).toEqual([expected]);
  });

  it('reads a type by the name that CREATE TYPE gave it', () => {
    const { statements } = parse('CREATE TYPE addr AS STRUCT<zip INT>; CREATE STREAM s (a addr, b ARRAY<addr>);');
    expect(formatStatement(statements[1]!)).toBe(
      'CREATE STREAM S (A STRUCT<ZIP INTEGER>, B ARRAY<STRUCT<ZIP INTEGER>>);',
    );
  });
});

describe('formatExpression', () => {
  it('can bracket every operator', () => {
    const { expression } = parseExpressionText('s1.k = s2.k and a + b * -c > 0');
    expect(formatExpression(expression!, { everyBracket: true })).toBe('((S1.K = S2.K) AND ((A + (B * -C)) > 0))');
  });
});
