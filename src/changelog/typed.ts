import { mayBeTooDeep } from '../input/nesting.js';
import {
  DAY_MILLISECONDS,
  DAYS_BELOW,
  DAYS_FROM,
  DAYS_TO,
  EXCEL_EPOCH,
  EXCEL_FROM,
  EXCEL_TO,
  MICROSECONDS_FROM,
  NANOSECONDS_FROM,
  SECONDS_FROM,
  SECONDS_TO,
} from '../input/time-magnitude.js';
import { duckType, type KsqlType, physicalDecimal } from '../ksql/types.js';
import { identifier, text } from '../sql/quote.js';
import type { Encoding } from './encoding.js';

/**
 * The text that `typedSql` reads: a decimal's, taken out of base64 or of Debezium's struct; any other as it came. Decimals that are
 * plain text take the short way of `typedSql` and are decoded only where they miss it.
 */
export function plainSql(type: KsqlType, v: string, encoding: Encoding): string {
  if (type.kind === 'DECIMAL') return isPlain(encoding) ? v : decoded(v, encoding);
  return type.kind === 'DOUBLE' ? decoded(v, encoding) : v;
}

/** Nothing says that digits may be anything but digits. */
function isPlain({ bytes, bits }: Encoding): boolean {
  return (bytes === undefined || bytes === 'false') && bits === undefined;
}

/** SQL of a value that is right wherever it is written as we would write it, else to be told by `typedSql`; null: no such value. */
export function likelySql(type: KsqlType, v: string, encoding: Encoding): string | null {
  return type.kind === 'DECIMAL' && isPlain(encoding) ? `TRY_CAST(${v} AS ${duckType(type)})` : null;
}

/** A SQL expression of the declared type over the text `v` (of `plainSql`); NULL where the text does not fit it (or is null). `likely`: the column of `likelySql`. */
export function typedSql(type: KsqlType, v: string, encoding: Encoding, likely?: string): string {
  switch (type.kind) {
    case 'STRING':
      return stringSql(v, encoding);
    case 'DECIMAL': {
      // More than 38 digits are never rounded to fit: DuckDB holds no more.
      const told = (text: string): string =>
        `CASE WHEN pbi_fits(${text}, ${physicalDecimal(type).scale}) THEN TRY_CAST(${text} AS ${duckType(type)}) END`;
      if (likely === undefined) return told(v);
      // Looking at every digit costs seven times the cast: text that the cast gives back needs no look.
      return `CASE WHEN ${likely}::VARCHAR = ${v} THEN ${likely} WHEN ${v} LIKE '{%' THEN ${told(decoded(v, encoding))} ELSE ${told(v)} END`;
    }
    case 'DOUBLE':
      return `CASE WHEN isinf(TRY_CAST(${v} AS DOUBLE)) AND pbi_number(${v}) THEN NULL ELSE TRY_CAST(${v} AS DOUBLE) END`;
    case 'INTEGER':
      return `TRY_CAST(${integer(v, encoding)} AS INTEGER)`;
    case 'BIGINT':
      return integer(v, encoding);
    case 'BOOLEAN':
      return `CASE WHEN lower(${v}) IN ('true', 't', '1', 'y', 'yes', chr(1)) THEN true WHEN lower(${v}) IN ('false', 'f', '0', 'n', 'no', chr(0), '\\0', '') THEN false END`;
    case 'TIMESTAMP':
      return `TRY(pbi_stamp(${microseconds(v, encoding)}))`;
    case 'DATE':
      return `TRY(coalesce(pbi_day(${days(v, encoding)}), pbi_stamp(${microseconds(v, encoding)})::DATE))`;
    case 'TIME':
      return `TRY(coalesce(pbi_time(${ofDay(v, encoding)}), CASE WHEN ${v} NOT LIKE '24%' AND NOT contains(${v}, '+') THEN TRY_CAST(rtrim(${v}, 'Z') AS TIME) END))`;
    case 'BYTES':
      return bytesSql(v, encoding);
    default:
      return `CASE WHEN NOT ${mayBeTooDeep(v)} THEN ${structuredSql(type, v)} END`;
  }
}

