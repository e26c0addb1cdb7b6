import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/engine.js';
import { formText, inspectInputs, recogniseInputs } from '../../src/input/index.js';
import { BIGINT, STRING } from '../../src/ksql/types.js';
import { envelope, kcat, withFiles } from '../changelog/small.js';
import { column, source, withChangeLog } from '../changelog/support.js';

const ORDERS = source('stream', 'S', 'orders', [column('ID', BIGINT, true), column('NOTE', STRING)]);
const line = (id: number, note = 'x'): string =>
  envelope({ table: 'orders', op: 'c', pos: id, at: id, after: { id, note } });

async function read(
  files: Readonly<Record<string, string | Buffer>>,
): Promise<{ ids: number[]; rejected: string[]; setAside: number }> {
  return await withFiles(files, (folder) =>
    withChangeLog([folder], [ORDERS], {}, async (log, engine) => {
      const rows = await engine.rows(`SELECT "ID" FROM ${log.relations.get('S')} ORDER BY "$seq"`);
      return {
        ids: rows.map((r) => Number(r[0])),
        rejected: log.rejected.map((r) => `${r.file}:${r.line} ${r.code}`),
        setAside: log.counts.setAside,
      };
    }),
  );
}

describe('damaged inputs: the rest goes on', () => {
  it('lists half lines and foreign JSON by line', async () => {
    const text = [line(1), line(2).slice(0, 80), line(3), '[1,2]', '{"what":"else"}', line(4)].join('\n');
    expect(await read({ 'orders.ndjson': text })).toEqual({
      ids: [1, 3, 4],
      rejected: ['orders.ndjson:2 invalid-json', 'orders.ndjson:4 not-a-record', 'orders.ndjson:5 no-known-field'],
      setAside: 0,
    });
  });
  it('does not take the line after a half line for its rest', async () => {
    const halves = ['{"op":"c","after":{"id":', '[', '{"op":"c", \t', '{"after":[1,'];
    const text = [line(1), ...halves.flatMap((half, at) => [half, line(at + 2)])].join('\n');
    const expected = {
      ids: [1, 2, 3, 4, 5],
      rejected: ['2', '4', '6', '8'].map((n) => `orders.ndjson:${n} invalid-json`),
    };
    expect(await read({ 'orders.ndjson': text })).toEqual({ ...expected, setAside: 0 });
    const returns = text.replaceAll('\n', '\r\n');
    expect(await read({ 'orders.ndjson': returns })).toEqual({ ...expected, setAside: 0 });
  });
  it('reads the good lines of a kcat export that is mostly damaged, and a last line that ends with a return alone', async () => {
    const good = [1, 2, 3].map((id) => kcat('orders', 0, id, { id }, line(id)));
    const bad = good.concat(good, good).map((text) => text.replaceAll(',', ',\0'));
    expect((await read({ 'orders.json': [...good, ...bad].join('\n') })).ids).toEqual([1, 2, 3]);
    expect((await read({ 'orders.json': `${good.join('\n')}\r` })).ids).toEqual([1, 2, 3]);
  });
  it('takes a key of too many digits for no base64', async () => {
    const long = line(2).replace('"id":2', `"id":${'1'.repeat(24)}`);
    expect(await read({ 'orders.json': [line(1), long, long, long].join('\n') })).toEqual({
      ids: [1],
      rejected: ['2', '3', '4'].map((n) => `orders.json:${n} value-does-not-fit`),
      setAside: 0,
    });
  });
  it('salvages a truncated gzip', async () => {
    const random = Array.from({ length: 3000 }, (_, i) =>
      line(i + 1, `${(i * 7919) % 10007}-${(i * 104729) % 99991}`),
    ).join('\n');
    const whole = gzipSync(random);
    const { ids, rejected } = await read({ 'orders.ndjson.gz': whole.subarray(0, Math.floor(whole.length / 2)) });
    expect(ids.length).toBeGreaterThan(500);
    expect(ids).toEqual(ids.map((_, i) => i + 1));
    expect(rejected).toEqual([`orders.ndjson.gz:${ids.length + 1} truncated-gzip`]);
  });
  it('lists a line of 50 MB, NUL bytes and what is not UTF-8', async () => {
    const text = Buffer.concat([
      Buffer.from(`${line(1)}\n`),
      Buffer.from(`${line(2, 'y'.repeat(50_000_000))}\n`),
      Buffer.from(`${line(3, 'a\0b').replace('\\u0000', '\0')}\n`),
      Buffer.from(`${line(4, 'z')}\n`.replace('"z"', '"\xff"'), 'latin1'),
      Buffer.from(line(5)),
    ]);
    const { ids, rejected } = await read({ 'orders.ndjson': text });
    expect(ids).toEqual([1, 5]);
    expect(rejected).toEqual(['orders.ndjson:2 line-too-long', 'orders.ndjson:3 not-text', 'orders.ndjson:4 not-utf8']);
  });
  it('sets aside empty, binary and Java text, and says what to do', async () => {
    const files = {
      'orders.ndjson': line(1),
      'empty.ndjson': '',
      'picture.bin': Buffer.from([0, 1, 2, 3, 4, 5, 0, 0, 0, 9]),
      'struct.txt': 'Struct{after=Struct{id=1},op=r}\n',
      'copy.txt': '1\tx\t\\N\n2\ty\t\\N\n',
    };
    const { ids, rejected } = await read(files);
    expect(ids).toEqual([1]);
    expect(rejected.sort()).toEqual([
      'copy.txt:null dump-without-header',
      'empty.ndjson:null empty-file',
      'picture.bin:null binary-file',
      'struct.txt:null not-json',
    ]);
  });
  it('counts side topics by their shape, whatever their name', async () => {
    const side = [
      '{"status":"BEGIN","id":"1","event_count":null,"data_collections":null,"ts_ms":1}',
      '{"ts_ms":1}',
      '{"source":{},"ts_ms":1,"databaseName":"p","ddl":"DROP TABLE x","tableChanges":[]}',
    ];
    expect((await read({ 'orders.ndjson': [line(1), ...side, line(2)].join('\n') })).setAside).toBe(3);
  });
  it('reads a file whose records change shape half way', async () => {
    const wrapped = JSON.stringify({ schema: { type: 'struct', fields: [] }, payload: JSON.parse(line(2)) });
    const flat =
      '{"id":3,"note":"x","__op":"c","__table":"orders","__source_ts_ms":3000,"__source_file":"mysql-bin.000002","__source_pos":3,"__source_row":0}';
    const many = Array.from({ length: 450 }, () => line(1));
    expect((await read({ 'mixed.ndjson': [...many, wrapped, flat].join('\n') })).ids).toEqual([1, 2, 3]);
  });
  it('refuses dump rows of the wrong width, with their line', async () => {
    const { ids, rejected } = await read({ 'orders.csv': 'id,note\n1,a\n2,b,c\n3,"d, ""e"""\n' });
    expect(ids.sort()).toEqual([1, 3]);
    expect(rejected).toEqual(['orders.csv:3 wrong-columns']);
  });
  it('says what a missing source might have been', async () => {
    const failed = await read({ 'ordres.ndjson': line(1).replaceAll('"orders"', '"ordres"') }).catch(
      (e) => e.diagnostics[0],
    );
    expect(failed.code).toBe('no-input-for-source');
    expect(failed.help).toContain('ordres');
  });
});

