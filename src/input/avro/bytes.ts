import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { Compression } from '../input-file.js';

/** zlib drops what it has unpacked and not yet handed out when it fails: a small piece loses little. */
const PIECE = 4096;

/** The unpacked bytes of a file, piece by piece (`piece` bytes are read at a time). A packed file that is damaged gives what comes before the damage. */
export async function* unpackedBytes(path: string, compression: Compression, piece = 1 << 20): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: piece });
  if (compression === 'none') {
    for await (const chunk of file) yield chunk as Buffer;
    return;
  }
  try {
    if (compression === 'gzip') {
      const gunzip = createGunzip({ chunkSize: PIECE });
      file.on('error', (error) => gunzip.destroy(error));
      for await (const chunk of file.pipe(gunzip)) yield chunk as Buffer;
    } else yield* unzstd(file);
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw error;
  } finally {
    file.destroy();
  }
}

async function* unzstd(file: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  const { Decompress } = await import('fzstd');
  let pieces: Buffer[] = [];
  const zstd = new Decompress((data) => pieces.push(Buffer.from(data)));
  for await (const chunk of file) {
    zstd.push(chunk as Buffer);
    yield* pieces;
    pieces = [];
  }
}

/** A window that moves over bytes as they come. */
export class ByteWindow {
  /** Place of the next byte in the unpacked file. */
  offset = 0;
  private readonly chunks: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);
  private ended = false;

  constructor(chunks: AsyncIterable<Buffer>) {
    this.chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next `count` bytes, which stay; fewer only where the file ends before. */
  async peek(count: number): Promise<Buffer> {
    await this.fill(count);
    return this.held.subarray(0, count);
  }

  /** All bytes that are at hand, at least `count` of them where the file has as many. */
  async peekMore(count: number): Promise<Buffer> {
    await this.fill(count);
    return this.held;
  }

  /** Moves past bytes that were peeked. */
  skip(count: number): void {
    this.held = this.held.subarray(count);
    this.offset += count;
  }

  /** Moves past the next place of `mark`, or to the end. False where it does not come again. */
  async skipPast(mark: Buffer): Promise<boolean> {
    for (;;) {
      const window = await this.peekMore(1 << 16);
      const at = window.indexOf(mark);
      if (at >= 0) {
        this.skip(at + mark.length);
        return true;
      }
      if (window.length < mark.length || this.ended) {
        this.skip(window.length);
        return false;
      }
      this.skip(window.length - mark.length + 1);
    }
  }

  /** Ends the reading before its end. */
  async close(): Promise<void> {
    await this.chunks.return?.();
  }

  private async fill(count: number): Promise<void> {
    const parts = [this.held];
    let bytes = this.held.length;
    while (bytes < count && !this.ended) {
      const next = await this.chunks.next();
      if (next.done === true) this.ended = true;
      else {
        parts.push(next.value);
        bytes += next.value.length;
      }
    }
    if (parts.length > 1) this.held = Buffer.concat(parts, bytes);
  }
}
