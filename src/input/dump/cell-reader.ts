/** How a text of rows marks its cells. */
export interface CellRules {
  /** One ASCII character. */
  readonly delimiter: string;
  readonly quote: '"' | null;
  /** How a quote or delimiter inside a cell is written: doubled, or with a backslash before it (which then has escapes of its own). */
  readonly escape: 'double' | 'backslash';
  /** Records end with CR LF: a CR before the LF is no part of the last cell. */
  readonly crlf: boolean;
}

/** One cell, as its bytes stand after quotes and escapes are taken away. It is overwritten by the next one: there are millions. */
export interface Cell {
  /** The first `size` bytes are the cell's. */
  readonly bytes: Buffer;
  readonly size: number;
  readonly quoted: boolean;
  /** The two characters `\N`, where a backslash escapes: a null, whatever else is said of nulls. */
  readonly nullMark: boolean;
  /** Has bytes above 127. */
  readonly high: boolean;
  /** Has control characters other than tab and line ends. */
  readonly control: boolean;
}

/** What is told of the cells of a text, one record after the other. */
export interface CellSink {
  cell(cell: Cell): void;
  /** The record is whole. `line` is where it began, from 1; `fault` what is wrong with its quotes, else null. */
  record(line: number, fault: string | null): void;
}

const [TAB, LF, CR, SPACE, QUOTE, BACKSLASH] = [9, 10, 13, 32, 34, 92];
/** What a letter behind a backslash stands for, in the escapes of MariaDB, MySQL and PostgreSQL together; any other stands for itself. */
const ESCAPES: ReadonlyMap<number, number> = new Map(
  Object.entries({ n: 10, t: 9, r: 13, b: 8, f: 12, v: 11, '0': 0 }).map(([letter, byte]) => [
    letter.charCodeAt(0),
    byte,
  ]),
);
const CAPITAL_N = 78;
/** A quoted cell that is longer than this was never closed. */
const LONGEST_CELL = 64_000_000;

/** Where in a record the reader stands. `CLOSED`: behind a quote inside a quoted cell, its end or the first of two. */
const BEGIN = 0;
const PLAIN = 1;
const QUOTED = 2;
const CLOSED = 3;
/** Inside a cell without an end: begins again with the next line. */
const LOST = 4;

const [HIGH, CONTROL, STOP] = [1, 2, 4];

/** What each byte is inside a cell that ends at `stops`. */
function kindsOf(stops: readonly number[]): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => {
    if (stops.includes(byte)) return STOP;
    if (byte > 127) return HIGH;
    return byte < SPACE && byte !== TAB && byte !== LF && byte !== CR ? CONTROL : 0;
  });
}

/** Takes a text of rows apart, byte by byte, in pieces of any size. */
export class CellReader {
  private readonly delimiter: number;
  private readonly quote: number;
  private readonly backslash: boolean;
  private readonly crlf: boolean;
  private readonly sink: CellSink;
  private readonly plainKinds: Uint8Array;
  private readonly quotedKinds: Uint8Array;
  private state: number = BEGIN;
  private escaping = false;
  private cell: Buffer = Buffer.allocUnsafe(1 << 16);
  private readonly told = { bytes: this.cell, size: 0, quoted: false, nullMark: false, high: false, control: false };
  private size = 0;
  private quoted = false;
  private mark = false;
  private high = false;
  private control = false;
  private cells = 0;
  private line = 1;
  private began = 1;
  private fault: string | null = null;

  constructor(rules: CellRules, sink: CellSink) {
    this.delimiter = rules.delimiter.charCodeAt(0);
    this.quote = rules.quote === null ? -1 : QUOTE;
    this.backslash = rules.escape === 'backslash';
    this.crlf = rules.crlf;
    this.sink = sink;
    const escapes = this.backslash ? [BACKSLASH] : [];
    this.plainKinds = kindsOf([this.delimiter, LF, ...escapes]);
    this.quotedKinds = kindsOf([this.quote, ...escapes]);
  }

  /** True where the text so far ends in the middle of a record. */
  get unfinished(): boolean {
    return this.cells > 0 || this.state !== BEGIN;
  }

  /** The line that the next byte stands in. */
  get at(): number {
    return this.line;
  }

  add(chunk: Buffer): void {
    this.room(chunk.length);
    for (let at = 0; at < chunk.length; ) {
      if (this.escaping) this.escaped(this.counted(chunk[at++]!));
      else if (this.state === PLAIN || this.state === QUOTED) at = this.run(chunk, at);
      else this.between(this.counted(chunk[at++]!));
    }
  }

