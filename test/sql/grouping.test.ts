import { describe, expect, it } from 'vitest';
import { changes, created, deleted, final, type LogRecord, updated } from '../support/small-replay.js';

const DECLARED = `(ID STRING PRIMARY KEY, AMOUNT DOUBLE, DISCOUNT INT, PRICE DECIMAL(8, 2)) WITH (KAFKA_TOPIC='orders', FORMAT='JSON');`;
const TABLE = `CREATE TABLE ORDERS ${DECLARED}
CREATE TABLE BY_DISC AS SELECT DISCOUNT, COUNT(*) AS N, COUNT(AMOUNT) AS NA, SUM(AMOUNT) AS S, ROUND(AVG(AMOUNT), 2) AS A, SUM(PRICE) AS SP FROM ORDERS GROUP BY DISCOUNT;
CREATE TABLE HAV AS SELECT DISCOUNT, COUNT(*) AS N FROM ORDERS GROUP BY DISCOUNT HAVING COUNT(*) > 1;`;

/** A row of the table; `price` as the source writes it. */
const row = (at: number, id: string, amount: number | null, discount: number | null, price: string): LogRecord =>
  updated('orders', at, { id, amount, discount, price });
const gone = (at: number, id: string): LogRecord => deleted('orders', at, { id, amount: 0, discount: 0, price: '0' });

/** The log of ksqldb-observed, section 3; the answers below are what ksqlDB 7.6.0 gave to it. */
const OBSERVED: readonly LogRecord[] = [
  row(1, 'o1', 0.1, 10, '1.10'),
  row(2, 'o2', 0.2, 10, '2.20'),
  row(3, 'o1', 0.3, 10, '3.30'),
  row(4, 'o1', 0.3, 20, '3.30'),
  row(5, 'o3', 7, null, '1.00'),
  row(6, 'o3', 7, 10, '1.00'),
  row(7, 'o3', 7, null, '1.00'),
  gone(8, 'o2'),
  gone(9, 'unknown'),
  gone(10, 'o2'),
  row(11, 'o4', null, 20, '1.00'),
  row(12, 'o4', 5, 20, '1.00'),
  row(13, 'o4', null, 20, '1.00'),
];

describe('GROUP BY over a table', () => {
  it('takes the old row out and puts the new one in: a move is two records, the old group first; sums keep their residue', async () => {
    expect(await changes('BY_DISC', TABLE, OBSERVED)).toEqual([
      '1: 10 1 1 0.1 0.1 1.10',
      '2: 10 2 2 0.30000000000000004 0.15 3.30',
      '3: 10 2 2 0.5 0.25 5.50',
      '4: 10 1 1 0.2 0.2 2.20',
      '4: 20 1 1 0.3 0.3 3.30',
      '6: 10 2 2 7.2 3.6 3.20',
      '7: 10 1 1 0.20000000000000018 0.2 2.20',
      '8: 10 0 0 1.6653345369377348e-16 0.0 0.00',
      '11: 20 2 1 0.3 0.3 4.30',
      '12: 20 2 2 5.3 2.65 4.30',
      '13: 20 2 1 0.2999999999999998 0.3 4.30',
    ]);
  });

  it('the last rows are those of its changelog, the empty group among them', async () => {
    expect(await final('BY_DISC', TABLE, OBSERVED)).toEqual([
      '10 0 0 1.6653345369377348e-16 0.0 0.00',
      '20 2 1 0.2999999999999998 0.3 4.30',
    ]);
  });

  it('HAVING: nothing before it holds, a tombstone when it holds no more, again with every change while it holds', async () => {
    expect(await changes('HAV', TABLE, OBSERVED)).toEqual([
      '2: 10 2',
      '3: 10 2',
      '4: 10 gone',
      '6: 10 2',
      '7: 10 gone',
      '11: 20 2',
      '12: 20 2',
      '13: 20 2',
    ]);
    expect(await final('HAV', TABLE, OBSERVED)).toEqual(['20 2']);
  });

  it('takes a row whose condition holds no more out of its group', async () => {
    const where = `CREATE TABLE ORDERS ${DECLARED}
CREATE TABLE W AS SELECT DISCOUNT, COUNT(*) AS N FROM ORDERS WHERE AMOUNT > 1 GROUP BY DISCOUNT;`;
    const log = [row(1, 'a', 5, 10, '1'), row(2, 'b', 5, 10, '1'), row(3, 'a', 1, 10, '1'), row(4, 'a', 0, 20, '1')];
    expect(await changes('W', where, log)).toEqual(['1: 10 1', '2: 10 2', '3: 10 1']);
    expect(await final('W', where, log)).toEqual(['10 1']);
  });

  it('groups by several columns and by an expression; the rows of one record stand together', async () => {
    const several = `CREATE TABLE ORDERS ${DECLARED}
CREATE TABLE G AS SELECT DISCOUNT, ABS(AMOUNT) AS SIZE, COUNT(*) AS N FROM ORDERS GROUP BY DISCOUNT, ABS(AMOUNT);`;
    const log = [row(1, 'a', 5, 10, '1'), row(2, 'b', -3, 10, '1'), row(3, 'a', 3, 10, '1'), row(4, 'b', 3, 10, '1')];
    expect(await changes('G', several, log)).toEqual([
      '1: 10 5.0 1',
      '2: 10 3.0 1',
      '3: 10 5.0 0',
      '3: 10 3.0 2',
      '4: 10 3.0 2',
    ]);
  });

  it('groups what a join of tables gives', async () => {
    const joined = `CREATE TABLE ORDERS ${DECLARED}
CREATE TABLE STATES (ID STRING PRIMARY KEY, STATE STRING) WITH (KAFKA_TOPIC='states', FORMAT='JSON');
CREATE TABLE J AS SELECT STATE, COUNT(*) AS N, SUM(PRICE) AS SP FROM ORDERS O JOIN STATES S ON O.ID = S.ID GROUP BY STATE;`;
    const log = [
      row(1, 'a', 1, 1, '1.50'),
      created('states', 2, { id: 'a', state: 'paid' }),
      row(3, 'b', 1, 1, '2.00'),
      created('states', 4, { id: 'b', state: 'paid' }),
      updated('states', 5, { id: 'a', state: 'sent' }),
      deleted('states', 6, { id: 'b', state: 'paid' }),
      gone(7, 'a'),
    ];
    expect(await changes('J', joined, log)).toEqual([
      '2: paid 1 1.50',
      '4: paid 2 3.50',
      '5: paid 1 2.00',
      '5: sent 1 1.50',
      '6: paid 0 0.00',
      '7: sent 0 0.00',
    ]);
  });
});

