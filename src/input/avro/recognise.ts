import { resolve } from 'node:path';
import type { InputFile } from '../input-file.js';
import type { FileScan } from '../scan.js';
import { topicOfPath } from '../topic-name.js';
import { ByteWindow, unpackedBytes } from './bytes.js';
import { avroLayout } from './layout.js';
import type { SchemaFiles } from './schema-files.js';
import { AvroSource } from './source.js';

const HEAD = 1 << 16;
/** A packed block is some kilobytes, and the first one tells: a sip does not unpack many of them. */
const SIP = 1 << 11;

/**
 * Recognises an Avro file by its content and surveys it; null where it is none. Its records are read later, with only the
 * fields that are asked for. The decoder is loaded only where there is something to decode.
 */
export async function recogniseAvro(
  path: string,
  name: string,
  scan: FileScan,
  spool: (name: string) => string,
  schemas: SchemaFiles,
): Promise<InputFile | null> {
  const head = await headOf(path, scan);
  const layout = avroLayout(head);
  if (layout === null) return null;
  const { bytes, sha256, compression, damage } = scan;
  const common = { name, path, bytes, sha256, fileTopic: topicOfPath(resolve(path), name), blankLines: false };
  const { surveyAvro } = await import('./survey.js');
  return await surveyAvro({ common, spool }, new AvroSource({ path, compression, damage, layout, schemas }), head);
}

async function headOf(path: string, scan: FileScan): Promise<Buffer> {
  if (scan.compression !== 'zstd') return scan.head.subarray(0, HEAD);
  const window = new ByteWindow(unpackedBytes(path, scan.compression, SIP));
  try {
    return await window.peek(HEAD);
  } finally {
    await window.close();
  }
}
