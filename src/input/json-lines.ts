import { closeSync, openSync, writeSync } from 'node:fs';
import type { Rejected } from '../relation.js';
import { unpackedBytes } from './avro/bytes.js';
import { isMarked } from './encoding.js';
import type { Compression } from './input-file.js';
import { LONGEST_LINE } from './scan.js';

const [LF, CR, TAB, SPACE, QUOTE, BACKSLASH, COMMA] = [10, 13, 9, 32, 34, 92, 44];
const [OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [91, 93, 123, 125];
const FLUSH = 1 << 20;

/** How JSON records stand in a text that is not one record per line. */
export type JsonLayout = 'array' | 'pretty';

/** Recognises one JSON array of records, or records over several lines (`jq .`), by the first text of a file. */
export function jsonLayout(head: string): JsonLayout | null {
  const text = head.replace(/^\uFEFF/, '').trimStart();
  if (/^\[\s*(\{\s*"|null\b|\]\s*$)/.test(text)) return isLines(text) ? null : 'array';
  return /^\{\s*\n\s*"/.test(text) ? 'pretty' : null;
}

/** A text whose first line is a whole array by itself, with others behind it, is no array of records. */
function isLines(text: string): boolean {
  const end = text.indexOf('\n');
  return end > 0 && /^\s*\S/.test(text.slice(end)) && /\]\s*$/.test(text.slice(0, end));
}

/**
 * Writes the records of a JSON array (or of a text of records over several lines) to `target`, one per line, to the letter but for
 * line ends between tokens. Answers with the records that are not whole: where they begin, by line of the file.
 */
export async function writeJsonLines(
  source: { readonly path: string; readonly name: string; readonly compression: Compression },
  layout: JsonLayout,
  target: string,
): Promise<readonly Rejected[]> {
  const out = openSync(target, 'w', 0o600);
  try {
    const splitter = new Splitter(layout, (piece) => void writeSync(out, piece));
    let first = true;
    for await (const piece of unpackedBytes(source.path, source.compression)) {
      splitter.add(first && isMarked(piece) ? piece.subarray(3) : piece);
      first = false;
    }
    splitter.end();
    return splitter.broken.map(({ line, code, reason }) => ({ file: source.name, line, code, reason }));
  } finally {
    closeSync(out);
  }
}

interface Broken {
  readonly line: number;
  readonly code: string;
  readonly reason: string;
}

/** Finds where records begin and end by their brackets: what stands in quotes is passed over. */
class Splitter {
  readonly broken: Broken[] = [];
  private readonly write: (piece: Buffer) => void;
  private out: Buffer = Buffer.allocUnsafe(FLUSH * 2);
  private size = 0;
  /** Where in `out` the record begins that is being copied. */
  private began = 0;
  private line = 1;
  private beganLine = 1;
  /** Open brackets inside the record. */
  private depth = 0;
  private inText = false;
  private escaping = false;
  /** A record without brackets (`null`) is being copied. */
  private word = false;
  /** The array's own bracket is open (or there is none). */
  private inside: boolean;
  private dropping = false;

  constructor(layout: JsonLayout, write: (piece: Buffer) => void) {
    this.inside = layout === 'pretty';
    this.write = write;
  }

  add(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at]!;
      if (byte === LF) this.line += 1;
      if (this.inText) this.text(byte);
      else if (this.depth > 0) this.token(byte);
      else this.between(byte);
    }
  }

  end(): void {
    if (this.word) this.finish();
    if (this.depth > 0) this.fail('invalid-json', 'is not valid JSON (cut off in the middle)');
    this.flush();
  }

  private text(byte: number): void {
    // No text of JSON holds a line end; one that does would break the line in two.
    this.copy(byte === LF || byte === CR ? SPACE : byte);
    if (this.escaping) this.escaping = false;
    else if (byte === BACKSLASH) this.escaping = true;
    else if (byte === QUOTE) this.inText = false;
  }

  private token(byte: number): void {
    this.copy(byte === LF || byte === CR || byte === TAB ? SPACE : byte);
    if (byte === QUOTE) this.inText = true;
    else if (byte === OPEN || byte === OPEN_LIST) this.depth += 1;
    else if (byte === CLOSE || byte === CLOSE_LIST) {
      this.depth -= 1;
      if (this.depth === 0) this.finish();
    }
  }

  private between(byte: number): void {
    const blank = byte === LF || byte === CR || byte === TAB || byte === SPACE || byte === COMMA;
    if (this.word && (blank || byte === CLOSE_LIST)) this.finish();
    if (blank || byte === CLOSE_LIST) return;
    if (!this.inside && byte === OPEN_LIST) {
      this.inside = true;
      return;
    }
    if (!this.word) this.beganLine = this.line;
    this.copy(byte);
    if (byte === OPEN || byte === OPEN_LIST) this.depth = 1;
    else if (byte === QUOTE) {
      this.word = true;
      this.inText = true;
    } else this.word = true;
  }

  private copy(byte: number): void {
    if (this.dropping) return;
    if (this.size - this.began > LONGEST_LINE) {
      this.fail('line-too-long', `longer than ${LONGEST_LINE / 1_000_000} MB: not one record of a change log`);
      this.dropping = true;
      return;
    }
    if (this.size === this.out.length) {
      const larger = Buffer.allocUnsafe(this.out.length * 2);
      this.out.copy(larger);
      this.out = larger;
    }
    this.out[this.size] = byte;
    this.size += 1;
  }

  private finish(): void {
    this.word = false;
    if (this.dropping) {
      this.dropping = false;
      return;
    }
    this.copy(LF);
    this.began = this.size;
    if (this.size > FLUSH) this.flush();
  }

  private fail(code: string, reason: string): void {
    this.size = this.began;
    this.broken.push({ line: this.beganLine, code, reason });
  }

  private flush(): void {
    this.write(this.out.subarray(0, this.began));
    this.out.copy(this.out, 0, this.began, this.size);
    this.size -= this.began;
    this.began = 0;
  }
}
