import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { Engine } from '../engine/engine.js';
import type { CsvOption, ReplayOptions } from '../relation.js';
import { recogniseAvro } from './avro/recognise.js';
import type { SchemaFiles } from './avro/schema-files.js';
import type { DumpForm } from './dump/form.js';
import { localeOf, mayBeLocal } from './dump/locale.js';
import { csvOptionOf } from './dump/option.js';
import { clearRejects, dumpRows } from './dump/relation.js';
import { rewriteDump } from './dump/rewrite.js';
import { expandPaths, type FoundFile } from './expand.js';
import type { InputFile, InputForm } from './input-file.js';
import { type OpenText, openText } from './open-text.js';
import { damageReason, salvage } from './salvage.js';
import { type FileScan, scanFile } from './scan.js';
import { topicOfPath } from './topic-name.js';

export type { InputFile } from './input-file.js';
export { formText } from './input-file.js';
export { type Inspection, inspectInputs } from './inspect.js';

/** What the recognition of inputs depends on. */
export type InputOptions = Pick<ReplayOptions, 'topics' | 'avroSchemas' | 'csv'>;

/**
 * Finds, hashes and recognises input files: files, folders, globs, `-` for stdin. The form of each is told by its content.
 * The result is in an order of its own (name, digest), whatever the order of `paths`. Fails with `input-not-found`, `input-not-readable`, or `avro-schema` (exit 3).
 */
export async function recogniseInputs(
  engine: Engine,
  paths: readonly string[],
  options: InputOptions,
): Promise<InputFile[]> {
  const files: InputFile[] = [];
  const schemas = await schemasOf(options.avroSchemas);
  for (const file of await expandPaths(paths, engine.spool)) {
    files.push(
      file.refused === undefined
        ? await recognise(engine, file.path, file.name, schemas, options.csv ?? [])
        : refused(file, file.refused),
    );
  }
  return files.sort((a, b) => compare(a.name, b.name) || compare(a.sha256, b.sha256));
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
): Promise<InputFile> {
  const scan = await scanFile(path);
  const avro = await recogniseAvro(path, name, scan, engine.spool, schemas);
  if (avro !== null) return avro;
  const { bytes, sha256, damage } = scan;
  const fileTopic = topicOfPath(resolve(path), name);
  const option = csvOptionOf(csv, { name, fileTopic });
  const text = await openText(engine, path, name, scan, option);
  const { form, compression } = text;
  const common = {
    name,
    path,
    bytes,
    sha256,
    form,
    fileTopic,
    blankLines: text.scan.blankLines || text.unfolded,
    damage,
  };
  if (form.kind === 'dump')
    return await localised(engine, await recogniseDump(engine, common, form, text), text, option);
  const mend =
    text.scan.longLines ||
    text.scan.invalidText ||
    damage !== null ||
    text.scan.oddLines ||
    text.scan.bareReturns ||
    text.scan.openLines;
  if (compression === 'zstd' || !mend || form.kind === 'set-aside') {
    const rejected =
      damage === null || form.kind === 'set-aside' ? [] : [{ file: name, line: null, ...damageReason('zstd', damage) }];
    const all = [...text.rejected, ...rejected];
    return { ...common, form: damagedForm(form, scan), readPath: text.path, compression, rejected: all };
  }
  const readPath = engine.spool(`mended-${sha256.slice(0, 16)}`);
  const source = { path: text.path, name, gzip: compression === 'gzip', damage };
  const rejected = [...text.rejected, ...(await salvage(source, readPath))];
  return { ...common, readPath, compression: 'none', rejected };
}

/** Rows in the usual quotes are read as they are; all others are written anew in them. */
async function recogniseDump(
  engine: Engine,
  common: Omit<InputFile, 'form' | 'readPath' | 'compression' | 'rejected'>,
  form: DumpForm,
  { path, compression, scan }: OpenText,
): Promise<InputFile> {
  const usual = form.quote !== null && form.escape === 'double' && !form.headless;
  const clean = !scan.invalidText && !scan.longLines && !scan.oddLines && !scan.bareReturns && scan.damage === null;
  const plain: InputFile = { ...common, form, readPath: path, compression, rejected: [] };
  if (usual && clean && (await readsWhole(engine, plain))) return plain;
  const readPath = engine.spool(`rows-${common.sha256.slice(0, 16)}`);
  const { name, damage } = common;
  const rewritten = await rewriteDump({ path, name, compression, damage }, form, readPath);
  return { ...common, form: rewritten.form, readPath, compression: 'none', rejected: rewritten.rejected };
}

/**
 * True where the engine reads every row of a dump. Where it does not, its list of bad rows has no line numbers of the file, and
 * breaks over a long row that it cuts inside a letter (seen with DuckDB 1.5.5): our own reader lists them then.
 */
async function readsWhole(engine: Engine, file: InputFile): Promise<boolean> {
  try {
    await engine.rows(`SELECT count(*) FROM ${dumpRows(file)}`);
    return Number((await engine.rows('SELECT count(*) FROM reject_errors'))[0]?.[0] ?? 0) === 0;
  } catch (error) {
    if (error instanceof Error && /^Invalid Input Error/.test(error.message)) return false;
    throw error;
  } finally {
    await clearRejects(engine);
  }
}

/** How many times more a packed dump has when it is unpacked, roughly. */
const PACKED = 10;

/** A dump with how its columns write numbers and dates. */
async function localised(
  engine: Engine,
  file: InputFile,
  { scan }: OpenText,
  option: CsvOption | undefined,
): Promise<InputFile> {
  const { form } = file;
  if (form.kind !== 'dump') return file;
  const told = option?.decimal !== undefined || option?.date !== undefined;
  const bytes = scan.compression === 'gzip' ? scan.bytes * PACKED : scan.bytes;
  if (!told && !mayBeLocal(form, scan.head.toString('utf8'), bytes)) return file;
  return { ...file, form: { ...form, locale: await localeOf(engine, file, option) } };
}

/** A packed file of which nothing could be unpacked is not empty. */
function damagedForm(form: InputForm, scan: FileScan): InputForm {
  if (form.kind !== 'set-aside' || scan.damage === null || scan.compression === 'none') return form;
  if (form.code !== 'empty-file' && form.code !== 'unknown-form') return form;
  return { kind: 'set-aside', what: `${scan.compression}, damaged`, ...damageReason(scan.compression, scan.damage) };
}

function refused(file: FoundFile, reason: string): InputFile {
  return {
    name: file.name,
    path: file.path,
    readPath: file.path,
    bytes: 0,
    sha256: createHash('sha256').digest('hex'),
    form: { kind: 'set-aside', what: 'not readable', code: 'input-not-readable', reason },
    fileTopic: topicOfPath(resolve(file.path), file.name),
    compression: 'none',
    blankLines: false,
    rejected: [],
    damage: null,
  };
}
