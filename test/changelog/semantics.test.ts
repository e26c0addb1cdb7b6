import { describe, expect, it } from 'vitest';
import type { SourceDeclaration } from '../../src/ksql/source.js';
import { BIGINT, decimal, STRING } from '../../src/ksql/types.js';
import type { ReplayOptions } from '../../src/relation.js';
import { type Change, envelope, kcat, withFiles } from './small.js';
import { column, source, withChangeLog } from './support.js';

const TABLE = source(
  'table',
  'T',
  'patients',
  [column('ID', BIGINT, true), column('D', STRING), column('CHANGED', BIGINT)],
  'CHANGED',
);
const STREAM = source(
  'stream',
  'S',
  'orders',
  [column('ID', BIGINT, true), column('A', decimal(10, 2)), column('DATE', BIGINT)],
  'DATE',
);

/** Rows as `name seq rowtime live key columns...` in replay order. */
async function replay(
  files: Readonly<Record<string, string | readonly (Change | string)[]>>,
  sources: readonly SourceDeclaration[],
  options: Partial<ReplayOptions> = {},
): Promise<{ rows: string[]; counts: Record<string, number>; notes: readonly string[]; rejected: readonly string[] }> {
  const texts = Object.fromEntries(
    Object.entries(files).map(([name, content]) => [
      name,
      typeof content === 'string'
        ? content
        : `${content.map((c) => (typeof c === 'string' ? c : envelope(c))).join('\n')}\n`,
    ]),
  );
  return await withFiles(texts, (folder) =>
    withChangeLog([folder], sources, options, async (log, engine) => {
      const parts = sources.map(
        (s) =>
          `SELECT "$seq" AS seq, concat_ws(' ', '${s.name}', "$ts", CASE WHEN "$live" THEN 'live' ELSE 'gone' END, ${s.columns.map((c) => `coalesce("${c.name}"::VARCHAR, '-')`).join(', ')}) AS line FROM ${log.relations.get(s.name)}`,
      );
      const rows = (await engine.rows(`SELECT line FROM (${parts.join(' UNION ALL ')}) ORDER BY seq`)).map((r) =>
        String(r[0]),
      );
      return {
        rows,
        counts: { ...log.counts },
        notes: log.notes,
        rejected: log.rejected.map((r) => `${r.line} ${r.code}`),
      };
    }),
  );
}

const patient = (op: string, pos: number, at: number, id: number, d: string, changed: number): Change =>
  op === 'd'
    ? { table: 'patients', op, pos, at, before: { id, d, changed } }
    : { table: 'patients', op, pos, at, after: { id, d, changed } };
const order = (op: string, pos: number, at: number, id: number, a: string, date: number, tx?: string): Change => ({
  table: 'orders',
  op,
  pos,
  at,
  ...(op === 'd' ? { before: { id, a, date } } : { after: { id, a, date } }),
  ...(tx === undefined ? {} : { tx }),
});

