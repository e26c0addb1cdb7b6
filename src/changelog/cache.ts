import { createHash } from 'node:crypto';
import { chmodSync, createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.js';
import { forgetTemporary, noteTemporary, ownerMark, removeTemporary } from '../engine/temporary.js';
import { type InputFile, setAside } from '../input/input-file.js';
import type { SourceDeclaration } from '../ksql/source.js';
import { keyFingerprint } from '../privacy/hash-key.js';
import type { ReplayOptions } from '../relation.js';
import { identifier, text } from '../sql/quote.js';
import type { ChangeLog } from './change-log.js';

/** Raised whenever what a run makes of the same bytes changes without anything of its key changing. */
const FORM = 5;

/** Inputs below this many bytes (packed ones: a tenth) are read faster than they are looked up. */
const SMALLEST = 8_000_000;
const PACKED = 10;

/** How the name of an entry is made: what it was made from, and the digest of its own bytes. */
export const ENTRY = /^([0-9a-f]{40})\.([0-9a-f]{16})\.duckdb$/;

/** What a change log is made from, beside the bytes of the files. */
export interface LogRequest {
  readonly files: readonly InputFile[];
  readonly sources: readonly SourceDeclaration[];
  readonly options: ReplayOptions;
}

/** A file as the cache knows it: its digest, and what the file system says of it. */
interface Known {
  readonly sha256: string;
  /** Size, time of change in nanoseconds, inode. */
  readonly state: string;
}

/** What stands beside the relations of an entry. */
export interface Entry {
  /** The change log, but for its relations: their names, in the order of the tables. */
  readonly log: Omit<ChangeLog, 'relations'>;
  readonly relations: readonly string[];
  readonly files: readonly Known[];
}

/**
 * The change log of a request, or what an earlier run kept of it: typed, de-identified, in order. An entry holds for the same bytes, policy,
 * declarations, options and versions. The bytes are told by their digest; under `cacheByTime` by size, time and inode, and the log's notes say so.
 * A damaged entry is a miss. Entries are written beside their place and renamed, so that two runs at once see a whole one or none.
 */
export async function throughCache(
  engine: Engine,
  request: LogRequest,
  build: () => Promise<ChangeLog>,
): Promise<ChangeLog> {
  const folder = engine.cacheDirectory;
  if (folder === undefined || sizeOf(request.files) < SMALLEST) return await build();
  const key = await keyOf(engine, request);
  const kept = await take(engine, folder, key, request.files);
  if (kept !== null) return kept;
  const log = await build();
  await keep(engine, folder, key, log, request.files);
  return log;
}

function sizeOf(files: readonly InputFile[]): number {
  const read = files.filter((file) => setAside(file) === null);
  return read.reduce((sum, { bytes, compression }) => sum + bytes * (compression === 'none' ? 1 : PACKED), 0);
}

async function keyOf(engine: Engine, { files, sources, options }: LogRequest): Promise<string> {
  const version = (await engine.rows('SELECT version()'))[0]![0];
  const { hashKey, ...rest } = options;
  const names = files.map(({ name, bytes, fileTopic, form }) => [name, bytes, fileTopic, form]);
  const parts = [FORM, version, names, sources, rest, hashKey === undefined ? null : keyFingerprint(hashKey)];
  return createHash('sha256').update(JSON.stringify(parts, plain)).digest('hex').slice(0, 40);
}

function plain(name: string, value: unknown): unknown {
  // Where a mapping stands in its file is nothing that the data depend on.
  if (name === 'mappedAt') return undefined;
  if (value instanceof Map) return [...value];
  if (value instanceof Set) return [...value].sort();
  return typeof value === 'bigint' ? String(value) : value;
}

const KEPT = '"$kept"';

async function take(
  engine: Engine,
  folder: string,
  key: string,
  files: readonly InputFile[],
): Promise<ChangeLog | null> {
  const entry = existsSync(folder) ? readdirSync(folder).find((name) => ENTRY.exec(name)?.[1] === key) : undefined;
  if (entry === undefined) return null;
  const path = join(folder, entry);
  try {
    if ((await digestOf(path)).slice(0, 16) !== ENTRY.exec(entry)![2]) throw new Error('damaged');
    await engine.run(`ATTACH ${text(path)} AS ${KEPT} (READ_ONLY)`);
    const { log, relations, files: known } = await entryIn(engine, KEPT);
    const trusted = await same(engine, files, known);
    if (trusted === null) {
      await engine.run(`DETACH ${KEPT}`);
      return null;
    }
    for (const [i, name] of relations.entries())
      await engine.run(`CREATE OR REPLACE TEMP VIEW ${relationName(name)} AS SELECT * FROM ${KEPT}.relation${i}`);
    return {
      ...log,
      notes: trusted === 0 ? log.notes : [...log.notes, trustedNote(trusted)],
      relations: new Map(relations.map((name) => [name, relationName(name)])),
    };
  } catch (error) {
    if (error instanceof Error && error.message.includes('INTERRUPT')) throw error;
    await engine.run(`DETACH DATABASE IF EXISTS ${KEPT}`);
    rmSync(path, { force: true });
    return null;
  }
}

function trustedNote(files: number): string {
  return `${files === 1 ? 'The bytes of one file were' : `The bytes of ${files} files were`} not looked at: --cache-by-time trusted size, time and inode.`;
}

/** How many files were told by the file system alone; null where one is another than it was. */
async function same(engine: Engine, files: readonly InputFile[], known: readonly Known[]): Promise<number | null> {
  let trusted = 0;
  for (const [i, file] of files.entries()) {
    if (file.sha256 === '' && engine.cacheByTime && stateOf(file) === known[i]?.state) trusted += 1;
    else if ((file.sha256 || (await digestOf(file.path))) !== known[i]?.sha256) return null;
  }
  return trusted;
}

function stateOf({ path }: InputFile): string {
  const { size, mtimeNs, ino } = statSync(path, { bigint: true });
  return [size, mtimeNs, ino].join(' ');
}

/** The relation of a source in the engine. */
export function relationName(source: string): string {
  return identifier(`$source_${source}`);
}

/** What stands beside the relations of an attached entry. */
export async function entryIn(engine: Engine, database: string): Promise<Entry> {
  const rows = await engine.rows(`SELECT entry FROM ${database}.entry`);
  return JSON.parse(String(rows[0]![0])) as Entry;
}

/** A cache that cannot be written (no space, no right) costs time, not the run. */
async function keep(
  engine: Engine,
  folder: string,
  key: string,
  log: ChangeLog,
  files: readonly InputFile[],
): Promise<void> {
  const beside = join(folder, `.${key}.${ownerMark()}-0.tmp`);
  noteTemporary(beside);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { relations, ...rest } = log;
    const known = files.map((file, i) => ({ sha256: log.inputs[i]!.sha256, state: stateOf(file) }));
    const entry: Entry = { log: rest, relations: [...relations.keys()], files: known };
    await engine.run(`ATTACH ${text(beside)} AS ${KEPT}`);
    for (const [i, relation] of [...relations.values()].entries())
      await engine.run(`CREATE TABLE ${KEPT}.relation${i} AS SELECT * FROM ${relation}`);
    await engine.run(`CREATE TABLE ${KEPT}.entry AS SELECT ${text(JSON.stringify(entry))} AS entry`);
    await engine.run(`DETACH ${KEPT}`);
    chmodSync(beside, 0o600);
    // Another entry of the same name is of other bytes: only the last is kept.
    for (const name of readdirSync(folder))
      if (ENTRY.exec(name)?.[1] === key) rmSync(join(folder, name), { force: true });
    renameSync(beside, join(folder, `${key}.${(await digestOf(beside)).slice(0, 16)}.duckdb`));
    forgetTemporary(beside);
  } catch (error) {
    await engine.run(`DETACH DATABASE IF EXISTS ${KEPT}`);
    removeTemporary(beside);
    if (error instanceof Error && error.message.includes('INTERRUPT')) throw error;
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