/** Text of a decimal: itself, or decoded from base64, from bits, or from Debezium's `{"scale":...,"value":...}`. */
function decoded(v: string, encoding: Encoding): string {
  const arms = [
    ...(encoding.bytes === undefined || encoding.bytes === 'false'
      ? []
      : [`WHEN ${encoding.bytes} THEN pbi_scaled(pbi_integer(${v}), ${encoding.scale})`]),
    ...(encoding.bits === undefined ? [] : [`WHEN ${encoding.bits} IS NOT NULL THEN pbi_bits_integer(${v})`]),
    `WHEN ${v} LIKE '{%' THEN pbi_variable(${v})`,
  ];
  return `CASE ${arms.join(' ')} ELSE ${v} END`;
}

/** Exact text of what the database held; where nothing tells the form of a field, its text in the log. */
function stringSql(v: string, encoding: Encoding): string {
  const arms = [
    ...(encoding.bytes === undefined || encoding.bytes === 'false'
      ? []
      : [`WHEN ${encoding.bytes} THEN pbi_scaled(pbi_integer(${v}), ${encoding.scale})`]),
    ...(encoding.variable === undefined ? [] : [`WHEN ${encoding.variable} THEN pbi_variable(${v})`]),
    ...(encoding.bits === undefined
      ? []
      : [`WHEN ${encoding.bits} IS NOT NULL THEN pbi_bits_text(${v}, ${encoding.bits})`]),
    ...(encoding.unit === undefined
      ? []
      : [`WHEN ${encoding.unit} IS NOT NULL THEN coalesce(TRY(pbi_iso(${v}, ${encoding.unit})), ${v})`]),
  ];
  return arms.length === 0 ? v : `CASE ${arms.join(' ')} ELSE ${v} END`;
}

/** A spreadsheet's count of days with a time of day: of the years 2000 to 2050. */
const EXCEL_TIME = '(3[6-9]|4[0-9]|5[0-4])[0-9]{3}[.][0-9]+';

/** Milliseconds of a spreadsheet's count of days since 1899-12-30, to the second: a double holds no more. */
function excelMilliseconds(days: string): string {
  return `((round((${days} - ${EXCEL_EPOCH}) * 86400) * 1000)::BIGINT)`;
}

/** Instants come out in milliseconds whatever the log's unit, days as days, times of day in the log's own unit. */
function integer(v: string, encoding: Encoding): string {
  const plain = `CASE WHEN NOT contains(${v}, '.') THEN TRY_CAST(${v} AS BIGINT) END`;
  const number =
    encoding.unit === undefined
      ? plain
      : `CASE ${encoding.unit} WHEN 'us' THEN pbi_floor(${plain}, 1000) WHEN 'ns' THEN pbi_floor(${plain}, 1000000) WHEN 's' THEN ${plain} * 1000 WHEN 'excel' THEN ${excelMilliseconds(`TRY_CAST(${v} AS DOUBLE)`)} ELSE ${plain} END`;
  const rest = `CASE WHEN ${v} IS NULL THEN NULL WHEN ${v} LIKE '%____-__-__%' THEN pbi_floor(pbi_instant(${v}), 1000) WHEN contains(${v}, '.') AND rtrim(split_part(${v}, '.', 2), '0') = '' THEN TRY_CAST(split_part(${v}, '.', 1) AS BIGINT) WHEN ${v} LIKE '{%' THEN TRY_CAST(TRY_CAST(pbi_variable(${v}) AS DECIMAL(38, 0)) AS BIGINT)${encoding.dates === true ? ` WHEN regexp_full_match(${v}, '${EXCEL_TIME}') THEN ${excelMilliseconds(`TRY_CAST(${v} AS DOUBLE)`)}` : ''} END`;
  const text = `coalesce(${number}, ${rest})`;
  const arms = [
    ...(encoding.bytes === undefined || encoding.bytes === 'false'
      ? []
      : [
          `WHEN ${encoding.bytes} THEN TRY_CAST(TRY_CAST(pbi_scaled(pbi_integer(${v}), ${encoding.scale}) AS DECIMAL(38, 0)) AS BIGINT)`,
        ]),
    ...(encoding.bits === undefined
      ? []
      : [`WHEN ${encoding.bits} IS NOT NULL THEN TRY_CAST(pbi_bits_integer(${v}) AS BIGINT)`]),
  ];
  return arms.length === 0 ? text : `CASE ${arms.join(' ')} ELSE ${text} END`;
}

