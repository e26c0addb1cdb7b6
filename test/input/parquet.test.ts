import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/engine.js';
import { inspectInputs } from '../../src/input/index.js';
import { BIGINT, decimal, STRING } from '../../src/ksql/types.js';
import { text } from '../../src/sql/quote.js';
import { envelope, withFiles } from '../changelog/small.js';
import { CAPTURES, column, ORDERS, sequence, source, text as textOf, withChangeLog } from '../changelog/support.js';

const SOURCE =
  'STRUCT(name VARCHAR, db VARCHAR, connector VARCHAR, ts_ms BIGINT, snapshot VARCHAR, "table" VARCHAR, file VARCHAR, pos BIGINT, "row" INTEGER)';
const ROWS = {
  orders: 'STRUCT(id BIGINT, user_id BIGINT, amount_total DECIMAL(10, 2), status VARCHAR, date BIGINT)',
  patients:
    'STRUCT(id BIGINT, practitioner_id BIGINT, practitioner_discount DECIMAL(5, 2), practitioner_discount_changed_at BIGINT)',
};

/** Writes the lines of a file as Parquet, typed as a sink with schemas does: by DuckDB, from the same lines. */
async function parquet(lines: string, columns: string, target: string): Promise<void> {
  const engine = await openEngine({});
  try {
    const from = `read_json(${text(lines)}, format='newline_delimited', columns=${columns})`;
    await engine.run(
      `COPY (SELECT * FROM ${from} WHERE columns(*) IS NOT NULL OR true) TO ${text(target)} (FORMAT parquet)`,
    );
  } finally {
    engine.close();
  }
}

const enveloped = (row: string): string =>
  `{op: 'VARCHAR', before: ${text(row)}, after: ${text(row)}, source: ${text(SOURCE)}}`;

const orders = CAPTURES === null ? null : join(CAPTURES, 'B-json-plain/kcat/shopb.pharmacy.orders.kcat.ndjson.gz');

/** The values of a file of `kcat -J` that are no tombstones. */
function valuesOf(path: string): string {
  const payloads = textOf(path)
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { payload: string | null }).payload);
  return `${payloads.filter((payload) => payload !== null).join('\n')}\n`;
}

