import { createHash } from 'node:crypto';
import { chmodSync, createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.js';
import { forgetTemporary, noteTemporary, ownerMark, removeTemporary } from '../engine/temporary.js';
import { type InputFile, setAside } from '../input/input-file.js';
import { keyFingerprint } from '../privacy/hash-key.js';
import { text } from '../sql/quote.js';
import { EVENTS } from './events-table.js';
import type { LoadContext } from './load-context.js';
import { needsTransactions } from './raw-select.js';
import { type FileRead, type FileResult, readFile } from './read-file.js';

/** Raised whenever what reading makes of the same bytes changes without its SQL changing. */
const FORM = 4;

/** Files below this many bytes (packed ones: a tenth) are read faster than they are looked up. */
const SMALLEST = 8_000_000;

/** How the name of an entry is made: what it was made from, and the digest of its own bytes. */
export const ENTRY = /^([0-9a-f]{40})\.([0-9a-f]{16})\.parquet$/;

/** The metadata of an entry under which its `FileResult` and the input's name stand. */
const METADATA = 'pharmabi';

/**
 * Reads a file into the events table, or takes what an earlier run made of the same bytes under the same policy, declarations,
 * options and versions. Entries hold what the events table holds: typed, de-identified, only needed columns. A damaged entry is
 * a miss. Entries are written beside their place and renamed, so that two runs at once see a whole one or none.
 */
export async function readThroughCache(
  engine: Engine,
  found: InputFile,
  index: number,
  context: LoadContext,
): Promise<FileRead> {
  const folder = engine.cacheDirectory;
  const file = folder === undefined ? found : ((await found.whole?.()) ?? found);
  const size = file.compression === 'none' ? file.bytes : file.bytes * 10;
  if (folder === undefined || setAside(file) !== null || size < SMALLEST)
    return await readFile(engine, file, index, context);
  const key = await keyOf(engine, file, context);
  const kept = await take(engine, folder, key, index);
  if (kept !== null) return { ...kept, file };
  const { file: read, ...result } = await readFile(engine, file, index, context);
  if (result.withoutScale.length === 0) await keep(engine, folder, key, index, file, result);
  return { ...result, file: read };
}

async function keyOf(engine: Engine, file: InputFile, context: LoadContext): Promise<string> {
  const version = (await engine.rows('SELECT version()'))[0]![0];
  const { options, ...rest } = context;
  const { hashKey, knownAt, order: _o, until, baseline: _b, timeZone: _z, ...shaping } = options;
  const parts = [
    FORM,
    version,
    file.sha256,
    file.name,
    file.form,
    rest,
    shaping,
    needsTransactions({ ...(until !== undefined && { until }), ...(knownAt !== undefined && { knownAt }) }),
    hashKey === undefined ? null : keyFingerprint(hashKey),
  ];
  return createHash('sha256').update(JSON.stringify(parts, plain)).digest('hex').slice(0, 40);
}

function plain(name: string, value: unknown): unknown {
  // Where a mapping stands in its file is nothing that the data depend on.
  if (name === 'mappedAt') return undefined;
  if (value instanceof Map) return [...value];
  if (value instanceof Set) return [...value].sort();
  return typeof value === 'bigint' ? String(value) : value;
}

async function take(engine: Engine, folder: string, key: string, index: number): Promise<FileResult | null> {
  const entry = existsSync(folder) ? readdirSync(folder).find((name) => ENTRY.exec(name)?.[1] === key) : undefined;
  if (entry === undefined) return null;
  const path = join(folder, entry);
  try {
    if ((await digestOf(path)) !== ENTRY.exec(entry)![2]) throw new Error('damaged');
    const result = await resultOf(engine, path);
    await engine.run(`INSERT INTO ${EVENTS} SELECT ${index}, * FROM read_parquet(${text(path)})`);
    return result;
  } catch (error) {
    if (error instanceof Error && error.message.includes('INTERRUPT')) throw error;
    await engine.run(`DELETE FROM ${EVENTS} WHERE file_index = ${index}`);
    rmSync(path, { force: true });
    return null;
  }
}

async function resultOf(engine: Engine, path: string): Promise<FileResult> {
  const value = await metadataOf(engine, path);
  return (JSON.parse(value) as { readonly result: FileResult }).result;
}

/** The text that `keep` has put into the metadata of an entry. */
export async function metadataOf(engine: Engine, path: string): Promise<string> {
  const rows = await engine.rows(
    `SELECT decode(value) FROM parquet_kv_metadata(${text(path)}) WHERE decode(key) = ${text(METADATA)}`,
  );
  return String(rows[0]?.[0] ?? '{}');
}

/** A cache that cannot be written (no space, no right) costs time, not the run. */
async function keep(
  engine: Engine,
  folder: string,
  key: string,
  index: number,
  file: InputFile,
  result: FileResult,
): Promise<void> {
  const beside = join(folder, `.${key}.${ownerMark()}-${index}.tmp`);
  noteTemporary(beside);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const metadata = JSON.stringify({ input: file.name, bytes: file.bytes, result });
    await engine.run(
      `COPY (SELECT * EXCLUDE (file_index) FROM ${EVENTS} WHERE file_index = ${index}) TO ${text(beside)} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {${METADATA}: ${text(metadata)}})`,
    );
    chmodSync(beside, 0o600);
    renameSync(beside, join(folder, `${key}.${await digestOf(beside)}.parquet`));
    forgetTemporary(beside);
  } catch (error) {
    removeTemporary(beside);
    if (error instanceof Error && error.message.includes('INTERRUPT')) throw error;
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex').slice(0, 16);
}
