import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diagnostics/diagnostic.js';
import type { SourceDeclaration } from '../../src/ksql/source.js';
import { BIGINT, BYTES, decimal, type KsqlType, STRING, TIME, TIMESTAMP } from '../../src/ksql/types.js';
import type { ReplayOptions } from '../../src/relation.js';
import { envelope, kcat, withFiles } from './small.js';
import { column, source, withChangeLog } from './support.js';

/** Big-endian two's complement, in as many bytes as are given. */
const bytes = (...all: readonly number[]): string => Buffer.from(all).toString('base64');

function orders(columns: Readonly<Record<string, KsqlType>>, timestamp?: string): SourceDeclaration {
  const all = Object.entries(columns).map(([name, type]) => column(name, type));
  return source('table', 'O', 'orders', [column('ID', BIGINT, true), ...all], timestamp);
}

/** A record of the schema-change topic: a table's columns as they are from `pos` on. */
function ddl(
  server: string,
  pos: number,
  kind: string,
  columns: Readonly<Record<string, readonly [string, number, number?]>>,
): string {
  const described = Object.entries(columns).map(([name, [typeName, length, scale]]) => ({
    name,
    typeName,
    length,
    scale: scale ?? null,
  }));
  return JSON.stringify({
    source: {
      connector: 'mariadb',
      name: server,
      ts_ms: pos * 1000,
      snapshot: 'false',
      db: 'pharmacy',
      table: 'orders',
      file: 'mysql-bin.000002',
      pos,
      row: 0,
    },
    databaseName: 'pharmacy',
    ddl: `${kind} TABLE orders`,
    tableChanges: [{ type: kind, id: '"pharmacy"."orders"', table: { columns: described } }],
  });
}

const row = (id: unknown, pos: number, after: object, op = 'c'): string =>
  envelope({ table: 'orders', op, pos, at: pos, after: { id, ...after } });

interface Read {
  readonly rows: readonly (readonly (string | null)[])[];
  readonly losses: readonly string[];
  readonly guesses: readonly string[];
  readonly rejected: readonly string[];
}

async function read(
  files: Readonly<Record<string, readonly string[]>>,
  table: SourceDeclaration,
  options: Partial<ReplayOptions> = {},
): Promise<Read> {
  const contents = Object.entries(files).map(([name, lines]) => [name, `${lines.join('\n')}\n`] as const);
  return await withFiles(Object.fromEntries(contents), async (folder) =>
    withChangeLog([folder], [table], options, async (log, engine) => {
      const names = table.columns.map(({ name }) => `"${name}"::VARCHAR`);
      const rows = await engine.rows(
        `SELECT ${names.join(', ')} FROM ${log.relations.get('O')} WHERE "$live" ORDER BY "$seq"`,
      );
      return {
        rows: rows as Read['rows'],
        losses: log.losses,
        guesses: log.guesses,
        rejected: log.rejected.map(({ line, code }) => `${line} ${code}`),
      };
    }),
  );
}

async function refused(...parts: Parameters<typeof read>): Promise<readonly { code: string; help?: string }[]> {
  const failed = await read(...parts).catch((e: unknown) => e);
  expect(failed).toBeInstanceOf(DiagnosticError);
  expect((failed as DiagnosticError).exitCode).toBe(3);
  return (failed as DiagnosticError).diagnostics.map(({ code, help }) => ({
    code,
    ...(help !== undefined && { help }),
  }));
}

