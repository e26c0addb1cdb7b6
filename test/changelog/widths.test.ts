import { describe, expect, it } from 'vitest';
import { BIGINT, decimal, STRING } from '../../src/ksql/types.js';
import { envelope, withFiles } from './small.js';
import { column, source, withChangeLog } from './support.js';

const TOAST = '__debezium_unavailable_value';

describe('no limit of width', () => {
  it.each([55, 56, 61, 100])('%i sources: each has its own records and no other', async (many) => {
    const numbers = Array.from({ length: many }, (_, i) => i);
    const files = Object.fromEntries(
      numbers.map((i) => [
        `t${i}.ndjson`,
        `${envelope({ table: `t${i}`, op: 'c', pos: 1000 + i, at: 100, after: { id: i } })}\n`,
      ]),
    );
    const sources = numbers.map((i) => source('stream', `S${i}`, `t${i}`, [column('ID', BIGINT, true)]));
    const merged = await withFiles(files, (folder) =>
      withChangeLog([folder], sources, {}, async (log, engine) => {
        const parts = [...log.relations.values()].map((relation) => `SELECT "$seq", "ID" FROM ${relation}`);
        return (await engine.rows(`SELECT * FROM (${parts.join(' UNION ALL ')}) ORDER BY 1`)).map((row) =>
          row.map(Number),
        );
      }),
    );
    expect(merged).toEqual(numbers.map((i) => [i + 1, i]));
  });

  it('says of the 70th source alone that it has no file', async () => {
    const numbers = Array.from({ length: 70 }, (_, i) => i);
    const files = Object.fromEntries(
      numbers
        .slice(0, 69)
        .map((i) => [`t${i}.ndjson`, `${envelope({ table: `t${i}`, op: 'c', pos: i, at: 1, after: { id: i } })}\n`]),
    );
    const sources = numbers.map((i) => source('stream', `S${i}`, `t${i}`, [column('ID', BIGINT, true)]));
    await expect(withFiles(files, (folder) => withChangeLog([folder], sources, {}, async () => null))).rejects.toThrow(
      /topic "t69"/,
    );
  });

  it('a table leaves its keyless records to the stream beside it, in every word of sources', async () => {
    const numbers = Array.from({ length: 130 }, (_, i) => i);
    const lines = [
      envelope({ table: 't', op: 'c', pos: 1, at: 1, after: { id: null, name: 'without' } }),
      envelope({ table: 't', op: 'c', pos: 2, at: 2, after: { id: 7, name: 'with' } }),
    ];
    const sources = numbers.map((i) =>
      source(i % 2 === 0 ? 'table' : 'stream', `S${i}`, 't', [
        column('ID', BIGINT, i % 2 === 0),
        column('NAME', STRING),
      ]),
    );
    const counted = await withFiles({ 't.ndjson': `${lines.join('\n')}\n` }, (folder) =>
      withChangeLog([folder], sources, {}, async (log, engine) => {
        const counts: number[] = [];
        for (const relation of log.relations.values())
          counts.push(Number((await engine.rows(`SELECT count(*) FROM ${relation}`))[0]![0]));
        return { counts, withoutKey: log.counts.withoutKey, otherTables: log.counts.otherTables };
      }),
    );
    expect(counted).toEqual({ counts: numbers.map((i) => (i % 2 === 0 ? 1 : 2)), withoutKey: 1, otherTables: 0 });
  });

  it('carries a column forward that was not sent, the 200th as the first', async () => {
    const numbers = Array.from({ length: 200 }, (_, i) => i);
    const row = (value: (i: number) => string): object => ({
      id: 1,
      ...Object.fromEntries(numbers.map((i) => [`c${i}`, value(i)])),
    });
    const lines = [
      envelope({ table: 't', op: 'c', pos: 1, at: 1, after: row((i) => `a${i}`) }),
      envelope({
        table: 't',
        op: 'u',
        pos: 2,
        at: 2,
        after: row((i) => (i === 0 ? 'b0' : i === 199 ? TOAST : `b${i}`)),
      }),
      envelope({ table: 't', op: 'u', pos: 3, at: 3, after: row((i) => (i % 199 === 0 ? TOAST : `c${i}`)) }),
    ];
    const columns = [column('ID', BIGINT, true), ...numbers.map((i) => column(`C${i}`, STRING))];
    const found = await withFiles({ 't.ndjson': `${lines.join('\n')}\n` }, (folder) =>
      withChangeLog([folder], [source('table', 'T', 't', columns)], {}, async (log, engine) => ({
        rows: await engine.rows(`SELECT "C0", "C100", "C199" FROM ${log.relations.get('T')} ORDER BY "$seq"`),
        carried: log.counts.carriedForward,
      })),
    );
    expect(found).toEqual({
      rows: [
        ['a0', 'a100', 'a199'],
        ['b0', 'b100', 'a199'],
        // The last that was sent, not the first.
        ['b0', 'c100', 'a199'],
      ],
      carried: 3,
    });
  });

  it('reads a dump of 1,000 columns, and how the last of them writes numbers and dates', async () => {
    const numbers = Array.from({ length: 1000 }, (_, i) => i);
    const row = (n: number): string =>
      [n, ...numbers.map((i) => (i === 998 ? `${n},5` : i === 999 ? `2${n}.03.2026` : i))].join(';');
    const csv = [['id', ...numbers.map((i) => `c${i}`)].join(';'), row(1), row(2), row(3)].join('\n');
    const columns = [
      column('ID', BIGINT, true),
      column('C997', STRING),
      column('C998', decimal(10, 2)),
      column('C999', { kind: 'DATE' }),
    ];
    const rows = await withFiles({ 't.csv': `${csv}\n` }, (folder) =>
      withChangeLog([folder], [source('table', 'T', 't', columns)], {}, async (log, engine) =>
        (
          await engine.rows(`SELECT * EXCLUDE ("$seq", "$ts", "$live") FROM ${log.relations.get('T')} ORDER BY "ID"`)
        ).map((one) => one.map(String)),
      ),
    );
    expect(rows).toEqual([
      ['1', '997', '1.50', '2026-03-21'],
      ['2', '997', '2.50', '2026-03-22'],
      ['3', '997', '3.50', '2026-03-23'],
    ]);
  });
});
