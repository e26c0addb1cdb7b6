import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { Engine } from '../engine/engine.js';
import type { CsvOption, ReplayOptions } from '../relation.js';
import type { SchemaFiles } from './avro/schema-files.js';
import { csvOptionOf } from './dump/option.js';
import { expandPaths } from './expand.js';
import { type UnfoldedFile, unfold } from './foreign/index.js';
import { READERS, readerOf } from './forms/index.js';
import { glimpse } from './glimpse.js';
import type { InputFile, SetAside } from './input-file.js';
import { type OpenText, openText } from './open-text.js';
import type { FileCommon } from './reader.js';
import { damageReason, salvage } from './salvage.js';
import { type FileScan, scanFile } from './scan.js';
import { topicOfPath } from './topic-name.js';

export { formText } from './forms/index.js';
export type { InputFile } from './input-file.js';
export { type Inspection, inspectInputs } from './inspect.js';

/** What the recognition of inputs depends on. */
export type InputOptions = Pick<ReplayOptions, 'topics' | 'avroSchemas' | 'csv'>;

/**
 * Finds, hashes and recognises input files: files, folders, globs, `-` for stdin. The form of each is told by its content.
 * The result is in an order of its own (name, digest), whatever the order of `paths`. With `early`, of large logs only the beginning is looked
 * at (`InputFile.whole`). Fails with `input-not-found`, `input-not-readable`, or `avro-schema` (exit 3).
 */
export async function recogniseInputs(
  engine: Engine,
  paths: readonly string[],
  options: InputOptions,
  { early = false }: { readonly early?: boolean } = {},
): Promise<InputFile[]> {
  const files: InputFile[] = [];
  const schemas = await schemasOf(options.avroSchemas);
  for (const found of await expandPaths(paths, engine.spool))
    for (const file of await unfold(engine, found, options.csv ?? []))
      files.push(await recognised(engine, file, schemas, options.csv ?? [], early));
  // Where two files have one name, their digests tell their places.
  const named = new Map<string, number>();
  for (const { name } of files) named.set(name, (named.get(name) ?? 0) + 1);
  const told = await Promise.all(files.map((file) => (named.get(file.name) === 1 ? file : (file.whole?.() ?? file))));
  return told.sort((a, b) => compare(a.name, b.name) || compare(a.sha256, b.sha256));
}

/** A file with what its rewriter told of it, where there was one. */
async function recognised(
  engine: Engine,
  file: UnfoldedFile,
  schemas: SchemaFiles,
  csv: readonly CsvOption[],
  early: boolean,
): Promise<InputFile> {
  if (file.refused !== undefined) return refused(file, file.refused);
  const { part, origin } = file;
  // How its own writing is to be read is no question for the user.
  const given = part.csv === undefined ? [] : [{ ...part.csv, name: file.name }];
  const plain = await recognise(engine, file.path, file.name, schemas, [...csv, ...given], early && origin === '');
  if (origin === '') return plain;
  return {
    ...plain,
    origin,
    ...(file.topic !== undefined && { fileTopic: file.topic }),
    rejected: [...(part.rejected ?? []), ...plain.rejected],
    notes: part.notes ?? [],
  };
}

async function schemasOf(folder: string | undefined): Promise<SchemaFiles> {
  return folder === undefined ? new Map() : (await import('./avro/schema-files.js')).readSchemaFiles(folder);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function recognise(
  engine: Engine,
  path: string,
  name: string,
  schemas: SchemaFiles,
  csv: readonly CsvOption[],
  early: boolean,
): Promise<InputFile> {
  const fileTopic = topicOfPath(resolve(path), name);
  const option = csvOptionOf(csv, { name, fileTopic });
  const seen = early ? glimpse(path, engine.scanFrom, option) : null;
  if (seen !== null) {
    const whole = (): Promise<InputFile> => recognise(engine, path, name, schemas, csv, false);
    const plain = { readPath: path, compression: 'none', rejected: [], damage: null, blankLines: false } as const;
    return { ...plain, ...seen, name, path, sha256: '', fileTopic, whole };
  }
  const scan = await scanFile(path);
  for (const reader of READERS) {
    const file = await reader.recogniseBytes?.({ engine, path, name, scan, schemas });
    if (file != null) return file;
  }
  const { bytes, sha256, damage } = scan;
  const text = await openText(engine, path, name, scan, option);
  const blankLines = text.scan.blankLines || text.unfolded;
  const common: FileCommon = { name, path, bytes, sha256, fileTopic, blankLines, damage };
  if (text.form.kind === 'set-aside') return unread(common, text, scan);
  return (await readerOf(text).settle?.(engine, common, text, option)) ?? (await mended(engine, common, text));
}

/** Lines as the engine reads them: where it would not, a mended copy. */
async function mended(engine: Engine, common: FileCommon, text: OpenText): Promise<InputFile> {
  const { form, compression, scan } = text;
  const { name, damage, sha256 } = common;
  const odd =
    scan.longLines || scan.invalidText || scan.oddLines || scan.bareReturns || scan.openLines || scan.deepLines;
  if (compression === 'zstd' || (!odd && damage === null)) {
    const lost = damage === null ? [] : [{ file: name, line: null, ...damageReason('zstd', damage) }];
    return { ...common, form, readPath: text.path, compression, rejected: [...text.rejected, ...lost] };
  }
  const readPath = engine.spool(`mended-${sha256.slice(0, 16)}`);
  const source = { path: text.path, name, gzip: compression === 'gzip', damage };
  const rejected = [...text.rejected, ...(await salvage(source, readPath))];
  return { ...common, form, readPath, compression: 'none', rejected };
}

function unread(common: FileCommon, { form, path, compression, rejected }: OpenText, scan: FileScan): InputFile {
  return { ...common, form: damagedForm(form as SetAside, scan), readPath: path, compression, rejected };
}

/** A packed file of which nothing could be unpacked is not empty. */
function damagedForm(form: SetAside, scan: FileScan): SetAside {
  if (scan.damage === null || scan.compression === 'none') return form;
  if (form.code !== 'empty-file' && form.code !== 'unknown-form') return form;
  return { kind: 'set-aside', what: `${scan.compression}, damaged`, ...damageReason(scan.compression, scan.damage) };
}

function refused(file: UnfoldedFile, reason: string): InputFile {
  const form: SetAside =
    file.origin === ''
      ? { kind: 'set-aside', what: 'not readable', code: 'input-not-readable', reason }
      : {
          kind: 'set-aside',
          what: file.origin,
          code: 'foreign-form',
          reason,
          ...(file.help !== undefined && { help: file.help }),
        };
  return {
    name: file.name,
    path: file.path,
    readPath: file.path,
    bytes: 0,
    sha256: createHash('sha256').digest('hex'),
    form,
    fileTopic: topicOfPath(resolve(file.path), file.name),
    compression: 'none',
    blankLines: false,
    rejected: [],
    damage: null,
  };
}
