import avro from 'avsc';
import { EXACT, ExactType, exactLong } from './values.js';

/** What a field's schema says of its unit, by the name that Debezium or Connect gives it (`io.debezium.time.MicroTimestamp`). */
export interface AvroField {
  /** As the schema spells it. */
  readonly name: string;
  /** The type that its values have as JSON: `string`, `number`, `boolean`, `object`, `array`. */
  readonly jsonType: string;
  readonly unit: string | null;
  /** Bytes that are no decimal: how many bits of them count where they are Debezium's `Bits`, else 0; null for all other types. */
  readonly bits: number | null;
}

/** A schema that records are decoded with. */
export interface AvroSchema {
  /** As it was given. */
  readonly text: string;
  readonly type: avro.Type;
  /** Reads past a record without making its values; null where only making them shows that it is damaged. */
  readonly past: { readonly type: avro.Type; readonly resolver: avro.Resolver } | null;
  /** Full name of the record; empty where it is none. */
  readonly name: string;
  /** Debezium's envelope: rows stand in `before` and `after`. */
  readonly envelope: boolean;
  /** Fields of the row: of `after` in an envelope, else of the record itself. */
  readonly fields: readonly AvroField[];
  /** Fields of the record. */
  readonly top: readonly string[];
}

type Json = { readonly [name: string]: unknown };

/** Units of Avro's own logical types, under the names that Debezium gives the same. */
const LOGICAL_UNITS: { readonly [logicalType: string]: string } = {
  date: 'io.debezium.time.Date',
  'time-millis': 'io.debezium.time.Time',
  'time-micros': 'io.debezium.time.MicroTime',
  'timestamp-millis': 'io.debezium.time.Timestamp',
  'timestamp-micros': 'io.debezium.time.MicroTimestamp',
  'timestamp-nanos': 'io.debezium.time.NanoTimestamp',
  'local-timestamp-millis': 'io.debezium.time.Timestamp',
  'local-timestamp-micros': 'io.debezium.time.MicroTimestamp',
  'local-timestamp-nanos': 'io.debezium.time.NanoTimestamp',
};

/** Reads a schema's text: of a container's header, of an `.avsc` file, or as a registry answers. Fails with any error where it is none. */
export function parseSchema(text: string): AvroSchema {
  const parsed: unknown = JSON.parse(text);
  const schema =
    isObject(parsed) && typeof parsed.schema === 'string' ? (JSON.parse(parsed.schema) as unknown) : parsed;
  const units = new WeakMap<avro.Type, string>();
  const type = avro.Type.forSchema(annotate(schema, hasCollections(text)) as avro.Schema, {
    logicalTypes: { [EXACT]: ExactType },
    typeHook: (part: avro.Schema) => {
      const typeName = isObject(part) ? part.type : part;
      if (typeName !== 'long') return undefined as never;
      const long = exactLong();
      if (isObject(part)) units.set(long, unitOf(part));
      return long;
    },
  });
  const top = fieldsOf(type);
  const rows = ['after', 'before'].map((name) => recordOf(top.find((f) => f.name === name)?.type));
  const row = rows.find((r) => r !== null) ?? null;
  const envelope = row !== null && top.some((f) => f.name === 'op');
  const fields = (envelope ? fieldsOf(row) : top).map((field) => describe(field, units));
  return { text, type, past: pastOf(type, text), name: type.name ?? '', envelope, fields, top: top.map((f) => f.name) };
}

function pastOf(type: avro.Type, text: string): AvroSchema['past'] {
  if (hasCollections(text) || text.includes('"enum"') || !avro.Type.isType(type, 'record') || type.name === undefined)
    return null;
  const nothing = avro.Type.forSchema({ type: 'record', name: type.name, fields: [] });
  return { type: nothing, resolver: nothing.createResolver(type) };
}

/** Arrays and maps say how many values follow: in damaged bytes any number, so that values have to be counted. */
function hasCollections(text: string): boolean {
  return /"(array|map)"/.test(text.replaceAll('\\', ''));
}

/**
 * Gives leaves the logical type that makes their values exact: floats, and all that say more of themselves than their type;
 * every leaf where values are counted. Their own logical type is kept beside.
 */
