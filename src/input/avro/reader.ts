import { truncateSync } from 'node:fs';
import { resolve } from 'node:path';
import { kcatRelation, kcatTexts } from '../forms/kcat.js';
import { valuesRelation, valuesTexts } from '../forms/values.js';
import type { Form, InputFile, RecordFacts } from '../input-file.js';
import { numbersOfLines, shapeText } from '../json-relation.js';
import type { FoundBytes, RawRequest, Reader } from '../reader.js';
import { topicOfPath } from '../topic-name.js';
import { ByteWindow, unpackedBytes } from './bytes.js';
import { type AvroLayout, avroLayout } from './layout.js';
import { type AvroFacts, AvroSource, avroText } from './source.js';

/** An Avro file as it was recognised. */
export type AvroForm = Form & { readonly records: RecordFacts; readonly avro: AvroFacts };

/**
 * A reader of Avro files whose records lie in one of `layouts`. The decoder is loaded only where there is something to decode.
 * What is asked of a file is written as lines of JSON (`readPath`, for its owner only), and those are read as any other.
 */
export function avroReader(kind: string, layouts: readonly AvroLayout[]): Reader {
  const keyed = layouts.includes('kcat');
  return {
    kind,
    lines: false,
    lacks: new Set(keyed ? [] : ['key']),
    broken: 'invalid-json',
    recogniseBytes: (found) => recognise(kind, layouts, found),
    title({ avro, records }: AvroForm) {
      return `${avroText(avro)}, ${shapeText({ ...records, wrapped: false })}`;
    },
    async prepare(file: InputFile, request: RawRequest | null) {
      const { decodeAvro } = await import('./decode.js');
      await decodeAvro(file.readPath, file.form as AvroForm, keyed, request);
    },
    release: (file) => truncateSync(file.readPath),
    relation: keyed ? kcatRelation : valuesRelation,
    texts: keyed ? kcatTexts : valuesTexts,
    lineNumbers: (_, file, places) => numbersOfLines(file, places),
  };
}

const HEAD = 1 << 16;
/** A packed block is some kilobytes, and the first one tells: a sip does not unpack many of them. */
const SIP = 1 << 11;

async function recognise(
  kind: string,
  layouts: readonly AvroLayout[],
  { engine, path, name, scan, schemas }: FoundBytes,
): Promise<InputFile | null> {
  const head = await headOf(path, scan);
  const layout = avroLayout(head);
  if (layout === null || !layouts.includes(layout)) return null;
  const { bytes, sha256, compression, damage } = scan;
  const common = { name, path, bytes, sha256, fileTopic: topicOfPath(resolve(path), name), blankLines: false };
  const { surveyAvro } = await import('./survey.js');
  const source = new AvroSource({ path, compression, damage, layout, schemas });
  return await surveyAvro({ kind, common, spool: engine.spool }, source, head);
}

async function headOf(path: string, scan: FoundBytes['scan']): Promise<Buffer> {
  if (scan.compression !== 'zstd') return scan.head.subarray(0, HEAD);
  const window = new ByteWindow(unpackedBytes(path, scan.compression, SIP));
  try {
    return await window.peek(HEAD);
  } finally {
    await window.close();
  }
}