/** Microseconds since the epoch: by the unit that is known, else by magnitude, or from ISO text. */
function microseconds(v: string, encoding: Encoding): string {
  const n = `TRY_CAST(${v} AS BIGINT)`;
  const ms = `WHEN abs(${n} // 1000) < 9000000000000 THEN ${n} * 1000`;
  const guess = `CASE WHEN abs(${n}) >= ${NANOSECONDS_FROM} THEN pbi_floor(${n}, 1000) WHEN abs(${n}) >= ${MICROSECONDS_FROM} THEN ${n} WHEN ${inSeconds(n)} THEN ${n} * 1000000 ELSE ${n} * 1000 END`;
  const known =
    encoding.unit === undefined
      ? guess
      : `CASE ${encoding.unit} WHEN 'us' THEN ${n} WHEN 'ns' THEN pbi_floor(${n}, 1000) WHEN 's' THEN ${n} * 1000000 WHEN 'excel' THEN ${excelMilliseconds(`TRY_CAST(${v} AS DOUBLE)`)} * 1000 WHEN 'ms' THEN CASE ${ms} END WHEN 'd' THEN CASE WHEN abs(${n}) < 107000000 THEN ${n} * 86400000000 END ELSE CASE WHEN ${encoding.unit} IS NULL THEN ${guess} END END`;
  return `coalesce(${known}, pbi_instant(${v}))`;
}

/** SQL boolean: the number has the size of seconds since the epoch (of milliseconds it would be early 1970). */
function inSeconds(n: string): string {
  return `${n} BETWEEN ${SECONDS_FROM} AND ${SECONDS_TO}`;
}

/** Days since the epoch where the number is one of days; else NULL. */
function days(v: string, encoding: Encoding): string {
  const n = `TRY_CAST(${v} AS BIGINT)`;
  const guess = `abs(${n}) < ${DAYS_BELOW}`;
  const known =
    encoding.unit === undefined ? guess : `(${encoding.unit} = 'd' OR (${encoding.unit} IS NULL AND ${guess}))`;
  return `CASE WHEN ${known} THEN ${n} END`;
}

/** Microseconds since midnight. */
function ofDay(v: string, encoding: Encoding): string {
  const n = `TRY_CAST(${v} AS BIGINT)`;
  const guess = `CASE WHEN abs(${n}) > ${DAY_MILLISECONDS} THEN ${n} ELSE ${n} * 1000 END`;
  if (encoding.unit === undefined) return guess;
  return `CASE ${encoding.unit} WHEN 'tus' THEN ${n} WHEN 'tns' THEN pbi_floor(${n}, 1000) WHEN 'tms' THEN CASE WHEN abs(${n}) <= ${DAY_MILLISECONDS} THEN ${n} * 1000 END ELSE CASE WHEN ${encoding.unit} IS NULL THEN ${guess} END END`;
}

/** SQL boolean: the text may be the hex of bytes (`binary.handling.mode=hex`). */
const isHex = (v: string): string => `(length(${v}) % 2 = 0 AND regexp_full_match(${v}, '[0-9a-f]+'))`;

/** Bytes: base64, hex after `\x` (PostgreSQL), or bare hex where a schema or the user says so, else where the text can be it. */
function bytesSql(v: string, encoding: Encoding): string {
  const base64 = `TRY(from_base64(${v}))`;
  const hex = `TRY(unhex(${v}))`;
  const guess = `CASE WHEN ${isHex(v)} THEN ${hex} ELSE ${base64} END`;
  const bare =
    encoding.binary === undefined
      ? guess
      : `CASE ${encoding.binary} WHEN 'hex' THEN ${hex} WHEN 'base64' THEN ${base64} ELSE ${guess} END`;
  return `CASE WHEN ${v} LIKE '\\x%' THEN TRY(unhex(substr(${v}, 3))) ELSE ${bare} END`;
}