describe('Parquet', () => {
  it('envelopes of a sink are the same change log as their JSON', async () => {
    const change = { table: 'orders', pos: 10, at: 100 };
    const row = { id: 1, user_id: 9007199254740993n, amount_total: '12.30', status: 'NEW', date: 1_700_000_000_000 };
    const json = (value: object): string =>
      JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `#${v}#` : v)).replace(/"#(\d+)#"/g, '$1');
    const lines = [
      envelope({ ...change, op: 'c', after: {} }),
      envelope({ ...change, op: 'u', pos: 20, at: 101, after: {} }),
      envelope({ ...change, op: 'd', pos: 30, at: 102, before: {} }),
      envelope({ ...change, op: 'c', pos: 10, after: {} }),
    ].map((line) => line.replaceAll('{}', json(row)));
    const [typed, plain] = await withFiles(
      { 'json/shop.pharmacy.orders.ndjson': `${lines.join('\n')}\n` },
      async (folder) => {
        const target = join(folder, 'shop.pharmacy.orders.parquet');
        await parquet(join(folder, 'json/shop.pharmacy.orders.ndjson'), enveloped(ROWS.orders), target);
        const read = async (path: string) =>
          await withChangeLog([path], [ORDERS], {}, async (log, engine) => ({
            rows: await sequence(log, engine),
            counts: log.counts,
          }));
        return [await read(target), await read(join(folder, 'json'))];
      },
    );
    expect(typed).toEqual(plain);
    expect(typed.rows).toHaveLength(3);
    expect(typed.rows[0]).toContain('9007199254740993');
    expect(typed.counts.duplicates).toBe(1);
  });

  it.skipIf(orders === null || !existsSync(orders))('a captured topic is the same in Parquet as in JSON', async () => {
    const [typed, plain] = await withFiles({ 'json/orders.ndjson': valuesOf(orders!) }, async (folder) => {
      const target = join(folder, 'orders.parquet');
      await parquet(join(folder, 'json/orders.ndjson'), enveloped(ROWS.orders), target);
      const read = async (path: string) => await withChangeLog([path], [ORDERS], {}, sequence);
      return [await read(target), await read(join(folder, 'json/orders.ndjson'))];
    });
    expect(typed.length).toBeGreaterThan(4000);
    expect(typed).toEqual(plain);
  });

  it('unwrapped rows are changes with the fields that the transform added', async () => {
    const rows = await withFiles({ none: '' }, async (folder) => {
      const engine = await openEngine({});
      await engine.run(
        `COPY (SELECT * FROM (VALUES (1, 'a', 'c', 'false', 100000, 5), (1, 'b', 'u', 'false', 101000, 6), (1, 'b', 'd', 'true', 102000, 7)) t(id, status, __op, __deleted, __source_ts_ms, __source_pos)) TO ${text(join(folder, 'orders.parquet'))} (FORMAT parquet)`,
      );
      engine.close();
      const sources = [source('table', 'T', 'orders', [column('ID', BIGINT, true), column('STATUS', STRING)])];
      return await withChangeLog([join(folder, 'orders.parquet')], sources, {}, sequence);
    });
    expect(rows.map((row) => row.replace(/"\$seq":\d+,/, ''))).toEqual([
      'T|{"$ts":100000,"$live":true,"ID":1,"STATUS":"a"}',
      'T|{"$ts":101000,"$live":true,"ID":1,"STATUS":"b"}',
      'T|{"$ts":102000,"$live":false,"ID":1,"STATUS":null}',
    ]);
  });

  it('plain rows are a dump: typed exactly, at one instant, whatever their columns are called', async () => {
    const found = await withFiles({ none: '' }, async (folder) => {
      const path = join(folder, 'orders.parquet');
      const engine = await openEngine({});
      await engine.run(
        `COPY (SELECT 18446744073709551::BIGINT AS "Order ID", 12.345::DECIMAL(20, 3) AS price, TIMESTAMPTZ '2026-05-12 13:07:08.456Z' AS placed, '\\x00\\xFF'::BLOB AS raw, DATE '1998-11-18' AS day, NULL::VARCHAR AS note) TO ${text(path)} (FORMAT parquet)`,
      );
      const looked = await inspectInputs(engine, [path], { topics: [] });
      engine.close();
      const columns = [
        column('ORDER_ID', BIGINT, true),
        column('PRICE', decimal(20, 3)),
        column('PLACED', STRING),
        column('RAW', { kind: 'BYTES' }),
        column('DAY', { kind: 'DATE' }),
        column('NOTE', STRING),
      ];
      return await withChangeLog([path], [source('table', 'T', 'orders', columns)], {}, async (log, own) => ({
        rows: await own.rows(
          `SELECT * EXCLUDE ("$seq", "$ts", "$live", "RAW"), hex("RAW") FROM ${log.relations.get('T')}`,
        ),
        notes: log.notes,
        form: looked.files[0]!.form,
        fields: looked.files[0]!.tables[0]!.fields,
      }));
    });
    expect(found.rows.map((row) => row.map(String))).toEqual([
      ['18446744073709551', '12.345', '2026-05-12T13:07:08.456Z', '1998-11-18', 'null', '00FF'],
    ]);
    expect(found.notes.join()).toMatch(/orders comes from a dump: it is one instant/);
    expect(found.form).toBe('dump (Parquet)');
    expect(Object.keys(found.fields)).toEqual(['Order ID', 'price', 'placed', 'raw', 'day', 'note']);
  });

  it('a damaged file is set aside with a reason, and the others are read', async () => {
    const log = await withFiles(
      { 'orders.ndjson': `${envelope({ table: 'orders', op: 'c', pos: 1, at: 1, after: { id: 1, date: 5 } })}\n` },
      async (folder) => {
        const path = join(folder, 'patients.parquet');
        const engine = await openEngine({});
        await engine.run(
          `COPY (SELECT i AS id, md5(i::VARCHAR) AS name FROM range(100000) t(i)) TO ${text(path)} (FORMAT parquet)`,
        );
        engine.close();
        writeFileSync(path, readFileSync(path).subarray(0, 100_000));
        return await withChangeLog([folder], [ORDERS], {}, async (read) => read);
      },
    );
    expect(log.rejected).toEqual([
      expect.objectContaining({
        file: 'patients.parquet',
        line: null,
        code: 'parquet',
        reason: expect.stringMatching(/cut off, or damaged/),
      }),
    ]);
    expect(log.counts.events).toBe(1);
  });
});