describe('the schema-change topic tells type and scale, column by column and place by place', () => {
  const first = {
    id: ['BIGINT UNSIGNED', 20],
    cost: ['DECIMAL', 10, 2],
    flags: ['BIT', 10],
    born: ['DATE', 10],
  } as const;
  const altered = { ...first, cost: ['DECIMAL', 12, 4] } as const;
  const cost = (pos: number, value: string, op = 'c'): string => row(bytes(1, 134, 161), pos, { cost: value }, op);
  const data = [
    cost(10, bytes(0x67, 0xa2), 'r'),
    cost(20, bytes(0x67, 0xa2), 'u'),
    // Behind the ALTER; and the block before it once more, with the schema that it had.
    cost(40, bytes(0x67, 0xa2), 'u'),
    cost(20, bytes(0x67, 0xa2), 'u'),
    cost(50, bytes(0xfa, 0x24), 'u'),
  ];
  const history = [ddl('shop', 5, 'CREATE', first), ddl('shop', 30, 'ALTER', altered)];

  it('a scale that changes in the log, under a redelivered block, with unsigned keys', async () => {
    const told = await read({ 'orders.ndjson': data, 'shop.ndjson': history }, orders({ COST: decimal(12, 4) }));
    expect(told.rows).toEqual(['265.3000', '265.3000', '2.6530', '-0.1500'].map((value) => ['100001', value]));
    expect([told.guesses, told.rejected]).toEqual([[], []]);
    const text = await read({ 'orders.ndjson': data, 'shop.ndjson': history }, orders({ COST: STRING }));
    expect(text.rows.map((r) => r[1])).toEqual(['265.30', '265.30', '2.6530', '-0.1500']);
  });

  it('bits and days; tombstones that have only a key', async () => {
    const lines = [
      kcat('shop.pharmacy.orders', 0, 0, { id: bytes(1) }, row(bytes(1), 10, { flags: bytes(2, 1), born: 11574 })),
      kcat('shop.pharmacy.orders', 0, 1, { id: bytes(2) }, row(bytes(2), 11, { flags: null, born: -1 })),
      kcat('shop.pharmacy.orders', 0, 2, { id: bytes(2) }, null),
    ];
    const told = await read({ 'o.ndjson': lines, 'shop.ndjson': history }, orders({ FLAGS: STRING, BORN: STRING }));
    expect(told.rows).toEqual([
      ['1', '0100000010', '2001-09-09'],
      ['2', null, '1969-12-31'],
    ]);
  });

  it('of another connector is not believed: the error names both', async () => {
    const other = history.map((line) => line.replaceAll('"shop"', '"shopb"'));
    const [error] = await refused({ 'orders.ndjson': data, 'shopb.ndjson': other }, orders({ COST: decimal(12, 4) }));
    expect(error!.code).toBe('decimal-without-scale');
    expect(error!.help).toMatch(/--decimal-scale .*shopb/);
  });

  it('says that unsigned numbers were wrapped', async () => {
    const lines = [row(1, 10, { bar: -9 }), row(2, 11, { bar: 9 })];
    const told = await read(
      {
        'orders.ndjson': lines,
        'shop.ndjson': [ddl('shop', 5, 'CREATE', { id: ['BIGINT', 20], bar: ['BIGINT UNSIGNED', 20] })],
      },
      orders({ BAR: BIGINT }),
    );
    expect(told.rows.map((r) => r[1])).toEqual(['-9', '9']);
    expect(told.losses.join('\n')).toMatch(/orders\.bar: 1 numbers of a BIGINT UNSIGNED column are negative/);
  });
});

