import { resolve } from 'node:path';
import type { Engine } from '../../engine/engine.js';
import type { CsvOption } from '../../relation.js';
import { ByteWindow, unpackedBytes } from '../avro/bytes.js';
import { csvOptionOf } from '../dump/option.js';
import type { FoundFile } from '../expand.js';
import { compressionOf } from '../scan.js';
import { topicOfPath } from '../topic-name.js';
import { ForeignError, type ForeignFile, type ForeignPart, type Rewriter } from './foreign.js';
import { REWRITERS } from './rewriters.js';

const HEAD = 1 << 16;
/** Archives in archives: a ZIP of an xlsx of nothing more. */
const DEPTH = 3;

/** A file to recognise: one of the input, or a private one that was made of it. */
export interface UnfoldedFile extends FoundFile {
  /** Topic and table, where a foreign file gave them. */
  readonly topic?: string;
  /** What it was made of, in words; empty for a file of the input itself. */
  readonly origin: string;
  readonly part: Partial<ForeignPart>;
  readonly help?: string;
}

interface Context {
  readonly engine: Engine;
  readonly csv: readonly CsvOption[];
}

/** A file as it is, or rewritten where it is in a form of another program; an archive becomes its members. */
export async function unfold(
  engine: Engine,
  file: FoundFile,
  csv: readonly CsvOption[],
): Promise<readonly UnfoldedFile[]> {
  return await unfolded({ engine, csv }, { ...file, origin: '', part: {} }, 0);
}

async function unfolded(context: Context, file: UnfoldedFile, depth: number): Promise<readonly UnfoldedFile[]> {
  if (file.refused !== undefined) return [file];
  const foreign = await foreignFile(context, file);
  const rewriter = depth === DEPTH ? null : await rewriterOf(foreign);
  if (rewriter === null) return [file];
  try {
    const parts = await rewriter.rewrite(foreign);
    if (parts.length === 0)
      throw new ForeignError(`is a ${rewriter.what} without a table or a file in it`, 'Export it again.');
    const files = parts.map((part) => partOf(file, rewriter, part));
    const deeper = await Promise.all(
      files.map(async (one) => (rewriter.archive === true ? await unfolded(context, one, depth + 1) : [one])),
    );
    return deeper.flat();
  } catch (error) {
    if (!(error instanceof ForeignError)) throw error;
    return [{ ...file, origin: rewriter.what, refused: error.message, help: error.help }];
  }
}

async function rewriterOf(file: ForeignFile): Promise<Rewriter | null> {
  for (const rewriter of REWRITERS) if (await rewriter.recognises(file)) return rewriter;
  return null;
}

async function foreignFile({ engine, csv }: Context, file: UnfoldedFile): Promise<ForeignFile> {
  const compression = compressionOf(file.path);
  const window = new ByteWindow(unpackedBytes(file.path, compression, 1 << 14));
  try {
    const head = Buffer.from(await window.peek(HEAD + 1));
    const columns = csvOptionOf(csv, { name: file.name, fileTopic: topicOf(file) })?.columns;
    return {
      path: file.path,
      name: file.name,
      compression,
      head: head.subarray(0, HEAD),
      text: head
        .subarray(0, HEAD)
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
      whole: head.length <= HEAD,
      topic: topicOf(file),
      ...(columns !== undefined && { columns }),
      rows: (sql) => engine.rows(sql),
      spool: engine.spool,
    };
  } finally {
    await window.close();
  }
}

function partOf(file: UnfoldedFile, rewriter: Rewriter, part: ForeignPart): UnfoldedFile {
  const name = part.part === undefined ? file.name : `${file.name}/${part.part}`;
  const origin = [file.origin, part.form ?? rewriter.what].filter((text) => text !== '').join(', ');
  const topic =
    part.topic?.toLowerCase() ??
    (rewriter.archive === true && part.part !== undefined ? topicOfPath(`/${name}`, part.part) : topicOf(file));
  return { path: part.path, name, topic, origin, part };
}

function topicOf(file: UnfoldedFile): string {
  return file.topic ?? topicOfPath(resolve(file.path), file.name);
}
