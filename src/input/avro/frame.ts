import { decodeRecord } from './container.js';
import { type AvroItem, type DecodedKey, type KafkaPlace, lost } from './item.js';
import type { SchemaFiles } from './schema-files.js';
import { FRAME_HEAD, frameId } from './wire.js';

/** One framed record that fills `bytes`. */
export function decodeFrame(bytes: Buffer, schemas: SchemaFiles, where: string, place?: KafkaPlace): AvroItem {
  const id = frameId(bytes);
  if (id === null) return lost('avro-record', `${where}: is no Confluent-framed Avro record`);
  const schema = schemas.get(id);
  if (schema === undefined) return lost('avro-schema', `${where}: its schema, ${id}, is not among those given`);
  const record = decodeRecord(schema, bytes, FRAME_HEAD);
  if (record === null || record.end !== bytes.length)
    return lost('avro-record', `${where}: does not fit its schema, ${id}`);
  return { kind: 'record', schema, value: record.value, ...(place !== undefined && { place }) };
}

/** A key: framed like its value, or the text that another serializer wrote. */
export function decodeKey(bytes: Buffer, schemas: SchemaFiles): DecodedKey {
  const id = frameId(bytes);
  const schema = id === null ? undefined : schemas.get(id);
  const record = schema === undefined ? null : decodeRecord(schema, bytes, FRAME_HEAD);
  if (record !== null && record.end === bytes.length) return { value: record.value, bytes };
  if (id !== null) return { value: undefined, bytes };
  return { value: textKey(bytes.toString('utf8')), bytes };
}

/** A key as text or as JSON; integers that a double does not hold stay text. */
function textKey(text: string): unknown {
  try {
    const exact = text.replace(
      /("(?:[^"\\]|\\.)*")|(-?\d{16,})/g,
      (_all, string: string | undefined, digits: string) => (string === undefined ? `"${digits}"` : string),
    );
    const parsed: unknown = JSON.parse(exact);
    return isObject(parsed) && isObject(parsed.schema) && 'payload' in parsed ? parsed.payload : parsed;
  } catch {
    return text;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
