import { instantOf, isJson, type Json, jsonText, parseExact, plainText, wholeNumber } from './json.js';
import type { TopicRecord } from './record.js';

/** What web pages, proxies and tools call the parts of a record; lower case, the surest first. */
const NAMES = {
  topic: ['topic', 'topicname', 'topic_name'],
  partition: ['partition', 'partitionid', 'partition_id'],
  offset: ['offset', 'msgoffset', 'message_offset'],
  timestamp: ['timestamp', 'ts', 'timestampms', 'timestamp_ms', 'createtime', 'create_time', 'time'],
  key: ['key', 'keycontent', 'messagekey'],
  value: ['value', 'payload', 'content', 'message', 'record_content', 'record'],
} as const;
type Part = keyof typeof NAMES;
/** Objects in which some tools keep where a record came from. */
const PLACES = ['metadata', 'meta', 'record_metadata', '__kafka', 'message'];

function fieldsOf(record: Json): ReadonlyMap<string, unknown> {
  const flat = new Map(Object.entries(record).map(([name, value]) => [name.toLowerCase(), value]));
  for (const place of PLACES) {
    const inner = flat.get(place);
    const text = typeof inner === 'string' ? parseExact(inner) : inner;
    if (!isJson(text)) continue;
    for (const [name, value] of Object.entries(text))
      if (!flat.has(name.toLowerCase())) flat.set(name.toLowerCase(), value);
  }
  return flat;
}

/** The record inside a wrapper, or null where an object is none: it has a value, an offset, and a topic, a partition or a time. */
export function unwrapped(record: Json): TopicRecord | null {
  if ('op' in record || 'before' in record || 'after' in record || 'specversion' in record) return null;
  const fields = fieldsOf(record);
  const find = (part: Part): unknown => {
    const name = NAMES[part].find((n) => fields.has(n));
    return name === undefined ? undefined : fields.get(name);
  };
  const offset = plainText(find('offset'));
  const value = find('value');
  const placed = find('topic') !== undefined || find('partition') !== undefined || find('timestamp') !== undefined;
  if (value === undefined || offset === null || !/^\d+$/.test(offset) || !placed) return null;
  const inner = innerValue(value);
  if (inner === undefined) return null;
  const topic = find('topic');
  return {
    topic: typeof topic === 'string' ? topic : null,
    partition: wholeNumber(find('partition')),
    offset,
    timestamp: instantOf(find('timestamp')),
    key: keyOf(find('key')),
    value: inner,
  };
}

/** A value as an object, out of text, base64 or `{payload, encoding}`; null for a tombstone, undefined where it is no record. */
export function innerValue(value: unknown): Json | null | undefined {
  if (value === null || value === 'null' || value === '') return null;
  if (isJson(value)) {
    // Redpanda Console says how a payload was decoded beside it.
    if ('payload' in value && 'encoding' in value) return innerValue(value.payload);
    if ('payload' in value && 'isPayloadNull' in value)
      return value.isPayloadNull === true ? null : innerValue(value.payload);
    if (Object.keys(value).length === 1 && isJson(value.value)) return innerValue(value.value);
    return value;
  }
  if (typeof value !== 'string') return undefined;
  const parsed = parseExact(value);
  if (parsed === null) return null;
  if (isJson(parsed)) return parsed;
  if (typeof parsed === 'string' && parsed !== value) return innerValue(parsed);
  return decoded(value);
}

/** JSON that was written as base64. */
function decoded(text: string): Json | undefined {
  if (text.length < 8 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return undefined;
  const inner = parseExact(Buffer.from(text, 'base64').toString('utf8'));
  return isJson(inner) ? inner : undefined;
}

/** A key as JSON text or as it stands; undefined where there is none. */
export function keyOf(key: unknown): unknown {
  if (key === undefined || key === null || key === '') return undefined;
  if (typeof key === 'string') return decoded(key) ?? key;
  if (isJson(key) && 'payload' in key && ('encoding' in key || 'isPayloadNull' in key)) return keyOf(key.payload);
  return key;
}

/** A record as a line of `kcat -J`, where its place in the topic is known. */
export function kcatLine(record: TopicRecord, topic: string): string {
  const key = record.key === undefined ? null : typeof record.key === 'string' ? record.key : jsonText(record.key);
  const payload = record.value === null ? null : jsonText(record.value);
  const place = `"partition":${record.partition ?? 0},"offset":${record.offset ?? 'null'},"ts":${record.timestamp ?? 'null'}`;
  return `{"topic":${JSON.stringify(record.topic ?? topic)},${place},"key":${JSON.stringify(key)},"payload":${JSON.stringify(payload)}}`;
}
