import { duckType, type KsqlType } from '../ksql/types.js';
import { text } from '../sql/quote.js';

/**
 * How a field's text is to be read beyond its declared type: `bytes` is base64 of an unscaled integer with `scale` (both SQL,
 * from the schema in the record or from the user), `unit` the SQL name of the time unit that the schema tells.
 */
export interface Encoding {
  /** SQL boolean: the text is base64. */
  readonly bytes?: string;
  readonly scale?: string;
  /** SQL: 'ms', 'us', 'ns', 'd' (days), `t` before the unit of a time of day, or NULL. */
  readonly unit?: string;
}

/** Macros that the typed expressions use; made once per connection. */
export const MACROS: readonly string[] = [
  // Lambdas bind an argument once: written out each time it stands in a macro, it would take the planner a tenth of a second.
  // Two's complement, big-endian, up to 16 bytes: what a HUGEINT holds.
  `CREATE OR REPLACE TEMP MACRO "pbi_integer"(v) AS TRY(list_transform([from_base64(v)], lambda b: (repeat(CASE WHEN octet_length(b) > 0 AND get_bit(b::BIT, 0) = 1 THEN '\\xFF'::BLOB ELSE '\\x00'::BLOB END, greatest(16 - octet_length(b), 0)) || b)::BIT::HUGEINT)[1])`,
  `CREATE OR REPLACE TEMP MACRO "pbi_scaled"(u, s) AS list_transform([struct_pack(t := u::VARCHAR, n := s)], lambda d: CASE WHEN d.n <= 0 THEN d.t ELSE (CASE WHEN d.t LIKE '-%' THEN '-' ELSE '' END) || left(lpad(ltrim(d.t, '-'), greatest(length(ltrim(d.t, '-')), d.n + 1)::INTEGER, '0'), -d.n) || '.' || right(lpad(ltrim(d.t, '-'), greatest(length(ltrim(d.t, '-')), d.n + 1)::INTEGER, '0'), d.n) END)[1]`,
  `CREATE OR REPLACE TEMP MACRO "pbi_base64"(v) AS (length(v) % 4 = 0 AND regexp_full_match(v, '[A-Za-z0-9+/]+={0,2}'))`,
  `CREATE OR REPLACE TEMP MACRO "pbi_fits"(v, s) AS CASE WHEN contains(v, 'e') OR contains(v, 'E') THEN coalesce(TRY_CAST(v AS DOUBLE) = round(TRY_CAST(v AS DOUBLE), s), false) ELSE instr(v, '.') = 0 OR length(rtrim(v, '0')) - instr(v, '.') <= s END`,
  // Only what reads like a date: DuckDB's cast would take a bare year as well.
  `CREATE OR REPLACE TEMP MACRO "pbi_instant"(v) AS CASE WHEN v LIKE '%____-__-__%' THEN epoch_us(coalesce(TRY_CAST(v AS TIMESTAMPTZ), TRY_CAST(rtrim(v, 'Z') AS TIMESTAMPTZ))) END`,
];

/** The text that `typedSql` reads: a decimal's, taken out of base64 or of Debezium's struct; any other as it came. */
export function plainSql(type: KsqlType, v: string, encoding: Encoding): string {
  return type.kind === 'DECIMAL' || type.kind === 'DOUBLE' ? decoded(v, encoding) : v;
}

/** A SQL expression of the declared type over the text `v` (of `plainSql`); NULL where the text does not fit it (or is null). */
export function typedSql(type: KsqlType, v: string, encoding: Encoding): string {
  switch (type.kind) {
    case 'STRING':
      return encoding.bytes === undefined
        ? v
        : `CASE WHEN ${encoding.bytes} THEN ${decoded(v, encoding)} ELSE ${v} END`;
    case 'DECIMAL':
      return `CASE WHEN pbi_fits(${v}, ${type.scale}) THEN TRY_CAST(${v} AS ${duckType(type)}) END`;
    case 'DOUBLE':
      return `TRY_CAST(${v} AS DOUBLE)`;
    case 'INTEGER':
      return `TRY_CAST(${integer(v, encoding)} AS INTEGER)`;
    case 'BIGINT':
      return integer(v, encoding);
    case 'BOOLEAN':
      return `CASE WHEN lower(${v}) IN ('true', 't', '1', 'y', 'yes', chr(1)) THEN true WHEN lower(${v}) IN ('false', 'f', '0', 'n', 'no', chr(0), '\\0', '') THEN false END`;
    case 'TIMESTAMP':
      return `make_timestamp(${microseconds(v, encoding)})`;
    case 'DATE':
      return `coalesce(CASE WHEN abs(TRY_CAST(${v} AS BIGINT)) < 10000000 THEN DATE '1970-01-01' + TRY_CAST(${v} AS INTEGER) END, make_timestamp(${microseconds(v, encoding)})::DATE)`;
    case 'TIME':
      return `coalesce(TRY(TIME '00:00:00' + to_microseconds(CASE WHEN ${timeIsMicro(v, encoding)} THEN TRY_CAST(${v} AS BIGINT) ELSE TRY_CAST(${v} AS BIGINT) * 1000 END)), TRY_CAST(rtrim(${v}, 'Z') AS TIME))`;
    case 'BYTES':
      return `CASE WHEN ${v} LIKE '\\x%' THEN TRY(unhex(substr(${v}, 3))) ELSE TRY(from_base64(${v})) END`;
    default:
      return `TRY(CAST(CAST(${v} AS JSON) AS ${duckType(type)}))`;
  }
}

