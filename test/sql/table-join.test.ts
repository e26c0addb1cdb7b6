import { describe, expect, it } from 'vitest';
import { changes, created, deleted, final, type LogRecord } from '../support/small-replay.js';

const ksql = (join: string): string => `
CREATE TABLE L (ID BIGINT PRIMARY KEY, A STRING) WITH (KAFKA_TOPIC='l', FORMAT='JSON');
CREATE TABLE R (ID BIGINT PRIMARY KEY, B STRING) WITH (KAFKA_TOPIC='r', FORMAT='JSON');
CREATE TABLE J AS SELECT ${join === 'FULL OUTER JOIN' ? 'ROWKEY' : `${join === 'RIGHT JOIN' ? 'R' : 'L'}.ID AS ID`}, L.A AS A, R.B AS B FROM L ${join} R ON L.ID = R.ID;`;

const left = (at: number, a: string, id = 1): LogRecord => created('l', at, { id, a });
const right = (at: number, b: string, id = 1): LogRecord => created('r', at, { id, b });
const noLeft = (at: number): LogRecord => deleted('l', at, { id: 1, a: '?' });
const noRight = (at: number): LogRecord => deleted('r', at, { id: 1, b: '?' });

// What each kind emits hangs on whether the other side has a row, never on what was emitted before: Kafka Streams' table-table joins.
describe('the changelog of a join of two tables', () => {
  it('INNER: rows while both stand; a tombstone for every change of one side to nothing while the other stands', async () => {
    const log = [
      left(10, 'a'),
      right(20, 'b'),
      left(30, 'a2'),
      noRight(40),
      left(50, 'a3'),
      right(60, 'b2'),
      noLeft(70),
      noLeft(80),
      noRight(90),
    ];
    expect(await changes('J', ksql('JOIN'), log)).toEqual([
      '20: 1 a b',
      '30: 1 a2 b',
      '40: 1 gone',
      '60: 1 a3 b2',
      '70: 1 gone',
      '80: 1 gone',
    ]);
  });

  it('LEFT: a left row alone stands with nulls; a left tombstone is answered where there was a row, or the right has one', async () => {
    const log = [
      right(10, 'b'),
      noLeft(20),
      left(30, 'a'),
      noRight(40),
      noRight(50),
      noLeft(60),
      noLeft(70),
      right(80, 'b2'),
      left(90, 'a2'),
      right(100, 'b3'),
    ];
    expect(await changes('J', ksql('LEFT JOIN'), log)).toEqual([
      '20: 1 gone',
      '30: 1 a b',
      '40: 1 a -',
      '50: 1 a -',
      '60: 1 gone',
      '90: 1 a2 b2',
      '100: 1 a2 b3',
    ]);
  });

  it('RIGHT: the mirror image of LEFT', async () => {
    const log = [
      left(10, 'a'),
      noRight(20),
      right(30, 'b'),
      noLeft(40),
      noLeft(50),
      noRight(60),
      noRight(70),
      left(80, 'a2'),
      right(90, 'b2'),
    ];
    expect(await changes('J', ksql('RIGHT JOIN'), log)).toEqual([
      '20: 1 gone',
      '30: 1 a b',
      '40: 1 - b',
      '50: 1 - b',
      '60: 1 gone',
      '90: 1 a2 b2',
    ]);
  });

  it('FULL: a row while either stands, a tombstone when the last one goes', async () => {
    const log = [left(10, 'a'), right(20, 'b'), noLeft(30), noRight(40), noLeft(50), noRight(60), right(70, 'b2')];
    expect(await changes('J', ksql('FULL OUTER JOIN'), log)).toEqual([
      '10: 1 a -',
      '20: 1 a b',
      '30: 1 - b',
      '40: 1 gone',
      '70: 1 - b2',
    ]);
  });

  it('carries the later ROWTIME of its sides, whichever moved', async () => {
    // As published: the place in the log decides the order, and the second change is the older one by its own time.
    const log = [right(500, 'b'), left(100, 'a'), right(300, 'b2'), left(700, 'a2')];
    expect(await changes('J', ksql('JOIN'), log, { order: 'as-published' })).toEqual([
      '500: 1 a b',
      '300: 1 a b2',
      '700: 1 a2 b2',
    ]);
  });

  it('joins each key with its own', async () => {
    const log = [left(10, 'a', 1), left(20, 'x', 2), right(30, 'y', 2), right(40, 'b', 1), right(50, 'z', 3)];
    expect(await changes('J', ksql('JOIN'), log)).toEqual(['30: 2 x y', '40: 1 a b']);
  });
});

describe('the last rows of a join of two tables', () => {
  const log = [
    left(10, 'only left', 1),
    right(20, 'only right', 2),
    left(30, 'a', 3),
    right(40, 'b', 3),
    left(50, 'gone', 4),
    right(60, 'stays', 4),
    deleted('l', 70, { id: 4, a: 'gone' }),
    right(80, 'b2', 3),
  ];
  it.each([
    ['JOIN', ['3 a b2']],
    ['LEFT JOIN', ['1 only left -', '3 a b2']],
    ['RIGHT JOIN', ['2 - only right', '3 a b2', '4 - stays']],
    ['FULL OUTER JOIN', ['1 only left -', '2 - only right', '3 a b2', '4 - stays']],
  ])('%s, made of the last rows, is what its changelog ends with', async (join, rows) => {
    expect(await final('J', ksql(join), log)).toEqual(rows);
    const last = new Map((await changes('J', ksql(join), log)).map((row) => [row.split(' ')[1], row.split(': ')[1]!]));
    expect([...last.values()].filter((row) => !row.endsWith(' gone')).sort()).toEqual(rows);
  });
});

describe('three tables', () => {
  const three = `${ksql('JOIN')}
CREATE TABLE Q (ID BIGINT PRIMARY KEY, C STRING) WITH (KAFKA_TOPIC='q', FORMAT='JSON');
CREATE TABLE ALL3 AS SELECT L.ID AS ID, L.A AS A, R.B AS B, Q.C AS C FROM L LEFT JOIN R ON L.ID = R.ID LEFT JOIN Q ON L.ID = Q.ID;`;
  it('are joined step by step: each step sees what the one before it emitted', async () => {
    const log = [left(10, 'a'), created('q', 20, { id: 1, c: 'c' }), right(30, 'b'), noRight(40), noLeft(50)];
    expect(await changes('ALL3', three, log)).toEqual([
      '10: 1 a - -',
      '20: 1 a - c',
      '30: 1 a b c',
      '40: 1 a - c',
      '50: 1 gone',
    ]);
    expect(await final('ALL3', three, log.slice(0, 4))).toEqual(['1 a - c']);
  });
});
