import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Rejected } from '../../relation.js';
import { unpackedBytes } from '../avro/bytes.js';
import { isMarked } from '../encoding.js';
import type { Compression, Damage } from '../input-file.js';
import { damageReason } from '../salvage.js';
import { BLANK, type Cell, CellReader, type CellSink } from './cell-reader.js';
import type { DumpForm } from './form.js';

/** What a rewritten NULL looks like; a text of the same letters is quoted. */
export const REWRITTEN_NULL = '\\N';

/** A dump to rewrite. */
export interface DumpSource {
  readonly path: string;
  readonly name: string;
  readonly compression: Compression;
  readonly damage: Damage | null;
}

/** What rewriting a dump told. */
export interface Rewritten {
  readonly form: DumpForm;
  readonly rejected: readonly Rejected[];
}

const FLUSH = 1 << 20;
const [QUOTE, COMMA, LF] = [34, 44, 10];
const NULL_BYTES = Buffer.from(REWRITTEN_NULL);
const LISTED = 10_000;

/**
 * Writes the rows of a dump to `target` in one form that the engine reads exactly: every cell in quotes, NULL as a bare `\N`, last the
 * number of the line. Cells that are bytes and not text are written as `\x` and hexadecimal digits, by column: where most cells of a
 * column are no text, all are bytes. A bad record is listed and left out.
 */
export async function rewriteDump(source: DumpSource, form: DumpForm, target: string): Promise<Rewritten> {
  const first = await pass(source, form, target);
  const bytes = first.columns.flatMap((c, at) => (c.odd * 2 >= c.texts && c.odd > 0 && c.bits < c.texts ? [at] : []));
  const bits = first.columns.flatMap((c, at) => (c.bits > 0 && c.bits === c.texts ? [at] : []));
  const mended = Object.fromEntries(
    first.columns.flatMap((c, at) =>
      c.odd > 0 && !bytes.includes(at) && !bits.includes(at) ? [[form.header[at]!, c.odd]] : [],
    ),
  );
  const told = { ...form, bytes, bits, mended, rewritten: true };
  if (bytes.length + bits.length === 0) return { form: told, rejected: first.rejected };
  const again = await pass(source, told, target);
  return { form: told, rejected: again.rejected };
}

/** Counts of the cells of a column that are neither null nor empty. */
interface ColumnFacts {
  texts: number;
  /** Not UTF-8, or with control characters. */
  odd: number;
  /** One byte, 0 or 1. */
  bits: number;
}

interface Pass {
  readonly columns: readonly ColumnFacts[];
  readonly rejected: readonly Rejected[];
}

async function pass(source: DumpSource, form: DumpForm, target: string): Promise<Pass> {
  const out = openSync(target, 'w', 0o600);
  try {
    const writer = new RowWriter(source.name, form, (piece) => void writeSync(out, piece));
    const reader = new CellReader(form, writer);
    let lines = form.skip;
    let first = true;
    for await (const piece of unpackedBytes(source.path, source.compression)) {
      const chunk = first && isMarked(piece) ? piece.subarray(3) : piece;
      first = false;
      let at = 0;
      for (; lines > 0 && at < chunk.length; at += 1) if (chunk[at] === LF) lines -= 1;
      reader.add(at === 0 ? chunk : chunk.subarray(at));
    }
    // The last record of a file that is cut off may be whole by its looks, and short by its value.
    if (source.damage === null) reader.end();
    else writer.cutOff(reader.unfinished ? reader.at : null, source);
    writer.flush();
    return { columns: writer.columns, rejected: writer.rejected };
  } finally {
    closeSync(out);
  }
}

class RowWriter implements CellSink {
  readonly columns: readonly ColumnFacts[];
  readonly rejected: Rejected[] = [];
  private readonly name: string;
  private readonly form: DumpForm;
  private readonly write: (piece: Buffer) => void;
  private readonly nulls: ReadonlySet<string>;
  private readonly nullMark: boolean;
  private readonly nullStarts: ReadonlySet<number>;
  private readonly longestNull: number;
  private readonly bytes: ReadonlySet<number>;
  private readonly bits: ReadonlySet<number>;
  private out: Buffer = Buffer.allocUnsafe(FLUSH * 2);
  private size = 0;
  /** Where the record that is being written begins. */
  private began = 0;
  private width = 0;
  private header: boolean;

