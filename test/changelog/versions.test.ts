import { describe, expect, it } from 'vitest';
import {
  changes,
  changesOf,
  created,
  deleted,
  type LogRecord,
  read,
  tombstone,
  truncated,
  updated,
  withReplay,
} from '../support/small-replay.js';

// What makes the versions of a row out of the records of a log, pass by pass, each on a few lines.
const T = `CREATE TABLE T (ID BIGINT PRIMARY KEY, V STRING, W STRING) WITH (KAFKA_TOPIC='t', FORMAT='JSON');`;
const LATER = '__debezium_unavailable_value';
const row = (at: number, id: number, v: string | null, more: Partial<LogRecord> = {}): LogRecord =>
  updated('t', at, { id, v, w: 'w' }, more);
const gone = (at: number, id: number): LogRecord => deleted('t', at, { id, v: null, w: null });

/** The changes of T with what was counted. */
async function counted(log: readonly LogRecord[], ksql = T) {
  return await withReplay({ ksql, log, demand: [{ relation: 'T', form: 'changes' }] }, async (result, engine) => ({
    rows: await changesOf(result, engine, 'T'),
    counts: result.counts,
    notes: result.notes,
  }));
}

describe('a value that the source did not send (TOAST)', () => {
  it('is that of the version before: the last one, not the first', async () => {
    const log = [
      row(1, 7, 'one'),
      row(2, 7, 'two'),
      row(3, 7, LATER),
      row(4, 7, 'three'),
      row(5, 7, LATER),
      row(6, 7, LATER),
    ];
    const { rows, counts } = await counted(log);
    expect(rows).toEqual(['1: 7 one w', '2: 7 two w', '3: 7 two w', '4: 7 three w', '5: 7 three w', '6: 7 three w']);
    expect(counts.carriedForward).toBe(3);
  });

  it('is null where the version before had null, or there is none, and never that of another key', async () => {
    const log = [row(1, 7, 'seven'), row(2, 7, null), row(3, 8, LATER), row(4, 7, LATER)];
    expect((await counted(log)).rows).toEqual(['1: 7 seven w', '2: 7 - w', '3: 8 - w', '4: 7 - w']);
  });

  it('is not taken from a row that was deleted', async () => {
    const log = [row(1, 7, 'old'), gone(2, 7), row(3, 7, LATER)];
    expect((await counted(log)).rows).toEqual(['1: 7 old w', '2: 7 gone', '3: 7 - w']);
  });

  it('follows the place in the source, not the line of the file', async () => {
    const log = [
      row(3, 7, LATER, { pos: 30 }),
      row(2, 7, 'two', { pos: 20 }),
      row(1, 7, 'one', { pos: 10 }),
      row(4, 7, 'four', { pos: 40 }),
    ];
    expect((await counted(log)).rows).toEqual(['1: 7 one w', '2: 7 two w', '3: 7 two w', '4: 7 four w']);
  });

  it('each column for itself', async () => {
    const both = (at: number, v: string, w: string): LogRecord => updated('t', at, { id: 7, v, w });
    const log = [both(1, 'v1', 'w1'), both(2, LATER, 'w2'), both(3, 'v3', LATER), both(4, LATER, LATER)];
    const { rows, counts } = await counted(log);
    expect(rows).toEqual(['1: 7 v1 w1', '2: 7 v1 w2', '3: 7 v3 w2', '4: 7 v3 w2']);
    expect(counts.carriedForward).toBe(4);
  });
});

describe('a tombstone', () => {
  it('behind its delete says nothing; alone it is the delete, at its own time', async () => {
    const log = [
      row(10, 1, 'a'),
      row(20, 2, 'b'),
      gone(30, 1),
      tombstone('t', 31, { id: 1 }),
      tombstone('t', 40, { id: 2 }),
      tombstone('t', 50, { id: 2 }),
    ];
    const { rows, counts } = await counted(log);
    expect(rows).toEqual(['10: 1 a w', '20: 2 b w', '30: 1 gone', '40: 2 gone']);
    expect([counts.tombstones, counts.tombstoneDeletes]).toEqual([3, 1]);
  });

  it('takes away what stands before it, not what comes after', async () => {
    const log = [row(10, 1, 'a'), tombstone('t', 20, { id: 1 }), row(30, 1, 'b')];
    expect((await counted(log)).rows).toEqual(['10: 1 a w', '20: 1 gone', '30: 1 b w']);
  });

  it('stands right behind the last record of its key, also where the order is that of the source', async () => {
    const log = [row(10, 1, 'a'), tombstone('t', 20, { id: 1 }), row(30, 2, 'x'), row(40, 1, 'b')];
    expect(await changes('T', T, log, { order: 'as-published' })).toEqual([
      '10: 1 a w',
      '20: 1 gone',
      '30: 2 x w',
      '40: 1 b w',
    ]);
  });
});

