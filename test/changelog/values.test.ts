import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceDeclaration } from '../../src/ksql/source.js';
import {
  BIGINT,
  BOOLEAN,
  BYTES,
  DATE,
  DOUBLE,
  decimal,
  INTEGER,
  type KsqlType,
  STRING,
  TIME,
  TIMESTAMP,
} from '../../src/ksql/types.js';
import { withFiles } from './small.js';
import { column, source, withChangeLog } from './support.js';

interface ConnectField {
  readonly type: string;
  readonly name?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** One value of one field, read as one type: what comes out as text, or null where the record is set aside. */
interface Case {
  readonly field: ConnectField;
  /** JSON text of the value. */
  readonly json: string;
  readonly type: KsqlType;
  readonly is: string | null;
}

/** A record per case, each with a column of its own, as a value with its schema; gives what came out of each. */
async function read(cases: readonly Case[], schemas = true): Promise<readonly (string | null)[]> {
  const fields = cases.map(({ field }, i) => ({ ...field, optional: true, field: `c${i}` }));
  const row = { type: 'struct', fields: [{ type: 'int64', field: 'id' }, ...fields] };
  const schema = { type: 'struct', fields: [{ ...row, field: 'after' }] };
  const lines = cases.map(({ json }, i) => {
    const place = `{"connector":"mariadb","name":"shop","db":"d","table":"t","ts_ms":${i},"file":"b.000001","pos":${i},"row":0}`;
    const payload = `{"before":null,"after":{"id":${i},"c${i}":${json}},"source":${place},"op":"c"}`;
    return schemas ? `{"schema":${JSON.stringify(schema)},"payload":${payload}}` : payload;
  });
  const columns = [column('ID', BIGINT, true), ...cases.map(({ type }, i) => column(`C${i}`, type))];
  return await withFiles({ 't.ndjson': `${lines.join('\n')}\n` }, async (folder) => {
    const sources: readonly SourceDeclaration[] = [source('stream', 'T', 't', columns)];
    return await withChangeLog([folder], sources, {}, async (log, engine) => {
      const texts = cases.map((_, i) => `"C${i}"::VARCHAR`);
      const rows = await engine.rows(`SELECT "ID", ${texts.join(', ')} FROM ${log.relations.get('T')}`);
      const rejected = new Set(log.rejected.map((r) => r.line));
      expect(rows.length + rejected.size).toBe(cases.length);
      return cases.map((_, i) => {
        const found = rows.find((r) => Number(r[0]) === i);
        return found === undefined ? null : (found[i + 1] as string | null);
      });
    });
  });
}

async function holds(cases: readonly Case[]): Promise<void> {
  const found = await read(cases);
  expect(cases.map((c, i) => ({ ...c, is: found[i] }))).toEqual(cases);
}

const debezium = (name: string, type = 'int64'): ConnectField => ({ type, name: `io.debezium.${name}` });
const connect = (name: string, type = 'int64'): ConnectField => ({
  type,
  name: `org.apache.kafka.connect.data.${name}`,
});
const scaled = (scale: number): ConnectField => ({
  ...connect('Decimal', 'bytes'),
  parameters: { scale: String(scale) },
});
const plain = (type: string): ConnectField => ({ type });
const of = (field: ConnectField, json: string | number, type: KsqlType, is: string | null): Case => ({
  field,
  json: String(json),
  type,
  is,
});

describe('every code of a time, by its schema', () => {
  it('instants', async () => {
    const ms = debezium('time.Timestamp');
    const us = debezium('time.MicroTimestamp');
    const ns = debezium('time.NanoTimestamp');
    await holds([
      // 2001-09-09T01:46:40Z is the billionth second.
      of(ms, 1_000_000_000_123, TIMESTAMP, '2001-09-09 01:46:40.123'),
      of(ms, 253_402_300_799_999, TIMESTAMP, '9999-12-31 23:59:59.999'),
      of(ms, -1, TIMESTAMP, '1969-12-31 23:59:59.999'),
      of(ms, -1, STRING, '1969-12-31T23:59:59.999Z'),
      of(ms, 253_402_300_799_000, STRING, '9999-12-31T23:59:59Z'),
      of(ms, 253_402_300_800_000, STRING, '+10000-01-01T00:00:00Z'),
      of(connect('Timestamp'), 1_000_000_000_123, STRING, '2001-09-09T01:46:40.123Z'),
      of(us, 1_000_000_000_123_456, TIMESTAMP, '2001-09-09 01:46:40.123456'),
      of(us, 1_000, TIMESTAMP, '1970-01-01 00:00:00.001'),
      of(us, -1, STRING, '1969-12-31T23:59:59.999999Z'),
      of(us, -1, BIGINT, '-1'),
      of(us, -1_000, BIGINT, '-1'),
      of(us, -1_001, BIGINT, '-2'),
      of(us, 1_000_000_000_123_456, BIGINT, '1000000000123'),
      of(us, 1_000_000_000_123_456, DATE, '2001-09-09'),
      of(us, -62_167_219_200_000_000, STRING, '0000-01-01T00:00:00Z'),
      of(us, '-9223372036832400000', STRING, '-9223372036832400000'),
      of(us, '-9223372036832400000', TIMESTAMP, null),
      of(us, '9223372036825200000', TIMESTAMP, null),
      of(ns, '1000000000123456789', STRING, '2001-09-09T01:46:40.123456789Z'),
      of(ns, '-1', STRING, '1969-12-31T23:59:59.999999999Z'),
      of(ns, '-1', BIGINT, '-1'),
      of(ns, '1000000000123456789', TIMESTAMP, '2001-09-09 01:46:40.123456'),
      of(debezium('time.ZonedTimestamp', 'string'), '"2026-05-12T13:07:08.456Z"', TIMESTAMP, '2026-05-12 13:07:08.456'),
      of(debezium('time.ZonedTimestamp', 'string'), '"2026-05-12T13:07:08+02:00"', TIMESTAMP, '2026-05-12 11:07:08'),
      of(debezium('time.ZonedTimestamp', 'string'), '"2026-05-12T13:07:08.45Z"', STRING, '2026-05-12T13:07:08.45Z'),
      of(debezium('time.ZonedTimestamp', 'string'), '"infinity"', STRING, 'infinity'),
      of(debezium('time.ZonedTimestamp', 'string'), '"infinity"', TIMESTAMP, null),
      of(debezium('time.IsoTimestamp', 'string'), '"2026-05-10T16:22:36.443Z"', TIMESTAMP, '2026-05-10 16:22:36.443'),
    ]);
  });

  it('days and times of day', async () => {
    const day = debezium('time.Date', 'int32');
    const tus = debezium('time.MicroTime');
    await holds([
      of(day, 11_574, DATE, '2001-09-09'),
      of(day, -1, DATE, '1969-12-31'),
      of(day, 11_574, STRING, '2001-09-09'),
      of(day, 11_574, BIGINT, '11574'),
      of(day, 11_574, TIMESTAMP, '2001-09-09 00:00:00'),
      of(day, -2_440_550, STRING, '-4712-01-01'),
      // Infinity, as the snapshot and as the stream of PostgreSQL have it: no day of a calendar.
      of(day, -622_191_234, STRING, '-622191234'),
      of(day, -622_191_234, DATE, null),
      of(day, -2_147_472_692, DATE, null),
      of(connect('Date', 'int32'), 11_574, DATE, '2001-09-09'),
      of(debezium('time.IsoDate', 'string'), '"1998-11-18Z"', DATE, '1998-11-18'),
      of(debezium('time.IsoDate', 'string'), '"1998-11-18Z"', STRING, '1998-11-18Z'),
      of(tus, 30_600_000_000, TIME, '08:30:00'),
      of(tus, 1, TIME, '00:00:00.000001'),
      of(tus, 1, STRING, '00:00:00.000001'),
      of(tus, 86_399_999_999, TIME, '23:59:59.999999'),
      // A TIME of the dialect is a time of day: what MySQL and PostgreSQL can hold beyond it is text.
      of(tus, 86_400_000_000, TIME, null),
      of(tus, 86_400_000_000, STRING, '24:00:00'),
      of(tus, -3_020_399_999_999, TIME, null),
      of(tus, -3_020_399_999_999, STRING, '-838:59:59.999999'),
      of(tus, -3_020_399_999_999, BIGINT, '-3020399999999'),
      of(debezium('time.Time', 'int32'), 30_600_000, TIME, '08:30:00'),
      of(debezium('time.Time', 'int32'), 60_000, STRING, '00:01:00'),
      of(connect('Time', 'int32'), 30_600_000, TIME, '08:30:00'),
      of(debezium('time.NanoTime'), '30600000000001', STRING, '08:30:00.000000001'),
      of(debezium('time.NanoTime'), '30600000000000', TIME, '08:30:00'),
      of(debezium('time.ZonedTime', 'string'), '"11:59:59.999999Z"', TIME, '11:59:59.999999'),
      of(debezium('time.IsoTime', 'string'), '"16:30:15.25Z"', TIME, '16:30:15.25'),
      of(debezium('time.Year', 'int32'), 2155, INTEGER, '2155'),
      of(debezium('time.MicroDuration'), 37_091_106_789_000, BIGINT, '37091106789000'),
      of(debezium('time.Interval', 'string'), '"P1Y2M3DT4H5M6.789S"', STRING, 'P1Y2M3DT4H5M6.789S'),
    ]);
  });

  it('any number of any unit, as text: the same instant that JavaScript computes from it', async () => {
    const units = [
      ['Timestamp', 1_000_000n],
      ['MicroTimestamp', 1_000n],
      ['NanoTimestamp', 1n],
    ] as const;
    const limit = 9_000_000_000_000_000_000n;
    const numbers = fc.sample(fc.tuple(fc.constantFrom(...units), fc.bigInt({ min: -limit, max: limit })), {
      numRuns: 60,
      seed: 7,
    });
    const cases = numbers.map(([[name, nanos], n]) => {
      const value = n / nanos;
      return of(debezium(`time.${name}`), String(value), STRING, iso(value * nanos));
    });
    await holds(cases);
  });
});

/** ISO 8601 of nanoseconds since the epoch, without needless zeros. */
function iso(nanos: bigint): string {
  const second = 1_000_000_000n;
  const rest = ((nanos % second) + second) % second;
  const whole = new Date(Number((nanos - rest) / 1_000_000n)).toISOString().replace('.000Z', '');
  const fraction = String(rest).padStart(9, '0').replace(/0+$/, '');
  return `${whole}${fraction === '' ? '' : `.${fraction}`}Z`;
}

/** The shortest big-endian two's complement bytes of an integer, in base64. */
function unscaled(value: bigint): string {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 8n) {
    const byte = Number(rest & 0xffn);
    bytes.unshift(byte);
    const next = rest >> 8n;
    if ((next === 0n && byte < 128) || (next === -1n && byte >= 128)) return Buffer.from(bytes).toString('base64');
  }
}

