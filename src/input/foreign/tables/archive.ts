import { closeSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import type { UnzipFileInfo } from 'fflate';
import { ByteWindow, unpackedBytes } from '../../avro/bytes.js';
import { ForeignError, type ForeignFile, type ForeignPart, type Rewriter } from '../foreign.js';

/** What an archive may hold when unpacked: more is a mistake, or meant to fill the disk. */
const LARGEST = 16_000_000_000;
const BLOCK = 512;

/** ZIP archives; workbooks are ZIP archives too and are looked for before. */
export const ZIP: Rewriter = {
  what: 'ZIP archive',
  archive: true,
  recognises: ({ head }) => head.subarray(0, 4).toString('latin1') === 'PK\x03\x04',
  async rewrite(file) {
    return (await unzipped(file, isMember)).map(({ name, bytes }) => {
      const path = file.spool('member');
      writeFileSync(path, bytes, { mode: 0o600 });
      return { path, part: name };
    });
  },
};

/** The members of a ZIP archive that a filter takes. Throws `ForeignError` where it is encrypted, damaged or too large. */
export async function unzipped(
  { path, compression }: Pick<ForeignFile, 'path' | 'compression'>,
  takes: (name: string) => boolean,
): Promise<readonly { readonly name: string; readonly bytes: Uint8Array }[]> {
  const { unzipSync } = await import('fflate');
  if (compression !== 'none') throw new ForeignError('is a packed ZIP archive', 'Unpack it once.');
  if (statSync(path).size > 2_000_000_000)
    throw new ForeignError('is a ZIP archive of more than 2 GB', 'Unpack it, and give the folder.');
  let all = 0;
  const filter = ({ name, originalSize }: UnzipFileInfo): boolean => {
    if (!takes(name)) return false;
    all += originalSize;
    if (all > LARGEST)
      throw new ForeignError(
        `is a ZIP archive of more than ${LARGEST / 1_000_000_000} GB of files`,
        'Unpack it, and give the files that are needed.',
      );
    return true;
  };
  try {
    const bytes = readFileSync(path);
    if (isEncrypted(bytes))
      throw new ForeignError('is an encrypted ZIP archive', 'Unpack it with its password, and give the folder.');
    return Object.entries(unzipSync(bytes, { filter })).map(([name, content]) => ({ name, bytes: content }));
  } catch (error) {
    if (error instanceof ForeignError) throw error;
    throw new ForeignError('is a damaged ZIP archive', 'Download or pack it again.');
  }
}

/** The first member's flags: bit 0. */
function isEncrypted(bytes: Buffer): boolean {
  return bytes.length > 8 && (bytes.readUInt16LE(6) & 1) === 1;
}

/** Folders, hidden files and what macOS puts beside each file are no members. */
function isMember(name: string): boolean {
  return !name.endsWith('/') && !/(^|\/)(\.|__MACOSX\/)/.test(name.replace(/^\.\//, ''));
}

/** Tar archives, packed or not. */
export const TAR: Rewriter = {
  what: 'tar archive',
  archive: true,
  recognises: ({ head }) => head.length >= BLOCK && head.subarray(257, 262).toString('latin1') === 'ustar',
  async rewrite(file) {
    const window = new ByteWindow(unpackedBytes(file.path, file.compression));
    try {
      return await members(file, window);
    } finally {
      await window.close();
    }
  },
};

async function members(file: ForeignFile, window: ByteWindow): Promise<readonly ForeignPart[]> {
  const parts: ForeignPart[] = [];
  let long: string | null = null;
  for (;;) {
    const header = Buffer.from(await window.peek(BLOCK));
    if (header.length < BLOCK || header.every((byte) => byte === 0)) return parts;
    window.skip(BLOCK);
    const size = Number.parseInt(field(header, 124, 12), 8);
    if (!Number.isSafeInteger(size) || size > LARGEST)
      throw new ForeignError('is a damaged tar archive', 'Download or pack it again.');
    const kind = String.fromCharCode(header[156]!);
    const name = long ?? [field(header, 345, 155), field(header, 0, 100)].filter((part) => part !== '').join('/');
    const padded = Math.ceil(size / BLOCK) * BLOCK;
    if (kind === 'L' || kind === 'x') {
      const text = (await window.peek(padded)).subarray(0, size).toString('utf8');
      window.skip(padded);
      long = kind === 'L' ? text.replace(/\0.*$/s, '') : (/\d+ path=(.*)\n/.exec(text)?.[1] ?? long);
      continue;
    }
    const taken = (kind === '0' || kind === '\0') && isMember(name);
    const path = taken ? file.spool('member') : null;
    await copied(window, size, padded, path);
    if (path !== null) parts.push({ path, part: name.replace(/^\.\//, '') });
    long = null;
  }
}

async function copied(window: ByteWindow, size: number, padded: number, path: string | null): Promise<void> {
  const out = path === null ? null : openSync(path, 'w', 0o600);
  try {
    for (let left = size, rest = padded; rest > 0; ) {
      const piece = await window.peek(Math.min(rest, 1 << 20));
      if (piece.length === 0) throw new ForeignError('is a tar archive that is cut off', 'Download or pack it again.');
      if (out !== null && left > 0) writeSync(out, piece.subarray(0, Math.min(left, piece.length)));
      left -= piece.length;
      rest -= piece.length;
      window.skip(piece.length);
    }
  } finally {
    if (out !== null) closeSync(out);
  }
}

function field(header: Buffer, at: number, length: number): string {
  return header
    .subarray(at, at + length)
    .toString('utf8')
    .replace(/\0.*$/s, '')
    .trim();
}
