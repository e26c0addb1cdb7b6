import type { RecordFacts } from './input-file.js';

type Json = { readonly [name: string]: unknown };

const OPS = new Set(['r', 'c', 'u', 'd', 't', 'm']);
/** Added fields of ExtractNewRecordState, without their prefix. */
export const META = [
  'op',
  'table',
  'deleted',
  'ts_ms',
  'source_ts_ms',
  'name',
  'source_name',
  'db',
  'source_db',
  'schema',
  'source_schema',
  'file',
  'source_file',
  'pos',
  'source_pos',
  'row',
  'source_row',
  'lsn',
  'source_lsn',
  'sequence',
  'source_sequence',
  'snapshot',
  'source_snapshot',
  'transaction_id',
  'gtid',
  'source_gtid',
] as const;

/** The name of an added field, without its prefix. */
export type MetaName = (typeof META)[number];

/** Debezium's flag of rewritten deletes keeps its name, whatever prefix the other fields have. */
const DELETED = '__deleted';

/**
 * The names under which an added field may stand in the rows of a file. Without a prefix only those count that no table is
 * likely to have as a column: `name` is then somebody's name.
 */
export function metaFields(prefix: string, name: MetaName): readonly string[] {
  if (name === 'deleted') return prefix === '' || prefix === '__' ? [DELETED] : [DELETED, `${prefix}${name}`];
  const bare = name === 'op' || name === 'table' || name === 'ts_ms' || name.startsWith('source_');
  return prefix !== '' || bare ? [prefix + name] : [];
}

/** True for a JSON object (not null, not an array). */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON text as a value, or undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The side topic that a record's shape belongs to, or null for a change event or a row. */
export function sideTopic(record: Json): string | null {
  if ('status' in record && 'id' in record && ('event_count' in record || 'data_collections' in record))
    return 'transaction';
  if ('ddl' in record && ('databaseName' in record || 'tableChanges' in record)) return 'schema-change';
  if (Object.keys(record).length === 1 && 'ts_ms' in record) return 'heartbeat';
  return null;
}

/** True for Debezium's envelope. */
function isEnvelope(record: Json): boolean {
  return (
    typeof record.op === 'string' &&
    OPS.has(record.op) &&
    ('after' in record || 'before' in record || 'source' in record)
  );
}

/** The physical table of a change event, with what of server, database and schema it names. */
function originOf(source: Json): string {
  const parts = [source.name, source.db, source.schema, source.table].filter(
    (part) => typeof part === 'string' && part !== '',
  );
  return parts.join('.').toLowerCase();
}

/** Collects what the records of a file's head have in common. */
export function jsonFacts(values: readonly string[]): RecordFacts {
  const fields = new Map<string, string>();
  const types = new Map<string, Set<string>>();
  const texts = new Map<string, Texts>();
  const seen = { wrapped: false, bare: false, envelope: false, flat: false, schemaChanges: false };
  const prefixes = new Map<string, number>();
  const origins = new Set<string>();
  let connector: string | null = null;
  for (const text of values) {
    const top = parseJson(text);
    if (!isObject(top)) continue;
    const wrapped = isObject(top.schema) && 'payload' in top;
    const record = wrapped ? top.payload : top;
    if (!isObject(record)) continue;
    if (wrapped) seen.wrapped = true;
    else seen.bare = true;
    const side = sideTopic(record);
    seen.schemaChanges ||= side === 'schema-change';
    if (side !== null) continue;
    if (isEnvelope(record)) {
      seen.envelope = true;
      if (isObject(record.source) && typeof record.source.connector === 'string') connector = record.source.connector;
      if (isObject(record.source) && typeof record.source.table === 'string') origins.add(originOf(record.source));
      for (const row of [record.after, record.before]) if (isObject(row)) addRow(row, fields, types, texts);
    } else {
      seen.flat = true;
      const prefix = metaPrefix(record);
      if (prefix !== null) prefixes.set(prefix, (prefixes.get(prefix) ?? 0) + 1);
      addRow(record, fields, types, texts);
    }
  }
  const prefix = [...prefixes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? '__';
  const base64 = new Set([...texts].filter(([, t]) => t.base64 && !t.decimal).map(([name]) => name));
  const encoded = new Set([...texts].filter(([, t]) => t.encoded && !t.decimal && !t.other).map(([name]) => name));
  return { ...seen, prefix, fields, types, base64, encoded, connector, origins };
}

/** What the texts of a field looked like: at least one of them for each that is true. */
interface Texts {
  base64: boolean;
  decimal: boolean;
  /** Base64 of a few bytes, and not a plain word. */
  encoded: boolean;
  /** No base64 of a few bytes: no number. */
  other: boolean;
}

/** `__op` and friends: what stands before `op` where its value is an operation. */
export function metaPrefix(record: Json): string | null {
  for (const [name, value] of Object.entries(record)) {
    const at = /^(.+[^a-z0-9]|__)op$/i.exec(name);
    if (at !== null && typeof value === 'string' && OPS.has(value)) return at[1]!;
  }
  // Without any prefix: the operation beside what no table has.
  const bare = typeof record.op === 'string' && OPS.has(record.op);
  if (bare && ['table', 'source_ts_ms', 'source_file', 'source_lsn', DELETED].some((name) => name in record)) return '';
  return '__table' in record || '__source_ts_ms' in record || DELETED in record ? '__' : null;
}

function addRow(
  row: Json,
  fields: Map<string, string>,
  types: Map<string, Set<string>>,
  texts: Map<string, Texts>,
): void {
  for (const [name, value] of Object.entries(row)) {
    const lower = name.toLowerCase();
    if (!fields.has(lower)) fields.set(lower, name);
    if (value === null) continue;
    const type = Array.isArray(value) ? 'array' : typeof value;
    types.set(lower, (types.get(lower) ?? new Set()).add(type));
    if (typeof value !== 'string') continue;
    const text = texts.get(lower) ?? { base64: false, decimal: false, encoded: false, other: false };
    if (/^-?\d+(\.\d+)?$/.test(value)) text.decimal = true;
    else {
      if (isBase64(value)) text.base64 = true;
      if (!isNumberBytes(value)) text.other = true;
      else if (!/^[A-Za-z]+$/.test(value)) text.encoded = true;
    }
    texts.set(lower, text);
  }
}

/** True for text that can only be (or also is) base64 of at least one byte. */
function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

/** Bytes of the longest number that is taken for one: DECIMAL(20, 2). */
const LONGEST_NUMBER = 9;

/** True for base64 of an integer as Java writes it: few bytes, none of them a superfluous sign. */
function isNumberBytes(text: string): boolean {
  if (!isBase64(text)) return false;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length > LONGEST_NUMBER) return false;
  const [first, second] = bytes;
  return second === undefined || (first === 0 ? second >= 128 : first !== 255 || second < 128);
}
