import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import {
  BIGINT,
  BOOLEAN,
  BYTES,
  DATE,
  DOUBLE,
  decimal,
  INTEGER,
  STRING,
  TIME,
  TIMESTAMP,
} from '../../src/ksql/types.js';
import { type RelationFormat, writeRelation } from '../../src/output/relation.js';
import type { OutputColumn } from '../../src/output/relation-sql.js';
import { text } from '../../src/sql/quote.js';

let engine: Engine;
let folder: string;
beforeAll(async () => {
  engine = await openEngine({ threads: 2 });
  folder = mkdtempSync(join(tmpdir(), 'relation-'));
});
afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

async function written(sql: string, columns: readonly OutputColumn[], format: RelationFormat): Promise<string> {
  const path = join(folder, `out.${format}`);
  rmSync(path, { force: true });
  expect(await writeRelation(engine, { sql, columns }, format, path)).toEqual([]);
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await writeRelation(engine, { sql, columns }, format, stream);
  const file = readFileSync(path, 'utf8');
  expect(Buffer.concat(chunks).toString()).toBe(file);
  return file;
}

const EVERY_TYPE = `SELECT * FROM (VALUES
  (1577836800500, 9007199254740993, 12.50::DECIMAL(6,2), 0.1::DOUBLE, 'a"b,c', true, 'xy'::BLOB, DATE '2024-02-29', TIME '01:02:03.004', TIMESTAMP '2024-02-29 23:59:59.999', [1, NULL], MAP {'b': 1.5::DOUBLE, 'a': 'nan'::DOUBLE}, {'F': 1.10::DECIMAL(4,2)}),
  (0, NULL, NULL, 'inf'::DOUBLE, '', false, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (-1, -5, -0.05, 1e300, NULL, NULL, NULL, NULL, NULL, NULL, [], MAP {}, {'F': NULL})
) t("ROWTIME", "ID", "PRICE", "RATE", "NOTE", "OK", "RAW", "DAY", "AT", "SEEN", "LIST", "BAG", "PART")`;
const EVERY_COLUMN: readonly OutputColumn[] = [
  { name: 'ROWTIME', type: BIGINT },
  { name: 'ID', type: BIGINT },
  { name: 'PRICE', type: decimal(6, 2) },
  { name: 'RATE', type: DOUBLE },
  { name: 'NOTE', type: STRING },
  { name: 'OK', type: BOOLEAN },
  { name: 'RAW', type: BYTES },
  { name: 'DAY', type: DATE },
  { name: 'AT', type: TIME },
  { name: 'SEEN', type: TIMESTAMP },
  { name: 'LIST', type: { kind: 'ARRAY', element: INTEGER } },
  { name: 'BAG', type: { kind: 'MAP', key: STRING, value: DOUBLE } },
  { name: 'PART', type: { kind: 'STRUCT', fields: [{ name: 'F', type: decimal(4, 2) }] } },
];

describe('the text of every type', () => {
  it('stands in CSV', async () => {
    expect(await written(EVERY_TYPE, EVERY_COLUMN, 'csv')).toBe(
      'ROWTIME,ID,PRICE,RATE,NOTE,OK,RAW,DAY,AT,SEEN,LIST,BAG,PART\n' +
        '2020-01-01T00:00:00.500Z,9007199254740993,12.50,0.1,"a""b,c",true,eHk=,2024-02-29,01:02:03.004,2024-02-29T23:59:59.999Z,"[1,null]","{""a"":""NaN"",""b"":1.5}","{""F"":1.10}"\n' +
        '1970-01-01T00:00:00.000Z,,,Infinity,"",false,,,,,,,\n' +
        '1969-12-31T23:59:59.999Z,-5,-0.05,1e+300,,,,,,,[],{},"{""F"":null}"\n',
    );
  });

  it('stands in NDJSON and in a JSON array', async () => {
    const lines = [
      '{"ROWTIME":"2020-01-01T00:00:00.500Z","ID":9007199254740993,"PRICE":12.50,"RATE":0.1,"NOTE":"a\\"b,c","OK":true,"RAW":"eHk=","DAY":"2024-02-29","AT":"01:02:03.004","SEEN":"2024-02-29T23:59:59.999Z","LIST":[1,null],"BAG":{"a":"NaN","b":1.5},"PART":{"F":1.10}}',
      '{"ROWTIME":"1970-01-01T00:00:00.000Z","ID":null,"PRICE":null,"RATE":"Infinity","NOTE":"","OK":false,"RAW":null,"DAY":null,"AT":null,"SEEN":null,"LIST":null,"BAG":null,"PART":null}',
      '{"ROWTIME":"1969-12-31T23:59:59.999Z","ID":-5,"PRICE":-0.05,"RATE":1e+300,"NOTE":null,"OK":null,"RAW":null,"DAY":null,"AT":null,"SEEN":null,"LIST":[],"BAG":{},"PART":{"F":null}}',
    ];
    expect(await written(EVERY_TYPE, EVERY_COLUMN, 'ndjson')).toBe(`${lines.join('\n')}\n`);
    expect(await written(EVERY_TYPE, EVERY_COLUMN, 'json')).toBe(`[\n${lines.join(',\n')}\n]\n`);
  });

  it('nests lists, maps and structs', async () => {
    const sql = `SELECT [{'K': MAP {2: ['x', NULL]}}, NULL] AS "DEEP"`;
    const deep = {
      kind: 'ARRAY',
      element: {
        kind: 'STRUCT',
        fields: [{ name: 'K', type: { kind: 'MAP', key: INTEGER, value: { kind: 'ARRAY', element: STRING } } }],
      },
    } as const;
    expect(await written(sql, [{ name: 'DEEP', type: deep }], 'ndjson')).toBe(
      '{"DEEP":[{"K":{"2":["x",null]}},null]}\n',
    );
  });

  it('has a header and no rows where there are none', async () => {
    const columns = [
      { name: 'A "b"', type: STRING },
      { name: 'c,d', type: STRING },
    ];
    const sql = `SELECT 'x' AS "A ""b""", 'y' AS "c,d" WHERE false`;
    expect(await written(sql, columns, 'csv')).toBe('"A ""b""","c,d"\n');
    expect(await written(sql, columns, 'ndjson')).toBe('');
    expect(await written(sql, columns, 'json')).toBe('[]\n');
  });
});

