import { readFileSync } from 'node:fs';
import type { ScanRequest, ScanType } from './request.js';
import type { TemplateNode } from './template.js';

/** Rows of a chunk: DuckDB's vectors hold no more. */
export const ROWS = 2048;
/** Bytes that are read at once. */
export const PIECE = 1 << 20;
/** Templates of one scan: as many shapes of lines as a file may have. */
export const MOST_TEMPLATES = 32;

const NODE = 48;
const SLOT = 32;
const MOST_NODES = 8192;
const LITERALS = 2 << 20;
const DICTIONARY = 16 + 256 * 250;
const PAGE = 65_536;
/** The scanner compares and searches 16 bytes at a time. */
const PAD = 64;

const TYPES = { integer: 1, decimal: 2, text: 3, boolean: 4, double: 5, fact: 6, sequence: 7, operation: 8 } as const;

interface Exports {
  setUp(...places: readonly number[]): void;
  clear(): void;
  scan(from: number, to: number, row: number, record: number, root: number, mark: number): number;
  consumed(): number;
  combinationNumber(): number;
  longTextNumber(): number;
}

/** What of WebAssembly is used: its types come with those of browsers alone. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (options: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}

const { Module, Memory, Instance } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;
let compiled: object | undefined;

/** The scanner's module: `npm run build` puts it beside the program. */
function scannerModule(): object {
  compiled ??= new Module(readFileSync(new URL('../../dist/scanner.wasm', import.meta.url)));
  return compiled;
}

/** Bytes of a value in a column. */
export function widthOf(type: ScanType): number {
  if (type.kind === 'decimal') {
    const { precision } = type;
    return precision <= 4 ? 2 : precision <= 9 ? 4 : precision <= 18 ? 8 : 16;
  }
  return type.kind === 'text' ? 16 : type.kind === 'boolean' ? 1 : 8;
}

/** A column in the scanner's memory. */
export interface Column {
  readonly data: number;
  /** A bit per row: 1 where there is a value. */
  readonly validity: number;
  readonly width: number;
}

/** A text of more than twelve bytes that stands in the input. */
export interface LongText {
  readonly field: number;
  readonly row: number;
  readonly at: number;
  readonly length: number;
}

/** One scanner with its memory: the columns, the templates, room for the input. */
export class ScanMemory {
  readonly bytes: Buffer;
  readonly exports: Exports;
  readonly columns: readonly Column[];
  readonly factColumn: number;
  readonly recordColumn: number;
  /** Where input stands: room for the longest line and a piece. */
  readonly input: number;
  readonly inputEnd: number;
  private readonly view: DataView;
  private readonly nodes: number;
  private readonly combinations: number;
  private readonly longs: number;
  private readonly dictionaries: readonly number[];
  private readonly numbers: readonly number[];
  private literal: number;
  private readonly literalEnd: number;
  private free = 0;
  private next = PAGE;

  constructor({ fields }: ScanRequest, longestLine: number) {
    const texts = fields.filter(({ type }) => type.kind === 'text').length;
    const facts = this.take(16);
    const combinations = this.take(16 * 4096);
    const table = this.take(2 * 8192);
    this.factColumn = this.take(2 * ROWS);
    this.recordColumn = this.take(8 * ROWS);
    const slots = this.take(SLOT * Math.max(fields.length, 1));
    this.nodes = this.take(NODE * MOST_NODES);
    this.longs = this.take(16 * ROWS * 2 * (texts + 1));
    this.literal = this.take(LITERALS);
    this.literalEnd = this.next - PAD;
    const limits = fields.map(({ type }) => (type.kind === 'decimal' ? this.take(8 * 19) : 0));
    this.dictionaries = fields.map(({ type }) =>
      TYPES[type.kind] === 6 || TYPES[type.kind] === 8 ? this.take(DICTIONARY) : 0,
    );
    this.columns = fields.map(({ type }) => ({
      data: this.take(ROWS * widthOf(type)),
      validity: this.take(ROWS / 8),
      width: widthOf(type),
    }));
    this.combinations = combinations;
    this.input = this.take(longestLine + PIECE + PAD);
    this.inputEnd = this.next - PAD;
    const memory = new Memory({ initial: Math.ceil(this.next / PAGE) + 1 });
    this.bytes = Buffer.from(memory.buffer);
    this.view = new DataView(memory.buffer);
    const abort = (): never => {
      throw new Error('the scanner has stopped');
    };
    const instance = new Instance(scannerModule(), { env: { memory, abort } });
    this.exports = instance.exports as unknown as Exports;
    let fact = 0;
    this.numbers = this.dictionaries.map((at) => (at === 0 ? -1 : fact++));
    for (const [i, { type }] of fields.entries()) this.writeSlot(slots + SLOT * i, i, type, limits[i]!);
    this.exports.setUp(
      this.nodes,
      slots,
      fields.length,
      facts,
      combinations,
      table,
      this.factColumn,
      this.recordColumn,
      this.longs,
    );
    this.exports.clear();
  }

