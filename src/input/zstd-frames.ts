import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Damage } from './input-file.js';

const FRAME = 0xfd2fb528;
/** First of the sixteen magic numbers of frames that hold no data. */
const SKIPPABLE = 0x184d2a50;
const DICTIONARY_BYTES = [0, 1, 2, 4] as const;
const SIZE_BYTES = [0, 2, 4, 8] as const;

/**
 * Walks the frames and blocks of a zstd file by their headers (RFC 8878), without unpacking them: DuckDB takes a file that ends
 * in the middle of a frame for a whole one. Null where every frame is complete.
 */
export function zstdDamage(path: string): Damage | null {
  const descriptor = openSync(path, 'r');
  try {
    return new Walk(descriptor).frames();
  } finally {
    closeSync(descriptor);
  }
}

class Walk {
  private readonly descriptor: number;
  private readonly size: number;
  private at = 0;

  constructor(descriptor: number) {
    this.descriptor = descriptor;
    this.size = fstatSync(descriptor).size;
  }

  frames(): Damage | null {
    while (this.at < this.size) {
      const magic = this.read(4)?.readUInt32LE(0);
      if (magic === undefined) return 'cut off';
      if (magic === FRAME) {
        const damage = this.frame();
        if (damage !== null) return damage;
      } else if (magic >= SKIPPABLE && magic < SKIPPABLE + 16) {
        const length = this.read(4)?.readUInt32LE(0);
        if (length === undefined) return 'cut off';
        this.at += length;
      } else return 'damaged';
    }
    return this.at > this.size ? 'cut off' : null;
  }

  private frame(): Damage | null {
    const bits = this.read(1)?.readUInt8(0);
    if (bits === undefined) return 'cut off';
    if ((bits & 8) !== 0) return 'damaged';
    const single = (bits & 32) !== 0;
    const size = bits >> 6 === 0 ? Number(single) : SIZE_BYTES[bits >> 6]!;
    this.at += Number(!single) + DICTIONARY_BYTES[bits & 3]! + size;
    for (let last = false; !last; ) {
      const header = this.read(3)?.readUIntLE(0, 3);
      if (header === undefined) return 'cut off';
      const type = (header >> 1) & 3;
      if (type === 3) return 'damaged';
      // A block of type 1 is one byte, repeated.
      this.at += type === 1 ? 1 : header >> 3;
      last = (header & 1) === 1;
    }
    this.at += (bits & 4) === 0 ? 0 : 4;
    return this.at > this.size ? 'cut off' : null;
  }

  private read(bytes: number): Buffer | null {
    const buffer = Buffer.alloc(bytes);
    const got = readSync(this.descriptor, buffer, 0, bytes, this.at);
    this.at += bytes;
    return got === bytes ? buffer : null;
  }
}
