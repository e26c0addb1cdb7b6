import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { Rejected } from '../relation.js';
import type { InputFile } from './input-file.js';

/** Longest part of a line that is looked at: enough for any record, and no line fills the memory. */
const LOOKED_AT = 1 << 20;

const NEWLINE = 10;

/** A rejected record with where it stands and what it is made of: names and types, never a value of a row. */
export interface Quarantined extends Rejected {
  /** Of the line's first byte in the unpacked text; null where the packing does not let us count (zstd), or the line is unknown. */
  readonly byteOffset: number | null;
  readonly bytes: number | null;
  readonly topic: string | null;
  readonly partition: number | null;
  readonly offset: number | null;
  /** Field names of the record (`after.email`) to JSON types. Null where it is no JSON object. */
  readonly fields: Readonly<Record<string, string>> | null;
}

interface Line {
  readonly byteOffset: number;
  readonly bytes: number;
  readonly text: string;
}

/** Finds the lines of rejected records again, in one pass per file, and says what stands there. The order is that of `rejected`. */
export async function locateRejected(
  files: readonly InputFile[],
  rejected: readonly Rejected[],
): Promise<readonly Quarantined[]> {
  const found = new Map<string, ReadonlyMap<number, Line>>();
  for (const file of files) {
    const lines = rejected.flatMap((r) => (r.file === file.name && r.line !== null ? [r.line] : []));
    if (lines.length > 0 && file.compression !== 'zstd') found.set(file.name, await linesOf(file, new Set(lines)));
  }
  return rejected.map((r) => ({ ...r, ...described(r.line === null ? undefined : found.get(r.file)?.get(r.line)) }));
}

async function linesOf(file: InputFile, wanted: ReadonlySet<number>): Promise<ReadonlyMap<number, Line>> {
  const last = Math.max(...wanted);
  const found = new Map<number, Line>();
  const raw = createReadStream(file.path, { highWaterMark: 1 << 20 });
  const unpacked = isGzip(file) ? raw.pipe(createGunzip({ chunkSize: 1 << 18 })) : raw;
  if (unpacked !== raw) raw.on('error', (error) => unpacked.destroy(error));
  let [line, begin, at] = [1, 0, 0];
  let parts: Buffer[] = [];
  let held = 0;
  const finish = (end: number): void => {
    if (wanted.has(line))
      found.set(line, { byteOffset: begin, bytes: end - begin, text: Buffer.concat(parts).toString('utf8') });
    parts = [];
    held = 0;
  };
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
        hold(chunk.subarray(start, end));
        finish(at + end);
        line += 1;
        start = end + 1;
        begin = at + start;
        if (line > last) return found;
      }
      hold(chunk.subarray(start));
      at += chunk.length;
    }
    finish(at);
  } catch {
    // A packed file that is cut off: what stands before the cut was found.
    finish(at);
  } finally {
    raw.destroy();
  }
  return found;

  function hold(part: Buffer): void {
    if (!wanted.has(line) || held >= LOOKED_AT) return;
    const kept = part.subarray(0, LOOKED_AT - held);
    held += kept.length;
    parts.push(Buffer.from(kept));
  }
}

/** A mended file says "none" of its readable copy; what it was packed in is told by its own first bytes. */
function isGzip(file: InputFile): boolean {
  return file.compression === 'gzip' || (file.readPath !== file.path && /\.gz$/i.test(file.path));
}

function described(line: Line | undefined): Omit<Quarantined, keyof Rejected> {
  const nothing = { topic: null, partition: null, offset: null, fields: null };
  if (line === undefined) return { byteOffset: null, bytes: null, ...nothing };
  const record = objectOf(line.text);
  const place = { byteOffset: line.byteOffset, bytes: line.bytes };
  if (record === null) return { ...place, ...nothing };
  const kcat = 'topic' in record && 'payload' in record;
  const value = kcat ? objectOf(record.payload) : record;
  return {
    ...place,
    topic: kcat ? textOf(record.topic) : null,
    partition: kcat ? numberOf(record.partition) : null,
    offset: kcat ? numberOf(record.offset) : null,
    fields: value === null ? null : Object.fromEntries(typesOf(value, '', 2)),
  };
}

function objectOf(text: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof text !== 'string') return null;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Names as they are written in schemas; a key that holds anything else may be a value in the wrong place. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

function typesOf(record: Readonly<Record<string, unknown>>, prefix: string, depth: number): [string, string][] {
  return Object.entries(record).flatMap(([name, value]): [string, string][] => {
    const shown = prefix + (NAME.test(name) ? name : '(other)');
    if (isRecord(value) && depth > 0) return typesOf(value, `${shown}.`, depth - 1);
    return [[shown, value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value]];
  });
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
