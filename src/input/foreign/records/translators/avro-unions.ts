import { isJson, type Json, parseExact } from '../json.js';
import type { Translator } from '../record.js';

const PRIMITIVES = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'string', 'bytes', 'array', 'map']);
/** What the record types of Debezium and Connect are called, without their namespace. */
const RECORDS = /^(Value|Key|Envelope|Source|ConnectDefault\d*|block|Block)$/;

/** The JSON that Avro's own encoder writes (kafka-avro-console-consumer, kcat -s value=avro): a value of a union stands in an object that names its type. */
export const AVRO_UNIONS: Translator = {
  what: 'JSON of Avro',
  recognises: (value) => holdsUnion(value, 0),
  translate: (record) => [
    {
      ...record,
      value: unwrap(record.value) as Json,
      ...keyOf(record.key),
    },
  ],
};

function keyOf(key: unknown): { readonly key?: unknown } {
  const parsed = typeof key === 'string' ? parseExact(key) : key;
  return isJson(parsed) ? { key: unwrap(parsed) } : {};
}

function branch(value: Json): readonly [string, unknown] | null {
  const entries = Object.entries(value);
  return entries.length === 1 ? entries[0]! : null;
}

function isBranch(name: string, inner: unknown): boolean {
  if (PRIMITIVES.has(name))
    return name === 'array' ? Array.isArray(inner) : name === 'map' ? isJson(inner) : !isJson(inner) && inner !== null;
  return isJson(inner)
    ? RECORDS.test(name) || /^[\w.-]+\.\w+$/.test(name)
    : typeof inner === 'string' && /^[\w-]+(\.[\w-]+)+$/.test(name);
}

function holdsUnion(value: unknown, depth: number): boolean {
  if (!isJson(value) || depth > 4) return false;
  const one = branch(value);
  // An object alone may be a key or a heartbeat: it must stand inside a record.
  if (depth > 0 && one !== null && isBranch(one[0], one[1])) return true;
  return Object.values(value).some((inner) => holdsUnion(inner, depth + 1));
}

function unwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrap);
  if (!isJson(value)) return value;
  const one = branch(value);
  if (one !== null && isBranch(one[0], one[1])) return one[0] === 'bytes' ? bytes(one[1]) : unwrap(one[1]);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unwrap(inner)]));
}

/** Avro writes bytes as letters of one byte each; Connect's JSON as base64. */
function bytes(value: unknown): unknown {
  return typeof value === 'string' ? Buffer.from(value, 'latin1').toString('base64') : value;
}
