import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { decompress } from 'fzstd';

/** The file, or the same packed as zstd: the project bundles some of the captures so, because they are half as large. */
export function packed(path: string): string {
  const zstd = path.replace(/\.gz$/, '.zst');
  return existsSync(path) || !existsSync(zstd) ? path : zstd;
}

/** The bytes of a file (or of its zstd twin), unpacked where it is packed. */
export function unpacked(path: string): Buffer {
  const file = packed(path);
  const bytes = readFileSync(file);
  if (file.endsWith('.zst')) return Buffer.from(decompress(bytes));
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}