const STREAM = `CREATE STREAM ORDERS ${DECLARED.replace('PRIMARY KEY', 'KEY')}`;
const stream = (query: string): string => `${STREAM}
CREATE TABLE T AS SELECT ${query};`;

describe('GROUP BY over a stream', () => {
  const log = [
    row(100, 'a', 10.005, 10, '10.01'),
    row(200, 'b', 1.005, 10, '3.69'),
    row(300, 'c', 2, 20, '2.00'),
    row(50, 'd', null, 10, '0.30'),
    row(400, 'e', 7, null, '7.00'),
    gone(500, 'a'),
  ];

  it('one record per record; nulls are left out of all but COUNT(*); ROWTIME never goes back; no group for null', async () => {
    const ksql = stream(
      'DISCOUNT, COUNT(*) AS N, COUNT(AMOUNT) AS NA, SUM(AMOUNT) AS S, SUM(PRICE) AS SP FROM ORDERS GROUP BY DISCOUNT',
    );
    expect(await changes('T', ksql, log, { order: 'as-published' })).toEqual([
      '100: 10 1 1 10.005 10.01',
      '200: 10 2 2 11.010000000000002 13.70',
      '300: 20 1 1 2.0 2.00',
      '200: 10 3 2 11.010000000000002 14.00',
    ]);
    expect(await final('T', ksql, log)).toEqual(['10 3 2 11.010000000000002 14.00', '20 1 1 2.0 2.00']);
  });

  it.each([
    ['MIN(AMOUNT)', '1.005'],
    ['MAX(AMOUNT)', '10.005'],
    ['AVG(AMOUNT)', '5.505000000000001'],
    ['COLLECT_LIST(AMOUNT)', '[10.005, 1.005, NULL]'],
    ['COLLECT_SET(DISCOUNT)', '[10]'],
    ['LATEST_BY_OFFSET(AMOUNT)', '1.005'],
    ['LATEST_BY_OFFSET(AMOUNT, false)', '-'],
    ['EARLIEST_BY_OFFSET(AMOUNT)', '10.005'],
    ['EARLIEST_BY_OFFSET(AMOUNT, false)', '10.005'],
  ])('%s is the same in the changelog and in the last rows', async (call, expected) => {
    const ksql = stream(`DISCOUNT, ${call} AS X FROM ORDERS GROUP BY DISCOUNT`);
    const options = { order: 'as-published' } as const;
    const ten = (rows: readonly string[]): string | undefined =>
      rows
        .filter((row) => /(^|: )10 /.test(row))
        .at(-1)
        ?.replace(/^.*?10 /, '');
    expect(ten(await changes('T', ksql, log, options))).toBe(expected);
    expect(ten(await final('T', ksql, log, options))).toBe(expected);
  });

  it('takes only the records that pass; HAVING answers a group that passes no more with a tombstone', async () => {
    const where = stream('DISCOUNT, COUNT(*) AS N FROM ORDERS WHERE AMOUNT > 1.5 GROUP BY DISCOUNT');
    expect(await changes('T', where, log)).toEqual(['100: 10 1', '300: 20 1']);
    const having = stream('DISCOUNT, SUM(AMOUNT) AS S FROM ORDERS GROUP BY DISCOUNT HAVING SUM(AMOUNT) < 10');
    const sums = [row(1, 'a', 4, 10, '1'), row(2, 'b', 5, 10, '1'), row(3, 'c', 6, 10, '1'), row(4, 'd', -7, 10, '1')];
    expect(await changes('T', having, sums)).toEqual(['1: 10 4.0', '2: 10 9.0', '3: 10 gone', '4: 10 8.0']);
    expect(await changes('T', having, sums.slice(2))).toEqual(['3: 10 6.0', '4: 10 -1.0']);
  });

  it('wraps sums of INTEGER and BIGINT as the engine does', async () => {
    const ksql = stream('AMOUNT, SUM(DISCOUNT) AS S FROM ORDERS GROUP BY AMOUNT');
    const log = [7, -7, 7, 2147483647].map((n, i) => row(i + 1, `o${i}`, 1, n, '1'));
    expect((await changes('T', ksql, log)).map((line) => line.split(' ').at(-1))).toEqual([
      '7',
      '0',
      '7',
      '-2147483642',
    ]);
  });
});
