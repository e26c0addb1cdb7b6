import { describe, expect, it } from 'vitest';
import {
  changes,
  changesOf,
  created,
  deleted,
  type LogRecord,
  read,
  truncated,
  updated,
  withReplay,
} from '../support/small-replay.js';

// Which record comes before which, worked out by hand. `D` dates rows by their own time; without it the commit time does.
const DAY = 86_400_000;
const T = `CREATE TABLE T (ID BIGINT PRIMARY KEY, D BIGINT) WITH (KAFKA_TOPIC='t', FORMAT='JSON');`;
const DATED = T.replace("FORMAT='JSON'", "FORMAT='JSON', TIMESTAMP='D'");
const row = (at: number, id: number, d: number, more: Partial<LogRecord> = {}): LogRecord =>
  updated('t', at, { id, d }, more);
const gone = (at: number, id: number, more: Partial<LogRecord> = {}): LogRecord => deleted('t', at, { id, d: 0 }, more);

async function postponed(log: readonly LogRecord[]): Promise<readonly [readonly string[], number]> {
  const demand = [{ relation: 'T', form: 'changes' as const }];
  return await withReplay({ ksql: DATED, log, demand }, async (result, engine) => [
    await changesOf(result, engine, 'T'),
    result.counts.postponedDeletes ?? 0,
  ]);
}

describe('event time', () => {
  const log = [row(10, 1, 500), row(20, 2, 100), row(30, 3, 100), row(40, 1, 100)];
  it('comes first; within an instant the commit, then the place; as published it decides nothing', async () => {
    expect(await changes('T', DATED, log)).toEqual(['100: 2 100', '100: 3 100', '100: 1 100', '500: 1 500']);
    expect(await changes('T', DATED, log, { order: 'as-published' })).toEqual([
      '500: 1 500',
      '100: 2 100',
      '100: 3 100',
      '100: 1 100',
    ]);
  });

  it('is the commit time where no column dates the rows', async () => {
    expect(await changes('T', T, log)).toEqual(['10: 1 500', '20: 2 100', '30: 3 100', '40: 1 100']);
  });

  it('within one instant and commit the place in the binlog decides, whatever the lines', async () => {
    const lines = [row(10, 3, 7, { pos: 300 }), row(10, 1, 7, { pos: 100 }), row(10, 2, 7, { pos: 90 })];
    expect(await changes('T', DATED, lines)).toEqual(['7: 2 7', '7: 1 7', '7: 3 7']);
  });

  it('at one place a delete stands before what is created there', async () => {
    const moved = [row(10, 1, 7), created('t', 20, { id: 2, d: 7 }, { pos: 90 }), gone(20, 1, { pos: 90 })];
    expect(await changes('T', T, moved)).toEqual(['10: 1 7', '20: 1 gone', '20: 2 7']);
  });
});

describe('rows that a snapshot read', () => {
  const snapshot = (at: number, id: number): LogRecord => read('t', at, { id, d: 5 }, { pos: 4 });

  it('share one place: they stand in the order of their keys, numbers as numbers', async () => {
    expect(await changes('T', T, [snapshot(10, 100), snapshot(10, 9), snapshot(10, 10), snapshot(10, 1)])).toEqual([
      '10: 1 5',
      '10: 9 5',
      '10: 10 5',
      '10: 100 5',
    ]);
  });

  it('stand before what was streamed at the same instant', async () => {
    const log = [row(10, 1, 5, { pos: 2 }), snapshot(10, 2)];
    expect(await changes('T', T, log)).toEqual(['10: 2 5', '10: 1 5']);
  });

  it('as published stand before everything', async () => {
    const log = [row(10, 1, 5, { pos: 2 }), snapshot(99, 2)];
    expect(await changes('T', T, log, { order: 'as-published' })).toEqual(['99: 2 5', '10: 1 5']);
  });

  it('incrementally stand at their place, not at the wall clock of the connector', async () => {
    const log = [
      row(5000, 1, 5, { pos: 10 }),
      read('t', 1, { id: 2, d: 5 }, { pos: 20, snapshot: 'incremental' }),
      row(6000, 3, 5, { pos: 30 }),
    ];
    expect(await changes('T', T, log)).toEqual(['5000: 1 5', '5000: 2 5', '6000: 3 5']);
  });
});

