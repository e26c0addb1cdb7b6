import { createHash } from 'node:crypto';
import type { RecordFacts } from '../input-file.js';
import { META, sideTopic } from '../json-facts.js';
import type { AvroItem, DecodedKey } from './item.js';
import type { AvroSchema } from './schema.js';
import { jsonText, unwrapped } from './values.js';

/** What of the records is wanted; nothing else of a row is written. */
export interface WantedOfAvro {
  /** Lower-case fields of rows; null for all. */
  readonly fields: ReadonlySet<string> | null;
  readonly keys: ReadonlySet<string> | null;
  readonly transactions: boolean;
  /** True: rows keep the types of their values and lose the values. */
  readonly veiled: boolean;
}

/** Fields of `source` that order and identity are made of. No row. */
const SOURCE = [
  'connector',
  'name',
  'db',
  'schema',
  'table',
  'ts_ms',
  'snapshot',
  'file',
  'pos',
  'row',
  'lsn',
  'sequence',
];
const TRANSACTION = ['gtid', 'txId'];

type Row = Readonly<Record<string, unknown>>;
type Writer = (value: Row) => string;

/** The JSON lines of an Avro file's records. `facts` gives the spelling of fields and the prefix of added ones. */
export class RecordJson {
  private readonly wanted: WantedOfAvro;
  private readonly facts: RecordFacts;
  private readonly kcat: boolean;
  private readonly writers = new Map<AvroSchema, Writer>();

  constructor(wanted: WantedOfAvro, facts: RecordFacts, kcat: boolean) {
    this.wanted = wanted;
    this.facts = facts;
    this.kcat = kcat;
  }

  /** The line of an item, with no line end; null for an item that takes no place of its own. */
  line(item: AvroItem): string | null {
    if (item.kind === 'lost') return '{}';
    if (item.kind !== 'record' && item.kind !== 'null') return null;
    const text = item.kind === 'null' ? 'null' : this.record(item.schema, item.value);
    if (!this.kcat || item.place === undefined) return text;
    const { topic, partition, offset, ts, key } = item.place;
    const payload = item.kind === 'null' ? null : text;
    return JSON.stringify({ topic, partition, offset, ts, key: key === null ? null : this.key(key), payload });
  }

  private record(schema: AvroSchema, value: unknown): string {
    if (schema.top.length === 0) return jsonText(null);
    let writer = this.writers.get(schema);
    if (writer === undefined) {
      writer = this.writerOf(schema);
      this.writers.set(schema, writer);
    }
    return writer(value as Row);
  }

  private writerOf(schema: AvroSchema): Writer {
    if (isSide(schema)) {
      // Its shape tells what it is; what it says is set aside.
      const names = `{${schema.top.map((name) => `${JSON.stringify(name)}:null`).join(',')}}`;
      return () => names;
    }
    const { fields, keys } = this.wanted;
    const row = this.rowWriter(schema, fields);
    const head = `{"schema":${this.schemaText(schema)},"payload":{`;
    if (!schema.envelope) {
      const meta = this.metaWriter(schema);
      return (value) => `${head}${[...meta(value), ...row(value)].join(',')}}}`;
    }
    const before = this.rowWriter(schema, keys);
    const inRow = (fill: (row: Row) => readonly string[], value: unknown): string => {
      const found = unwrapped(value);
      return typeof found === 'object' && found !== null ? `{${fill(found as Row).join(',')}}` : 'null';
    };
    const source = [...SOURCE, ...(this.wanted.transactions ? TRANSACTION : [])];
    const part = (value: Row, names: readonly string[]): readonly string[] =>
      names.filter((name) => value[name] !== undefined).map((name) => `"${name}":${jsonText(value[name])}`);
    return (value) =>
      `${head}"before":${inRow(before, value.before)},"after":${inRow(row, value.after)},"source":${inRow((v) => part(v, source), value.source)},${
        this.wanted.transactions ? `"transaction":${inRow((v) => part(v, ['id']), value.transaction)},` : ''
      }"op":${jsonText(value.op)}}}`;
  }

  /** The wanted fields of a row, spelled as the facts spell them. */
  private rowWriter(schema: AvroSchema, wanted: ReadonlySet<string> | null): (row: Row) => readonly string[] {
    const fields = schema.fields
      .map(({ name }) => ({ name, lower: name.toLowerCase() }))
      .filter(({ name, lower }) => (wanted === null || wanted.has(lower)) && (schema.envelope || !this.isMeta(name)))
      .map(({ name, lower }) => ({ name, label: JSON.stringify(this.facts.fields.get(lower) ?? name) }));
    const text = this.wanted.veiled ? veiled : jsonText;
    return (row) => fields.map(({ name, label }) => `${label}:${text(row[name])}`);
  }

  private metaWriter(schema: AvroSchema): (row: Row) => readonly string[] {
    const names = schema.top.filter((name) => this.isMeta(name));
    return (row) => names.map((name) => `${JSON.stringify(name)}:${jsonText(row[name])}`);
  }

  private isMeta(name: string): boolean {
    const { prefix } = this.facts;
    return name.startsWith(prefix) && (META as readonly string[]).includes(name.slice(prefix.length));
  }

  /** What a converter with schemas would say of the wanted fields that are times or bytes. */
  private schemaText(schema: AvroSchema): string {
    const { fields } = this.wanted;
    const units = schema.fields
      .filter(({ name, unit, bits }) => (unit ?? bits) !== null && (fields === null || fields.has(name.toLowerCase())))
      .map(({ name, unit, bits }) =>
        unit !== null
          ? { field: name, name: unit }
          : bits === 0
            ? { field: name, type: 'bytes' }
            : { field: name, type: 'bytes', name: 'io.debezium.data.Bits', parameters: { length: bits } },
      );
    return JSON.stringify({ fields: schema.envelope ? [{ field: 'after', fields: units }] : units });
  }

  /** A key's wanted fields. Where there are none, its digest still tells it from others. */
  private key(key: DecodedKey): string {
    const value = unwrapped(key.value);
    const { keys } = this.wanted;
    if (!this.wanted.veiled && value !== undefined && keys !== null) {
      if (typeof value !== 'object' && keys.size === 1) return jsonText(value);
      if (typeof value === 'object' && value !== null) {
        const parts = Object.entries(value).filter(([name]) => keys.has(name.toLowerCase()));
        if (parts.length > 0)
          return `{${parts.map(([name, part]) => `${JSON.stringify(name)}:${jsonText(part)}`).join(',')}}`;
      }
    }
    return `{"$digest":"${createHash('sha256').update(key.bytes).digest('hex')}"}`;
  }
}

/** True for the records of a side topic (transactions, heartbeats, schema changes). */
export function isSide(schema: AvroSchema): boolean {
  return sideTopic(Object.fromEntries(schema.top.map((name) => [name, null]))) !== null;
}

/** A value of the same JSON type that says nothing. */
function veiled(value: unknown): string {
  const text = jsonText(value);
  if (text.startsWith('"')) return '""';
  if (text.startsWith('{')) return '{}';
  if (text.startsWith('[')) return '[]';
  if (text === 'null') return text;
  if (text === 'true' || text === 'false') return 'false';
  return /[.eE]/.test(text) ? '0.5' : '0';
}