  constructor(name: string, form: DumpForm, write: (piece: Buffer) => void) {
    this.name = name;
    this.form = form;
    this.write = write;
    this.columns = form.header.map(() => ({ texts: 0, odd: 0, bits: 0 }));
    // Where a backslash escapes, a null is told by its mark: the same letters as a text have one more backslash.
    this.nulls = new Set(form.nulls.filter((text) => form.escape === 'double' || text !== REWRITTEN_NULL));
    this.nullMark = form.nulls.includes(REWRITTEN_NULL);
    this.nullStarts = new Set([...this.nulls].map((text) => text.charCodeAt(0)));
    this.longestNull = Math.max(-1, ...form.nulls.map((text) => text.length));
    this.bytes = new Set(form.bytes);
    this.bits = new Set(form.bits);
    this.header = !form.headless;
  }

  cell(cell: Cell): void {
    const at = this.width;
    this.width += 1;
    if (this.header || at >= this.columns.length) return;
    // Each byte of a cell may become two.
    this.room(cell.size * 3 + 8);
    if (this.isNull(cell)) this.size += NULL_BYTES.copy(this.out, this.size);
    else this.text(cell, at);
    this.out[this.size] = COMMA;
    this.size += 1;
  }

  record(line: number, fault: string | null): void {
    const { width } = this;
    this.width = 0;
    if (this.header) {
      this.header = fault === BLANK;
      return;
    }
    const wrong =
      fault ?? (width === this.columns.length ? null : `has ${width} columns, and ${this.columns.length} have names`);
    if (wrong === null) {
      this.room(24);
      this.size += this.out.write(`${line + this.form.skip}\n`, this.size, 'latin1');
      this.began = this.size;
      if (this.size > FLUSH) this.flush();
      return;
    }
    this.size = this.began;
    if (wrong !== BLANK)
      this.reject(line + this.form.skip, { code: 'wrong-columns', reason: `cannot be read as a row: ${wrong}` });
  }

  /** The file ends where it should not; `line` is that of a record that it cuts off. */
  cutOff(line: number | null, { compression, damage }: DumpSource): void {
    this.size = this.began;
    this.reject(line, damageReason(compression === 'zstd' ? 'zstd' : 'gzip', damage!));
  }

  flush(): void {
    this.write(this.out.subarray(0, this.began));
    this.out.copy(this.out, 0, this.began, this.size);
    this.size -= this.began;
    this.began = 0;
  }

  private reject(line: number | null, why: { readonly code: string; readonly reason: string }): void {
    if (this.rejected.length < LISTED) this.rejected.push({ file: this.name, line, ...why });
  }

  private isNull({ quoted, nullMark, bytes, size }: Cell): boolean {
    if (quoted) return false;
    if (nullMark) return this.nullMark;
    if (size > this.longestNull || (size > 0 && !this.nullStarts.has(bytes[0]!))) return false;
    return this.nulls.has(bytes.toString('latin1', 0, size));
  }

  private text(cell: Cell, at: number): void {
    const { bytes, size } = cell;
    const odd = cell.control || (cell.high && !isUtf8(bytes.subarray(0, size)));
    if (size > 0) {
      const facts = this.columns[at]!;
      facts.texts += 1;
      if (odd) facts.odd += 1;
      if (size === 1 && bytes[0]! <= 1) facts.bits += 1;
    }
    if (this.bytes.has(at)) this.quoted(Buffer.from(`\\x${bytes.toString('hex', 0, size)}`, 'latin1'));
    else if (this.bits.has(at) && size === 1) this.quoted(Buffer.from(String(bytes[0])));
    // What is no text in a column of texts is mended: NUL and broken letters become U+FFFD.
    else if (odd) this.quoted(Buffer.from(bytes.toString('utf8', 0, size).replaceAll('\0', '\uFFFD')));
    else this.quoted(bytes, size);
  }

  private quoted(bytes: Buffer, end = bytes.length): void {
    const { out } = this;
    let { size } = this;
    out[size++] = QUOTE;
    for (let at = 0; at < end; at += 1) {
      const byte = bytes[at]!;
      if (byte === QUOTE) out[size++] = QUOTE;
      out[size++] = byte;
    }
    out[size++] = QUOTE;
    this.size = size;
  }

  private room(bytes: number): void {
    if (this.size + bytes <= this.out.length) return;
    const larger = Buffer.allocUnsafe((this.size + bytes) * 2);
    this.out.copy(larger, 0, 0, this.size);
    this.out = larger;
  }
}
