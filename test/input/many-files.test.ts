import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BIGINT, decimal } from '../../src/ksql/types.js';
import { envelope, kcat, withFiles } from '../changelog/small.js';
import { column, sequence, source, withChangeLog } from '../changelog/support.js';

const FILES = 700;
const SOURCES = [source('stream', 'S', 'orders', [column('ID', BIGINT, true), column('A', decimal(10, 2))])];
const name = (i: number, end: string): string => `shop.pharmacy.orders+${i % 3}+${String(i).padStart(10, '0')}.${end}`;

/** The records of a file: three rows without a place in the source, so that only their place in the files orders them. */
const rows = (i: number): readonly string[] => [0, 1, 2].map((n) => JSON.stringify({ id: i * 10 + n, a: `${i}.50` }));
const placed = (i: number): string =>
  envelope({ table: 'orders', op: 'c', pos: 1000 - i, at: 100, after: { id: i, a: '1.00' } });

async function read(files: Readonly<Record<string, string | Buffer>>) {
  return await withFiles(files, (folder) =>
    withChangeLog([folder], SOURCES, {}, async (log, engine) => ({ rows: await sequence(log, engine), log })),
  );
}

const numbers = Array.from({ length: FILES }, (_, i) => i);
const named = (end: string, content: (i: number) => string | Buffer): Record<string, string | Buffer> =>
  Object.fromEntries(numbers.map((i) => [name(i, end), content(i)]));
/** In the order of their names. */
const sorted = numbers.map((i) => [name(i, ''), i] as const).sort(([a], [b]) => (a < b ? -1 : 1));

describe('files of one topic that are read in one statement', () => {
  it('are the same as one file of their lines, in the order of the files and of the lines in each', async () => {
    const many = await read(named('ndjson', (i) => rows(i).join('\n')));
    const one = await read({
      'shop.pharmacy.orders.ndjson': `${sorted.flatMap(([, i]) => rows(i)).join('\n')}\n`,
    });
    expect(many.rows).toEqual(one.rows);
    expect(many.rows).toHaveLength(3 * FILES);
    expect(many.log.inputs.map((f) => f.events)).toEqual(numbers.map(() => 3));
  });

  it.each([
    ['kcat', 'ndjson', (i: number) => kcat('shop.pharmacy.orders', 0, i, { id: i }, placed(i))],
    ['packed', 'ndjson.gz', (i: number) => gzipSync(placed(i))],
    ['console', 'txt', (i: number) => `CreateTime:${i}\t{"id":${i}}\t${placed(i)}`],
  ] as const)('%s: stand in the order of the source', async (_, end, content) => {
    const { rows: found } = await read(named(end, content));
    expect(found.map((row) => Number(/"ID":(\d+)/.exec(row)![1]))).toEqual([...numbers].reverse());
  });

  it('a record that does not fit, or cannot be read, is named by its own file and line', async () => {
    const misfit = await read(
      named('ndjson', (i) => (i === 400 ? `${placed(9999)}\n${placed(i).replace('1.00', 'x')}` : placed(i))),
    );
    expect(misfit.log.rejected.map((r) => [r.file, r.line, r.code])).toEqual([
      [name(400, 'ndjson'), 2, 'value-does-not-fit'],
    ]);
    expect(misfit.rows).toHaveLength(FILES);
    const broken = await read(named('ndjson', (i) => (i === 400 ? `${placed(9999)}\n{"op":` : placed(i))));
    expect(broken.log.rejected.map((r) => [r.file, r.line])).toEqual([[name(400, 'ndjson'), 2]]);
    expect(broken.rows).toHaveLength(FILES);
  });
});
