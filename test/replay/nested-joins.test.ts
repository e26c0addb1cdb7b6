import { describe, expect, it } from 'vitest';
import { changesOf, created, finalOf, type LogRecord, updated, withReplay } from '../support/small-replay.js';

// One record changes all sides of a join. What the real ksqlDB 7.6.0 gave for this pipeline: 7 -> 1 row, 20; 8 -> 2 rows, 70.
const NESTED = `
CREATE STREAM ORDERS_SRC (ID BIGINT KEY, A INT, B INT, C INT) WITH (KAFKA_TOPIC='orders', KEY_FORMAT='JSON', VALUE_FORMAT='JSON');
CREATE TABLE T1 AS SELECT ID, LATEST_BY_OFFSET(A) AS A FROM ORDERS_SRC GROUP BY ID EMIT CHANGES;
CREATE TABLE T2 AS SELECT ID, LATEST_BY_OFFSET(B) AS B FROM ORDERS_SRC GROUP BY ID EMIT CHANGES;
CREATE TABLE J1 AS SELECT T1.ID AS ID, T1.A AS A, T2.B AS B FROM T1 LEFT JOIN T2 ON T1.ID = T2.ID EMIT CHANGES;
CREATE TABLE T3 AS SELECT ID, LATEST_BY_OFFSET(C) AS C FROM ORDERS_SRC GROUP BY ID EMIT CHANGES;
CREATE TABLE J2 AS SELECT J1.ID AS ID, J1.A AS A, J1.B AS B, T3.C AS C FROM J1 LEFT JOIN T3 ON J1.ID = T3.ID EMIT CHANGES;
CREATE TABLE N AS SELECT C, COUNT(*) AS N, SUM(B) AS B FROM J2 GROUP BY C EMIT CHANGES;
CREATE TABLE THREE AS SELECT T1.ID AS ID, T1.A AS A, T2.B AS B, T3.C AS C FROM T1 JOIN T2 ON T1.ID = T2.ID JOIN T3 ON T1.ID = T3.ID EMIT CHANGES;`;

const LOG: readonly LogRecord[] = [
  created('orders', 1000, { id: 1, a: 1, b: 20, c: 7 }),
  created('orders', 2000, { id: 2, a: 1, b: 10, c: 7 }),
  created('orders', 3000, { id: 3, a: 2, b: 40, c: 7 }),
  updated('orders', 4000, { id: 2, a: 1, b: 30, c: 8 }),
  updated('orders', 5000, { id: 3, a: 2, b: 40, c: 8 }),
];

describe('a join whose sides one record feeds', () => {
  it('gives the aggregate over it what the rows of the join add up to, as the engine does', async () => {
    const demand = [
      { relation: 'N', form: 'final' },
      { relation: 'J2', form: 'final' },
    ] as const;
    await withReplay({ ksql: NESTED, log: LOG, demand }, async (result, engine) => {
      expect(await finalOf(result, engine, 'N')).toEqual(['7 1 20', '8 2 70']);
      expect(await finalOf(result, engine, 'J2')).toEqual(['1 1 20 7', '2 1 30 8', '3 2 40 8']);
    });
  });

  it('goes depth first: each side that the record changed gives a row, the last of which is its final one', async () => {
    const demand = [
      { relation: 'J2', form: 'changes' },
      { relation: 'THREE', form: 'changes' },
    ] as const;
    await withReplay({ ksql: NESTED, log: LOG, demand }, async (result, engine) => {
      expect((await changesOf(result, engine, 'J2')).slice(-6)).toEqual([
        // T1 through J1, T2 through J1, then T3 itself.
        '4000: 2 1 10 7',
        '4000: 2 1 30 7',
        '4000: 2 1 30 8',
        '5000: 3 2 40 7',
        '5000: 3 2 40 7',
        '5000: 3 2 40 8',
      ]);
      expect((await changesOf(result, engine, 'THREE')).slice(-3)).toEqual([
        '5000: 3 2 40 7',
        '5000: 3 2 40 7',
        '5000: 3 2 40 8',
      ]);
    });
  });
});
