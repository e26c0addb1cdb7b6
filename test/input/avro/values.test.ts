import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalText } from '../../../src/input/avro/values.js';
import type { SourceDeclaration } from '../../../src/ksql/source.js';
import {
  BIGINT,
  BYTES,
  DATE,
  DOUBLE,
  decimal,
  type KsqlType,
  STRING,
  TIME,
  TIMESTAMP,
} from '../../../src/ksql/types.js';
import { kcat, withFiles } from '../../changelog/small.js';
import { CAPTURES, column, sequence, source, text, withChangeLog } from '../../changelog/support.js';
import { type ConnectSchema, kcatLine, Registry } from './connect-to-avro.js';

interface KcatRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly ts: number;
  readonly key: string | null;
  readonly payload: string | null;
}

/** The same records as `kcat -J` writes them where the converter was Avro's, with the registry's schemas in a folder. */
function asAvro(lines: readonly string[]): Record<string, string | Buffer> {
  const registry = new Registry();
  const records = lines.map((line) => {
    const { topic, partition, offset, ts, key, payload } = JSON.parse(line) as KcatRecord;
    return kcatLine(topic, partition, offset, ts, registry.frame(key), registry.frame(payload));
  });
  return { 'export/t.ndjson': Buffer.concat(records), ...registry.files('schemas') };
}

/** All relations of a change log over `files`, as text in the order of the replay. */
async function rows(
  files: Readonly<Record<string, string | Buffer>>,
  sources: readonly SourceDeclaration[],
): Promise<{ readonly rows: readonly string[]; readonly rejected: readonly string[] }> {
  return await withFiles(files, async (folder) => {
    const framed = Object.keys(files).some((name) => name.startsWith('schemas/'));
    const options = framed ? { avroSchemas: join(folder, 'schemas') } : {};
    return await withChangeLog([join(folder, 'export')], sources, options, async (log, engine) => ({
      rows: await sequence(log, engine),
      rejected: log.rejected.map((r) => `${r.line} ${r.code}`),
    }));
  });
}

function stream(fields: Readonly<Record<string, KsqlType>>): SourceDeclaration {
  const columns = Object.entries(fields).map(([name, type]) => column(name, type, name === 'ID'));
  return source('stream', 'S', 't', columns);
}

const MARIADB = {
  ID: STRING,
  D0: decimal(5, 0),
  DT0: DATE,
  DTM0: TIMESTAMP,
  TS0: TIMESTAMP,
  TM: STRING,
  Y: BIGINT,
  B8: BYTES,
  B64: STRING,
  MI: BIGINT,
  BI: BIGINT,
  F: DOUBLE,
  DBL: DOUBLE,
  C: STRING,
  VB: BYTES,
  JS: STRING,
  LT: STRING,
};
const POSTGRES = {
  ID: BIGINT,
  N52: decimal(5, 2),
  M: decimal(20, 2),
  IV: BIGINT,
  TZ: STRING,
  D: BIGINT,
  TM: BIGINT,
  TMZ: STRING,
  U: STRING,
  J: STRING,
  TX: { kind: 'ARRAY', element: STRING } as const,
  R4: DOUBLE,
  R8: DOUBLE,
  B: BYTES,
  RNG: STRING,
  C: STRING,
  BIG: STRING,
};

for (const [name, fields] of [
  ['edgem', MARIADB],
  ['edgep', POSTGRES],
] as const) {
  const file = CAPTURES === null ? null : `${CAPTURES}/X-edge-types/kcat/${name}.edge.t.kcat.ndjson.gz`;
  const lines = ((): readonly string[] | null => {
    try {
      return text(file!)
        .split('\n')
        .filter((line) => line !== '');
    } catch {
      console.warn(`capture X (${name}) is not here: its test is skipped`);
      return null;
    }
  })();
  it.skipIf(lines === null)(
    `${name}: extreme values are the same through Avro and through JSON with schemas`,
    async () => {
      const json = await rows({ 'export/t.ndjson': lines!.join('\n') }, [stream(fields)]);
      const avro = await rows(asAvro(lines!), [stream(fields)]);
      expect(json.rows.length).toBeGreaterThan(4);
      expect(avro).toEqual(json);
    },
  );
}

/** A table of one record per value of one field, as JSON with its schema in kcat lines. */
function oneField(field: ConnectSchema, values: readonly unknown[]): readonly string[] {
  const row = (optional: boolean, name: string): ConnectSchema => ({
    type: 'struct',
    optional,
    name: 'shop.t.Value',
    field: name,
    fields: [
      { type: 'int64', field: 'id' },
      { ...field, optional: true, field: 'v' },
    ],
  });
  const schema: ConnectSchema = {
    type: 'struct',
    name: 'shop.t.Envelope',
    fields: [
      row(true, 'before'),
      row(true, 'after'),
      {
        type: 'struct',
        field: 'source',
        name: 'Source',
        fields: [
          { type: 'string', field: 'connector' },
          { type: 'string', field: 'name' },
          { type: 'int64', field: 'ts_ms' },
          { type: 'string', field: 'table' },
          { type: 'string', field: 'file' },
          { type: 'int64', field: 'pos' },
          { type: 'int32', field: 'row' },
        ],
      },
      { type: 'string', field: 'op' },
    ],
  };
  return values.map((v, i) => {
    const from = { connector: 'mariadb', name: 'shop', ts_ms: i, table: 't', file: 'bin.000001', pos: i, row: 0 };
    const payload = { before: null, after: { id: i, v }, source: from, op: 'c' };
    return kcat('shop.t', 0, i, null, JSON.stringify({ schema, payload }));
  });
}