/** An unscaled integer with its point. */
function pointed(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${value < 0n ? '-' : ''}${digits.slice(0, point)}${scale === 0 ? '' : `.${digits.slice(point)}`}`;
}

describe('decimals', () => {
  it('of any length and scale are exact as text; as DECIMAL exact, or the record is set aside', async () => {
    const numbers = fc.sample(
      fc.tuple(
        fc.nat(6).chain((n) => fc.bigInt({ min: -(2n ** BigInt(36 * n + 8)), max: 2n ** BigInt(36 * n + 8) })),
        fc.constantFrom(0, 2, 12, 30),
        fc.boolean(),
      ),
      { numRuns: 56, seed: 3 },
    );
    const cases = numbers.map(([value, scale, asText]) => {
      const exact = pointed(value, scale);
      if (asText) return of(scaled(scale), `"${unscaled(value)}"`, STRING, exact);
      // DECIMAL(38, 10): 28 digits before the point, and nothing but zeros behind the tenth after it.
      const moved = scale <= 10 ? value * 10n ** BigInt(10 - scale) : value / 10n ** BigInt(scale - 10);
      const whole = scale <= 10 || moved * 10n ** BigInt(scale - 10) === value;
      const fits = whole && (moved < 0n ? -moved : moved) < 10n ** 38n;
      return of(scaled(scale), `"${unscaled(value)}"`, decimal(38, 10), fits ? pointed(moved, 10) : null);
    });
    expect(new Set(cases.map((c) => c.is === null)).size).toBe(2);
    await holds(cases);
  });

  it('with a scale of their own, as unsigned keys, as doubles, and beyond 38 digits', async () => {
    const variable = debezium('data.VariableScaleDecimal', 'struct');
    const big = 10n ** 65n - 1n;
    await holds([
      of(
        variable,
        `{"scale":9,"value":"XODppWAV/sWq36MorjmBFQ=="}`,
        STRING,
        '123456789012345678901234567890.123456789',
      ),
      of(variable, `{"scale":2,"value":"+iQ="}`, decimal(10, 2), '-15.00'),
      of(variable, `{"scale":-2,"value":"+iQ="}`, STRING, '-150000'),
      of(variable, `{"scale":0,"value":"AA=="}`, DOUBLE, '0.0'),
      of(scaled(2), '"Z6I="', decimal(10, 2), '265.30'),
      of(scaled(2), '"Z6I="', DOUBLE, '265.3'),
      of(scaled(2), '"Z6I="', decimal(10, 1), '265.3'),
      of(scaled(4), '"Z6I="', decimal(10, 2), null),
      of(scaled(0), '"AP//////////"', decimal(20, 0), '18446744073709551615'),
      of(scaled(0), '"AP//////////"', STRING, '18446744073709551615'),
      of(scaled(0), '"AP//////////"', BIGINT, null),
      of(scaled(0), '"AYah"', BIGINT, '100001'),
      // Digits alone are bytes too where the schema says so: 0xd76df8 is negative.
      of(scaled(0), '"1234"', BIGINT, String(0xd76df8 - 2 ** 24)),
      of(scaled(30), `"${unscaled(big)}"`, decimal(65, 30), null),
      of(scaled(30), '"AA=="', decimal(65, 30), '0.000000000000000000'),
      of(scaled(30), '"/w=="', decimal(65, 30), null),
      of(scaled(2), '""', decimal(10, 2), null),
      of(plain('string'), '"-15.00"', decimal(5, 2), '-15.00'),
      of(plain('string'), '"-15.005"', decimal(5, 2), null),
      of(plain('double'), '-15.0', decimal(5, 2), '-15.00'),
    ]);
  });
});

describe('numbers, bits, bytes and the rest', () => {
  it('comes out exact, or not at all', async () => {
    const bits = (length: number): ConnectField => ({
      ...debezium('data.Bits', 'bytes'),
      parameters: { length: String(length) },
    });
    await holds([
      of(plain('int64'), '9223372036854775807', BIGINT, '9223372036854775807'),
      of(plain('int64'), '-9223372036854775808', STRING, '-9223372036854775808'),
      of(plain('int64'), '9007199254740993', BIGINT, '9007199254740993'),
      of(plain('int64'), '9007199254740993', decimal(20, 0), '9007199254740993'),
      of(plain('int64'), '9223372036854775808', BIGINT, null),
      of(plain('int64'), '2147483648', INTEGER, null),
      of(plain('double'), '12.5', BIGINT, null),
      of(plain('double'), '-0.0', DOUBLE, '-0.0'),
      of(plain('double'), '5e-324', DOUBLE, '5e-324'),
      of(plain('double'), '1e400', DOUBLE, null),
      of(plain('float'), '0.1', DOUBLE, '0.1'),
      of(plain('float'), '"NaN"', DOUBLE, 'nan'),
      of(plain('double'), '"-Infinity"', DOUBLE, '-inf'),
      of(plain('int16'), '1', BOOLEAN, 'true'),
      // Little-endian: 0x0102 of BIT(10) is 1000000001 backwards by bytes.
      of(bits(10), `"${Buffer.from([0x02, 0x01]).toString('base64')}"`, STRING, '0100000010'),
      of(bits(10), `"${Buffer.from([0x02, 0x01]).toString('base64')}"`, BIGINT, '258'),
      of(bits(64), `"${Buffer.alloc(8, 255).toString('base64')}"`, decimal(20, 0), '18446744073709551615'),
      of(bits(64), `"${Buffer.alloc(8, 255).toString('base64')}"`, BIGINT, null),
      of(bits(3), '"BQ=="', STRING, '101'),
      of(bits(3), '"BQ=="', BYTES, '\\x05'),
      of(plain('boolean'), 'true', BOOLEAN, 'true'),
      of(plain('bytes'), '"deadbeef"', BYTES, 'u\\xE6\\x9Dm\\xE7\\x9F'),
      of(plain('string'), '"deadbeef"', BYTES, '\\xDE\\xAD\\xBE\\xEF'),
      of(debezium('data.Json', 'string'), '"{\\"a\\":1.10}"', STRING, '{"a":1.10}'),
      of(debezium('data.Enum', 'string'), '"green"', STRING, 'green'),
      of(debezium('data.EnumSet', 'string'), '""', STRING, ''),
      of(plain('array'), '[1,null,3]', { kind: 'ARRAY', element: INTEGER }, '[1, NULL, 3]'),
      of(plain('array'), '[1,2.5]', { kind: 'ARRAY', element: INTEGER }, null),
      of(plain('array'), '["a,b","c\\"d"]', { kind: 'ARRAY', element: STRING }, `['a,b', 'c"d']`),
      of(
        debezium('data.geometry.Point', 'struct'),
        '{"x":1.0,"y":2.5,"wkb":"AQ==","srid":null}',
        {
          kind: 'STRUCT',
          fields: [
            { name: 'X', type: DOUBLE },
            { name: 'Y', type: DOUBLE },
          ],
        },
        "{'X': 1.0, 'Y': 2.5}",
      ),
      of(plain('string'), '"12:30"', BIGINT, null),
      of(plain('string'), '"yes, it is"', BOOLEAN, null),
    ]);
  });

  it('numbers without a schema keep their digits as text', async () => {
    const cases = [
      of(plain('double'), '12345678901234567.89', STRING, '12345678901234567.89'),
      of(plain('double'), '0.10000000149011612', STRING, '0.10000000149011612'),
      of(plain('double'), '1.5', STRING, '1.5'),
      of(plain('int64'), '18446744073709551615', STRING, '18446744073709551615'),
      of(plain('double'), '12345678901234567.89', decimal(20, 2), '12345678901234567.89'),
    ];
    expect(await read(cases, false)).toEqual(cases.map((c) => c.is));
  });
});
