import { isUtf8 } from 'node:buffer';
import { MOST_TEMPLATES, PIECE, ROWS, ScanMemory } from './memory.js';
import type { ScanRequest } from './request.js';
import { learnTemplate, type Template } from './template.js';

/** What becomes of scanned lines. */
export interface LineSink {
  /** Takes the rows that stand in the columns: they are overwritten afterwards. */
  rows(memory: ScanMemory, count: number): void;
  /** Takes a line (without its end) that is not of any template: its bytes are overwritten afterwards. */
  rest(line: Buffer, record: number): void;
}

/** Longest line that is scanned. */
export const LONGEST_LINE = 8_000_000;
const NEWLINE = 10;
/** Lines that no template is learned from are looked at only so often. */
const MOST_LESSONS = 256;

/**
 * Scans bytes of JSON lines as they come: `room` says where the next ones go, `took` that they stand there. Every line ends up as a row or in
 * the rest, in the order of the input within each.
 */
export class LineScanner {
  readonly memory: ScanMemory;
  /** The constants of templates, by the number that their rows have. */
  readonly constants: (string | null)[] = [];
  /** False where the bytes are no UTF-8 or a line is too long: what was scanned is then of no use. */
  sound = true;
  /** Lines so far. */
  records = 0;
  /** Of these, lines of no template. */
  restLines = 0;
  private readonly roots: { readonly root: number; readonly mark: number }[] = [];
  private current = 0;
  private lessons = 0;
  private readonly known = new Set<string>();
  private held = 0;
  private filled = 0;

  private readonly request: ScanRequest;
  private readonly sink: LineSink;

  constructor(request: ScanRequest, sink: LineSink) {
    this.request = request;
    this.sink = sink;
    this.memory = new ScanMemory(request, LONGEST_LINE);
  }

  /** The place for the next bytes, at most a piece. */
  room(): Buffer {
    const at = this.memory.input + this.held;
    return this.memory.bytes.subarray(at, Math.min(at + PIECE, this.memory.inputEnd));
  }

  /** Scans the whole lines of what stands in the room. */
  took(bytes: number): void {
    const { bytes: memory, input } = this.memory;
    const end = input + this.held + bytes;
    const last = memory.lastIndexOf(NEWLINE, end - 1);
    this.held += bytes;
    if (last < input + this.held - bytes) {
      if (this.held > LONGEST_LINE) this.giveUp();
      return;
    }
    this.lines(input, last + 1);
    memory.copyWithin(input, last + 1, end);
    this.held = end - last - 1;
  }

  /** Scans what is left, and hands over the last rows. */
  end(): void {
    const { bytes, input } = this.memory;
    if (this.held > 0) {
      bytes[input + this.held] = NEWLINE;
      this.lines(input, input + this.held + 1);
      this.held = 0;
    }
    this.flush();
  }

  private giveUp(): void {
    this.sound = false;
    this.held = 0;
  }

  private lines(from: number, to: number): void {
    const { bytes, exports } = this.memory;
    if (!isUtf8(bytes.subarray(from, to))) this.giveUp();
    let at = from;
    while (at < to && this.sound) {
      const begin = at;
      at = this.scanFrom(at, to);
      if (this.filled === ROWS) {
        this.flush();
        continue;
      }
      if (at === to || at > begin) continue;
      const end = bytes.indexOf(NEWLINE, at);
      if (!this.learn(bytes.subarray(at, end))) {
        this.sink.rest(bytes.subarray(at, end), this.records);
        this.records += 1;
        this.restLines += 1;
        at = end + 1;
      }
    }
    // Long texts stand in the input, which moves now.
    if (exports.longTextNumber() > 0) this.flush();
  }

  /** Scans lines of the current template, else of the first that takes one; gives where it stopped. */
  private scanFrom(at: number, to: number): number {
    const count = this.roots.length;
    for (let i = 0; i < count; i++) {
      const candidate = (this.current + i) % count;
      const behind = this.scanAs(candidate, at, to);
      if (behind === at) continue;
      this.current = candidate;
      return behind;
    }
    return at;
  }

  private scanAs(candidate: number, at: number, to: number): number {
    const { exports } = this.memory;
    const { root, mark } = this.roots[candidate]!;
    const filled = exports.scan(at, to, this.filled, this.records, root, mark);
    this.records += filled - this.filled;
    this.filled = filled;
    return exports.consumed();
  }

  /** Makes a template of a line; false where it cannot be scanned by any. */
  private learn(line: Buffer): boolean {
    if (this.lessons >= MOST_LESSONS || this.roots.length >= MOST_TEMPLATES || line.length > PIECE) return false;
    this.lessons += 1;
    const template = learnTemplate(line.toString('utf8'), this.request);
    if (template === null || this.known.has(textOf(template))) return false;
    this.known.add(textOf(template));
    const root = this.memory.add(template.root);
    if (root === null) {
      this.lessons = MOST_LESSONS;
      return false;
    }
    this.roots.push({ root, mark: this.markOf(template.constant) });
    this.current = this.roots.length - 1;
    return true;
  }

  private markOf(constant: string | null): number {
    const at = this.constants.indexOf(constant);
    return at >= 0 ? at : this.constants.push(constant) - 1;
  }

  private flush(): void {
    if (this.filled === 0) return;
    this.sink.rows(this.memory, this.filled);
    this.memory.exports.clear();
    this.filled = 0;
  }
}

function textOf(template: Template): string {
  return JSON.stringify(template);
}