function structuredSql(type: KsqlType, v: string): string {
  if (type.kind === 'ARRAY') return arraySql(type.element, v);
  return type.kind === 'STRUCT' ? structSql(type, v) : `TRY(CAST(CAST(${v} AS JSON) AS ${duckType(type)}))`;
}

/** Every element is typed as a column of its own would be: one that does not fit makes the array not fit. */
function arraySql(element: KsqlType, v: string, depth = 0): string {
  const e = `e${depth}`;
  const one = nested(element, e, depth + 1);
  const list = `CAST(CAST(${v} AS JSON) AS VARCHAR[])`;
  return `TRY(list_transform([${list}], lambda l${depth}: CASE WHEN len(list_filter(l${depth}, lambda ${e}: ${e} IS NOT NULL AND (${one}) IS NULL)) = 0 THEN list_transform(l${depth}, lambda ${e}: ${one}) END)[1])`;
}

function structSql(type: Extract<KsqlType, { kind: 'STRUCT' }>, v: string, depth = 0): string {
  const raw = type.fields.map(({ name }) => {
    const names = [...new Set([name, name.toLowerCase(), name.toUpperCase()])];
    return `coalesce(${names.map((n) => `json_extract_string(${v}, ${text(`$."${n.replaceAll('"', '\\"')}"`)})`).join(', ')}, NULL)`;
  });
  const typed = type.fields.map((field, i) => nested(field.type, raw[i]!, depth + 1));
  const misfit = typed.map((t, i) => `(${raw[i]} IS NOT NULL AND (${t}) IS NULL)`).join(' OR ');
  const packed = `struct_pack(${type.fields.map(({ name }, i) => `${identifier(name)} := ${typed[i]}`).join(', ')})`;
  return `TRY(CASE WHEN json_type(${v}) = 'OBJECT' AND NOT (${misfit}) THEN ${packed} END)`;
}

function nested(type: KsqlType, v: string, depth: number): string {
  if (type.kind === 'ARRAY') return arraySql(type.element, v, depth);
  if (type.kind === 'STRUCT') return structSql(type, v, depth);
  return typedSql(type, v, {});
}

/** What of a value was not told but concluded, as classes of `guessSql`. */
export const GUESS = { days: 1, ms: 2, us: 3, ns: 4, noZone: 5, hex: 6, base64: 7, s: 8, excel: 9 } as const;
/** Added to the class where the declared type cannot hold all: parts of a millisecond, the time of a day, digits of a double. */
export const CUT = 16;
/** The part of a guess that is its class. */
export const CLASS_BITS = CUT - 1;

/**
 * SQL for how the value of a column was read beyond what the log tells: 0 where it tells all, else a class of `GUESS`, and `CUT`
 * where something was cut off. `v` is the text, `t` the typed value.
 */
