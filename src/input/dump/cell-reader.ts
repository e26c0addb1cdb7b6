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

/** One cell, as its bytes stand after quotes and escapes are taken away. The bytes are overwritten by the next cell. */
export interface Cell {
  readonly bytes: Buffer;
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

/** Takes a text of rows apart, byte by byte, in pieces of any size. */
export class CellReader {
  private readonly delimiter: number;
  private readonly quote: number;
  private readonly backslash: boolean;
  private readonly crlf: boolean;
  private readonly sink: CellSink;
  private state: number = BEGIN;
  private escaping = false;
  private cell: Buffer = Buffer.allocUnsafe(1 << 16);
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
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at]!;
      if (byte === LF) this.line += 1;
      if (this.escaping) this.escaped(byte);
      else if (byte === BACKSLASH && this.backslash && this.state !== LOST && this.state !== CLOSED) {
        this.escaping = true;
        if (this.state === BEGIN) this.state = PLAIN;
      } else if (this.state === PLAIN) this.plain(byte);
      else if (this.state === QUOTED) {
        if (byte === this.quote) this.state = CLOSED;
        else this.push(byte);
      } else this.between(byte);
    }
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

  private plain(byte: number): void {
    if (byte === this.delimiter) this.finishCell();
    else if (byte === LF) this.finishRecord();
    else this.push(byte);
  }

  private between(byte: number): void {
    switch (this.state) {
      case BEGIN:
        if (byte === this.quote) {
          this.state = QUOTED;
          this.quoted = true;
        } else {
          this.state = PLAIN;
          this.plain(byte);
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
    if (this.size === this.cell.length) {
      if (this.size >= LONGEST_CELL) {
        this.fault ??= 'a quote is opened and not closed in 64 MB';
        this.state = LOST;
        this.size = 0;
        return;
      }
      const larger = Buffer.allocUnsafe(this.cell.length * 2);
      this.cell.copy(larger);
      this.cell = larger;
    }
    this.cell[this.size] = byte;
    this.size += 1;
  }

  private finishCell(): void {
    const nullMark = this.mark && this.size === 1 && !this.quoted;
    const { quoted, high, control } = this;
    this.sink.cell({ bytes: this.cell.subarray(0, this.size), quoted, nullMark, high, control });
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
