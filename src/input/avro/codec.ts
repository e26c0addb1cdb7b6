import { constants, crc32, inflateRawSync } from 'node:zlib';
import { Decompress } from 'fzstd';
// @ts-expect-error It ships no types.
import { uncompress } from 'snappyjs';

/** Most bytes that one block may unpack to: a writer begins a new block long before. */
export const LARGEST_BLOCK = 256 * 1024 * 1024;

/** Codecs of Avro container files that can be unpacked. */
export const CODECS: readonly string[] = ['null', 'deflate', 'snappy', 'zstandard'];

/**
 * The records of one block, unpacked. `cutOff`: the block ends before its time; what can be had of it is wanted. Fails with any
 * error where it cannot be unpacked, or would be larger than `LARGEST_BLOCK`.
 */
export function unpackBlock(codec: string, block: Buffer, cutOff: boolean): Buffer {
  switch (codec) {
    case 'null':
      return block;
    case 'deflate': {
      const flush = cutOff ? { finishFlush: constants.Z_SYNC_FLUSH } : {};
      return inflateRawSync(block, { maxOutputLength: LARGEST_BLOCK, ...flush });
    }
    case 'snappy':
      return unsnappy(block);
    default:
      return unzstd(block);
  }
}

/** Avro's snappy blocks end with the CRC-32 of what they unpack to, big-endian. */
function unsnappy(block: Buffer): Buffer {
  const unpack: (packed: Buffer, most: number) => Uint8Array = uncompress;
  const data = Buffer.from(unpack(block.subarray(0, block.length - 4), LARGEST_BLOCK));
  if (crc32(data) !== block.readUInt32BE(block.length - 4)) throw new Error('the check sum does not hold');
  return data;
}

function unzstd(block: Buffer): Buffer {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const zstd = new Decompress((data) => {
    bytes += data.length;
    if (bytes > LARGEST_BLOCK) throw new Error('larger than a block may be');
    parts.push(data);
  });
  zstd.push(block, true);
  return Buffer.concat(parts, bytes);
}