export function guessSql(type: KsqlType, v: string, t: string, encoding: Encoding): string {
  const n = `TRY_CAST(${v} AS BIGINT)`;
  const known = encoding.unit === undefined ? '' : `WHEN ${encoding.unit} IS NOT NULL THEN 0 `;
  const magnitude = `WHEN abs(${n}) >= ${NANOSECONDS_FROM} THEN ${GUESS.ns} WHEN abs(${n}) >= ${MICROSECONDS_FROM} THEN ${GUESS.us} WHEN ${inSeconds(n)} THEN ${GUESS.s} ELSE ${GUESS.ms}`;
  const zone = `CASE WHEN ${v} LIKE '%Z' OR ${v} LIKE '%____-__-__' OR regexp_matches(${v}, '[0-9][+-][0-9]{2}(:?[0-9]{2})?$') THEN 0 ELSE ${GUESS.noZone} END`;
  const cut = (what: string): string => ` + CASE WHEN ${what} THEN ${CUT} ELSE 0 END`;
  switch (type.kind) {
    case 'TIMESTAMP':
      return `CASE WHEN ${t} IS NULL THEN 0 ELSE CASE ${known}WHEN ${n} = 0 THEN 0 WHEN ${n} IS NULL THEN ${zone} ${magnitude} END${cut(`epoch_us(${t}) % 1000 <> 0`)} END`;
    case 'DATE':
      return `CASE WHEN ${t} IS NULL THEN 0 ELSE CASE ${known}WHEN ${n} IS NULL THEN CASE WHEN regexp_full_match(${v}, '[0-9]{4}-[0-9]{2}-[0-9]{2}Z?') THEN 0 ELSE ${zone} END WHEN ${n} = 0 THEN 0 WHEN abs(${n}) < ${DAYS_BELOW} THEN ${GUESS.days} ${magnitude} END${cut(`${days(v, encoding)} IS NULL AND ${microseconds(v, encoding)} <> epoch_us(${t}::TIMESTAMP)`)} END`;
    case 'TIME':
      return `CASE WHEN ${t} IS NULL THEN 0 ELSE CASE ${known}WHEN ${n} IS NULL OR ${n} = 0 THEN 0 WHEN abs(${n}) > ${DAY_MILLISECONDS} THEN ${GUESS.us} ELSE ${GUESS.ms} END${cut(`microsecond(${t}) % 1000 <> 0`)} END`;
    case 'BYTES': {
      const told = encoding.binary === undefined ? '' : `WHEN ${encoding.binary} IS NOT NULL THEN 0 `;
      return `CASE WHEN ${t} IS NULL OR ${v} = '' OR ${v} LIKE '\\x%' THEN 0 ${told}WHEN ${isHex(v)} THEN ${GUESS.hex} ELSE ${GUESS.base64} END`;
    }
    case 'BIGINT': {
      // The typed value, where it is the number itself, need not be cast again: this is asked of every record.
      if (encoding.unit === undefined)
        return `CASE WHEN ${t} IS NULL OR ${t} = 0 THEN 0 WHEN ${v} LIKE '____-%' THEN ${zone} WHEN ${v} LIKE '_____.%' THEN ${GUESS.excel} WHEN ${inSeconds(t)} THEN ${GUESS.s} WHEN ${t} BETWEEN ${EXCEL_FROM} AND ${EXCEL_TO} THEN ${GUESS.excel} WHEN ${t} BETWEEN ${DAYS_FROM} AND ${DAYS_TO} THEN ${GUESS.days} WHEN abs(${t}) < ${MICROSECONDS_FROM} THEN ${GUESS.ms} WHEN abs(${t}) < ${NANOSECONDS_FROM} THEN ${GUESS.us} ELSE ${GUESS.ns} END`;
      const lost = `CASE ${encoding.unit} WHEN 'us' THEN ${n} % 1000 <> 0 WHEN 'ns' THEN ${n} % 1000000 <> 0 ELSE false END`;
      return `CASE WHEN ${t} IS NULL THEN 0 ELSE CASE ${known}WHEN ${n} = 0 THEN 0 WHEN ${n} IS NULL THEN ${zone} ${magnitude} END${cut(lost)} END`;
    }
    case 'DOUBLE': {
      // JSON numbers have passed a double already, in the connector: up to 17 digits.
      const taken = [encoding.bytes, encoding.variable].filter((sql) => sql !== undefined && sql !== 'false');
      const most = taken.length === 0 ? '17' : `CASE WHEN ${taken.join(' OR ')} THEN 15 ELSE 17 END`;
      return `CASE WHEN ${t} IS NOT NULL AND length(ltrim(regexp_replace(split_part(lower(${v}), 'e', 1), '[^0-9]', '', 'g'), '0')) > ${most} THEN ${CUT} ELSE 0 END`;
    }
    default:
      return `CASE WHEN ${t} IS NULL OR ${v} NOT LIKE '%____-__-__%' THEN 0 ELSE ${zone} END`;
  }
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