describe('rows that nothing places', () => {
  it('of a dump stand in the order of their keys, in either order of replay', async () => {
    const dump = { 't.csv': 'id,d\n10,1\n9,2\n100,3\n' };
    for (const order of ['event-time', 'as-published'] as const)
      expect((await changes('T', T, dump, { order })).map((line) => line.split(': ')[1])).toEqual([
        '9 2',
        '10 1',
        '100 3',
      ]);
  });

  it('of a dump are one row where key and time are the same; without a key nothing tells two rows apart', async () => {
    const ksql = `CREATE STREAM S (ID BIGINT KEY, D BIGINT) WITH (KAFKA_TOPIC='t', FORMAT='JSON', TIMESTAMP='D');`;
    const log = { 't.csv': 'id,d\n1,5\n1,5\n1,6\n\\N,7\n\\N,7\n' };
    const demand = [{ relation: 'S', form: 'changes' as const }];
    await withReplay({ ksql, log, demand }, async (result, engine) => {
      expect(await changesOf(result, engine, 'S')).toEqual(['5: 1 5', '6: 1 6', '7: - 7', '7: - 7']);
      expect(result.counts.duplicates).toBe(1);
    });
  });

  it('of a log as published stand in the order of its lines', async () => {
    const line = (id: number, d: number): string =>
      JSON.stringify({ id, d, __table: 't', __op: 'u', __deleted: 'false' });
    const log = { 't.ndjson': `${[line(10, 1), line(9, 2), line(100, 3), line(9, 4)].join('\n')}\n` };
    const rows = await changes('T', T, log, { order: 'as-published' });
    expect(rows.map((row) => row.split(': ')[1])).toEqual(['10 1', '9 2', '100 3', '9 4']);
  });
});

describe('two declarations over one topic', () => {
  it('hear of a record one after the other, the table first', async () => {
    const both = `CREATE STREAM S (ID BIGINT KEY, D BIGINT) WITH (KAFKA_TOPIC='t', FORMAT='JSON');\n${T}`;
    const demand = ['S', 'T'].map((relation) => ({ relation, form: 'changes' as const }));
    const log = [row(10, 1, 5), row(20, 2, 6)];
    await withReplay({ ksql: both, log, demand }, async (_, engine) => {
      const heard = ['S', 'T'].map((name) => `SELECT "$seq" AS seq, '${name}' || "ID" AS heard FROM "${name}"`);
      const rows = await engine.rows(`SELECT heard FROM (${heard.join(' UNION ALL ')}) ORDER BY seq`);
      expect(rows.map(String)).toEqual(['T1', 'S1', 'T2', 'S2']);
    });
  });
});

describe('a delete', () => {
  it('of a dated table stands at its commit', async () => {
    expect(await changes('T', DATED, [row(1000, 1, 10), row(2000, 2, 20), gone(3000, 1)])).toEqual([
      '10: 1 10',
      '20: 2 20',
      '3000: 1 gone',
    ]);
  });

  it('never stands before the version that it takes away: it moves up to the latest of them, and is counted', async () => {
    const [rows, moved] = await postponed([
      row(1000, 1, 5000),
      row(1100, 1, 4000),
      row(1200, 2, 10),
      gone(2000, 1),
      row(6000, 1, 6000),
    ]);
    expect(rows).toEqual(['10: 2 10', '4000: 1 4000', '5000: 1 5000', '5000: 1 gone', '6000: 1 6000']);
    expect(moved).toBe(1);
  });

  it('at the very time of its version has nothing to wait for', async () => {
    const [rows, moved] = await postponed([row(1000, 1, 5000), row(1100, 2, 3000), gone(2000, 1), gone(3000, 2)]);
    expect(rows).toEqual(['3000: 2 3000', '3000: 2 gone', '5000: 1 5000', '5000: 1 gone']);
    expect(moved).toBe(1);
  });

  it('does not wait for a version that came after it', async () => {
    expect(await postponed([row(1000, 1, 10), gone(2000, 1), row(3000, 1, 9000)])).toEqual([
      ['10: 1 10', '2000: 1 gone', '9000: 1 9000'],
      0,
    ]);
  });
});

