import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import type { KsqlType } from '../../src/ksql/types.js';
import { coarseSql } from '../../src/replay/coarse-sql.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(() => engine.close());

const NOON = Date.parse('2026-03-04T12:34:56.789Z'); // a Wednesday

async function coarse(sql: string, kind: KsqlType['kind'], to: 'day' | 'week'): Promise<string> {
  const [row] = await engine.rows(`SELECT (${coarseSql(sql, { kind } as KsqlType, to)})::VARCHAR`);
  return String(row![0]);
}
const millis = (text: string): string => String(Date.parse(text));

describe('a time that leaves only as its day or its week', () => {
  it.each([
    ['milliseconds', String(NOON), 'BIGINT', millis('2026-03-04'), millis('2026-03-02')],
    ['microseconds', `${NOON}789`, 'BIGINT', `${millis('2026-03-04')}000`, `${millis('2026-03-02')}000`],
    ['before 1970', String(Date.parse('1969-12-31T23:00:00Z')), 'BIGINT', millis('1969-12-31'), millis('1969-12-29')],
    ['midnight of a Monday', millis('2026-03-02'), 'BIGINT', millis('2026-03-02'), millis('2026-03-02')],
    [
      'the last millisecond of a Sunday',
      String(Date.parse('2026-03-09') - 1),
      'BIGINT',
      millis('2026-03-08'),
      millis('2026-03-02'),
    ],
    ['TIMESTAMP', "TIMESTAMP '2026-03-04 12:34:56'", 'TIMESTAMP', '2026-03-04 00:00:00', '2026-03-02 00:00:00'],
    ['DATE', "DATE '2026-03-04'", 'DATE', '2026-03-04', '2026-03-02'],
    ['text with a zone', "'2026-03-04T01:00:00+02:00'", 'STRING', '2026-03-03', '2026-03-02'],
    ['text without one', "'2026-03-04 12:34:56'", 'STRING', '2026-03-04', '2026-03-02'],
    ['text that is no time', "'soon'", 'STRING', 'null', 'null'],
    ['null', 'NULL::BIGINT', 'BIGINT', 'null', 'null'],
  ] as const)('%s', async (_, sql, kind, day, week) => {
    expect([await coarse(sql, kind, 'day'), await coarse(sql, kind, 'week')]).toEqual([day, week]);
  });

  it('is left alone where the policy says nothing', () => {
    expect(coarseSql('x', { kind: 'BIGINT' }, undefined)).toBe('x');
  });
});
