import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { CsvOption } from '../relation.js';
import { isMarked } from './encoding.js';
import { readerOf } from './forms/index.js';
import type { Form } from './input-file.js';
import { jsonLayout } from './json-lines.js';
import { LineCheck } from './scan.js';
import { sniff } from './sniff.js';

/** As much as a whole scan looks at. */
const LOOKED_AT = 1 << 20;
const BRACE = 123;

/** What the beginning of a file tells, and its length. */
export interface Glimpse {
  readonly form: Form;
  readonly bytes: number;
}

/**
 * Recognises a plain file of at least `from` bytes by its beginning alone, where it looks like one that will be scanned: its digest, and whether all of
 * its lines are sound, come out of that scan. Null where the whole file must be looked at first.
 */
export function glimpse(path: string, from: number, option: CsvOption | undefined): Glimpse | null {
  const file = openSync(path, 'r');
  try {
    const status = fstatSync(file);
    if (!status.isFile() || status.size < from || option?.encoding !== undefined) return null;
    const buffer = Buffer.alloc(Math.min(LOOKED_AT, status.size));
    const piece = buffer.subarray(0, readSync(file, buffer, 0, buffer.length, 0));
    if (piece[0] !== BRACE || isMarked(piece)) return null;
    const form = formOf(piece, status.size, option);
    return form === null ? null : { form, bytes: status.size };
  } finally {
    closeSync(file);
  }
}

function formOf(piece: Buffer, size: number, option: CsvOption | undefined): Form | null {
  const lines = new LineCheck();
  lines.add(piece);
  if (piece.length === size) lines.end();
  const odd = lines.blankLines || lines.longLines || lines.invalidText || lines.bareReturns;
  if (odd || lines.oddLines || lines.openLines || lines.deepLines) return null;
  const head = lines.head();
  if (jsonLayout(head.toString('utf8')) !== null) return null;
  const form = sniff(head, { whole: lines.headIsWhole, encoding: 'utf8', ...(option !== undefined && { option }) });
  const { records } = form;
  if (form.kind === 'set-aside' || records === undefined || records.schemaChanges || records.wrapped) return null;
  return records.envelope !== records.flat && readerOf({ form }).scan !== undefined ? form : null;
}
