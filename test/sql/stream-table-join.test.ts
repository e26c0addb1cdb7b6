import { describe, expect, it } from 'vitest';
import { changes, created, deleted, type LogRecord, updated } from '../support/small-replay.js';

const SOURCES = `
CREATE STREAM ORDERS (ORDER_ID STRING KEY, USER_ID STRING, AMOUNT DOUBLE, PRICE DECIMAL(8, 2)) WITH (KAFKA_TOPIC='orders', FORMAT='JSON');
CREATE TABLE USERS (USER_ID STRING PRIMARY KEY, DISCOUNT INT) WITH (KAFKA_TOPIC='users', FORMAT='JSON');`;
const joined = (join: string): string => `${SOURCES}
CREATE STREAM J AS SELECT O.USER_ID AS USER_ID, O.ORDER_ID AS ORDER_ID, U.DISCOUNT AS DISCOUNT FROM ORDERS O ${join} USERS U ON O.USER_ID = U.USER_ID;`;

const order = (order_id: string | null, at: number, user_id: string | null): LogRecord =>
  created('orders', at, { order_id, user_id }, { key: { order_id } });
const user = (user_id: string, at: number, discount: number | null): LogRecord =>
  updated('users', at, { user_id, discount }, { key: { user_id } });
const noUser = (user_id: string, at: number): LogRecord =>
  deleted('users', at, { user_id, discount: 0 }, { key: { user_id } });

// The log and the answers of ksqldb-observed, section 1: what ksqlDB 7.6.0 gave, record for record, in the order of the log.
const OBSERVED: readonly LogRecord[] = [
  order('o1', 1000, 'u1'),
  user('u1', 5000, 10),
  order('o2', 2000, 'u1'),
  user('u1', 6000, 20),
  order('o3', 6000, 'u1'),
  user('u1', 3000, 5),
  order('o4', 7000, 'u1'),
  user('u2', 7050, null),
  order('o5', 7100, 'u2'),
  noUser('u1', 7200),
  order('o8', 7300, 'u1'),
  user('u1', 7400, 5),
  order('o9', 100, 'u1'),
  order('o10', 7500, null),
];

describe('a stream joined with a table, as published', () => {
  it('INNER: an order meets the row that stands before it in the log, whatever its time; without one it is gone for good', async () => {
    expect(await changes('J', joined('JOIN'), OBSERVED, { order: 'as-published' })).toEqual([
      '2000: u1 o2 10',
      '6000: u1 o3 20',
      '7000: u1 o4 5',
      '7100: u2 o5 -',
      '100: u1 o9 5',
    ]);
  });

  it('LEFT: the same, with null where there is no row; a null join key is left out on 7.6, and stays from 7.7 on', async () => {
    const rows = [
      '1000: u1 o1 -',
      '2000: u1 o2 10',
      '6000: u1 o3 20',
      '7000: u1 o4 5',
      '7100: u2 o5 -',
      '7300: u1 o8 -',
      '100: u1 o9 5',
    ];
    const left = joined('LEFT JOIN');
    expect(await changes('J', left, OBSERVED, { order: 'as-published', engine: '7.6' })).toEqual(rows);
    expect(await changes('J', left, OBSERVED, { order: 'as-published', engine: '7.7' })).toEqual([
      ...rows,
      '7500: - o10 -',
    ]);
  });
});