describe('replay order', () => {
  it('lets position decide within one instant, and puts deletes at their commit time', async () => {
    const { rows } = await replay(
      {
        'x.ndjson': [
          order('c', 20, 5, 1, '1.00', 5000),
          patient('u', 30, 5, 7, 'new', 5000),
          patient('c', 10, 1, 7, 'old', 1000),
          order('d', 40, 9, 1, '1.00', 5000),
        ],
      },
      [TABLE, STREAM],
    );
    expect(rows).toEqual([
      'T 1000 live 7 old 1000',
      'S 5000 live 1 1.00 5000',
      'T 5000 live 7 new 5000',
      'S 9000 gone 1 - -',
    ]);
  });

  it('without positions puts a change of a table before a stream event of the same instant', async () => {
    const { rows, notes } = await replay(
      { 'orders.csv': 'id,a,date\n1,1.00,5000\n', 'patients.csv': 'id,d,changed\n7,x,5000\n' },
      [TABLE, STREAM],
    );
    expect(rows).toEqual(['T 5000 live 7 x 5000', 'S 5000 live 1 1.00 5000']);
    expect(notes.join(' ')).toContain('dump');
  });

  it('reads a change of key as delete and create, one record under two declarations with the table first; the dated stream loses the delete', async () => {
    const live = source('table', 'L', 'orders', [column('ID', BIGINT, true)]);
    const { rows } = await replay(
      {
        'x.ndjson': [order('c', 10, 1, 1, '1', 1000), order('c', 20, 2, 2, '1', 1000), order('d', 20, 2, 1, '1', 1000)],
      },
      [STREAM, live],
      { order: 'as-published' },
    );
    expect(rows).toEqual([
      'L 1000 live 1',
      'S 1000 live 1 1.00 1000',
      'L 2000 gone 1',
      'L 2000 live 2',
      'S 1000 live 2 1.00 1000',
    ]);
  });

  it('expands a truncate into deletes of the keys then present', async () => {
    const truncate: Change = { table: 'patients', op: 't', pos: 40, at: 4 };
    const { rows } = await replay(
      {
        'x.ndjson': [
          patient('c', 10, 1, 1, 'a', 1000),
          patient('c', 20, 2, 2, 'b', 2000),
          patient('d', 30, 3, 1, 'a', 1000),
          truncate,
          patient('c', 50, 5, 3, 'c', 5000),
        ],
      },
      [TABLE],
    );
    expect(rows).toEqual([
      'T 1000 live 1 a 1000',
      'T 2000 live 2 b 2000',
      'T 3000 gone 1 - -',
      'T 4000 gone 2 - -',
      'T 5000 live 3 c 5000',
    ]);
  });
});

describe('cuts and baseline', () => {
  const log = [
    patient('r', 5, 3, 7, 'snap', 2000),
    order('c', 10, 4, 1, '1', 1000),
    order('c', 20, 6, 2, '1', 6000),
    order('d', 30, 9, 1, '1', 1000),
    order('d', 40, 9, 2, '1', 6000),
  ];
  it('until keeps the delete of a kept row and drops the delete of a cut one', async () => {
    const { rows, counts } = await replay({ 'x.ndjson': log }, [TABLE, STREAM], { until: 5000 });
    expect(rows).toEqual(['S 1000 live 1 1.00 1000', 'T 2000 live 7 snap 2000', 'S 9000 gone 1 - -']);
    expect(counts.cut).toBe(2);
  });
  it('knownAt cuts on commit time and never cuts a transaction in half', async () => {
    const tx = [
      order('c', 10, 4, 1, '1', 1000, 't1'),
      order('c', 20, 6, 2, '1', 1000, 't1'),
      order('c', 30, 4, 3, '1', 1000, 't2'),
    ];
    const { rows, counts } = await replay({ 'x.ndjson': tx }, [STREAM], { knownAt: 5000 });
    expect(rows).toEqual(['S 1000 live 3 1.00 1000']);
    expect(counts.cut).toBe(2);
  });
  it('baseline open puts the first known version of a key before everything else, births apart', async () => {
    const { rows, counts } = await replay(
      { 'x.ndjson': [...log, patient('c', 50, 9, 8, 'born', 9000)] },
      [TABLE, STREAM],
      { baseline: 'open' },
    );
    expect(rows[0]).toBe('T 2000 live 7 snap 2000');
    expect(rows.at(-1)).toMatch(/^[ST] 9000/);
    expect(counts.openedBaselines).toBe(1);
  });
});

