import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { KsqlType } from '../ksql/types.js';

/** A number of a JSON text, as it is written. */
export interface NumberText {
  readonly '#': string;
}

/** JSON whose numbers keep their text. */
export type Json = null | boolean | string | NumberText | readonly Json[] | { readonly [key: string]: Json };

/** One observed evaluation of an expression by ksqlDB. */
export interface Vector {
  readonly function: string;
  readonly expression: string;
  readonly types: readonly string[];
  readonly args: readonly Json[];
  readonly result: Json;
  readonly resultType: string;
}

/** Reads JSON without passing a number through a double. */
function readJson(text: string): Json {
  const marked = text.replace(
    /("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*)/g,
    (_, s: string | undefined, n: string) => s ?? `{"#":"${n}"}`,
  );
  return JSON.parse(marked) as Json;
}

/** The lines of a gzip file of JSON lines, or undefined where the file is absent. */
export function readVectors<T = Vector>(path: URL): readonly T[] | undefined {
  if (!existsSync(path)) return undefined;
  const text = gunzipSync(readFileSync(path)).toString('utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => readJson(line) as unknown as T);
}

function isNumber(value: Json): value is NumberText {
  return typeof value === 'object' && value !== null && '#' in value;
}

function plainNumber(value: Json): string {
  return isNumber(value) ? value['#'] : String(value);
}

const quoted = (s: string): string => `'${s.replaceAll("'", "''")}'`;

/** A value of an input record as DuckDB SQL of its type. */
export function sqlValue(value: Json, type: KsqlType): string {
  if (value === null || value === undefined) return 'NULL';
  switch (type.kind) {
    case 'BOOLEAN':
      return String(value);
    case 'STRING':
      return `CAST(${quoted(String(value)).replaceAll('\u0000', "' || chr(0) || '")} AS VARCHAR)`;
    case 'BYTES':
      return `from_base64(${quoted(String(value))})`;
    case 'DATE':
      return `TRY(CAST(DATE '1970-01-01' + CAST(${plainNumber(value)} AS INTEGER) AS DATE))`;
    case 'TIME':
      return `CAST(TIME '00:00:00' + to_milliseconds(${plainNumber(value)}) AS TIME)`;
    case 'TIMESTAMP':
      return `TRY(make_timestamp_ms(${plainNumber(value)}))`;
    case 'INTEGER':
    case 'BIGINT':
    case 'DOUBLE':
      return `CAST('${plainNumber(value)}' AS ${type.kind})`;
    case 'DECIMAL':
      return `CAST('${plainNumber(value)}' AS DECIMAL(${type.precision},${type.scale}))`;
    case 'ARRAY':
      return `[${(value as readonly Json[]).map((v) => sqlValue(v, type.element)).join(', ')}]`;
    case 'MAP': {
      const entries = Object.entries(value as Record<string, Json>);
      return `map([${entries.map(([k]) => quoted(k)).join(', ')}], [${entries.map(([, v]) => sqlValue(v, type.value)).join(', ')}])`;
    }
    case 'STRUCT': {
      const given = new Map(Object.entries(value as Record<string, Json>).map(([k, v]) => [k.toUpperCase(), v]));
      return `struct_pack(${type.fields.map((f) => `"${f.name}" := ${sqlValue(given.get(f.name.toUpperCase()) ?? null, f.type)}`).join(', ')})`;
    }
  }
}

// Functions whose last digit may differ from Java's.
const LOOSE = /^(SIN|COS|TAN|EXP|LN|LOG|POWER|CBRT|SINH|COSH|TANH|GEO_DISTANCE)$/;

function sameDouble(a: number, b: number, loose: boolean): boolean {
  if (Object.is(a, b) || (Number.isNaN(a) && Number.isNaN(b)) || (a === 0 && b === 0)) return true;
  return loose && Math.abs(a - b) <= Math.abs(b) * Number.EPSILON;
}

/** A number as plain digits with a scale: `1E-10` is 0.0000000001, `2.8` at scale 3 is 2.800. */
function plainDigits(text: string, scale: number): string {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/.exec(text)!;
  const point = Number(exponent);
  const digits = `${whole}${fraction}`;
  const at = whole!.length + point;
  const padded = at <= 0 ? '0'.repeat(1 - at) + digits : digits.padEnd(at, '0');
  const cut = at <= 0 ? 1 : at;
  const decimals = padded.slice(cut).padEnd(scale, '0');
  return `${sign}${padded.slice(0, cut).replace(/^0+(?=\d)/, '')}${decimals === '' ? '' : `.${decimals}`}`;
}

/** True where a value out of DuckDB (as `JSON`-like text by `resultText`) is the one that ksqlDB gave. */
export function sameValue(actual: unknown, expected: Json, type: KsqlType, name: string): boolean {
  if (actual === null || actual === undefined) return expected === null;
  if (expected === null) return false;
  switch (type.kind) {
    case 'DOUBLE':
      return sameDouble(Number(actual), Number(plainNumber(expected)), LOOSE.test(name));
    case 'DECIMAL':
      // A DECIMAL of more than 38 digits is held with fewer decimals and written with its own scale.
      return plainDigits(String(actual), type.scale) === plainDigits(plainNumber(expected), 0);
    case 'ARRAY': {
      const [a, e] = [actual as readonly unknown[], expected as readonly Json[]];
      return a.length === e.length && a.every((v, i) => sameValue(v, e[i]!, type.element, name));
    }
    case 'MAP': {
      const [a, e] = [actual as ReadonlyMap<string, unknown>, expected as Record<string, Json>];
      return (
        a.size === Object.keys(e).length && [...a].every(([k, v]) => k in e && sameValue(v, e[k]!, type.value, name))
      );
    }
    case 'STRUCT':
      return type.fields.every((f) =>
        sameValue(
          (actual as Record<string, unknown>)[f.name],
          (expected as Record<string, Json>)[f.name] ?? null,
          f.type,
          name,
        ),
      );
    case 'STRING':
    case 'BYTES':
      return actual === expected;
    default:
      return String(actual) === plainNumber(expected);
  }
}
