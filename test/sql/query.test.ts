import { describe, expect, it } from 'vitest';
import { changes, created, deleted, final, type LogRecord, updated, withReplay } from '../support/small-replay.js';

const STREAM = `CREATE STREAM S (ID BIGINT KEY, A INT, B STRING, D BIGINT) WITH (KAFKA_TOPIC='s', FORMAT='JSON');`;
const TABLE = `CREATE TABLE T (ID BIGINT PRIMARY KEY, A INT, B STRING) WITH (KAFKA_TOPIC='s', FORMAT='JSON');`;
const row = (at: number, id: number, a: number | null, b: string | null = 'x'): LogRecord =>
  updated('s', at, { id, a, b, d: at * 10 });
const gone = (at: number, id: number): LogRecord => deleted('s', at, { id, a: 0, b: '', d: 0 });

describe('a projection of a stream', () => {
  it('keeps order, key and ROWTIME; a null value stays a null value', async () => {
    const ksql = `${STREAM} CREATE STREAM P AS SELECT ID, A + 1 AS A1, UCASE(B) AS B FROM S;`;
    expect(await changes('P', ksql, [row(1, 7, 1, 'q'), gone(2, 7), row(3, 8, null, null)])).toEqual([
      '1: 7 2 Q',
      '2: 7 gone',
      '3: 8 - -',
    ]);
  });

  it('nulls a column whose expression fails, and keeps the record', async () => {
    const ksql = `${STREAM} CREATE STREAM P AS SELECT ID, 10 / A AS Q, B FROM S;`;
    expect(await changes('P', ksql, [row(1, 7, 0), row(2, 7, 5)])).toEqual(['1: 7 - x', '2: 7 2 x']);
  });

  it('WHERE: what fails or is null is false, and a null value never passes', async () => {
    const ksql = `${STREAM} CREATE STREAM P AS SELECT ID, A FROM S WHERE 10 / A > 1 AND B <> 'no';`;
    const log = [row(1, 1, 5), row(2, 2, 0), row(3, 3, null), row(4, 4, 5, null), row(5, 5, 5, 'no'), gone(6, 1)];
    expect(await changes('P', ksql, log)).toEqual(['1: 1 5']);
  });

  it('PARTITION BY a value makes it the key; a null value then has none', async () => {
    const ksql = `${STREAM} CREATE STREAM P AS SELECT B, ID, A FROM S PARTITION BY B;`;
    expect(await changes('P', ksql, [row(1, 7, 1, 'k'), gone(2, 7), row(3, 8, 2, null)])).toEqual([
      '1: k 7 1',
      '2: - gone',
      '3: - 8 2',
    ]);
  });

  it('PARTITION BY an expression of the key keeps it for a null value', async () => {
    const ksql = `${STREAM} CREATE STREAM P AS SELECT ID * 2 AS K, A FROM S PARTITION BY ID * 2;`;
    expect(await changes('P', ksql, [row(1, 7, 1), gone(2, 7)])).toEqual(['1: 14 1', '2: 14 gone']);
  });

  it('TIMESTAMP dates the result by its column and leaves out what has no time, or a negative one', async () => {
    const ksql = `${STREAM} CREATE STREAM P WITH (TIMESTAMP='D') AS SELECT ID, D FROM S;`;
    const dated = (at: number, id: number, d: number | null): LogRecord => created('s', at, { id, a: 1, b: 'x', d });
    expect(await changes('P', ksql, [dated(1, 1, 500), dated(2, 2, null), dated(3, 3, -1), dated(4, 4, 0)])).toEqual([
      '500: 1 500',
      '0: 4 0',
    ]);
  });
});

describe('a query over a table', () => {
  it('WHERE: a row while it passes; a tombstone only where a row that passed passes no more', async () => {
    const ksql = `${TABLE} CREATE TABLE P AS SELECT ID, A FROM T WHERE A > 1;`;
    const log = [
      row(1, 1, 1),
      gone(2, 1),
      row(3, 1, 2),
      row(4, 1, 3),
      row(5, 1, 0),
      row(6, 1, 1),
      row(7, 1, 4),
      gone(8, 1),
      gone(9, 1),
    ];
    expect(await changes('P', ksql, log)).toEqual(['3: 1 2', '4: 1 3', '5: 1 gone', '7: 1 4', '8: 1 gone']);
  });

  it('each key passes for itself', async () => {
    const ksql = `${TABLE} CREATE TABLE P AS SELECT ID, A FROM T WHERE A > 1;`;
    const log = [row(1, 1, 2), row(2, 2, 1), row(3, 2, 0), row(4, 1, 0)];
    expect(await changes('P', ksql, log)).toEqual(['1: 1 2', '4: 1 gone']);
    expect(await final('P', ksql, log)).toEqual([]);
  });

  it('without a condition hands on every change, also a tombstone of a key that was never there', async () => {
    const ksql = `${TABLE} CREATE TABLE P AS SELECT ID, A * 2 AS A2 FROM T;`;
    const log = [gone(1, 9), row(2, 1, 2), row(3, 1, 2), gone(4, 1), row(5, 2, 4)];
    expect(await changes('P', ksql, log)).toEqual(['1: 9 gone', '2: 1 4', '3: 1 4', '4: 1 gone', '5: 2 8']);
    expect(await final('P', ksql, log)).toEqual(['2 8']);
  });

  it('TIMESTAMP of a result never sees a delete: its column is null there', async () => {
    const ksql = `CREATE TABLE T (ID BIGINT PRIMARY KEY, D BIGINT) WITH (KAFKA_TOPIC='s', FORMAT='JSON');
CREATE TABLE P WITH (TIMESTAMP='D') AS SELECT ID, D FROM T;`;
    expect(await changes('P', ksql, [row(1, 1, 1), gone(2, 1)])).toEqual(['10: 1 10']);
  });
});

describe('the null value of a delete', () => {
  it('has no column but its key, not even a constant', async () => {
    const ksql = `${TABLE} CREATE TABLE P AS SELECT ID, 'x' AS C, A FROM T;`;
    const demand = [{ relation: 'P', form: 'changes' as const }];
    await withReplay({ ksql, log: [row(1, 1, 2), gone(2, 1)], demand }, async (_, engine) => {
      expect(await engine.rows('SELECT "ID", "C", "A", "$live" FROM "P" ORDER BY "$seq"')).toEqual([
        [1n, 'x', 2, true],
        [1n, null, null, false],
      ]);
    });
  });
});

describe('INSERT INTO', () => {
  it('puts the records of several queries into one stream, record by record in the order of the log', async () => {
    const ksql = `${STREAM}
CREATE STREAM U (ID BIGINT KEY, A INT, B STRING) WITH (KAFKA_TOPIC='u', FORMAT='JSON');
CREATE STREAM P AS SELECT ID, A, B FROM S;
INSERT INTO P SELECT ID, A, B FROM U WHERE A > 0;
INSERT INTO P SELECT ID, A * 100 AS A, B FROM S WHERE B = 'twice';`;
    const other = (at: number, id: number, a: number): LogRecord => created('u', at, { id, a, b: 'u' });
    const log = [row(1, 1, 1), other(2, 2, 2), row(3, 3, 3, 'twice'), other(4, 4, 0), row(5, 5, 5)];
    expect(await changes('P', ksql, log)).toEqual([
      '1: 1 1 x',
      '2: 2 2 u',
      '3: 3 3 twice',
      '3: 3 300 twice',
      '5: 5 5 x',
    ]);
  });
});