describe('a TRUNCATE', () => {
  it('deletes the keys that are there, once, at its place and time', async () => {
    const log = [row(10, 1, 'a'), row(20, 2, 'b'), gone(30, 1), row(40, 3, 'c'), truncated('t', 50), row(60, 1, 'd')];
    expect((await counted(log)).rows).toEqual([
      '10: 1 a w',
      '20: 2 b w',
      '30: 1 gone',
      '40: 3 c w',
      '50: 2 gone',
      '50: 3 gone',
      '60: 1 d w',
    ]);
  });

  it('does not bring back a row whose delete is known by its tombstone alone', async () => {
    const log = [row(10, 1, 'a'), row(20, 2, 'b'), tombstone('t', 30, { id: 1 }), truncated('t', 40)];
    expect((await counted(log)).rows).toEqual(['10: 1 a w', '20: 2 b w', '30: 1 gone', '40: 2 gone']);
  });

  it('a second one finds only what came since', async () => {
    const log = [
      row(10, 1, 'a'),
      truncated('t', 20),
      row(30, 2, 'b'),
      row(35, 2, 'b2'),
      truncated('t', 40),
      truncated('t', 50),
    ];
    expect((await counted(log)).rows).toEqual(['10: 1 a w', '20: 1 gone', '30: 2 b w', '35: 2 b2 w', '40: 2 gone']);
  });

  it('of one table leaves the others alone', async () => {
    const two = `${T} CREATE TABLE U (ID BIGINT PRIMARY KEY, V STRING) WITH (KAFKA_TOPIC='u', FORMAT='JSON');
CREATE TABLE J AS SELECT T.ID AS ID, T.V AS V, U.V AS UV FROM T JOIN U ON T.ID = U.ID;`;
    const log = [row(10, 1, 'a'), created('u', 20, { id: 1, v: 'u' }), truncated('u', 30), row(40, 1, 'b')];
    expect(await changes('J', two, log)).toEqual(['20: 1 a u', '30: 1 gone']);
  });
});

describe('a repeat', () => {
  it('is the same place, operation and key again: one of them stays', async () => {
    const first = row(10, 1, 'a', { pos: 10 });
    const { rows, counts } = await counted([first, row(20, 2, 'b', { pos: 20 }), first, { ...first, partition: 1 }]);
    expect(rows).toEqual(['10: 1 a w', '20: 2 b w']);
    expect(counts.duplicates).toBe(2);
  });

  it('is not another row that one statement changed, nor the delete and the create of a changed key', async () => {
    const log = [
      row(10, 1, 'a', { pos: 10 }),
      row(10, 2, 'a', { pos: 10 }),
      deleted('t', 20, { id: 1, v: 'a', w: 'w' }, { pos: 20 }),
      created('t', 20, { id: 3, v: 'a', w: 'w' }, { pos: 20 }),
    ];
    const { rows, counts } = await counted(log);
    expect(rows).toEqual(['10: 1 a w', '10: 2 a w', '20: 1 gone', '20: 3 a w']);
    expect(counts.duplicates).toBe(0);
  });

  it('is not the same text at another place', async () => {
    const { rows, counts } = await counted([row(10, 1, 'a', { pos: 10 }), row(10, 1, 'a', { pos: 11 })]);
    expect(rows).toEqual(['10: 1 a w', '10: 1 a w']);
    expect(counts.duplicates).toBe(0);
  });

  it('of a value that was not sent is carried forward once', async () => {
    const later = row(20, 1, LATER, { pos: 20 });
    const { rows, counts } = await counted([row(10, 1, 'a', { pos: 10 }), later, later]);
    expect(rows).toEqual(['10: 1 a w', '20: 1 a w']);
    expect([counts.duplicates, counts.carriedForward]).toEqual([1, 1]);
  });

  it('of a row that a snapshot read is told by its key: snapshot rows share one place', async () => {
    const snapshot = (id: number): LogRecord => read('t', 10, { id, v: 's', w: 'w' }, { pos: 4 });
    const { rows, counts } = await counted([snapshot(1), snapshot(2), snapshot(1)]);
    expect(rows).toEqual(['10: 1 s w', '10: 2 s w']);
    expect(counts.duplicates).toBe(1);
  });
});

describe('a record without a key', () => {
  const both = `${T} CREATE STREAM S (ID BIGINT KEY, V STRING) WITH (KAFKA_TOPIC='t', FORMAT='JSON');`;
  const log = [
    row(10, 1, 'a'),
    created('t', 20, { id: null, v: 'lost', w: 'w' }, { key: { id: null } }),
    row(30, 2, 'b'),
  ];

  it('is no row of a table, and is counted; a stream over the same topic takes it', async () => {
    const demand = ['T', 'S'].map((relation) => ({ relation, form: 'changes' as const }));
    await withReplay({ ksql: both, log, demand }, async (result, engine) => {
      expect(await changesOf(result, engine, 'T')).toEqual(['10: 1 a w', '30: 2 b w']);
      expect(await changesOf(result, engine, 'S')).toEqual(['10: 1 a', '20: - lost', '30: 2 b']);
      expect(result.counts.withoutKey).toBe(1);
    });
  });
});
