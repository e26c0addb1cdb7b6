import { describe, expect, it } from 'vitest';
import { compile } from '../../src/replay/compile.js';
import { changes, created, final, type LogRecord } from '../support/small-replay.js';

const SOURCE = `CREATE STREAM S (ID INT KEY, G INT, X INT, T STRING) WITH (KAFKA_TOPIC='s', FORMAT='JSON');`;
const of = (call: string): string => `${SOURCE} CREATE TABLE O AS SELECT G, ${call} AS R FROM S GROUP BY G;`;
const VALUES: readonly (readonly [number | null, string | null])[] = [
  [5, 'b'],
  [null, null],
  [4, 'a'],
  [6, 'b'],
  [5, null],
  [6, 'b'],
];
const LOG: readonly LogRecord[] = VALUES.map(([x, t], i) => created('s', i + 1, { id: i, g: 1, x, t }));

// Worked out by hand after what ksqlDB 7.6.0 gave for such values (../shared/functions): nulls are skipped, but by HISTOGRAM, ATTR and where asked.
const OBSERVED: readonly (readonly [string, readonly string[]])[] = [
  ['TOPK(X, 2)', ['[5]', '[5]', '[5, 4]', '[6, 5]', '[6, 5]', '[6, 6]']],
  ['TOPKDISTINCT(X, 2)', ['[5]', '[5]', '[5, 4]', '[6, 5]', '[6, 5]', '[6, 5]']],
  ['COUNT_DISTINCT(X)', ['1', '1', '2', '3', '3', '3']],
  ['EARLIEST_BY_OFFSET(X, 2)', ['[5]', '[5]', '[5, 4]', '[5, 4]', '[5, 4]', '[5, 4]']],
  ['EARLIEST_BY_OFFSET(X, 2, false)', ['[5]', '[5, NULL]', '[5, NULL]', '[5, NULL]', '[5, NULL]', '[5, NULL]']],
  ['LATEST_BY_OFFSET(X, 2)', ['[5]', '[5]', '[5, 4]', '[4, 6]', '[6, 5]', '[5, 6]']],
  ['LATEST_BY_OFFSET(X, 2, false)', ['[5]', '[5, NULL]', '[NULL, 4]', '[4, 6]', '[6, 5]', '[5, 6]']],
  ['ATTR(X)', ['5', '-', '-', '-', '-', '-']],
  [
    'HISTOGRAM(T)',
    [
      '{b=1}',
      "{b=1, 'null'=1}",
      "{a=1, b=1, 'null'=1}",
      "{a=1, b=2, 'null'=1}",
      "{a=1, b=2, 'null'=1}",
      "{a=1, b=3, 'null'=1}",
    ],
  ],
  ['STDDEV_SAMP(X)', ['0.0', '0.0', '0.5', '1.0', '0.6666666666666666', '0.7']],
  ['STDDEV_SAMPLE(X)', ['0.0', '0.0', '0.7071067811865476', '1.0', '0.816496580927726', '0.8366600265340756']],
];

describe('aggregates over all values of a group', () => {
  it.each(OBSERVED)('%s, record by record; its last value is that of the final row', async (call, values) => {
    const rows = (await changes('O', of(call), LOG)).map((row) => row.replace(/^\d+: 1 /, ''));
    expect(rows).toEqual(values);
    expect(await final('O', of(call), LOG)).toEqual([`1 ${values.at(-1)}`]);
  });

  it.each([
    ['TOPK(X)', 'not-supported'],
    ['TOPK(X, 0)', 'not-supported'],
    ['TOPK(X, 2, true)', 'not-supported'],
    ['HISTOGRAM(X)', 'argument-type'],
    ['COUNT_DISTINCT(X, 2)', 'not-supported'],
  ])('%s is refused', (call, code) => {
    expect(compile(of(call), 'test.ksql').diagnostics.map((d) => d.code)).toEqual([code]);
  });

  it('is refused over a format that cannot hold what they keep', () => {
    const text = of('AVG(X)').replace("FORMAT='JSON'", "KEY_FORMAT='KAFKA', VALUE_FORMAT='DELIMITED'");
    expect(compile(text, 'test.ksql').diagnostics.map((d) => d.code)).toEqual(['aggregate-format']);
  });
});
