import type { ByteWindow } from './bytes.js';
import { decodeFrame, decodeKey, FRAME_HEAD } from './frame.js';
import { type AvroItem, type KafkaPlace, lost } from './item.js';
import type { SchemaFiles } from './schema-files.js';

const LONGEST_LINE = 32_000_000;
const SLICE = 1000;

/** One line of `kcat -J`, each character of its text standing for one byte. */
interface KcatLine {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly ts?: number;
  readonly key: string | null;
  readonly payload: string | null;
}

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

/** A line of `kcat -J`; null where it is none. */
export function parseKcat(text: string): KcatLine | null {
  try {
    const line: unknown = JSON.parse(text);
    return isKcat(line) ? line : null;
  } catch {
    return null;
  }
}

function isKcat(line: unknown): line is KcatLine {
  if (typeof line !== 'object' || line === null) return false;
  const { topic, partition, offset, key, payload } = line as Record<string, unknown>;
  const isText = (value: unknown): boolean => value === null || typeof value === 'string';
  return (
    typeof topic === 'string' &&
    Number.isInteger(partition) &&
    Number.isInteger(offset) &&
    isText(key) &&
    isText(payload)
  );
}

/** The bytes that a string of a line stands for. */
function binary(text: string): Buffer {
  const raw = Buffer.from(text, 'latin1');
  return raw[0] === 0 ? raw : (base64(text) ?? raw);
}

/** Base64 of framed bytes; null where the text is none. */
export function base64(text: string): Buffer | null {
  // The first byte is zero: text in base64 then begins with an A.
  if (!text.startsWith('A') || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length > FRAME_HEAD && bytes.toString('base64') === text ? bytes : null;
}

/** True where a string of a line stands for framed bytes. */
export function isFramed(text: string | null): boolean {
  if (text === null) return false;
  const bytes = text.startsWith('\0') ? Buffer.from(text, 'latin1') : base64(text);
  return bytes !== null && bytes.length > FRAME_HEAD && bytes[0] === 0 && bytes[1] === 0;
}