  /** Copies what is nothing but content, and acts on the byte behind it. Answers with the place after that. */
  private run(chunk: Buffer, from: number): number {
    const { cell } = this;
    const kinds = this.state === PLAIN ? this.plainKinds : this.quotedKinds;
    let { size } = this;
    let seen = 0;
    let at = from;
    for (; at < chunk.length; at += 1) {
      const byte = chunk[at]!;
      const kind = kinds[byte]!;
      if (kind === STOP) break;
      seen |= kind;
      if (byte === LF) this.line += 1;
      cell[size++] = byte;
    }
    this.size = size;
    if ((seen & HIGH) !== 0) this.high = true;
    if ((seen & CONTROL) !== 0) this.control = true;
    if (at === chunk.length) return at;
    const byte = this.counted(chunk[at]!);
    if (byte === BACKSLASH && this.backslash) this.escaping = true;
    else if (this.state === QUOTED) this.state = CLOSED;
    else if (byte === LF) this.finishRecord();
    else this.finishCell();
    return at + 1;
  }

  private counted(byte: number): number {
    if (byte === LF) this.line += 1;
    return byte;
  }

  /** The text ends here. A last line without its end is a record. */
  end(): void {
    if (!this.unfinished) return;
    if (this.state === QUOTED || this.escaping) this.fault ??= 'a quote is opened and never closed';
    this.finishRecord();
  }

  private escaped(byte: number): void {
    this.escaping = false;
    if (byte === CAPITAL_N && this.size === 0) this.mark = true;
    this.push(ESCAPES.get(byte) ?? byte);
  }

  private between(byte: number): void {
    switch (this.state) {
      case BEGIN:
        if (byte === this.quote) {
          this.state = QUOTED;
          this.quoted = true;
        } else if (byte === this.delimiter) this.finishCell();
        else if (byte === LF) this.finishRecord();
        else {
          this.state = PLAIN;
          if (byte === BACKSLASH && this.backslash) this.escaping = true;
          else this.push(byte);
        }
        return;
      case CLOSED:
        if (byte === this.quote) {
          this.push(byte);
          this.state = QUOTED;
        } else if (byte === this.delimiter) this.finishCell();
        else if (byte === LF) this.finishRecord();
        else if (byte !== SPACE && byte !== CR) {
          this.fault ??= 'has text behind a closing quote';
          this.state = PLAIN;
          this.push(byte);
        }
        return;
      default:
        // Lost: a cell without end. Begin again with the next line.
        if (byte === LF) this.finishRecord();
    }
  }

  private push(byte: number): void {
    if (byte > 127) this.high = true;
    else if (byte < SPACE && byte !== TAB && byte !== LF && byte !== CR) this.control = true;
    this.cell[this.size] = byte;
    this.size += 1;
  }

  /** Makes place for a piece of the text. A cell that grows over all bounds has a quote that was never closed. */
  private room(bytes: number): void {
    if (this.size > LONGEST_CELL) {
      this.fault ??= 'a quote is opened and not closed in 64 MB';
      this.state = LOST;
      this.size = 0;
    }
    if (this.size + bytes <= this.cell.length) return;
    const larger = Buffer.allocUnsafe((this.size + bytes) * 2);
    this.cell.copy(larger, 0, 0, this.size);
    this.cell = larger;
  }

  private finishCell(): void {
    const { told } = this;
    told.bytes = this.cell;
    told.size = this.size;
    told.quoted = this.quoted;
    told.nullMark = this.mark && this.size === 1 && !this.quoted;
    told.high = this.high;
    told.control = this.control;
    this.sink.cell(told);
    this.cells += 1;
    this.size = 0;
    this.state = BEGIN;
    this.quoted = false;
    this.mark = false;
    this.high = false;
    this.control = false;
  }

  private finishRecord(): void {
    if (this.crlf && !this.quoted && this.size > 0 && this.cell[this.size - 1] === CR) this.size -= 1;
    const blank = this.cells === 0 && this.size === 0 && !this.quoted;
    this.finishCell();
    const { began, fault } = this;
    this.cells = 0;
    this.fault = null;
    this.escaping = false;
    this.began = this.line;
    this.sink.record(began, blank && fault === null ? BLANK : fault);
  }
}

/** The `fault` of an empty line. */
export const BLANK = 'is blank';
