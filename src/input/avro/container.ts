import avro from 'avsc';
import type { Damage } from '../input-file.js';
import type { ByteWindow } from './bytes.js';
import { CODECS, LARGEST_BLOCK, unpackBlock } from './codec.js';
import { type AvroItem, broken, lost } from './item.js';
import { type AvroSchema, parseSchema } from './schema.js';
import { startRecord } from './values.js';
import { MAGIC } from './wire.js';

/** What stands at the beginning of a container. */
export interface ContainerHeader {
  readonly codec: string;
  readonly schemaText: string;
  readonly schema: AvroSchema;
  readonly sync: Buffer;
}

const HEADER = avro.Type.forSchema({
  type: 'record',
  name: 'Header',
  fields: [
    { name: 'magic', type: { type: 'fixed', name: 'Magic', size: 4 } },
    { name: 'meta', type: { type: 'map', values: 'bytes' } },
    { name: 'sync', type: { type: 'fixed', name: 'Sync', size: 16 } },
  ],
});
const LARGEST_HEADER = 16 * 1024 * 1024;
/** Most records of a lost block that are listed one by one. */
const LISTED = 100_000;
const SLICE = 1000;

/** Reads a container's header and moves past it. A text says what is wrong with one that cannot be read. */
export async function readHeader(window: ByteWindow): Promise<ContainerHeader | string> {
  let header: { readonly meta: Readonly<Record<string, Buffer>>; readonly sync: Buffer } | undefined;
  for (let size = 1 << 16; header === undefined; size *= 4) {
    const bytes = await window.peek(size);
    try {
      const decoded = HEADER.decode(bytes);
      if (decoded.offset > 0) {
        header = decoded.value;
        window.skip(decoded.offset);
      }
    } catch {
      return 'its header is damaged';
    }
    if (header === undefined && (bytes.length < size || size > LARGEST_HEADER)) return 'its header is cut off';
  }
  const codec = header!.meta['avro.codec']?.toString() ?? 'null';
  if (!CODECS.includes(codec)) return `its codec is ${codec.slice(0, 20)}, not one of ${CODECS.join(', ')}`;
  const schemaText = header!.meta['avro.schema']?.toString() ?? '';
  try {
    return { codec, schemaText, schema: parseSchema(schemaText), sync: Buffer.from(header!.sync) };
  } catch {
    return 'the schema in its header cannot be read';
  }
}

/**
 * The records of a container after its header, block by block, up to the end or to another container's beginning. Where `skim`
 * says so, a record is only read past: it has no value then.
 */
export async function* readBlocks(
  window: ByteWindow,
  header: ContainerHeader,
  damage: Damage | null,
  skim: () => boolean,
): AsyncGenerator<AvroItem[]> {
  for (let number = 1; ; number++) {
    const place = `block ${number} at byte ${window.offset}`;
    const start = await window.peek(20);
    if (start.length === 0 || start.subarray(0, 4).equals(MAGIC)) return;
    const count = readLong(start, 0);
    const size = count === null ? null : readLong(start, count.end);
    const cut = start.length < 20 && (count === null || size === null);
    if (!cut && (count === null || size === null || count.value <= 0 || size.value < 0 || size.value > LARGEST_BLOCK)) {
      yield [broken('damaged', `${place}: its head is damaged, its records are lost`)];
      if (!(await window.skipPast(header.sync))) return;
      continue;
    }
    if (cut || count === null || size === null) {
      window.skip(start.length);
      yield [broken(damage ?? 'cut off', `${place} is cut off before its records begin`)];
      return;
    }
    const end = size.end + size.value;
    const whole = await window.peek(end + 16);
    const block = whole.subarray(size.end, end);
    if (whole.length < end + 16) {
      window.skip(whole.length);
      yield* decoded(header, block, count.value, `${place} is cut off`, true, skim);
      yield [broken(damage ?? 'cut off', null)];
      return;
    }
    if (!whole.subarray(end).equals(header.sync)) {
      yield [broken('damaged', `${place}: no sync marker stands at its end, its ${count.value} records are lost`)];
      if (!(await window.skipPast(header.sync))) return;
      continue;
    }
    window.skip(end + 16);
    yield* decoded(header, block, count.value, place, false, skim);
  }
}

function* decoded(
  { schema, codec }: ContainerHeader,
  block: Buffer,
  count: number,
  place: string,
  cutOff: boolean,
  skim: () => boolean,
): Generator<AvroItem[]> {
  let data: Buffer;
  try {
    data = unpackBlock(codec, block, cutOff);
  } catch {
    yield missing(count, `${place}: its records cannot be unpacked (${codec})`);
    return;
  }
  let items: AvroItem[] = [];
  let at = 0;
  for (let n = 0; n < count; n++) {
    const record = decodeRecord(schema, data, at, skim());
    if (record === null) {
      yield [...items, ...missing(count - n, `${place}, record ${n + 1} of ${count}: cannot be decoded from there on`)];
      return;
    }
    items.push({ kind: 'record', schema, value: record.value });
    at = record.end;
    if (items.length === SLICE) {
      yield items;
      items = [];
    }
  }
  if (at < data.length) items.push(broken('damaged', `${place}: ${data.length - at} bytes stand behind its records`));
  yield items;
}

/** A record and where it ends; null where the bytes are none of this schema. What avsc says of it may quote it. */
export function decodeRecord(
  schema: AvroSchema,
  data: Buffer,
  at: number,
  skim = false,
): { value: unknown; end: number } | null {
  startRecord();
  try {
    const { type, resolver } = skim && schema.past !== null ? schema.past : { type: schema.type, resolver: undefined };
    const { value, offset } = type.decode(data, at, resolver);
    return offset < at ? null : { value, end: offset };
  } catch {
    return null;
  }
}

function missing(count: number, reason: string): AvroItem[] {
  if (count > LISTED) return [broken('damaged', `${reason}: ${count} records are lost`)];
  return Array.from({ length: count }, () => lost('avro-record', reason));
}

/** Avro's variable-length integer; null where the bytes end in it, or it is larger than a number can be exactly. */
function readLong(bytes: Buffer, at: number): { readonly value: number; readonly end: number } | null {
  let value = 0n;
  for (let i = at; i < bytes.length && i < at + 10; i++) {
    value |= BigInt(bytes[i]! & 127) << BigInt(7 * (i - at));
    if (bytes[i]! < 128) {
      const signed = (value >> 1n) ^ -(value & 1n);
      return signed > BigInt(Number.MAX_SAFE_INTEGER) || signed < 0n - BigInt(Number.MAX_SAFE_INTEGER)
        ? null
        : { value: Number(signed), end: i + 1 };
    }
  }
  return null;
}