function annotate(schema: unknown, all: boolean): unknown {
  if (Array.isArray(schema)) return schema.map((branch) => annotate(branch, all));
  if (typeof schema === 'string')
    return all || schema === 'float' || schema === 'double' ? leaf({ type: schema }) : schema;
  if (!isObject(schema)) return schema;
  const { logicalType, ...rest } = schema;
  const own = typeof logicalType === 'string' ? { plainLogicalType: logicalType } : {};
  switch (schema.type) {
    case 'record':
    case 'error': {
      const fields = Array.isArray(schema.fields) ? schema.fields : [];
      const exact = String(schema['connect.name'] ?? '').endsWith('.VariableScaleDecimal')
        ? { logicalType: EXACT }
        : {};
      // A default is never used (nothing is resolved), and would have to be valid for the changed type.
      const parts = fields.map((f: unknown) => {
        if (!isObject(f)) return f;
        const { default: _unused, ...field } = f;
        return { ...field, type: annotate(f.type, all) };
      });
      return { ...rest, ...own, ...exact, fields: parts };
    }
    case 'array':
      return { ...rest, items: annotate(schema.items, all) };
    case 'map':
      return { ...rest, values: annotate(schema.values, all) };
    case 'enum':
    case 'fixed':
      return { ...rest, ...own, default: undefined, logicalType: EXACT };
    default:
      if (typeof schema.type !== 'string') return annotate(schema.type, all);
      return leaf({ ...rest, ...own, type: schema.type });
  }
}

/** A type that was named before stays the name. */
function leaf(schema: Json & { readonly type: string }): unknown {
  return PRIMITIVES.has(schema.type) ? { ...schema, logicalType: EXACT } : schema.type;
}

const PRIMITIVES = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']);

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Field {
  readonly name: string;
  readonly type: avro.Type;
}

function fieldsOf(type: avro.Type | null | undefined): readonly Field[] {
  const record = recordOf(type);
  return record === null ? [] : (record as avro.types.RecordType).fields.map((f) => ({ name: f.name, type: f.type }));
}

/** The branches of a union that are not null; of any other type itself. */
function branches(type: avro.Type | null | undefined): readonly avro.Type[] {
  if (type === null || type === undefined) return [];
  if (avro.Type.isType(type, 'union')) return (type as avro.types.UnwrappedUnionType).types.flatMap(branches);
  return plainName(type) === 'null' ? [] : [type];
}

function plainName(type: avro.Type): string {
  return type instanceof ExactType ? type.underlyingType.typeName : type.typeName;
}

function recordOf(type: avro.Type | null | undefined): avro.Type | null {
  return branches(type).find((t) => avro.Type.isType(t, 'record', 'error')) ?? null;
}

function describe(field: Field, units: WeakMap<avro.Type, string>): AvroField {
  const [type] = branches(field.type);
  if (type === undefined) return { name: field.name, jsonType: 'string', unit: null, bits: null };
  const unit = (type instanceof ExactType ? unitOf(type.attributes) : units.get(type)) ?? '';
  const json = isDecimal(type) ? 'string' : jsonType(plainName(type));
  return { name: field.name, jsonType: json, unit: unit === '' ? null : unit, bits: bitsOf(type) };
}

function bitsOf(type: avro.Type): number | null {
  if (!['bytes', 'fixed'].includes(plainName(type))) return null;
  if (!(type instanceof ExactType)) return 0;
  const attributes = type.attributes as unknown as Json;
  const name = String(attributes['connect.name'] ?? '');
  if (attributes.plainLogicalType === 'decimal' || name.endsWith('.Decimal')) return null;
  const parameters = attributes['connect.parameters'];
  return name.endsWith('.data.Bits') && isObject(parameters) ? Number(parameters.length ?? 0) : 0;
}

function isDecimal(type: avro.Type): boolean {
  return type instanceof ExactType && plainName(type) === 'record';
}

function unitOf(schema: object): string {
  const name: unknown = (schema as Json)['connect.name'];
  if (typeof name === 'string') return /\.(Micro|Nano|)(Timestamp|Time)$|\.Date$/.test(name) ? name : '';
  const logical = (schema as Json).plainLogicalType;
  return typeof logical === 'string' ? (LOGICAL_UNITS[logical] ?? '') : '';
}

function jsonType(typeName: string): string {
  if (['int', 'float', 'double', 'abstract:long', 'long'].includes(typeName)) return 'number';
  if (typeName === 'boolean') return 'boolean';
  if (typeName === 'array') return 'array';
  return ['map', 'record', 'error'].includes(typeName) ? 'object' : 'string';
}
