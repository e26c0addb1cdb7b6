import { isUtf8 } from 'node:buffer';
import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { Rejected } from '../relation.js';
import { LONGEST_LINE } from './scan.js';

/** Stands in the place of a line that was taken out, so that the others keep their numbers. */
const REMOVED = Buffer.from('{}\n');

/**
 * Writes what can be read of a damaged file to `target` (for its owner only): lines that are too long, not UTF-8 or cut off
 * by the end of a gzip are taken out and listed. Of dumps, whose fields may hold raw bytes,
 * only the bytes are mended; `batch` also escapes bare carriage returns.
 */
export async function salvage(
  source: { readonly path: string; readonly name: string; readonly gzip: boolean; readonly truncated: boolean },
  target: string,
  how: 'lines' | 'bytes' | 'batch',
): Promise<readonly Rejected[]> {
  const out = openSync(target, 'w', 0o600);
  try {
    return how === 'lines' ? await mendLines(source, out) : await mendBytes(source, out, how === 'batch');
  } finally {
    closeSync(out);
  }
}

async function* unpacked(path: string, gzip: boolean): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  try {
    for await (const chunk of gzip ? file.pipe(createGunzip()) : file) yield chunk as Buffer;
  } catch {
    // A cut-off gzip gives what it has and then fails: what came before is kept.
  }
}

async function mendLines(
  source: { path: string; name: string; gzip: boolean; truncated: boolean },
  out: number,
): Promise<readonly Rejected[]> {
  const rejected: Rejected[] = [];
  let number = 0;
  let parts: Buffer[] = [];
  let bytes = 0;
  const finish = (last: boolean): void => {
    number += 1;
    const line = bytes > LONGEST_LINE ? null : Buffer.concat(parts);
    const reason = trouble(line, last && source.truncated);
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
  for await (const chunk of unpacked(source.path, source.gzip)) {
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
  else if (source.truncated) {
    rejected.push({ file: source.name, line: null, code: 'truncated-gzip', reason: 'the gzip file is cut off here' });
  }
  return rejected;
}

function trouble(line: Buffer | null, cut: boolean): { code: string; reason: string } | null {
  if (line === null) {
    return {
      code: 'line-too-long',
      reason: `longer than ${LONGEST_LINE / 1_000_000} MB: not one record of a change log`,
    };
  }
  if (cut) return { code: 'truncated-gzip', reason: 'the gzip file is cut off in this line' };
  if (line.includes(0)) return { code: 'not-text', reason: 'holds NUL bytes: not text' };
  if (!isUtf8(line)) return { code: 'not-utf8', reason: 'is not valid UTF-8' };
  return null;
}

async function mendBytes(
  source: { path: string; name: string; gzip: boolean; truncated: boolean },
  out: number,
  batch: boolean,
): Promise<readonly Rejected[]> {
  const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });
  let held = '';
  for await (const chunk of unpacked(source.path, source.gzip)) {
    const piece = held + decoder.decode(chunk, { stream: true }).replaceAll('\0', '\uFFFD');
    held = piece.endsWith('\r') ? '\r' : '';
    const whole = held === '' ? piece : piece.slice(0, -1);
    writeSync(out, batch ? whole.replace(/\r(?!\n)/g, '\\r') : whole);
  }
  writeSync(out, held + decoder.decode());
  if (!source.truncated) return [];
  return [
    {
      file: source.name,
      line: null,
      code: 'truncated-gzip',
      reason: 'the gzip file is cut off: its last row may be missing',
    },
  ];
}
