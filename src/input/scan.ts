import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import type { Compression, Damage } from './input-file.js';
import { isTooDeep, SHALLOW_BYTES } from './nesting.js';
import { zstdDamage } from './zstd-frames.js';

/** Longest line that is read; DuckDB holds whole lines in its buffers. */
export const LONGEST_LINE = 8_000_000;
const HEAD = 262_144;
const NEWLINE = 10;
const RETURN = 13;
const OPEN_ENDS = new Set(Buffer.from(':,[ \t'));
/** What `rawLines` takes for the end of a column: no text has it. */
export const SEPARATOR = 1;

/** What one pass over a file's bytes told. */
export interface FileScan {
  readonly bytes: number;
  readonly sha256: string;
  readonly compression: Compression;
  /** The first unpacked bytes, whole lines where there are any. */
  readonly head: Buffer;
  /** True where `head` is all there is. */
  readonly headIsWhole: boolean;
  readonly blankLines: boolean;
  readonly longLines: boolean;
  readonly invalidText: boolean;
  /** Carriage returns inside lines: `mariadb --batch` writes them as they are, and a CSV reader takes them for line ends. */
  readonly bareReturns: boolean;
  /** Some lines end with a carriage return and others do not, or a control character stands in the text that our line reader uses itself. */
  readonly oddLines: boolean;
  /** A line ends in the middle of an object or a list (`{"id":`), or with blanks: DuckDB 1.5.5 would take the next line for its rest. */
  readonly openLines: boolean;
  /** A line holds JSON nested deeper than any parser should be given. */
  readonly deepLines: boolean;
  readonly damage: Damage | null;
}

/** Hashes and checks a file in one streaming pass: packing, line lengths, UTF-8, NUL bytes, what is cut off or damaged. */
export async function scanFile(path: string): Promise<FileScan> {
  const compression = compressionOf(path);
  const lines = new LineCheck();
  const { bytes, sha256, damage } =
    compression === 'gzip'
      ? await unpackAndHash(path, lines)
      : await hashPlain(path, compression === 'none' ? lines : null);
  lines.end();
  return {
    bytes,
    sha256,
    compression,
    head: lines.head(),
    headIsWhole: lines.headIsWhole,
    blankLines: lines.blankLines,
    longLines: lines.longLines,
    invalidText: lines.invalidText,
    bareReturns: lines.bareReturns,
    oddLines: lines.oddLines,
    openLines: lines.openLines,
    deepLines: lines.deepLines,
    damage: compression === 'zstd' ? zstdDamage(path) : damage,
  };
}

interface Hashed {
  readonly bytes: number;
  readonly sha256: string;
  readonly damage: Damage | null;
}

/** One buffer for the whole file: new ones for each piece cost a third more. */
async function hashPlain(path: string, lines: LineCheck | null): Promise<Hashed> {
  const hash = createHash('sha256');
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafeSlow(1 << 20);
    for (let bytes = 0; ; ) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return { bytes, sha256: hash.digest('hex'), damage: null };
      const chunk = buffer.subarray(0, bytesRead);
      hash.update(chunk);
      lines?.add(chunk);
      bytes += bytesRead;
    }
  } finally {
    await file.close();
  }
}

async function unpackAndHash(path: string, lines: LineCheck): Promise<Hashed> {
  const hash = createHash('sha256');
  let bytes = 0;
  let damage: Damage | null = null;
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  file.on('data', (chunk) => {
    hash.update(chunk as Buffer);
    bytes += chunk.length;
  });
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  file.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of file.pipe(gunzip)) lines.add(chunk as Buffer);
  } catch (error) {
    damage = damageOf(error);
    file.destroy();
    for await (const rest of createReadStream(path, { start: bytes })) {
      hash.update(rest as Buffer);
      bytes += (rest as Buffer).length;
    }
  }
  return { bytes, sha256: hash.digest('hex'), damage };
}

/** What zlib says of a file that it cannot unpack to its end. An error of the disk is none of its. */
function damageOf(error: unknown): Damage {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!code.startsWith('Z_')) throw error;
  return code === 'Z_BUF_ERROR' ? 'cut off' : 'damaged';
}

/** How a file's bytes are packed, by its first ones. */
export function compressionOf(path: string): Compression {
  const magic = Buffer.alloc(4);
  const descriptor = openSync(path, 'r');
  try {
    readSync(descriptor, magic, 0, 4, 0);
  } finally {
    closeSync(descriptor);
  }
  if (magic[0] === 0x1f && magic[1] === 0x8b) return 'gzip';
  return magic.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : 'none';
}

