import { closeSync, openSync, writeSync } from 'node:fs';
import { unpackedBytes } from './avro/bytes.js';
import type { DumpEncoding } from './dump/form.js';
import type { Compression } from './input-file.js';

/** What 0x80 to 0x9f are in Windows-1252. Node 20's own decoder takes them for control characters. */
const CP1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';
/** Bytes that no text in Windows-1252 has. */
const UNUSED = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d, 0x7f]);

/** The encoding that a file's first bytes tell: UTF-16 by its mark, or by every other byte being zero; null for any that has none. */
export function markedEncoding(head: Buffer): DumpEncoding | null {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf16be';
  const sample = head.subarray(0, 2048);
  if (sample.length < 8) return null;
  const zeros = [0, 0];
  for (const [at, byte] of sample.entries()) if (byte === 0) zeros[at % 2]! += 1;
  const [even, odd] = zeros as [number, number];
  if (odd * 3 > sample.length && even * 20 < sample.length) return 'utf16le';
  return even * 3 > sample.length && odd * 20 < sample.length ? 'utf16be' : null;
}

/** True where a text that is no UTF-8 as a whole can be Windows-1252: no letters in UTF-8 beside it, and none of the bytes that it does not use. */
export async function isCp1252(path: string, compression: Compression): Promise<boolean> {
  let [letters, odd, rest] = [0, 0, 0];
  for await (const chunk of unpackedBytes(path, compression)) {
    for (const byte of chunk) {
      if (rest > 0 && byte >= 0x80 && byte < 0xc0) {
        rest -= 1;
        if (rest === 0) letters += 1;
        continue;
      }
      if (rest > 0) odd += 1;
      rest = byte >= 0xc2 && byte < 0xf5 ? (byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3) : 0;
      if (rest === 0 && byte >= 0x80) odd += 1;
      if (UNUSED.has(byte) && rest === 0) return false;
      if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) return false;
    }
  }
  return odd > 10 * letters;
}

/** Writes a text file anew in UTF-8, for its owner only. Code units that are no character become U+FFFD. */
export async function writeUtf8(
  source: { readonly path: string; readonly compression: Compression },
  encoding: DumpEncoding,
  target: string,
): Promise<void> {
  const decode = decoderOf(encoding);
  const out = openSync(target, 'w', 0o600);
  try {
    for await (const chunk of unpackedBytes(source.path, source.compression)) writeSync(out, decode(chunk));
    writeSync(out, decode(null));
  } finally {
    closeSync(out);
  }
}

const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** True where a text begins with the byte-order mark of UTF-8. */
export function isMarked(head: Buffer): boolean {
  return head.subarray(0, MARK.length).equals(MARK);
}

/** Writes a text anew without its byte-order mark, to the letter, for its owner only. */
export async function writeUnmarked(
  source: { readonly path: string; readonly compression: Compression },
  target: string,
): Promise<void> {
  const out = openSync(target, 'w', 0o600);
  try {
    let left = MARK.length;
    for await (const chunk of unpackedBytes(source.path, source.compression)) {
      const dropped = Math.min(left, chunk.length);
      writeSync(out, chunk.subarray(dropped));
      left -= dropped;
    }
  } finally {
    closeSync(out);
  }
}

/** A decoder that keeps what a piece ends with; null ends the text. */
function decoderOf(encoding: DumpEncoding): (chunk: Buffer | null) => string {
  if (encoding === 'cp1252' || encoding === 'latin1') {
    const late = encoding === 'cp1252' ? /[\x80-\x9f]/g : null;
    return (chunk) => {
      const text = chunk?.toString('latin1') ?? '';
      return late === null ? text : text.replace(late, (c) => CP1252[c.charCodeAt(0) - 0x80]!);
    };
  }
  const decoder = new TextDecoder({ utf8: 'utf-8', utf16le: 'utf-16le', utf16be: 'utf-16be' }[encoding]);
  return (chunk) => (chunk === null ? decoder.decode() : decoder.decode(chunk, { stream: true }));
}