/** Text of a decimal: itself, or decoded from base64 or from Debezium's `{"scale":...,"value":...}`. */
function decoded(v: string, encoding: Encoding): string {
  const variable = `CASE WHEN ${v} LIKE '{%' THEN pbi_scaled(pbi_integer(TRY(json_extract_string(${v}, '$.value'))), TRY_CAST(TRY(json_extract_string(${v}, '$.scale')) AS INTEGER)) ELSE ${v} END`;
  if (encoding.bytes === undefined || encoding.scale === undefined) return variable;
  return `CASE WHEN ${encoding.bytes} THEN pbi_scaled(pbi_integer(${v}), ${encoding.scale}) ELSE ${variable} END`;
}

function integer(v: string, encoding: Encoding): string {
  const plain = `CASE WHEN NOT contains(${v}, '.') THEN TRY_CAST(${v} AS BIGINT) END`;
  const number =
    encoding.unit === undefined
      ? plain
      : `${plain} // CASE ${encoding.unit} WHEN 'us' THEN 1000 WHEN 'ns' THEN 1000000 ELSE 1 END`;
  const bytes =
    encoding.bytes === undefined
      ? ''
      : `WHEN ${encoding.bytes} AND NOT regexp_full_match(${v}, '-?[0-9]+') THEN TRY_CAST(TRY_CAST(pbi_scaled(pbi_integer(${v}), ${encoding.scale ?? '0'}) AS DECIMAL(38, 0)) AS BIGINT) `;
  const rest = `CASE WHEN ${v} IS NULL THEN NULL ${bytes}WHEN ${v} LIKE '%____-__-__%' THEN pbi_instant(${v}) // 1000 WHEN contains(${v}, '.') AND rtrim(split_part(${v}, '.', 2), '0') = '' THEN TRY_CAST(split_part(${v}, '.', 1) AS BIGINT) END`;
  return `coalesce(${number}, ${rest})`;
}

/** Microseconds since the epoch: by the schema's unit, else by magnitude (16 digits are microseconds), or from ISO text. */
function microseconds(v: string, encoding: Encoding): string {
  const n = `TRY_CAST(${v} AS BIGINT)`;
  const guess = `WHEN abs(${n}) >= 100000000000000000 THEN ${n} // 1000 WHEN abs(${n}) >= 100000000000000 THEN ${n}`;
  const known =
    encoding.unit === undefined
      ? guess
      : `WHEN ${encoding.unit} = 'us' THEN ${n} WHEN ${encoding.unit} = 'ns' THEN ${n} // 1000 WHEN ${encoding.unit} = 'd' THEN ${n} * 86400000000 ${guess}`;
  return `coalesce(CASE ${known} ELSE ${n} * 1000 END, pbi_instant(${v}))`;
}

function timeIsMicro(v: string, encoding: Encoding): string {
  const guess = `abs(TRY_CAST(${v} AS BIGINT)) > 86400000`;
  return encoding.unit === undefined ? guess : `coalesce(${encoding.unit} = 'tus', ${guess})`;
}

/** What Debezium sends in place of a TOASTed column that an update did not touch, as text and as base64. */
export const UNAVAILABLE: readonly string[] = [
  '__debezium_unavailable_value',
  Buffer.from('__debezium_unavailable_value').toString('base64'),
];

/** SQL boolean: the text stands for "unchanged, not sent". */
export function unavailableSql(v: string): string {
  return `${v} IN (${UNAVAILABLE.map(text).join(', ')})`;
}