/** Looks at lines without cutting them: a few searches per chunk, none per line. A chunk may be overwritten after `add`: what is kept is copied. */
export class LineCheck {
  blankLines = false;
  longLines = false;
  invalidText = false;
  bareReturns = false;
  openLines = false;
  deepLines = false;
  private returns = false;
  private plainEnds = false;
  private separators = false;
  private heads: Buffer[] = [];
  private headBytes = 0;
  private carry: Buffer[] = [];
  private carryBytes = 0;
  private endsLine = true;
  /** The last two bytes of the chunk before. */
  private before: readonly number[] = [0, 0];

  add(chunk: Buffer): void {
    if (this.headBytes < HEAD) {
      this.heads.push(Buffer.from(chunk));
      this.headBytes += chunk.length;
    }
    if (chunk.includes(0)) this.invalidText = true;
    if (chunk.includes(SEPARATOR)) this.separators = true;
    this.countEnds(chunk);
    this.lookAtEnds(chunk);
    for (let at = chunk.indexOf(13); at >= 0 && !this.bareReturns; at = chunk.indexOf(13, at + 1)) {
      if (at + 1 < chunk.length && chunk[at + 1] !== 10) this.bareReturns = true;
    }
    if ((this.endsLine && (chunk[0] === 10 || chunk[0] === 13)) || chunk.includes('\n\n') || chunk.includes('\n\r\n')) {
      this.blankLines = true;
    }
    this.endsLine = chunk[chunk.length - 1] === 10;
    const first = chunk.indexOf(10);
    if (first < 0) {
      this.hold(chunk);
      return;
    }
    this.hold(chunk.subarray(0, first));
    this.release();
    const last = chunk.lastIndexOf(10);
    if (!isUtf8(chunk.subarray(first, last))) this.invalidText = true;
    this.hold(chunk.subarray(last + 1));
  }

  get headIsWhole(): boolean {
    return this.headBytes < HEAD;
  }

  get oddLines(): boolean {
    return this.separators || (this.returns && this.plainEnds);
  }

  /** A file is nearly always of one kind: only where returns stand in a chunk is each of its line ends looked at. */
  private countEnds(chunk: Buffer): void {
    if (!chunk.includes(RETURN)) {
      this.plainEnds ||= chunk.includes(NEWLINE);
      return;
    }
    for (let at = chunk.indexOf(NEWLINE); at >= 0 && !this.oddLines; at = chunk.indexOf(NEWLINE, at + 1)) {
      // What stands before the first byte of a chunk is not known; its neighbours tell.
      if (at === 0) continue;
      if (chunk[at - 1] === RETURN) this.returns = true;
      else this.plainEnds = true;
    }
  }

  /** One search per line: a tenth of what its hash costs. */
  private lookAtEnds(chunk: Buffer): void {
    const byte = (at: number): number => (at < 0 ? this.before[at + 2]! : chunk[at]!);
    for (let [from, at] = [0, nextNewline(chunk, 0)]; at >= 0; [from, at] = [at, nextNewline(chunk, at + 1)]) {
      this.openLines ||= OPEN_ENDS.has(byte(at - 1) === RETURN ? byte(at - 2) : byte(at - 1));
      if (at - from > SHALLOW_BYTES) this.deepLines ||= isTooDeep(chunk.subarray(from, at));
    }
    this.before = [byte(chunk.length - 2), byte(chunk.length - 1)];
  }

  end(): void {
    // A last line that ends with a return alone.
    if (this.before[1] === RETURN) this.bareReturns = true;
    this.release();
  }

  head(): Buffer {
    const all = Buffer.concat(this.heads).subarray(0, HEAD);
    const last = all.lastIndexOf(10);
    return last > 0 && this.headBytes > HEAD ? all.subarray(0, last) : all;
  }

  private hold(part: Buffer): void {
    this.carryBytes += part.length;
    if (this.carryBytes > LONGEST_LINE) {
      this.longLines = true;
      this.carry = [];
    } else if (part.length > 0) this.carry.push(Buffer.from(part));
  }

  private release(): void {
    const line = Buffer.concat(this.carry);
    if (this.carryBytes <= LONGEST_LINE && !isUtf8(line)) this.invalidText = true;
    this.deepLines ||= isTooDeep(line);
    this.carry = [];
    this.carryBytes = 0;
  }
}

/** Lines of a few bytes by the millions are walked: a search for each would take longer. */
const WALKED = 16;

function nextNewline(chunk: Buffer, from: number): number {
  const end = Math.min(from + WALKED, chunk.length);
  for (let at = from; at < end; at++) if (chunk[at] === NEWLINE) return at;
  return end < chunk.length ? chunk.indexOf(NEWLINE, end) : -1;
}
