import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/engine.js';
import { inspectInputs } from '../../src/input/index.js';
import { BIGINT, STRING } from '../../src/ksql/types.js';
import { text } from '../../src/sql/quote.js';
import { envelope, kcat, withFiles } from '../changelog/small.js';
import { column, source, withChangeLog } from '../changelog/support.js';

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const ROW = { id: 1, note: 'x' };
const GOOD = envelope({ table: 'orders', op: 'c', pos: 1, at: 1, after: ROW });
const SOURCES = [source('stream', 'S', 'orders', [column('ID', BIGINT, true), column('NOTE', STRING)])];

/** The lines of each form: a good record, one 30,000 deep, and one that is good again. */
const again = envelope({ table: 'orders', op: 'c', pos: 2, at: 2, after: ROW });
const FORMS: readonly (readonly [string, string | Buffer])[] = [
  ['orders.ndjson', [GOOD, nested(30_000), again].join('\n')],
  ['orders.ndjson.gz', gzipSync([GOOD, nested(30_000), again].join('\n'))],
  ['orders.ndjson', [GOOD, GOOD.replace('"x"', nested(30_000)), again].join('\n')],
  ['orders.ndjson', [GOOD, `${'['.repeat(30_000)}${']'.repeat(30_000)}`, again].join('\n')],
  [
    'orders.kcat.ndjson',
    [
      kcat('orders', 0, 1, { id: 1 }, GOOD),
      kcat('orders', 0, 2, { id: 1 }, nested(30_000)),
      kcat('orders', 0, 3, { id: 1 }, again),
    ].join('\n'),
  ],
  ['orders.txt', [GOOD, nested(30_000), again].map((v, i) => `CreateTime:${i}\t{"id":1}\t${v}`).join('\n')],
];

describe('JSON nested thousands of levels deep', () => {
  it.each(FORMS)('%s: is one record that cannot be read, and the others are', async (name, content) => {
    const found = await withFiles({ [name]: content }, async (folder) => {
      const engine = await openEngine({});
      const looked = await inspectInputs(engine, [folder], { topics: [] });
      engine.close();
      return await withChangeLog([folder], SOURCES, {}, async (log) => ({ looked: looked.files[0]!, log }));
    });
    expect(found.log.rejected.map((r) => [r.line, r.code])).toEqual([[2, 'nested-too-deep']]);
    expect(found.log.counts.events).toBe(2);
    expect(found.looked.undecodable.map((r) => r.line)).toEqual([2]);
  });

  it('of zstd too', async () => {
    const rejected = await withFiles({ 'orders.ndjson': [GOOD, nested(30_000), again].join('\n') }, async (folder) => {
      const engine = await openEngine({});
      const target = `${folder}/packed.orders.ndjson.zst`;
      await engine.run(
        `COPY (FROM read_csv(${text(`${folder}/orders.ndjson`)}, header=false, auto_detect=false, delim=E'\\x01', quote='', escape='', columns={'l': 'VARCHAR'})) TO ${text(target)} (FORMAT csv, HEADER false, DELIMITER E'\\x01', QUOTE '', ESCAPE '', COMPRESSION zstd)`,
      );
      engine.close();
      return await withChangeLog([target], SOURCES, {}, async (log) => log.rejected);
    });
    expect(rejected.map((r) => [r.line, r.code])).toEqual([[2, 'nested-too-deep']]);
  });

  it('a cell of a dump that is declared as an array does not fit it', async () => {
    const cell = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    const columns = [column('ID', BIGINT, true), column('TAGS', { kind: 'ARRAY', element: STRING })];
    const log = await withFiles({ 'orders.csv': `id,tags\n1,"[""a""]"\n2,"${cell}"\n` }, (folder) =>
      withChangeLog([folder], [source('table', 'T', 'orders', columns)], {}, async (read) => read),
    );
    expect(log.rejected.map((r) => r.code)).toEqual(['value-does-not-fit']);
    expect(log.counts.events).toBe(1);
  });

  it('a text with as many brackets as it likes is text', async () => {
    const line = envelope({ table: 'orders', op: 'c', pos: 1, at: 1, after: { id: 1, note: '{}'.repeat(20_000) } });
    const log = await withFiles({ 'orders.ndjson': line }, (folder) =>
      withChangeLog([folder], SOURCES, {}, async (read) => read),
    );
    expect(log.rejected).toEqual([]);
  });
});
