import type { RelationSchema, SchemaColumn } from '../ksql/catalog.js';
import { keyColumns, valueColumns } from '../ksql/catalog.js';
import { duckType, type KsqlType } from '../ksql/types.js';
import { identifier, text } from '../sql/quote.js';
import { JSON_NULL, type Json, jsonText } from './json.js';
import { decimalText, parseDecimal, rescale } from './numbers.js';
import type { CaseRecord } from './qtt-case.js';

/** A record that its declared format cannot hold: the engine logs it and goes on without it. */
export class UndecodableRecord extends Error {}

/** The record's columns as SQL literals, key columns first; `live` is false for a null value. */
export interface DecodedRecord {
  readonly live: boolean;
  readonly columns: readonly string[];
}

/** Reads a record as a relation's declaration says. Throws UndecodableRecord where it does not fit. */
export function decodeRecord(record: CaseRecord, schema: RelationSchema): DecodedRecord {
  const keys = decodePart(record.key, keyColumns(schema), schema.format.keyFormat, false, schema.format.keyDelimiter);
  const live = record.value.kind !== 'null';
  const wrap = schema.format.wrapSingleValue !== false;
  const values = decodePart(
    record.value,
    valueColumns(schema),
    schema.format.valueFormat,
    wrap,
    schema.format.valueDelimiter,
  );
  return { live, columns: [...keys, ...values] };
}

function decodePart(
  part: Json,
  columns: readonly SchemaColumn[],
  format: string,
  wrapped: boolean,
  delimiter: string | undefined,
): string[] {
  if (part.kind === 'null' || format === 'NONE' || columns.length === 0) return columns.map((c) => sqlNull(c.type));
  if (format === 'DELIMITED' && part.kind === 'string') {
    const fields = splitDelimited(part.value, delimiter ?? ',');
    if (fields.length !== columns.length)
      throw new UndecodableRecord(`expected ${columns.length} fields, found ${fields.length}`);
    return columns.map((c, i) => literal(delimitedValue(fields[i] ?? null, c.type), c.type));
  }
  if (
    columns.length === 1 &&
    !wrapped &&
    columns[0] !== undefined &&
    (part.kind !== 'object' || columns[0].type.kind === 'STRUCT' || columns[0].type.kind === 'MAP')
  ) {
    return [literal(part, columns[0].type)];
  }
  if (part.kind !== 'object') {
    const [only] = columns;
    if (columns.length === 1 && only !== undefined) return [literal(part, only.type)];
    throw new UndecodableRecord('expected an object');
  }
  const fields = part.fields;
  return columns.map((c) => literal(lookup(fields, c.name), c.type));
}

function lookup(fields: ReadonlyMap<string, Json>, name: string): Json {
  const exact = fields.get(name);
  if (exact !== undefined) return exact;
  for (const [key, value] of fields) if (key.toUpperCase() === name.toUpperCase()) return value;
  return JSON_NULL;
}

function delimitedValue(field: string | null, type: KsqlType): Json {
  if (field === null || (field === '' && type.kind !== 'STRING')) return JSON_NULL;
  return { kind: 'string', value: type.kind === 'STRING' ? field : field.trim() };
}

/** One line of delimited text; an empty unquoted field is null. */
function splitDelimited(line: string, delimiter: string): (string | null)[] {
  const fields: (string | null)[] = [];
  let at = 0;
  for (;;) {
    if (line[at] === '"') {
      let value = '';
      at += 1;
      while (at < line.length && !(line[at] === '"' && line[at + 1] !== '"')) {
        if (line[at] === '"') at += 1;
        value += line[at];
        at += 1;
      }
      at += 1;
      fields.push(value);
    } else {
      const end = line.indexOf(delimiter, at);
      const value = line.slice(at, end < 0 ? undefined : end);
      fields.push(value === '' ? null : value);
      at = end < 0 ? line.length : end;
    }
    if (at >= line.length) return fields;
    at += delimiter.length;
  }
}