describe('a stream joined with a table, in event time', () => {
  const log = [
    order('late', 4000, 'u1'),
    user('u1', 1000, 10),
    order('early', 500, 'u1'),
    user('u1', 3000, 20),
    order('between', 2000, 'u1'),
  ];
  it('asks what was in force at the order', async () => {
    expect(await changes('J', joined('LEFT JOIN'), log)).toEqual([
      '500: u1 early -',
      '2000: u1 between 10',
      '4000: u1 late 20',
    ]);
  });

  it('takes the place in the log where both are of one instant', async () => {
    const same = [order('before', 1000, 'u1'), user('u1', 1000, 10), order('behind', 1000, 'u1')];
    expect(await changes('J', joined('LEFT JOIN'), same)).toEqual(['1000: u1 before -', '1000: u1 behind 10']);
  });

  it('forgets a row that was deleted, and knows it again when it comes back', async () => {
    const gone = [
      user('u1', 1000, 10),
      noUser('u1', 2000),
      order('a', 3000, 'u1'),
      user('u1', 4000, 30),
      order('b', 5000, 'u1'),
    ];
    expect(await changes('J', joined('JOIN'), gone)).toEqual(['5000: u1 b 30']);
    expect(await changes('J', joined('LEFT JOIN'), gone)).toEqual(['3000: u1 a -', '5000: u1 b 30']);
  });

  it('never re-emits an order because its row changes later', async () => {
    const log = [user('u1', 1000, 10), order('a', 2000, 'u1'), user('u1', 3000, 20), noUser('u1', 4000)];
    expect(await changes('J', joined('JOIN'), log)).toEqual(['2000: u1 a 10']);
  });

  it('leaves out the null value of a deleted order', async () => {
    const log = [
      user('u1', 1000, 10),
      order('a', 2000, 'u1'),
      deleted('orders', 3000, { order_id: 'a', user_id: 'u1' }, { key: { order_id: 'a' } }),
    ];
    expect(await changes('J', joined('LEFT JOIN'), log)).toEqual(['2000: u1 a 10']);
  });
});

describe('what a join reads may be made by a query', () => {
  const made = `${SOURCES}
CREATE TABLE DOUBLED AS SELECT USER_ID, DISCOUNT * 2 AS TWICE FROM USERS WHERE DISCOUNT > 5;
CREATE TABLE N AS SELECT USER_ID, COUNT(*) AS ORDERS FROM ORDERS GROUP BY USER_ID;
CREATE STREAM J AS SELECT O.USER_ID AS USER_ID, O.ORDER_ID AS ORDER_ID, D.TWICE AS TWICE FROM ORDERS O LEFT JOIN DOUBLED D ON O.USER_ID = D.USER_ID;
CREATE STREAM K AS SELECT O.USER_ID AS USER_ID, O.ORDER_ID AS ORDER_ID, N.ORDERS AS ORDERS FROM ORDERS O LEFT JOIN N ON O.USER_ID = N.USER_ID;`;
  it('follows the rows that pass its condition', async () => {
    const log = [
      user('u1', 1000, 10),
      order('a', 1500, 'u1'),
      user('u1', 2000, 3),
      order('b', 2500, 'u1'),
      user('u1', 3000, 6),
      order('c', 3500, 'u1'),
    ];
    expect(await changes('J', made, log)).toEqual(['1500: u1 a 20', '2500: u1 b -', '3500: u1 c 12']);
  });

  it('counts the record itself where the statement that counts stands before the join', async () => {
    const log = [order('a', 1000, 'u1'), order('b', 2000, 'u2'), order('c', 3000, 'u1')];
    expect(await changes('K', made, log)).toEqual(['1000: u1 a 1', '2000: u2 b 1', '3000: u1 c 2']);
  });

  it('meets what each path of one record has made of the table by then', async () => {
    const paths = `${SOURCES}
CREATE STREAM BOTH_WAYS AS SELECT USER_ID, ORDER_ID, AMOUNT FROM ORDERS PARTITION BY USER_ID;
CREATE TABLE SEEN AS SELECT USER_ID, COUNT(*) AS N FROM BOTH_WAYS GROUP BY USER_ID;
CREATE STREAM MET AS SELECT B.USER_ID AS USER_ID, B.ORDER_ID AS ORDER_ID, B.AMOUNT AS AMOUNT, S.N AS N FROM BOTH_WAYS B JOIN SEEN S ON B.USER_ID = S.USER_ID;
INSERT INTO BOTH_WAYS SELECT USER_ID, ORDER_ID, AMOUNT * 10 AS AMOUNT FROM ORDERS PARTITION BY USER_ID;`;
    const paid = (at: number, order_id: string, amount: number): LogRecord =>
      created('orders', at, { order_id, user_id: 'u1', amount, price: null }, { key: { order_id } });
    // The first way of a record goes down to the end before its second way begins.
    expect(await changes('MET', paths, [paid(10, 'a', 1), paid(20, 'b', 2)])).toEqual([
      '10: u1 a 1.0 1',
      '10: u1 a 10.0 2',
      '20: u1 b 2.0 3',
      '20: u1 b 20.0 4',
    ]);
  });
});