describe('a dated table as published', () => {
  it('never sees a delete, as in ksqlDB, nor a record that nothing dates; both are told', async () => {
    const undated = updated('t', 30, { id: 2, d: null });
    const demand = [{ relation: 'T', form: 'changes' as const }];
    const log = [row(10, 1, 500), gone(20, 1), undated, row(40, 3, 300)];
    await withReplay({ ksql: DATED, log, demand, options: { order: 'as-published' } }, async (result, engine) => {
      expect(await changesOf(result, engine, 'T')).toEqual(['500: 1 500', '300: 3 300']);
      expect(result.notes.join(' ')).toMatch(/\b2 records/);
    });
  });
});

describe('a commit clock that runs behind the event times', () => {
  const ahead = (id: number, days: number): LogRecord => row(1000 * id, id, days * DAY);
  const close = (id: number): LogRecord => row(1000 * id, id, 1000 * id);

  it('is one where more than half of the records are dated over a day after their commit: deletes then follow the event times', async () => {
    const [rows, moved] = await postponed([ahead(1, 100), ahead(2, 101), close(3), gone(9000, 3), ahead(4, 102)]);
    expect(rows).toEqual([
      '3000: 3 3000',
      `${100 * DAY}: 1 ${100 * DAY}`,
      `${101 * DAY}: 2 ${101 * DAY}`,
      `${101 * DAY}: 3 gone`,
      `${102 * DAY}: 4 ${102 * DAY}`,
    ]);
    expect(moved).toBe(1);
  });

  it('is none at half of them', async () => {
    const [rows, moved] = await postponed([ahead(1, 100), ahead(2, 101), close(3), close(4), gone(9000, 3)]);
    expect(rows.slice(0, 3)).toEqual(['3000: 3 3000', '4000: 4 4000', '9000: 3 gone']);
    expect(moved).toBe(0);
  });

  it('is told by what was streamed: what a snapshot read was committed long before', async () => {
    const snapshot = [5, 6, 7].map((id) => read('t', 1000, { id, d: 1000 }, { pos: 4 }));
    const [rows] = await postponed([...snapshot, ahead(1, 100), gone(9000, 5)]);
    expect(rows.at(-1)).toBe(`${100 * DAY}: 5 gone`);
  });

  it('and a day is a day: one dated a day after its commit is not late', async () => {
    const [rows] = await postponed([row(1000, 1, 1000 + DAY), close(3), gone(9000, 3)].slice(0, 3));
    expect(rows.slice(0, 2)).toEqual(['3000: 3 3000', '9000: 3 gone']);
    const [late] = await postponed([row(1000, 1, 1001 + DAY), gone(9000, 3)]);
    expect(late).toEqual([`${1001 + DAY}: 1 ${1001 + DAY}`, `${1001 + DAY}: 3 gone`]);
    const [exact] = await postponed([row(1000, 1, 1000 + DAY), gone(9000, 3)]);
    expect(exact).toEqual(['9000: 3 gone', `${1000 + DAY}: 1 ${1000 + DAY}`]);
  });
});

