import { createHash } from 'node:crypto';
import type { Engine } from '../engine/engine.js';
import type { ReplayOptions } from '../relation.js';
import { recogniseAvro } from './avro/recognise.js';
import type { SchemaFiles } from './avro/schema-files.js';
import { expandPaths, type FoundFile } from './expand.js';
import type { InputFile, InputForm } from './input-file.js';
import { damageReason, salvage } from './salvage.js';
import { type FileScan, scanFile } from './scan.js';
import { sniff } from './sniff.js';
import { topicOfFile } from './topic-name.js';
import { headOfZstd } from './zstd-head.js';

export type { InputFile, InputForm } from './input-file.js';
export { formText } from './input-file.js';
export { type Inspection, inspectInputs } from './inspect.js';

/** What the recognition of inputs depends on. */
export type InputOptions = Pick<ReplayOptions, 'topics' | 'avroSchemas'>;

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
      file.refused === undefined ? await recognise(engine, file.path, file.name, schemas) : refused(file, file.refused),
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

async function recognise(engine: Engine, path: string, name: string, schemas: SchemaFiles): Promise<InputFile> {
  const scan = await scanFile(path);
  const avro = await recogniseAvro(path, name, scan, engine.spool, schemas);
  if (avro !== null) return avro;
  const zstd = scan.compression === 'zstd';
  const form = zstd ? await formOfZstd(engine, path) : sniff(scan.head);
  const { bytes, sha256, compression, blankLines, damage } = scan;
  const common = { name, path, bytes, sha256, form, fileTopic: topicOfFile(name), blankLines, damage };
  const json = form.kind === 'kcat' || form.kind === 'console' || form.kind === 'values';
  const batch = form.kind === 'dump' && form.dialect === 'mariadb-batch';
  const mend =
    scan.longLines ||
    scan.invalidText ||
    damage !== null ||
    (json && (scan.oddLines || scan.bareReturns || scan.openLines)) ||
    (batch && scan.bareReturns);
  if (zstd || !mend || form.kind === 'set-aside') {
    const rejected =
      damage === null || form.kind === 'set-aside' ? [] : [{ file: name, line: null, ...damageReason('zstd', damage) }];
    return { ...common, form: damagedForm(form, scan), readPath: path, compression, rejected };
  }
  const readPath = engine.spool(`mended-${sha256.slice(0, 16)}`);
  const source = { path, name, gzip: compression === 'gzip', damage };
  const rejected = await salvage(source, readPath, batch ? 'batch' : form.kind === 'dump' ? 'bytes' : 'lines');
  return { ...common, readPath, compression: 'none', rejected };
}

/** DuckDB unpacks zstd and Node 20 does not: what it cannot read to the end is set aside as a whole. */
async function formOfZstd(engine: Engine, path: string): Promise<InputForm> {
  const head = await headOfZstd(engine, path);
  if (head !== null) return sniff(head);
  return {
    kind: 'set-aside',
    what: 'unreadable zstd',
    code: 'unreadable-zstd',
    reason: 'cannot be read as zstd text (damaged, not UTF-8, or a line too long)',
    help: 'Unpack it with zstd -d, and give the plain file: its good lines can then be read.',
  };
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
    fileTopic: topicOfFile(file.name),
    compression: 'none',
    blankLines: false,
    rejected: [],
    damage: null,
  };
}
