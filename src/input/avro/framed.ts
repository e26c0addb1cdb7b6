import type { Damage } from '../input-file.js';
import type { ByteWindow } from './bytes.js';
import { decodeRecord } from './container.js';
import { decodeFrame } from './frame.js';
import { type AvroItem, broken, lost } from './item.js';
import type { SchemaFiles } from './schema-files.js';
import { FRAME_HEAD, frameId } from './wire.js';

/** Longest framed record that is looked for. */
const LONGEST_RECORD = 16_000_000;
const SLICE = 1000;
const NEWLINE = 10;

/** Records with their length before them, as `kcat -f '%R%s'` writes them: 32 bits, big-endian, -1 for a null value. */
export async function* readPrefixed(
  window: ByteWindow,
  schemas: SchemaFiles,
  damage: Damage | null,
): AsyncGenerator<AvroItem[]> {
  for (let items: AvroItem[] = []; ; items = []) {
    while (items.length < SLICE) {
      const where = `record at byte ${window.offset}`;
      const head = await window.peek(4);
      if (head.length === 0) {
        yield items;
        return;
      }
      const length = head.length < 4 ? 0 : head.readInt32BE(0);
      const size = Math.max(length, 0);
      const bytes = size > LONGEST_RECORD ? head : await window.peek(4 + size);
      if (head.length < 4 || bytes.length < 4 + size) {
        const damaged = length < -1 || size > LONGEST_RECORD;
        yield [
          ...items,
          broken(damaged ? 'damaged' : (damage ?? 'cut off'), `${where} is cut off, or its length is wrong`),
        ];
        return;
      }
      items.push(length === -1 ? { kind: 'null' } : decodeFrame(Buffer.from(bytes.subarray(4)), schemas, where));
      window.skip(4 + size);
    }
    yield items;
  }
}

/**
 * Records one after the other, with nothing between them (`kcat -D ''`) or a line end (kcat, console consumer). Only its schema
 * tells where a record ends. A null value is an empty line, or the word.
 */
export async function* readConcatenated(
  window: ByteWindow,
  schemas: SchemaFiles,
  damage: Damage | null,
): AsyncGenerator<AvroItem[]> {
  let lines: boolean | null = null;
  for (let items: AvroItem[] = []; ; items = []) {
    while (items.length < SLICE) {
      const start = await window.peek(FRAME_HEAD);
      if (start.length === 0) {
        yield items;
        return;
      }
      if (lines === true && (start[0] === NEWLINE || start.toString('latin1') === 'null\n')) {
        items.push({ kind: 'null' });
        window.skip(start[0] === NEWLINE ? 1 : FRAME_HEAD);
        continue;
      }
      const where = `record at byte ${window.offset}`;
      const [item, end] = await nextFrame(window, schemas, where);
      if (end === null) {
        yield [...items, item];
        if (!(await toNextFrame(window, schemas))) {
          yield [broken(damage ?? 'damaged', null)];
          return;
        }
        yield [broken('damaged', null)];
        items = [];
        continue;
      }
      items.push(item);
      window.skip(end);
      const after = (await window.peek(1))[0];
      if (lines !== false && after === NEWLINE) {
        lines = true;
        window.skip(1);
      } else if (after !== undefined) lines ??= false;
    }
    yield items;
  }
}

async function nextFrame(
  window: ByteWindow,
  schemas: SchemaFiles,
  where: string,
): Promise<readonly [AvroItem, number | null]> {
  const id = frameId(await window.peek(FRAME_HEAD));
  if (id === null) return [lost('avro-record', `${where}: no Confluent-framed Avro record begins here`), null];
  const schema = schemas.get(id);
  if (schema === undefined) return [lost('avro-schema', `${where}: its schema, ${id}, is not among those given`), null];
  for (let size = 1 << 16; ; size *= 4) {
    const bytes = await window.peekMore(size);
    const record = decodeRecord(schema, bytes, FRAME_HEAD);
    if (record !== null) return [{ kind: 'record', schema, value: record.value }, record.end];
    if (bytes.length < size || size > LONGEST_RECORD)
      return [lost('avro-record', `${where}: does not fit its schema, ${id}, or is cut off`), null];
  }
}

/** Moves on to what looks like the next record: a zero and the id of a schema that was given. */
async function toNextFrame(window: ByteWindow, schemas: SchemaFiles): Promise<boolean> {
  window.skip(Math.min(1, (await window.peek(1)).length));
  for (;;) {
    const bytes = await window.peekMore(1 << 16);
    for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) {
      if (schemas.has(frameId(bytes, at) ?? -1)) {
        window.skip(at);
        return true;
      }
    }
    if (bytes.length < 1 << 16) {
      window.skip(bytes.length);
      return false;
    }
    window.skip(bytes.length - FRAME_HEAD);
  }
}
