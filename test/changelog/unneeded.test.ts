import { describe, expect, it } from 'vitest';
import { BIGINT } from '../../src/ksql/types.js';
import type { ReplayOptions } from '../../src/relation.js';
import { envelope, withFiles } from './small.js';
import { column, source, withChangeLog } from './support.js';

const SOURCES = [source('stream', 'S', 'orders', [column('ID', BIGINT, true)])];
const change = (table: string, id: number, op = 'c'): string =>
  envelope({ table, op, pos: id, at: 1, after: op === 't' ? null : { id } });
const ORDERS = { 'shop.pharmacy.orders.ndjson': change('orders', 1) };

async function read(files: Readonly<Record<string, string>>, options: Partial<ReplayOptions> = {}) {
  return await withFiles(files, (folder) =>
    withChangeLog([folder], SOURCES, options, async (log, engine) => ({
      ids: (await engine.rows(`SELECT "ID" FROM ${log.relations.get('S')} ORDER BY 1`)).map((row) => Number(row[0])),
      log,
    })),
  );
}

describe('files of topics that nothing reads', () => {
  it('are recognised, counted and told, and not read', async () => {
    const { ids, log } = await read({ ...ORDERS, 'shop.pharmacy.brands.ndjson': `${change('brands', 5)}\n{"op":` });
    expect(ids).toEqual([1]);
    expect(log.counts).toMatchObject({ unreadFiles: 1, otherTables: 0, undecodable: 0 });
    expect(log.inputs.map(({ name, form, events }) => [name, form, events])).toEqual([
      ['shop.pharmacy.brands.ndjson', 'values, envelope, not read: nothing here asks for its topic', 0],
      ['shop.pharmacy.orders.ndjson', 'values, envelope', 1],
    ]);
  });

  it('are read where a record of another name is one of a source', async () => {
    const lines = [change('brands', 5), change('orders', 6)].join('\n');
    const { ids, log } = await read({ ...ORDERS, 'shop.pharmacy.brands.ndjson': lines });
    expect(ids).toEqual([1, 6]);
    expect(log.counts).toMatchObject({ unreadFiles: 0, otherTables: 1 });
  });

  it('are read where a cut asks for all of a transaction, and where an option names topics', async () => {
    const files = { ...ORDERS, 'shop.pharmacy.brands.ndjson': change('brands', 5) };
    for (const options of [{ until: 10_000_000 }, { topics: [{ name: 'orders', pattern: 'shop.*' }] }])
      expect((await read(files, options)).log.counts.unreadFiles).toBe(0);
  });

  it('still tell that the log holds truncates', async () => {
    const note = /No TRUNCATE stands in the log/;
    const without = await read({ ...ORDERS, 'shop.pharmacy.brands.ndjson': change('brands', 5) });
    expect(without.log.notes.join()).toMatch(note);
    const held = await read({ ...ORDERS, 'shop.pharmacy.brands.ndjson': change('brands', 5, 't') });
    expect(held.log.notes.join()).not.toMatch(note);
  });

  it('name their topics where a source has none', async () => {
    await expect(read({ 'shop.pharmacy.order.ndjson': change('order', 5) })).rejects.toMatchObject({
      diagnostics: [
        { code: 'no-input-for-source', found: 'shop.pharmacy.order', help: expect.stringMatching(/Did you mean/) },
      ],
    });
  });
});