  /** Writes a template into the memory: the index of its root; null where there is no room left. */
  add(root: TemplateNode): number | null {
    const at = this.free++;
    return this.write(at, root) ? at : null;
  }

  /** The texts of a combination of facts, by field; null where a fact is not there. The last is the number of the constant. */
  combination(number: number): { readonly texts: readonly (string | null)[]; readonly mark: number } {
    const at = this.combinations + 16 * number;
    const texts = this.numbers.map((fact, field) => (fact < 0 ? null : this.entry(field, this.bytes[at + fact]!)));
    return { texts, mark: this.bytes[at + 15]! };
  }

  /** The long texts of the rows so far, in the order of the input. */
  *longTexts(): Iterable<LongText> {
    const count = this.exports.longTextNumber();
    for (let i = 0; i < count; i++) {
      const at = this.longs + 16 * i;
      const field = this.view.getUint32(at, true);
      if (field >= this.columns.length) continue;
      const [row, text, length] = [4, 8, 12].map((o) => this.view.getUint32(at + o, true)) as [number, number, number];
      yield { field, row, at: text, length };
    }
  }

  private take(bytes: number): number {
    const at = this.next;
    this.next = Math.ceil((at + bytes + PAD) / 16) * 16;
    return at;
  }

  private writeSlot(at: number, index: number, type: ScanType, limits: number): void {
    const { data, validity, width } = this.columns[index]!;
    const scale = type.kind === 'decimal' ? type.scale : 0;
    const words = [
      TYPES[type.kind],
      data,
      validity,
      width,
      scale,
      Math.max(this.numbers[index]!, 0),
      this.dictionaries[index]!,
      limits,
    ];
    for (const [i, word] of words.entries()) this.view.setUint32(at + 4 * i, word, true);
    if (type.kind !== 'decimal') return;
    for (let missing = 0; missing < 19; missing++)
      this.view.setBigUint64(
        limits + 8 * missing,
        10n ** BigInt(Math.max(Math.min(type.precision, 18) - missing, 0)),
        true,
      );
  }

  private write(index: number, node: TemplateNode): boolean {
    const first = this.free;
    this.free += node.children.length;
    const literal = this.text(node.literal);
    const close = this.text(node.close);
    if (literal === null || close === null || this.free > MOST_NODES) return false;
    const flags = (node.weak ? 1 : 0) + (node.whole ? 2 : 0);
    const words = [...literal, node.kind, first, node.children.length, node.field, ...close, flags];
    for (const [i, word] of words.entries()) this.view.setInt32(this.nodes + NODE * index + 4 * i, word, true);
    return node.children.every((child, i) => this.write(first + i, child));
  }

  private text(text: string): readonly [number, number] | null {
    const bytes = Buffer.from(text);
    const at = this.literal;
    if (at + bytes.length + 16 > this.literalEnd) return null;
    bytes.copy(this.bytes, at);
    this.literal += bytes.length + 16;
    return [at, bytes.length];
  }

  private entry(field: number, number: number): string | null {
    if (number === 0) return null;
    const at = this.dictionaries[field]! + 16 + 256 * (number - 1);
    return this.bytes.toString('utf8', at + 4, at + 4 + this.view.getUint32(at, true));
  }
}