describe('decimals as base64 with nothing that tells their scale', () => {
  const lines = [
    row(1, 10, { a: bytes(0xfa, 0x24), b: bytes(0) }),
    row(2, 11, { a: bytes(0x67, 0xa2), b: bytes(0x7f) }),
  ];
  const table = orders({ A: decimal(10, 2), B: BIGINT });

  it('are asked for, each column by name', async () => {
    const errors = await refused({ 'orders.ndjson': lines }, table);
    expect(errors.map((e) => e.code)).toContain('decimal-without-scale');
    expect(errors[0]!.help).toMatch(/--decimal-scale orders\.a=2/);
  });
  it('are read with the scales that are given', async () => {
    const decimalScales = [{ table: 'orders', column: 'a', scale: 3 }, { scale: 0 }];
    const told = await read({ 'orders.ndjson': lines }, orders({ A: decimal(10, 3), B: BIGINT }), { decimalScales });
    expect(told.rows).toEqual([
      ['1', '-1.500', '0'],
      ['2', '26.530', '127'],
    ]);
    expect(told.guesses).toEqual([]);
  });
  it('are read as the user’s own pipeline declares them, and that is said', async () => {
    const told = await read({ 'orders.ndjson': lines }, table, { declaredScales: true });
    expect(told.rows).toEqual([
      ['1', '-15.00', '0'],
      ['2', '265.30', '127'],
    ]);
    expect(told.guesses.filter((g) => /orders\.a: base64 .* 2 digits/.test(g))).toHaveLength(1);
  });
  it('beside decimals as text: what is proved is read, what can be either is asked for', async () => {
    const both = [...lines, row(3, 12, { a: '-7.25', b: 1 })];
    const told = await read({ 'orders.ndjson': both }, orders({ A: decimal(10, 2) }), {
      decimalScales: [{ scale: 2 }],
    });
    expect(told.rows.map((r) => r[1])).toEqual(['-15.00', '265.30', '-7.25']);
    const unsure = [...both, row(4, 13, { a: '1234' })];
    const options = { decimalScales: [{ scale: 2 }] };
    const [error] = await refused({ 'orders.ndjson': unsure }, orders({ A: decimal(10, 2) }), options);
    expect(error!.code).toBe('decimal-ambiguous');
    const as = async (form: 'base64' | 'text'): Promise<Read> =>
      read({ 'orders.ndjson': unsure }, orders({ A: decimal(10, 2) }), {
        ...options,
        readAs: [{ table: 'orders', column: 'a', form }],
      });
    expect((await as('base64')).rows.at(-1)![1]).toBe(((0xd76df8 - 2 ** 24) / 100).toFixed(2));
    const text = await as('text');
    expect(text.rows.map((r) => r[1])).toEqual(['-7.25', '1234.00']);
    expect(text.rejected).toHaveLength(2);
  });
});

describe('units and forms that nothing tells', () => {
  const at = (
    values: readonly unknown[],
    table: SourceDeclaration,
    options: Partial<ReplayOptions> = {},
  ): Promise<Read> => read({ 'orders.ndjson': values.map((v, i) => row(i, i, { v })) }, table, options);
  const refusedAt = (
    values: readonly unknown[],
    table: SourceDeclaration,
  ): Promise<readonly { code: string; help?: string }[]> =>
    refused({ 'orders.ndjson': values.map((v, i) => row(i, i, { v })) }, table);

  it('milliseconds are what the dialect means: no guess; microseconds are one, and said', async () => {
    const ms = await at([1_000_000_000_000, -5], orders({ V: TIMESTAMP }));
    expect([ms.rows.map((r) => r[1]), ms.guesses]).toEqual([['2001-09-09 01:46:40', '1969-12-31 23:59:59.995'], []]);
    const us = await at([1_000_000_000_123_456, 0], orders({ V: TIMESTAMP }));
    expect(us.rows.map((r) => r[1])).toEqual(['2001-09-09 01:46:40.123456', '1970-01-01 00:00:00']);
    expect(us.guesses.join()).toMatch(/orders\.v: 1 numbers without a unit were read as microseconds/);
    expect(us.losses.join()).toMatch(/orders\.v: 1 values have parts of a millisecond/);
  });
  it('the end of the year 9999 in milliseconds could be 1978 in microseconds: asked for, and settled', async () => {
    const values = [1_795_378_193_000, 253_402_300_799_000];
    const [error] = await refusedAt(values, orders({ V: TIMESTAMP }));
    expect(error).toMatchObject({ code: 'unit-ambiguous', help: expect.stringContaining('--read-as orders.v=ms') });
    const told = await at(values, orders({ V: TIMESTAMP }), { readAs: [{ column: 'v', form: 'ms' }] });
    expect(told.rows.map((r) => r[1])).toEqual(['2026-11-22 20:09:53', '9999-12-31 23:59:59']);
  });
  it('the same for what dates a table', async () => {
    const dated = orders({ V: BIGINT }, 'V');
    expect((await at([1_795_378_193_000_000], dated)).guesses.join()).toMatch(/read as microseconds/);
    expect((await refusedAt([1_795_378_193_000, 253_402_300_799_000], dated))[0]!.code).toBe('unit-ambiguous');
    const said = await at([1_795_378_193_000_000, 5_000_000], dated, { readAs: [{ column: 'v', form: 'us' }] });
    expect(said.rows.map((r) => r[1])).toEqual(['5000', '1795378193000']);
  });
  it('times of day: 00:01:00 in microseconds beside 08:30', async () => {
    expect((await at([30_600_000, 60_000], orders({ V: TIME }))).rows.map((r) => r[1])).toEqual([
      '08:30:00',
      '00:01:00',
    ]);
    expect((await refusedAt([30_600_000_000, 60_000_000], orders({ V: TIME })))[0]!.code).toBe('unit-ambiguous');
    const told = await at([30_600_000_000, 60_000_000], orders({ V: TIME }), { readAs: [{ column: 'v', form: 'us' }] });
    expect(told.rows).toHaveLength(2);
  });
  it('a time without a zone is UTC, and that is said', async () => {
    const told = await at(['2026-05-10 16:22:36', '2026-05-10T16:22:36Z'], orders({ V: TIMESTAMP }));
    expect(told.rows.map((r) => r[1])).toEqual(['2026-05-10 16:22:36', '2026-05-10 16:22:36']);
    expect(told.guesses.join()).toMatch(/orders\.v: 1 times without a zone were read as UTC/);
  });
  it('hexadecimal digits are hex where all are, base64 where one is', async () => {
    const hex = await at(['deadbeef', '00'], orders({ V: BYTES }));
    expect(hex.rows.map((r) => r[1])).toEqual(['\\xDE\\xAD\\xBE\\xEF', '\\x00']);
    expect(hex.guesses.join()).toMatch(/orders\.v: 2 texts .* read as hex/);
    const base64 = await at(['deadbeef', 'AP8='], orders({ V: BYTES }));
    expect(base64.rows.map((r) => r[1])).toEqual(['u\\xE6\\x9Dm\\xE7\\x9F', '\\x00\\xFF']);
    expect(base64.guesses).toEqual([]);
    expect((await refusedAt(['de', 'AP8='], orders({ V: BYTES })))[0]!.code).toBe('bytes-ambiguous');
  });
});

