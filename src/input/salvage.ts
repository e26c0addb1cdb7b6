import { isUtf8 } from 'node:buffer';
import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { Rejected } from '../relation.js';
import type { Damage } from './input-file.js';
import { DEEPEST, isTooDeep } from './nesting.js';
import { LONGEST_LINE, SEPARATOR } from './scan.js';

const RETURN = 13;

/** Stands in the place of a line that was taken out, so that the others keep their numbers. */
const REMOVED = Buffer.from('{}\n');

/** A damaged file. */
export interface Damaged {
  readonly path: string;
  readonly name: string;
  readonly gzip: boolean;
  readonly damage: Damage | null;
}

/** zlib drops what it has unpacked and not yet handed out when it fails: a small piece loses little. */
const PIECE = 4096;

/**
 * Writes what can be read of a damaged file to `target` (for its owner only): lines that are too long, not UTF-8 or cut off
 * by the end of a gzip file are taken out and listed.
 */
export async function salvage(source: Damaged, target: string): Promise<readonly Rejected[]> {
  const out = openSync(target, 'w', 0o600);
  try {
    return await mendLines(source, out);
  } finally {
    closeSync(out);
  }
}

async function* unpacked({ path, gzip, damage }: Damaged): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  try {
    for await (const chunk of gzip ? file.pipe(createGunzip({ chunkSize: damage === null ? 1 << 18 : PIECE })) : file)
      yield chunk as Buffer;
  } catch {
    // A damaged gzip file gives what it has and then fails: what came before is kept.
  }
}

async function mendLines(source: Damaged, out: number): Promise<readonly Rejected[]> {
  const rejected: Rejected[] = [];
  let number = 0;
  let parts: Buffer[] = [];
  let bytes = 0;
  const finish = (last: boolean): void => {
    number += 1;
    const line = bytes > LONGEST_LINE ? null : withoutReturn(Buffer.concat(parts));
    const reason = trouble(line, last ? source.damage : null);
    if (reason === null && line !== null) {
      writeSync(out, line);
      writeSync(out, '\n');
    } else {
      writeSync(out, REMOVED);
      rejected.push({ file: source.name, line: number, ...reason! });
    }
    parts = [];
    bytes = 0;
  };
  for await (const chunk of unpacked(source)) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      bytes += end - start;
      if (bytes <= LONGEST_LINE) parts.push(chunk.subarray(start, end));
      finish(false);
      start = end + 1;
    }
    bytes += chunk.length - start;
    if (bytes <= LONGEST_LINE) parts.push(chunk.subarray(start));
    else parts = [];
  }
  if (bytes > 0) finish(true);
  else if (source.damage !== null) {
    rejected.push({ file: source.name, line: null, ...damageReason('gzip', source.damage) });
  }
  return rejected;
}

/** A line of a file whose line ends are mixed: the reader takes one kind. */
function withoutReturn(line: Buffer): Buffer {
  return line[line.length - 1] === RETURN ? line.subarray(0, -1) : line;
}

/** The reason to give for a packed file whose end cannot be had. */
export function damageReason(
  packing: 'gzip' | 'zstd',
  damage: Damage,
): { readonly code: string; readonly reason: string } {
  const what =
    damage === 'cut off' ? 'is cut off' : 'is damaged (its check sum does not hold, or bytes of another kind follow)';
  return {
    code: `truncated-${packing}`,
    reason: `the ${packing} file ${what}: what could be unpacked was read, the rest is missing`,
  };
}

function trouble(line: Buffer | null, damage: Damage | null): { code: string; reason: string } | null {
  if (line === null) {
    return {
      code: 'line-too-long',
      reason: `longer than ${LONGEST_LINE / 1_000_000} MB: not one record of a change log`,
    };
  }
  if (damage !== null) return damageReason('gzip', damage);
  if (line.includes(0)) return { code: 'not-text', reason: 'holds NUL bytes: not text' };
  if (line.includes(SEPARATOR) || line.includes(RETURN))
    return { code: 'not-text', reason: 'holds control characters: no JSON has them' };
  if (!isUtf8(line)) return { code: 'not-utf8', reason: 'is not valid UTF-8' };
  if (isTooDeep(line))
    return { code: 'nested-too-deep', reason: `is nested more than ${DEEPEST} levels deep: no record is` };
  if (endsOpen(line)) return { code: 'invalid-json', reason: 'is not valid JSON (cut off in the middle)' };
  return null;
}

/** True where a reader of JSON would look for the rest of the record in the next line. */
function endsOpen(line: Buffer): boolean {
  let at = line.length - 1;
  while (BLANKS.has(line[at]!)) at -= 1;
  return at >= 0 && OPEN.has(line[at]!);
}

const OPEN = new Set(Buffer.from(':,['));
const BLANKS = new Set(Buffer.from(' \t\r'));
