import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BIGINT } from '../../src/ksql/types.js';
import type { ReplayOptions } from '../../src/relation.js';
import { envelope, withFiles } from './small.js';
import { column, source, withChangeLog } from './support.js';

const SOURCES = [
  source(
    'stream',
    'ORDERS',
    'orders',
    [column('ID', BIGINT, true), column('N', BIGINT), column('DATE', BIGINT)],
    'DATE',
  ),
  source(
    'table',
    'PATIENTS',
    'patients',
    [column('ID', BIGINT, true), column('N', BIGINT), column('CHANGED', BIGINT)],
    'CHANGED',
  ),
  source('table', 'ITEMS', 'items', [column('ID', BIGINT, true), column('N', BIGINT)]),
];
const DATED: Readonly<Record<string, string>> = { orders: 'date', patients: 'changed' };
const TABLES = { ...DATED, items: null };

/** A record of a made-up log: `n` tells it from all others, a delete has the key of a row of its own. */
interface Record_ {
  readonly table: string;
  readonly n: number;
  readonly id: number;
  readonly op: 'c' | 'd';
  readonly tx: number;
  /** Seconds. */
  readonly committed: number;
  readonly dated: number;
}

const HORIZON = 40;

/** Transactions of one to four records over three tables, dated before or after their commit; then one that deletes some of the rows. */
const logs = fc
  .array(
    fc.record({
      committed: fc.integer({ min: 1, max: HORIZON }),
      changes: fc.array(
        fc.record({
          table: fc.constantFrom('orders', 'patients', 'items'),
          ahead: fc.integer({ min: -8, max: 8 }),
          gone: fc.boolean(),
        }),
        { minLength: 1, maxLength: 4 },
      ),
    }),
    { minLength: 12, maxLength: 12 },
  )
  .map((transactions): readonly Record_[] => {
    let n = 0;
    const records: Record_[] = [];
    const sorted = [...transactions].sort((a, b) => a.committed - b.committed);
    for (const [tx, { committed, changes }] of sorted.entries())
      for (const { table, ahead } of changes)
        records.push({ table, n: ++n, id: n, op: 'c', tx, committed, dated: Math.max(1, committed + ahead) });
    const gone = sorted.flatMap(({ changes }) => changes.map((c) => c.gone));
    for (const [at, record] of [...records].entries())
      if (gone[at]) records.push({ ...record, n: ++n, op: 'd', tx: 100 + Math.floor(at / 3), committed: HORIZON });
    return records;
  });

/** Which records of a log survive a cut: `n` of live ones, the key of deletes. */
async function survivors(
  log: readonly Record_[],
  options: Partial<ReplayOptions>,
  txOf = (r: Record_): string => `0-1-${r.tx}`,
): Promise<ReadonlySet<string>> {
  const first = Object.keys(TABLES).map(
    (table, at): Record_ => ({ table, n: 9000 + at, id: 9000 + at, op: 'c', tx: 1000 + at, committed: 1, dated: 1 }),
  );
  const lines = [...first, ...log].map((r, at) =>
    envelope({
      table: r.table,
      op: r.op,
      pos: at + 1,
      at: r.committed,
      tx: txOf(r),
      [r.op === 'd' ? 'before' : 'after']: {
        id: r.id,
        n: r.n,
        ...(r.table in DATED && { [DATED[r.table]!]: r.dated * 1000 }),
      },
    }),
  );
  return await withFiles({ 'log.ndjson': lines.join('\n') }, (folder) =>
    withChangeLog([folder], SOURCES, options, async (found, engine) => {
      const all = SOURCES.map(
        (s) =>
          `SELECT CASE WHEN "$live" THEN "N"::VARCHAR ELSE '${s.topic} ' || "ID" END FROM ${found.relations.get(s.name)}`,
      );
      return new Set(
        (await engine.rows(all.join(' UNION ALL ')))
          .map(([name]) => String(name))
          .filter((name) => !name.startsWith('900')),
      );
    }),
  );
}

const nameOf = (r: Record_): string => (r.op === 'd' ? `${r.table} ${r.id}` : String(r.n));

function byTransaction(log: readonly Record_[]): readonly (readonly Record_[])[] {
  return [...new Set(log.map((r) => r.tx))].map((tx) => log.filter((r) => r.tx === tx));
}

describe('a transaction is never cut in two', () => {
  const when = fc.integer({ min: 1, max: HORIZON });

  it('by --until: it goes where one of its dated records lies behind, else where its commit does', async () => {
    await fc.assert(
      fc.asyncProperty(logs, when, async (log, second) => {
        const kept = await survivors(log, { until: second * 1000 });
        for (const transaction of byTransaction(log)) {
          const inside = transaction.filter((r) => kept.has(nameOf(r)));
          expect([0, transaction.length]).toContain(inside.length);
          const live = transaction.filter((r) => r.op === 'c');
          const dated = live.filter((r) => r.table in DATED).map((r) => r.dated);
          const late = Math.max(...(dated.length > 0 ? dated : live.map((r) => r.committed)));
          if (live.length > 0) expect(inside.length > 0).toBe(late <= second);
          // A transaction of deletes goes with its rows.
          else
            expect(inside.length > 0).toBe(
              transaction.some((d) => log.some((r) => r.op === 'c' && r.id === d.id && kept.has(nameOf(r)))),
            );
        }
      }),
      { seed: 7, numRuns: 12 },
    );
  });

  it('by --known-at: it goes where its commit lies behind', async () => {
    await fc.assert(
      fc.asyncProperty(logs, when, async (log, second) => {
        const kept = await survivors(log, { knownAt: second * 1000 });
        for (const transaction of byTransaction(log))
          expect(transaction.map((r) => kept.has(nameOf(r)))).toEqual(transaction.map((r) => r.committed <= second));
      }),
      { seed: 8, numRuns: 6 },
    );
  });

  it('also where its id is another for every record, as PostgreSQL writes them (txId:lsn)', async () => {
    const base = { op: 'c', tx: 1, committed: 20 } as const;
    const log: readonly Record_[] = [
      { ...base, table: 'orders', n: 1, id: 1, dated: 5 },
      { ...base, table: 'orders', n: 2, id: 2, dated: 20 },
      { ...base, table: 'items', n: 3, id: 3, dated: 0, tx: 2 },
      { ...base, table: 'orders', n: 4, id: 4, dated: 6, tx: 2 },
    ];
    const ids = (r: Record_): string => `${570 + r.tx}:${28_398_000 + r.n}`;
    expect([...(await survivors(log, { until: 10_000 }, ids))].sort()).toEqual(['3', '4']);
  });
});

describe('rows that give no time of their own', () => {
  it('of a snapshot stay: they were there before it, nobody knows since when', async () => {
    const item = (op: string, pos: number, id: number): string =>
      envelope({ table: 'items', op, pos, at: 100, after: { id, n: id }, ...(op === 'r' && { snapshot: 'true' }) });
    await withFiles({ 'log.ndjson': [item('r', 1, 1), item('c', 2, 2)].join('\n') }, (folder) =>
      withChangeLog([folder], SOURCES.slice(2), { until: 50_000 }, async (found, engine) => {
        expect(await engine.rows(`SELECT "ID"::INTEGER FROM ${found.relations.get('ITEMS')}`)).toEqual([[1]]);
        expect(found.notes.join('\n')).toContain(
          '1 rows were read by a snapshot or from a dump and give no time of their own',
        );
      }),
    );
  });
});
