import { describe, expect, it } from 'vitest';
import { compile } from '../../src/replay/compile.js';
import { changes, created, deleted, final, type LogRecord, updated } from '../support/small-replay.js';

const SOURCE = `CREATE TABLE ORDERS (ID BIGINT PRIMARY KEY, USER_ID BIGINT, AMOUNT DECIMAL(8, 2)) WITH (KAFKA_TOPIC='orders', FORMAT='JSON');`;
const PAID = `${SOURCE} CREATE TABLE PAID WITH (KAFKA_TOPIC='paid') AS SELECT ID, USER_ID, AMOUNT FROM ORDERS WHERE AMOUNT > 1;`;
const LOG: readonly LogRecord[] = [
  created('orders', 1000, { id: 1, user_id: 7, amount: '5.00' }),
  created('orders', 2000, { id: 2, user_id: 7, amount: '0.50' }),
  updated('orders', 3000, { id: 1, user_id: 8, amount: '0.10' }),
  updated('orders', 4000, { id: 2, user_id: 7, amount: '9.00' }),
  deleted('orders', 5000, { id: 2, user_id: 7, amount: '9.00' }),
];

describe('a relation declared over a topic that the file writes', () => {
  it('as a stream hears every record, tombstones as records without value', async () => {
    const ksql = `${PAID} CREATE STREAM P (ID BIGINT KEY, AMOUNT DECIMAL(8, 2)) WITH (KAFKA_TOPIC='paid', FORMAT='JSON');`;
    expect(await changes('P', ksql, LOG)).toEqual(['1000: 1 5.00', '3000: 1 gone', '4000: 2 9.00', '5000: 2 gone']);
  });

  it('as a table over a stream keeps the last record of each key, without those that have none', async () => {
    const ksql = `
CREATE STREAM ORDERS (ID BIGINT KEY, USER_ID BIGINT, AMOUNT DECIMAL(8, 2)) WITH (KAFKA_TOPIC='orders', FORMAT='JSON');
CREATE STREAM BY_USER WITH (KAFKA_TOPIC='by_user') AS SELECT USER_ID, ID AS ORDER_ID, AMOUNT FROM ORDERS PARTITION BY USER_ID;
CREATE TABLE LAST (USER_ID BIGINT PRIMARY KEY, ORDER_ID BIGINT, AMOUNT DOUBLE, OTHER INT) WITH (KAFKA_TOPIC='by_user', FORMAT='JSON');`;
    expect(
      await final('LAST', ksql, [...LOG, created('orders', 6000, { id: 3, user_id: null, amount: '1.00' })]),
    ).toEqual(['7 2 9.0 -', '8 1 0.1 -']);
  });

  it('reads what is computed, not what a log holds of the topic too, and needs no file of it', async () => {
    const ksql = `${PAID} CREATE STREAM P (ID BIGINT KEY, AMOUNT DECIMAL(8, 2)) WITH (KAFKA_TOPIC='paid', FORMAT='JSON');`;
    const also = [...LOG, created('paid', 100, { id: 9, amount: '3.00' })];
    expect(await changes('P', ksql, also)).toEqual(await changes('P', ksql, LOG));
  });

  it('hears what INSERT INTO another relation over its topic writes, beside the records of the log', async () => {
    const ksql = `
CREATE STREAM A (ID BIGINT KEY, N INT) WITH (KAFKA_TOPIC='a', FORMAT='JSON');
CREATE STREAM AGAIN (ID BIGINT KEY, N BIGINT) WITH (KAFKA_TOPIC='a', FORMAT='JSON');
CREATE STREAM B (ID BIGINT KEY, N INT) WITH (KAFKA_TOPIC='b', FORMAT='JSON');
INSERT INTO A SELECT ID, N * 10 AS N FROM B;`;
    const log = [created('a', 1, { id: 1, n: 1 }), created('b', 2, { id: 2, n: 2 }), created('a', 3, { id: 3, n: 3 })];
    const rows = ['1: 1 1', '2: 2 20', '3: 3 3'];
    expect(await changes('A', ksql, log)).toEqual(rows);
    expect(await changes('AGAIN', ksql, log)).toEqual(rows);
  });

  it.each([
    [
      'another format',
      `${PAID} CREATE STREAM P (ID BIGINT KEY, AMOUNT INT) WITH (KAFKA_TOPIC='paid', FORMAT='AVRO');`,
      'topic-format',
    ],
    [
      'a topic that it is made of itself',
      `CREATE STREAM A (ID BIGINT KEY, N INT) WITH (KAFKA_TOPIC='a', FORMAT='JSON');
       CREATE STREAM B AS SELECT * FROM A; INSERT INTO A SELECT * FROM B;`,
      'topic-cycle',
    ],
    [
      'one topic under two declarations',
      `${SOURCE} CREATE STREAM S (ID BIGINT KEY, AMOUNT DECIMAL(8, 2)) WITH (KAFKA_TOPIC='orders', FORMAT='JSON');
       CREATE STREAM J AS SELECT S.ID, O.AMOUNT FROM S JOIN ORDERS O ON S.ID = O.ID;`,
      'same-topic',
    ],
  ])('is refused with %s', (_, ksql, code) => {
    expect(compile(ksql, 'test.ksql').diagnostics.map((d) => d.code)).toEqual([code]);
  });
});