describe('cut-offs', () => {
  it('--until keeps what is dated up to it, --known-at what was committed up to it, to the millisecond', async () => {
    const log = [row(10, 1, 400), row(20, 2, 500), row(30, 3, 501)];
    expect(await changes('T', DATED, log, { until: 500 })).toEqual(['400: 1 400', '500: 2 500']);
    expect(await changes('T', DATED, log, { knownAt: 20 })).toEqual(['400: 1 400', '500: 2 500']);
    expect(await changes('T', DATED, log, { knownAt: 19 })).toEqual(['400: 1 400']);
  });

  it('says how many records it had to judge without a transaction id', async () => {
    const demand = [{ relation: 'T', form: 'changes' as const }];
    const log = [
      read('t', 5, { id: 9, d: 1 }, { pos: 4 }),
      row(10, 1, 400, { tx: 'a' }),
      row(20, 2, 500),
      row(30, 3, 501),
    ];
    const notesOf = (options: object): Promise<readonly string[]> =>
      withReplay({ ksql: DATED, log, demand, options }, async (result) =>
        result.notes.filter((note) => note.includes('transaction id')),
      );
    for (const cut of [{ until: 10_000 }, { knownAt: 10_000 }])
      expect(await notesOf(cut)).toEqual([expect.stringMatching(/^2 records have no transaction id: /)]);
    expect(await notesOf({})).toEqual([]);
  });

  it('cuts all that is declared over one topic by the time of its stream', async () => {
    const both = `CREATE TABLE T (ID BIGINT PRIMARY KEY, D BIGINT, E BIGINT) WITH (KAFKA_TOPIC='t', FORMAT='JSON', TIMESTAMP='D');
CREATE STREAM S (ID BIGINT KEY, D BIGINT, E BIGINT) WITH (KAFKA_TOPIC='t', FORMAT='JSON', TIMESTAMP='E');`;
    const demand = ['T', 'S'].map((relation) => ({ relation, form: 'changes' as const }));
    const log = [updated('t', 10, { id: 1, d: 900, e: 400 }), updated('t', 20, { id: 2, d: 400, e: 900 })];
    await withReplay({ ksql: both, log, demand, options: { until: 500 } }, async (result, engine) => {
      expect(await changesOf(result, engine, 'S')).toEqual(['400: 1 900 400']);
      expect(await changesOf(result, engine, 'T')).toEqual(['900: 1 900 400']);
    });
  });

  it('takes a whole transaction where one of its records is dated later, and says what went with it', async () => {
    const log = [
      row(10, 1, 400, { tx: 'a' }),
      row(10, 2, 900, { tx: 'a' }),
      row(20, 3, 410, { tx: 'b' }),
      gone(30, 3, { tx: 'c' }),
    ];
    const demand = [{ relation: 'T', form: 'changes' as const }];
    await withReplay({ ksql: DATED, log, demand, options: { until: 500 } }, async (result, engine) => {
      expect(await changesOf(result, engine, 'T')).toEqual(['410: 3 410', '410: 3 gone']);
      expect(result.counts.cut).toBe(2);
      expect(result.notes.filter((note) => note.includes('up to the cut'))).toEqual([
        expect.stringMatching(/^1 records are dated up to the cut and left out all the same: /),
      ]);
    });
  });

  it('leaves in what a snapshot read and nothing dates, and says so', async () => {
    const demand = [{ relation: 'T', form: 'changes' as const }];
    const log = [read('t', 9000, { id: 1, d: 5 }, { pos: 4 }), row(9000, 2, 5), row(400, 3, 5)];
    await withReplay({ ksql: T, log, demand, options: { until: 500 } }, async (result, engine) => {
      expect(await changesOf(result, engine, 'T')).toEqual(['400: 3 5', '9000: 1 5']);
      expect(result.notes.join(' ')).toContain('1 rows were read by a snapshot or from a dump and give no time');
    });
  });
});

describe('--baseline open', () => {
  const open = { baseline: 'open' } as const;
  it('puts the first known version of each key before everything, but not a row that the log saw born', async () => {
    const log = [
      created('t', 10, { id: 1, d: 10 }),
      row(20, 2, 5000),
      row(30, 2, 6000),
      read('t', 40, { id: 3, d: 7000 }),
    ];
    expect(await changes('T', DATED, log, open)).toEqual(['5000: 2 5000', '7000: 3 7000', '10: 1 10', '6000: 2 6000']);
    expect(await changes('T', DATED, log)).toEqual(['10: 1 10', '5000: 2 5000', '6000: 2 6000', '7000: 3 7000']);
  });

  it('does not open a key that the log knows first as deleted', async () => {
    const log = [row(20, 1, 20), gone(30, 2), row(40, 2, 40)];
    expect(await changes('T', DATED, log, open)).toEqual(['20: 1 20', '30: 2 gone', '40: 2 40']);
  });

  it('leaves a table alone that no column dates', async () => {
    const log = [created('t', 10, { id: 1, d: 1 }), row(20, 2, 2)];
    expect(await changes('T', T, log, open)).toEqual(['10: 1 1', '20: 2 2']);
  });
});

describe('a TRUNCATE in event time', () => {
  it('stands at its commit and takes away what was committed before it', async () => {
    const log = [row(10, 1, 100), row(20, 2, 200), truncated('t', 300), row(310, 3, 310)];
    expect(await changes('T', DATED, log)).toEqual([
      '100: 1 100',
      '200: 2 200',
      '300: 1 gone',
      '300: 2 gone',
      '310: 3 310',
    ]);
  });
});
