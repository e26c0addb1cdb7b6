import { LONGEST_LINE } from '../../scan.js';

const [LF, QUOTE, BACKSLASH] = [10, 34, 92];
const [OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [91, 93, 123, 125];
const BETWEEN = new Set(Buffer.from(' \t\r\n,[]'));

/** One JSON object (or a bare word) of a text, and the line of the file where it begins. */
export interface JsonPiece {
  readonly text: string;
  readonly line: number;
  /** True where the text ends before the object does, or the object is too long to be a record. */
  readonly broken: boolean;
}

/**
 * The objects of a text, in whatever arrangement: one per line, over several lines, one behind the other without a separator, in
 * one list or in many. `lines`: none of them goes over a line end, so that a broken one takes no other with it.
 */
export async function* jsonPieces(pieces: AsyncIterable<Buffer>, lines: boolean): AsyncGenerator<JsonPiece> {
  const finder = new Finder(lines);
  let first = true;
  for await (const piece of pieces) {
    yield* finder.add(first && piece[0] === 0xef && piece[1] === 0xbb ? piece.subarray(3) : piece);
    first = false;
  }
  yield* finder.end();
}

/** The whole objects of a file's first bytes. */
export function headPieces(head: Buffer, lines: boolean): readonly JsonPiece[] {
  return new Finder(lines).add(head).filter(({ broken }) => !broken);
}

/** Finds objects by their brackets: what stands in quotes is passed over. */
class Finder {
  private readonly lines: boolean;
  /** Bytes of the record that began in an earlier piece. */
  private carry: Buffer = Buffer.alloc(0);
  private depth = 0;
  private inText = false;
  private escaping = false;
  private word = false;
  private line = 1;
  private began = 1;
  private found: JsonPiece[] = [];

  constructor(lines: boolean) {
    this.lines = lines;
  }

  add(piece: Buffer): readonly JsonPiece[] {
    this.found = [];
    let start = this.depth > 0 || this.word ? 0 : -1;
    for (let at = 0; at < piece.length; at += 1) {
      const byte = piece[at]!;
      if (byte === LF) {
        this.line += 1;
        if (this.lines && start >= 0) {
          this.take(piece.subarray(start, at), this.depth > 0);
          start = -1;
          continue;
        }
      }
      if (start < 0) {
        if (BETWEEN.has(byte)) continue;
        start = at;
        this.began = this.line;
        this.word = byte !== OPEN;
        if (byte === QUOTE) this.inText = true;
        if (!this.word) this.depth = 1;
      } else if (this.word) {
        if (!BETWEEN.has(byte) && byte !== OPEN) continue;
        this.take(piece.subarray(start, at), false);
        start = -1;
        at -= 1;
        if (byte === LF) this.line -= 1;
      } else if (this.step(byte)) {
        this.take(piece.subarray(start, at + 1), false);
        start = -1;
      }
    }
    if (start >= 0) this.hold(piece.subarray(start));
    return this.found;
  }

  end(): readonly JsonPiece[] {
    this.found = [];
    if (this.carry.length > 0) this.take(Buffer.alloc(0), this.depth > 0);
    return this.found;
  }

  /** True where the byte closes the object. */
  private step(byte: number): boolean {
    if (this.inText) {
      if (this.escaping) this.escaping = false;
      else if (byte === BACKSLASH) this.escaping = true;
      else if (byte === QUOTE) this.inText = false;
      return false;
    }
    if (byte === QUOTE) this.inText = true;
    else if (byte === OPEN || byte === OPEN_LIST) this.depth += 1;
    else if (byte === CLOSE || byte === CLOSE_LIST) this.depth -= 1;
    return this.depth === 0;
  }

  private hold(part: Buffer): void {
    this.carry = this.carry.length === 0 ? Buffer.from(part) : Buffer.concat([this.carry, part]);
    if (this.carry.length > LONGEST_LINE) this.take(Buffer.alloc(0), true);
  }

  private take(part: Buffer, broken: boolean): void {
    const bytes = this.carry.length === 0 ? part : Buffer.concat([this.carry, part]);
    this.found.push({ text: bytes.toString('utf8').trim(), line: this.began, broken });
    this.carry = Buffer.alloc(0);
    this.depth = 0;
    this.inText = false;
    this.escaping = false;
    this.word = false;
  }
}

/** True where each line of a text that is not its last holds whole objects (or none). */
export function isLineWise(head: string): boolean {
  const lines = head.split('\n').slice(0, -1).slice(0, 60);
  return lines.length > 0 && lines.every((line) => balance(line) === 0);
}

function balance(line: string): number {
  let depth = 0;
  const bare = line.replace(/"(?:[^"\\]|\\.)*"/g, '');
  if (bare.includes('"')) return 1;
  for (const letter of bare) depth += letter === '{' ? 1 : letter === '}' ? -1 : 0;
  return depth;
}
