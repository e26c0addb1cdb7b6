import type { ByteWindow } from './bytes.js';
import { decodeFrame, decodeKey } from './frame.js';
import { type AvroItem, type KafkaPlace, lost } from './item.js';
import type { SchemaFiles } from './schema-files.js';
import { base64, parseKcat } from './wire.js';

const LONGEST_LINE = 32_000_000;
const SLICE = 1000;

/**
 * Records one a line: `kcat -J` (which writes binary into its strings byte by byte, not as UTF-8, so that only a reader of bytes
 * gets it back; other tools write base64 there), or the value alone in base64.
 */
export async function* readFramedLines(
  window: ByteWindow,
  schemas: SchemaFiles,
  layout: 'kcat' | 'base64',
): AsyncGenerator<AvroItem[]> {
  let items: AvroItem[] = [];
  for (let number = 1; ; number++) {
    const line = await nextLine(window);
    if (line === null) break;
    const where = `line ${number}`;
    const text = line === 'too long' ? '' : line.trim();
    if (line === 'too long') items.push(lost('line-too-long', 'is longer than one record can be'));
    else if (text === '') number -= 1;
    else items.push(layout === 'kcat' ? kcatItem(text, schemas, where) : base64Item(text, schemas, where));
    if (items.length === SLICE) {
      yield items;
      items = [];
    }
  }
  yield items;
}

async function nextLine(window: ByteWindow): Promise<string | null> {
  for (let size = 1 << 16; ; size *= 4) {
    const bytes = await window.peekMore(size);
    if (bytes.length === 0) return null;
    const end = bytes.indexOf(10);
    if (end < 0 && bytes.length >= size && size > LONGEST_LINE) {
      await window.skipPast(Buffer.from('\n'));
      return 'too long';
    }
    if (end < 0 && bytes.length >= size) continue;
    const line = bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
    window.skip(end < 0 ? bytes.length : end + 1);
    return line;
  }
}

function base64Item(text: string, schemas: SchemaFiles, where: string): AvroItem {
  if (text === 'null') return { kind: 'null' };
  const bytes = base64(text);
  return bytes === null ? lost('avro-record', `${where}: is not base64`) : decodeFrame(bytes, schemas, where);
}

function kcatItem(text: string, schemas: SchemaFiles, where: string): AvroItem {
  const record = parseKcat(text);
  if (record === null) return lost('invalid-json', `${where}: is not a record of kcat -J (cut off, or damaged)`);
  const place: KafkaPlace = {
    topic: Buffer.from(record.topic, 'latin1').toString('utf8'),
    partition: record.partition,
    offset: record.offset,
    ts: record.ts ?? null,
    key: record.key === null ? null : decodeKey(binary(record.key), schemas),
  };
  if (record.payload === null) return { kind: 'null', place };
  return decodeFrame(binary(record.payload), schemas, where, place);
}

/** The bytes that a string of a line stands for. */
function binary(text: string): Buffer {
  const raw = Buffer.from(text, 'latin1');
  return raw[0] === 0 ? raw : (base64(text) ?? raw);
}
