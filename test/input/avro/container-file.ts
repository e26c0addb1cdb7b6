import { crc32, deflateRawSync } from 'node:zlib';
import { counted, long } from './connect-to-avro.js';

/** Any sixteen bytes: what stands between the blocks of a container. */
export const SYNC = Buffer.from('0123456789abcdef');

/** A container file, written by hand. Each block is a list of records as Avro bytes. */
export function containerFile(
  schema: string,
  codec: string | null,
  blocks: readonly (readonly Buffer[])[],
  pack: (data: Buffer) => Buffer = packerOf(codec),
): Buffer {
  const meta = [['avro.schema', schema], ...(codec === null ? [] : [['avro.codec', codec]])] as const;
  const head = [
    Buffer.from('Obj\x01', 'latin1'),
    long(BigInt(meta.length)),
    ...meta.flatMap(([name, value]) => [counted(Buffer.from(name!)), counted(Buffer.from(value!))]),
    long(0n),
    SYNC,
  ];
  const bodies = blocks.flatMap((records) => [
    long(BigInt(records.length)),
    counted(pack(Buffer.concat(records))),
    SYNC,
  ]);
  return Buffer.concat([...head, ...bodies]);
}

function packerOf(codec: string | null): (data: Buffer) => Buffer {
  if (codec === 'deflate') return (data) => deflateRawSync(data);
  if (codec === 'snappy') return snappy;
  if (codec === 'zstandard') return zstd;
  return (data) => data;
}

/** Snappy's format with literals and one copy (the first four bytes again, where the data begin so), and Avro's check sum. */
function snappy(data: Buffer): Buffer {
  const size: number[] = [];
  let rest = data.length;
  for (; rest > 127; rest >>>= 7) size.push((rest & 127) | 128);
  const parts: Buffer[] = [Buffer.from([...size, rest])];
  for (let at = 0; at < data.length; ) {
    const again = at >= 4 && data.length - at >= 4 && data.subarray(at, at + 4).equals(data.subarray(0, 4));
    if (again && at < 65_536) {
      parts.push(Buffer.from([(3 << 2) | 2, at & 255, at >> 8]));
      at += 4;
      continue;
    }
    const next = data.indexOf(data.subarray(0, 4), at + 4);
    const end = Math.min(next < 0 ? data.length : Math.max(next, at + 4), at + 60, data.length);
    parts.push(Buffer.from([(end - at - 1) << 2]), data.subarray(at, end));
    at = end;
  }
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(data));
  return Buffer.concat([...parts, sum]);
}

/** A zstd frame (RFC 8878) of raw blocks. */
function zstd(data: Buffer): Buffer {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0]);
  head.writeUInt32LE(data.length, 5);
  const blocks: Buffer[] = [];
  for (let at = 0; at < data.length; at += 100_000) {
    const part = data.subarray(at, at + 100_000);
    const block = Buffer.alloc(3);
    block.writeUIntLE((part.length << 3) | (at + 100_000 >= data.length ? 1 : 0), 0, 3);
    blocks.push(block, part);
  }
  return Buffer.concat([head, ...blocks]);
}