describe('recognition', () => {
  it('takes files, folders and globs once each, in an order of its own', async () => {
    await withFiles({ 'b/orders.ndjson': line(1), 'a/x.csv': 'id,note\n1,a\n', 'a/.hidden': 'x' }, async (folder) => {
      const engine = await openEngine();
      try {
        const files = await recogniseInputs(engine, [`${folder}/b/*.ndjson`, folder, `${folder}/a/x.csv`], {
          topics: [],
        });
        expect(files.map((f) => [f.name, formText(f.form)])).toEqual([
          ['orders.ndjson', 'values, envelope'],
          ['x.csv', 'dump (rfc4180)'],
        ]);
      } finally {
        engine.close();
      }
    });
  });
  it('sets aside a file of one line that does not end', async () => {
    const files = { 'orders.ndjson': line(1), 'x.csv': 'x'.repeat(1_000_000) };
    expect(await read(files)).toEqual({ ids: [1], rejected: ['x.csv:null unknown-form'], setAside: 0 });
  });
  it('reads and inspects a table whose name holds a NUL and quotes', async () => {
    const odd = line(1).replace('"table":"orders"', '"table":"o\\u0000\'\\"; --"');
    expect((await read({ 'orders.ndjson': [odd, line(2)].join('\n') })).ids).toContain(2);
    await withFiles({ 'orders.ndjson': [odd, line(2)].join('\n') }, async (folder) => {
      const engine = await openEngine();
      const { files } = await inspectInputs(engine, [folder], { topics: [] });
      engine.close();
      expect(files[0]!.tables.map(({ records }) => records)).toEqual([1, 1]);
    });
  });
  it('inspects without a value of a row', async () => {
    await withFiles({ 'orders.ndjson': [line(1, 'SECRET'), line(2), line(2), 'null'].join('\n') }, async (folder) => {
      const engine = await openEngine();
      try {
        const inspection = await inspectInputs(engine, [folder], { topics: [] });
        expect(JSON.stringify(inspection)).not.toContain('SECRET');
        expect(inspection.files[0]!.tables[0]).toMatchObject({
          table: 'orders',
          records: 3,
          operations: { c: 3 },
          repeats: 1,
          fields: { id: 'integer', note: 'string' },
        });
        expect(inspection.files[0]!.tombstones).toBe(1);
      } finally {
        engine.close();
      }
    });
  });
});
