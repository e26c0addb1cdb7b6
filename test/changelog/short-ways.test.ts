import { expect, it } from 'vitest';
import { openEngine } from '../../src/engine/engine.js';
import { BIGINT, decimal, STRING } from '../../src/ksql/types.js';
import { envelope, withFiles } from './small.js';
import { column, source, withChangeLog } from './support.js';

const ORDERS = source(
  'stream',
  'S',
  'orders',
  [column('ID', BIGINT, true), column('A', decimal(18, 2)), column('DATE', BIGINT)],
  'DATE',
);
const order = (pos: number, id: number, a: unknown): string =>
  envelope({ table: 'orders', op: 'c', pos, at: pos, after: { id, a, date: pos * 1000 } });

it.each([1, 2, 4])(
  'a sorted table stands in its order: $seq is the number of its row, with %i threads',
  async (threads) => {
    const engine = await openEngine({ threads, memory: '300MB' });
    try {
      await engine.run(
        'CREATE TEMP TABLE sorted AS SELECT hash(i) AS k, i FROM range(700000) t(i) WHERE i % 7 <> 0 ORDER BY k, i',
      );
      const [row] = await engine.rows(
        'SELECT count(*), count(*) FILTER (place <> n) FROM (SELECT rowid + 1 AS place, row_number() OVER (ORDER BY k, i) AS n FROM sorted)',
      );
      expect(row!.map(Number)).toEqual([600000, 0]);
    } finally {
      engine.close();
    }
  },
);

it('finds the places of another connector behind the head of a file', async () => {
  const head = Array.from({ length: 1200 }, (_, i) => order(i + 10, i + 1, '1.00'));
  const other = JSON.stringify({
    before: null,
    after: { id: 5000, a: '2.00', date: 9_000_000 },
    source: {
      ...{ connector: 'postgresql', name: 'shop', ts_ms: 9_000_000, snapshot: 'false', db: 'shop', schema: 'public' },
      ...{ table: 'orders', sequence: '["700","710"]', lsn: 710, txId: 3 },
    },
    op: 'c',
    ts_ms: 1,
  });
  expect(head.join('\n').length).toBeGreaterThan(262_144);
  await withFiles({ 'orders.ndjson': `${[...head, other, other].join('\n')}\n` }, (folder) =>
    withChangeLog([folder], [ORDERS], {}, async ({ counts, notes }) => {
      expect([counts.events, counts.duplicates]).toEqual([1201, 1]);
      expect(notes.join()).not.toContain('no source positions');
    }),
  );
});

it('takes decimals however they are written, and none that would be rounded', async () => {
  const texts = [
    '12.30',
    '12.3',
    '12',
    '-0.05',
    '-.5',
    '1e2',
    '1.5E1',
    '12.300',
    '007.10',
    '+1.00',
    '12.345',
    '1e-3',
    '12.',
    '',
  ];
  const lines = texts.map((text, i) => order(i + 10, i + 1, text));
  await withFiles({ 'orders.ndjson': `${lines.join('\n')}\n` }, (folder) =>
    withChangeLog([folder], [ORDERS], {}, async (log, engine) => {
      const rows = await engine.rows(`SELECT "ID", "A" FROM ${log.relations.get('S')} ORDER BY "ID"`);
      const read = new Map(rows.map(([id, a]) => [texts[Number(id) - 1], String(a)]));
      expect(Object.fromEntries(read)).toEqual({
        ...{ '12.30': '12.30', '12.3': '12.30', '12': '12.00', '-0.05': '-0.05', '-.5': '-0.50', '1e2': '100.00' },
        ...{ '1.5E1': '15.00', '12.300': '12.30', '007.10': '7.10', '+1.00': '1.00', '12.': '12.00' },
      });
      expect(log.rejected.map((r) => texts[r.line! - 1])).toEqual(['12.345', '1e-3', '']);
    }),
  );
});

it('keeps the last row of each key of a table that is asked for nothing else', async () => {
  const T = { ...source('table', 'T', 'orders', [column('ID', BIGINT, true), column('A', STRING)]), finalOnly: true };
  const change = (op: string, pos: number, id: number, a: string): string =>
    envelope({ table: 'orders', op, pos, at: 5, ...(op === 'd' ? { before: { id, a } } : { after: { id, a } }) });
  const lines = [
    ...[change('u', 30, 1, 'last'), change('c', 10, 1, 'first'), change('u', 20, 1, 'second')],
    ...[change('c', 11, 2, 'once'), change('d', 12, 3, 'gone'), change('c', 13, 4, 'x'), change('d', 14, 4, 'x')],
    ...[change('c', 15, 5, 'x'), change('d', 16, 5, 'x'), change('c', 17, 5, 'again')],
  ];
  await withFiles({ 'orders.ndjson': `${lines.join('\n')}\n` }, (folder) =>
    withChangeLog([folder], [T], {}, async (log, engine) => {
      const rows = await engine.rows(`SELECT "ID", "A" FROM ${log.relations.get('T')} ORDER BY "ID"`);
      expect(rows.map((row) => row.map(String))).toEqual([
        ['1', 'last'],
        ['2', 'once'],
        ['5', 'again'],
      ]);
    }),
  );
});