async function values(field: ConnectSchema, given: readonly unknown[], type: KsqlType): Promise<readonly unknown[]> {
  const { rows: lines, rejected } = await rows(asAvro(oneField(field, given)), [stream({ ID: BIGINT, V: type })]);
  expect(rejected).toEqual([]);
  return lines.map((line) => /"V":(.*?)}?$/.exec(line.slice(line.indexOf('|') + 1))![1]);
}

describe('values beyond what JSON readers hold', () => {
  it('a decimal of any length is its digits with the point in its place', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 220n), max: 2n ** 220n }), fc.nat(70), fc.nat(3), (value, scale, more) => {
        // Two's complement in 28 bytes and some that only repeat the sign.
        const hex = BigInt.asUintN(8 * (28 + more), value)
          .toString(16)
          .padStart(2 * (28 + more), '0');
        const shown = decimalText(Buffer.from(hex, 'hex'), scale);
        expect(shown).toMatch(scale === 0 ? /^-?\d+$/ : /^-?\d+\.\d+$/);
        expect(shown.split('.')[1]?.length ?? 0).toBe(scale);
        expect(BigInt(shown.replace('.', ''))).toBe(value);
        expect(shown.startsWith('-')).toBe(value < 0n);
      }),
    );
  });
  it('decimals of 65 digits keep them all (declared as text), and their zeros', async () => {
    const d65: ConnectSchema = {
      type: 'bytes',
      name: 'org.apache.kafka.connect.data.Decimal',
      parameters: { scale: '30' },
    };
    // The bytes of capture X, and the numbers that its SQL wrote.
    expect(await values(d65, ['/w==', 'AA==', 'APMWJxx/w5CKi+9GTjlF73olNgn//////////w==', null], STRING)).toEqual([
      '"-0.000000000000000000000000000001"',
      '"0.000000000000000000000000000000"',
      '"99999999999999999999999999999999999.999999999999999999999999999999"',
      'null',
    ]);
  });
  it('a NUMERIC without a declared scale brings its own: 39 digits of capture X, and a scale below zero', async () => {
    const variable: ConnectSchema = {
      type: 'struct',
      name: 'io.debezium.data.VariableScaleDecimal',
      fields: [
        { type: 'int32', field: 'scale' },
        { type: 'bytes', field: 'value' },
      ],
    };
    const given = [{ scale: 9, value: 'XODppWAV/sWq36MorjmBFQ==' }, { scale: -2, value: '+iQ=' }, null];
    expect(await values(variable, given, STRING)).toEqual([
      '"123456789012345678901234567890.123456789"',
      '"-150000"',
      'null',
    ]);
  });
  it('integers at both ends of 64 bits, and next to 2^53', async () => {
    const given = ['9223372036854775807', '-9223372036854775808', '9007199254740993', 0, -1];
    expect(await values({ type: 'int64' }, given, BIGINT)).toEqual(given.map(String));
  });
  it('32-bit floats are their own shortest text, not that of the double beside them', async () => {
    const given = [0.1, 3.4e38, 1e-7, 16777216, 'NaN', '-Infinity'];
    expect(await values({ type: 'float' }, given, STRING)).toEqual([
      '"0.1"',
      '"3.4e+38"',
      '"1e-07"',
      '"16777216.0"',
      '"NaN"',
      '"-Infinity"',
    ]);
  });
  it('microseconds, nanoseconds and days by what the schema calls them, with no guess by magnitude', async () => {
    const unit = (name: string, type = 'int64'): ConnectSchema => ({ type, name: `io.debezium.time.${name}` });
    // 2001-09-09T01:46:40Z is the billionth second; and half a microsecond-count that looks like milliseconds.
    expect(await values(unit('MicroTimestamp'), [1_000_000_000_123_456, 1_000_000_000_000], TIMESTAMP)).toEqual([
      '"2001-09-09 01:46:40.123456"',
      '"1970-01-12 13:46:40"',
    ]);
    expect(await values(unit('NanoTimestamp'), ['1000000000123456789'], TIMESTAMP)).toEqual([
      '"2001-09-09 01:46:40.123456"',
    ]);
    expect(await values(unit('MicroTimestamp'), [1_000_000_000_123_456], BIGINT)).toEqual(['1000000000123']);
    expect(await values(unit('Date', 'int32'), [11_574, -1], DATE)).toEqual(['"2001-09-09"', '"1969-12-31"']);
    expect(await values(unit('MicroTime'), [30_600_000_000], TIME)).toEqual(['"08:30:00"']);
  });
});
