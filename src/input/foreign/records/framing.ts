import type { ForeignFile } from '../foreign.js';
import type { TopicRecord } from './record.js';

/** One record as a framing found it, or why a line holds none. */
export type Framed =
  | { readonly line: number; readonly record: TopicRecord }
  | { readonly line: number; readonly code: string; readonly reason: string };

/** How records stand in a text: where each begins, and what beside its value is told of it. */
export interface Framing {
  /** What it is called in reports; empty for what needs no word. */
  readonly what: string;
  recognises(file: ForeignFile): boolean | Promise<boolean>;
  /** The records of the text; lines of the file's own that hold none (headings) are passed over. */
  records(file: ForeignFile, pieces: AsyncIterable<Buffer>): AsyncGenerator<Framed>;
}

/** A record of which the framing tells nothing but its value. */
export const BARE: Omit<TopicRecord, 'value'> = { topic: null, partition: null, offset: null, timestamp: null };

/** The lines of a text, without their ends. */
export async function* textLines(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let carry: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    const bytes = carry.length === 0 ? piece : Buffer.concat([carry, piece]);
    const end = bytes.lastIndexOf(10);
    if (end >= 0) for (const line of bytes.subarray(0, end).toString('utf8').split('\n')) yield line.replace(/\r$/, '');
    carry = Buffer.from(bytes.subarray(end + 1));
  }
  if (carry.length > 0) yield carry.toString('utf8').replace(/\r$/, '');
}