describe('round trip', () => {
  const cell = fc.option(
    fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', 'NULL', '"', '\r\n', '\u001f', ',,')),
    { nil: null },
  );
  const row = fc.tuple(
    cell,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }),
  );
  const columns = [
    { name: 'T', type: STRING },
    { name: 'D', type: DOUBLE },
    { name: 'B', type: BIGINT },
  ];

  async function load(rows: readonly (readonly [string | null, number, bigint])[]): Promise<string> {
    const values = rows.map(([t, d, b], i) => {
      const hex = t === null ? 'NULL::VARCHAR' : `decode(unhex(${text(Buffer.from(t).toString('hex'))}))`;
      return `(${i}, ${hex}, '${Object.is(d, -0) ? '-0.0' : d}'::DOUBLE, ${b}::BIGINT)`;
    });
    await engine.run(
      `CREATE OR REPLACE TABLE sample AS SELECT * FROM (VALUES ${values.join(', ')}) t(i, "T", "D", "B")`,
    );
    return 'SELECT "T", "D", "B" FROM sample ORDER BY i';
  }

  it('gives back texts, doubles and integers from CSV, with null apart from empty', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
        const csv = await written(await load(rows), columns, 'csv');
        const read = parse(csv, {
          cast: (value, at) => (value === '' && !at.quoting ? null : value),
          relax_column_count: false,
          record_delimiter: '\n',
        }) as unknown as (string | null)[][];
        expect(read.slice(1).map((r) => r[0])).toEqual(rows.map((r) => r[0]));
        for (const [i, r] of rows.entries()) {
          expect(Object.is(Number(read[i + 1]![1]), r[1])).toBe(true);
          expect(BigInt(read[i + 1]![2]!)).toBe(r[2]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('gives back texts and doubles from NDJSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
        const lines = (await written(await load(rows), columns, 'ndjson')).split('\n').slice(0, -1);
        expect(lines.length).toBe(rows.length);
        for (const [i, line] of lines.entries()) {
          const value = JSON.parse(line) as { T: string | null; D: number };
          expect(value.T).toBe(rows[i]![0]);
          expect(Object.is(value.D, rows[i]![1])).toBe(true);
          expect(line).toContain(`"B":${rows[i]![2]}}`);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('targets', () => {
  const query = {
    sql: 'SELECT i AS "I" FROM range(300000) r(i) ORDER BY i DESC',
    columns: [{ name: 'I', type: BIGINT }],
  };

  it('holds the rows in their order with any number of threads', async () => {
    const expected = `I\n${Array.from({ length: 300000 }, (_, i) => `${299999 - i}\n`).join('')}`;
    for (const threads of [1, 4]) {
      await engine.run(`SET threads=${threads}`);
      expect((await written(query.sql, query.columns, 'csv')) === expected).toBe(true);
    }
    await engine.run('SET threads=2');
  });

  it('waits for a slow reader', async () => {
    let waiting = 0;
    let most = 0;
    const slow = new Writable({
      highWaterMark: 1,
      write(_chunk, _encoding, done) {
        most = Math.max(most, slow.writableLength);
        waiting += 1;
        setImmediate(done);
      },
    });
    await writeRelation(engine, query, 'ndjson', slow);
    expect(waiting).toBeGreaterThan(100);
    expect(most).toBeLessThan(100_000);
  });

  it('ends quietly when the reader goes away', async () => {
    let seen = 0;
    const head = new Writable({
      write(_chunk, _encoding, done) {
        seen += 1;
        done(seen > 2 ? Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }) : null);
      },
    });
    await expect(writeRelation(engine, query, 'csv', head)).resolves.toEqual([]);
    expect(seen).toBe(3);
    expect((await engine.rows('SELECT 1')).length).toBe(1);
  });

  it('leaves another file alone without force, and no temporary file behind', async () => {
    const path = join(folder, 'kept.csv');
    writeFileSync(path, 'mine');
    expect((await writeRelation(engine, query, 'csv', path)).map((d) => d.code)).toEqual(['output-exists']);
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect(await writeRelation(engine, query, 'csv', path, { force: true })).toEqual([]);
    expect(readFileSync(path, 'utf8').slice(0, 9)).toBe('I\n299999\n');
    await expect(
      writeRelation(engine, { ...query, sql: 'SELECT * FROM nowhere' }, 'csv', join(folder, 'none.csv')),
    ).rejects.toThrow('nowhere');
    expect(existsSync(join(folder, 'none.csv'))).toBe(false);
    expect(readdirSync(folder).filter((f) => f.endsWith('.tmp'))).toEqual([]);
  });

  it('names a missing folder', async () => {
    const problems = await writeRelation(engine, query, 'csv', join(folder, 'no', 'x.csv'));
    expect(problems.map((d) => d.code)).toEqual(['output-folder-missing']);
  });
});