it('what the policy makes of a value is not taken for a form of the log: the year of a birth is no number of days', async () => {
  const day = { type: 'int32', name: 'io.debezium.time.Date', optional: true, field: 'born' };
  const row = { type: 'struct', field: 'after', fields: [{ type: 'int64', field: 'id' }, day] };
  const payload = JSON.parse(envelope({ table: 'orders', op: 'c', pos: 1, at: 1, after: { id: 1, born: 11_574 } }));
  const lines = [JSON.stringify({ schema: { type: 'struct', fields: [row] }, payload })];
  const text = 'version: 1\ntables:\n  orders:\n    columns:\n      born: { generalise: birth-year }\n      id: keep\n';
  const told = await read({ 'orders.ndjson': lines }, orders({ BORN: STRING }), { policy: { file: 'p.yaml', text } });
  expect(told.rows).toEqual([['1', '2001']]);
});

describe('PostgreSQL', () => {
  it('a delete has only its key: the invented zeros of its columns are never read', async () => {
    const change = (op: string, lsn: number, before: object | null, after: object | null): string =>
      JSON.stringify({
        before,
        after,
        op,
        source: {
          connector: 'postgresql',
          name: 'shop',
          ts_ms: lsn,
          db: 'd',
          schema: 'pharmacy',
          table: 'orders',
          lsn,
          sequence: `["${lsn}","${lsn}"]`,
        },
      });
    const lines = [
      change('c', 1, null, { id: 1, v: 5 }),
      change('u', 2, null, { id: 1, v: '__debezium_unavailable_value' }),
      change('d', 3, { id: 1, v: 0 }, null),
    ];
    const table = source('stream', 'O', 'orders', [column('ID', BIGINT, true), column('V', BIGINT)]);
    const told = await withFiles({ 'orders.ndjson': `${lines.join('\n')}\n` }, async (folder) =>
      withChangeLog([folder], [table], {}, async (log, engine) => ({
        rows: await engine.rows(`SELECT "$live", "V" FROM ${log.relations.get('O')} ORDER BY "$seq"`),
        carried: log.counts.carriedForward,
      })),
    );
    expect(told.rows.map(([live, v]) => [live, v === null ? null : Number(v)])).toEqual([
      [true, 5],
      [true, 5],
      [false, null],
    ]);
    expect(told.carried).toBe(1);
  });
});