describe('tombstones, repeats, unavailable values', () => {
  it('takes a tombstone without its delete as the delete, and one behind its delete as nothing', async () => {
    const t = 'shop.pharmacy.patients';
    const lines = [
      kcat(t, 0, 0, { id: 1 }, envelope(patient('c', 10, 1, 1, 'a', 1000))),
      kcat(t, 0, 1, { id: 2 }, envelope(patient('c', 20, 1, 2, 'b', 1000))),
      kcat(t, 0, 2, { id: 1 }, envelope(patient('d', 30, 3, 1, 'a', 1000))),
      kcat(t, 0, 3, { id: 1 }, null, 3500),
      kcat(t, 0, 4, { id: 2 }, null, 4000),
    ];
    const { rows, counts } = await replay({ 'a.ndjson': lines }, [TABLE]);
    expect(rows).toEqual(['T 1000 live 1 a 1000', 'T 1000 live 2 b 1000', 'T 3000 gone 1 - -', 'T 4000 gone 2 - -']);
    expect([counts.tombstones, counts.tombstoneDeletes]).toEqual([2, 1]);
  });
  it('says which deletes a bare null cannot be attributed to', async () => {
    const { counts, notes } = await replay({ 'patients.ndjson': [patient('c', 10, 1, 1, 'a', 1000), 'null'] }, [TABLE]);
    expect(counts.tombstones).toBe(1);
    expect(notes.some((n) => n.includes('cannot be attributed'))).toBe(true);
  });
  it('carries an unavailable value forward from the version before', async () => {
    const { rows, counts } = await replay(
      {
        'x.ndjson': [
          patient('c', 10, 1, 1, 'long', 1000),
          patient('u', 20, 2, 1, '__debezium_unavailable_value', 2000),
          patient('u', 30, 3, 1, 'new', 3000),
        ],
      },
      [TABLE],
    );
    expect(rows.map((r) => r.split(' ')[4])).toEqual(['long', 'long', 'new']);
    expect(counts.carriedForward).toBe(1);
  });
  it('keeps big integers and long decimals exact', async () => {
    const wide = source(
      'stream',
      'W',
      'orders',
      [column('ID', BIGINT, true), column('A', decimal(38, 20)), column('DATE', BIGINT)],
      'DATE',
    );
    const raw = envelope(order('c', 10, 1, 1, 'AMOUNT', 1000))
      .replace('"AMOUNT"', '123456789012345.12345678901234567891')
      .replace('"id":1', '"id":9007199254740993');
    const { rows } = await replay({ 'x.ndjson': [raw] }, [wide]);
    expect(rows).toEqual(['W 1000 live 9007199254740993 123456789012345.12345678901234567891 1000']);
  });
  it('rejects a record whose value would be rounded, and keeps the others', async () => {
    const { rows, counts, rejected } = await replay(
      {
        'x.ndjson': [
          order('c', 10, 1, 1, '5.555', 1000),
          order('c', 20, 2, 2, '5.55', 2000),
          order('c', 30, 3, 3, 'five', 3000),
        ],
      },
      [STREAM],
    );
    expect(rows).toEqual(['S 2000 live 2 5.55 2000']);
    expect(rejected).toEqual(['1 value-does-not-fit', '3 value-does-not-fit']);
    expect(counts.undecodable).toBe(2);
  });
});

describe('keys of one table are no keys of another', () => {
  it('keeps snapshot rows of a table without key that share a column with the key of another', async () => {
    const logins = source('stream', 'L', 'login_log', [column('PATIENT_ID', BIGINT), column('IP', STRING)]);
    const points = source('table', 'P', 'loyalty', [column('PATIENT_ID', BIGINT, true)]);
    const login = (patient_id: number, ip: string): Change => ({
      table: 'login_log',
      op: 'r',
      pos: 1,
      at: 1,
      snapshot: 'true',
      after: { patient_id, ip },
    });
    const found = await replay({ 'x.ndjson': [login(1, 'a'), login(1, 'b'), login(2, 'a')] }, [logins]);
    const together = await replay(
      {
        'x.ndjson': [
          login(1, 'a'),
          login(1, 'b'),
          login(2, 'a'),
          { table: 'loyalty', op: 'c', pos: 2, at: 2, after: { patient_id: 1 } },
        ],
      },
      [logins, points],
    );
    expect(found.rows).toHaveLength(3);
    expect(together.counts.duplicates).toBe(0);
    expect(together.rows).toHaveLength(4);
  });
});