function sqlNull(type: KsqlType): string {
  return `CAST(NULL AS ${duckType(type)})`;
}

/** A JSON value as a SQL literal of the type, by the rules of the engine's reader. */
function literal(value: Json, type: KsqlType): string {
  if (value.kind === 'null') return sqlNull(type);
  const cast = (sql: string): string => `CAST(${sql} AS ${duckType(type)})`;
  switch (type.kind) {
    case 'BOOLEAN':
      if (value.kind === 'boolean') return String(value.value);
      if (value.kind === 'string' && /^(true|false)$/i.test(value.value)) return value.value.toLowerCase();
      throw new UndecodableRecord('expected a boolean');
    case 'INTEGER':
    case 'BIGINT':
      return cast(`${wholeNumber(value, type.kind === 'INTEGER' ? 32 : 64)}`);
    case 'DOUBLE':
      return cast(text(numberText(value)));
    case 'DECIMAL': {
      const parsed = parseDecimal(numberText(value));
      const scaled = parsed === undefined ? undefined : rescale(parsed, type.scale);
      if (scaled === undefined || String(scaled.unscaled).replace('-', '').length > type.precision)
        throw new UndecodableRecord('does not fit the decimal');
      return cast(text(decimalText(scaled)));
    }
    case 'STRING':
      return text(stringOf(value));
    case 'BYTES':
      return `from_base64(${text(value.kind === 'string' ? value.value : '')})`;
    case 'DATE':
      return `(DATE '1970-01-01' + ${wholeNumber(value, 32)}::INTEGER)`;
    case 'TIME':
      return `CAST(make_timestamp(${wholeNumber(value, 32)}::BIGINT * 1000) AS TIME)`;
    case 'TIMESTAMP':
      return `make_timestamp(${wholeNumber(value, 64)}::BIGINT * 1000)`;
    case 'ARRAY':
      if (value.kind !== 'array') throw new UndecodableRecord('expected an array');
      return cast(`[${value.items.map((v) => literal(v, type.element)).join(', ')}]`);
    case 'MAP': {
      if (value.kind !== 'object') throw new UndecodableRecord('expected a map');
      const entries = [...value.fields];
      const keys = entries.map(([k]) => literal({ kind: 'string', value: k }, type.key));
      return cast(`MAP([${keys.join(', ')}], [${entries.map(([, v]) => literal(v, type.value)).join(', ')}])`);
    }
    case 'STRUCT': {
      if (value.kind !== 'object') throw new UndecodableRecord('expected a struct');
      const fields = value.fields;
      return cast(
        `{${type.fields.map((f) => `${identifier(f.name)}: ${literal(lookup(fields, f.name), f.type)}`).join(', ')}}`,
      );
    }
  }
}

function numberText(value: Json): string {
  const found = value.kind === 'number' ? value.text : value.kind === 'string' ? value.value.trim() : undefined;
  if (found === undefined || parseDecimal(found) === undefined) throw new UndecodableRecord('expected a number');
  return found;
}

function wholeNumber(value: Json, bits: number): bigint {
  const parsed = parseDecimal(numberText(value));
  if (parsed === undefined) throw new UndecodableRecord('expected a number');
  const whole =
    parsed.scale > 0 ? parsed.unscaled / 10n ** BigInt(parsed.scale) : parsed.unscaled * 10n ** BigInt(-parsed.scale);
  if (value.kind === 'string' && parsed.scale > 0) throw new UndecodableRecord('expected a whole number');
  return BigInt.asIntN(bits, whole);
}

function stringOf(value: Json): string {
  switch (value.kind) {
    case 'string':
      return value.value;
    case 'array':
      return `[${value.items.map((v) => (v.kind === 'null' ? 'null' : stringOf(v))).join(', ')}]`;
    default:
      return jsonText(value);
  }
}
