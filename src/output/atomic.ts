import * as fs from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { forgetTemporary, isTemporary, noteTemporary, ownerMark, removeTemporary } from '../engine/temporary.js';
import { codeOf, failure, inspectTarget, problem, type Target } from './target.js';

/** A target with its complete new content in a file beside it. */
export interface Staged {
  readonly target: Target;
  readonly temporary: string;
}

/** A fresh name beside a target (a device has no beside: there the system's folder), noted for the cleanup hook. */
export function temporaryFor(target: Pick<Target, 'real' | 'kind'>): string {
  const { real, kind } = target;
  for (let n = 0; ; n += 1) {
    const path = join(
      kind === 'pipe' ? tmpdir() : dirname(real),
      `.${basename(real).slice(0, 200)}.${ownerMark()}-${n}.tmp`,
    );
    if (isTemporary(path) || fs.existsSync(path)) continue;
    noteTemporary(path);
    return path;
  }
}

/** Removes temporary files of a write that will not be completed. */
export function discard(temporaries: Iterable<string>): void {
  for (const path of temporaries) removeTemporary(path);
}

/** Flushes a file that something else wrote (DuckDB's COPY) to the disk. */
export async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A file to be put in place: its bytes, or a finished file of `temporaryFor` that only wants its name. */
export type Content =
  | { readonly path: string; readonly bytes: Uint8Array }
  | { readonly path: string; readonly temporary: string };

/**
 * Writes all files or none: each is written beside its target, flushed, and renamed only when the last one is complete.
 * An existing file is replaced only with `force`, or left alone where its bytes are equal already. Returns what went
 * wrong, in the words of the operating system; an empty list means that every file stands.
 */
export async function writeAtomically(
  files: readonly Content[],
  options: { readonly force: boolean },
): Promise<Diagnostic[]> {
  const targets = files.map((file) => inspectTarget(file.path));
  const problems = targets.filter((t): t is Diagnostic => 'code' in t);
  const ready = targets.filter((t): t is Target => !('code' in t));
  problems.push(...repeated(ready));
  if (problems.length > 0) return problems;
  const staged: Staged[] = [];
  try {
    for (const [i, target] of ready.entries()) {
      const problem = await stage(target, files[i]!, staged);
      if (problem !== undefined) return [problem];
    }
    return await commit(staged, options);
  } finally {
    discard(staged.map((s) => s.temporary));
  }
}

/** Waits for the reader of a pipe, and for it to take everything; an interrupt can come meanwhile. */
async function writeThrough({ target, temporary }: Staged): Promise<Diagnostic | undefined> {
  try {
    const handle = await open(target.real, 'w');
    await pipeline(fs.createReadStream(temporary), handle.createWriteStream());
    return undefined;
  } catch (error) {
    return failure(target.path, error);
  }
}

function repeated(targets: readonly Target[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return targets
    .filter((t) => t.kind !== 'pipe' && (seen.has(t.real) || !seen.add(t.real)))
    .map((t) =>
      problem('output-named-twice', `Cannot write ${t.path}: two outputs of this run would stand in it.`, {}),
    );
}

async function stage(target: Target, content: Content, staged: Staged[]): Promise<Diagnostic | undefined> {
  const temporary = 'temporary' in content ? content.temporary : temporaryFor(target);
  staged.push({ target, temporary });
  try {
    if ('bytes' in content) await writeNew(temporary, content.bytes);
    else await flush(temporary);
    return undefined;
  } catch (error) {
    return failure(target.path, error);
  }
}

async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  const handle: FileHandle = await open(path, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Puts staged files into place, all or none. From the first rename to the last nothing is awaited, so no signal handler
 * can run between two files of a set.
 */
export async function commit(staged: readonly Staged[], options: { readonly force: boolean }): Promise<Diagnostic[]> {
  const pipes = staged.filter(({ target }) => target.kind === 'pipe');
  const changed = await changedOf(
    staged.filter(({ target }) => target.kind !== 'pipe'),
    options,
  );
  if (!Array.isArray(changed)) return changed.problems;
  // What the reader of a pipe has got cannot be taken back: pipes go when nothing else is likely to fail any more.
  for (const pipe of pipes) {
    const problem = await writeThrough(pipe);
    if (problem !== undefined) return [problem];
  }
  return putInPlace(changed, options.force);
}

/** The staged files that differ from what stands there, or why some of them may not replace it. */
async function changedOf(
  staged: readonly Staged[],
  options: { readonly force: boolean },
): Promise<Staged[] | { readonly problems: Diagnostic[] }> {
  const changed: Staged[] = [];
  const problems: Diagnostic[] = [];
  for (const file of staged) {
    try {
      if (file.target.kind === 'file' && (await sameBytes(file.temporary, file.target.real))) continue;
      if (file.target.kind === 'file' && !options.force) problems.push(exists(file.target.path));
      else changed.push(file);
    } catch (error) {
      problems.push(failure(file.target.path, error));
    }
  }
  return problems.length > 0 ? { problems } : changed;
}

function putInPlace(staged: readonly Staged[], force: boolean): Diagnostic[] {
  const undo: (() => void)[] = [];
  const done: (() => void)[] = [];
  for (const file of staged) {
    try {
      placeOne(file, force, undo, done);
    } catch (error) {
      for (const step of undo.toReversed()) step();
      return [failure(file.target.path, error)];
    }
  }
  for (const step of done) step();
  for (const folder of new Set(staged.map((s) => dirname(s.target.real)))) flushFolder(folder);
  return [];
}

function placeOne(file: Staged, force: boolean, undo: (() => void)[], done: (() => void)[]): void {
  const { target, temporary } = file;
  if (target.kind === 'file') {
    fs.accessSync(target.real, fs.constants.W_OK);
    fs.chmodSync(temporary, target.mode!);
    const backup = temporaryFor(target);
    keep(target.real, backup);
    undo.push(() => {
      fs.renameSync(backup, target.real);
      forgetTemporary(backup);
    });
    done.push(() => discard([backup]));
    fs.renameSync(temporary, target.real);
  } else {
    claim(temporary, target.real, force);
    undo.push(() => fs.rmSync(target.real, { force: true }));
  }
}

function keep(path: string, backup: string): void {
  try {
    fs.linkSync(path, backup);
  } catch {
    // Some file systems (FAT, some network mounts) have no hard links.
    fs.copyFileSync(path, backup, fs.constants.COPYFILE_EXCL);
  }
}

/** Gives a new file its name; a file that appeared there meanwhile is not replaced without force. */
function claim(temporary: string, real: string, force: boolean): void {
  if (!force) {
    try {
      fs.linkSync(temporary, real);
      return;
    } catch (error) {
      if (codeOf(error) === 'EEXIST' || !fs.existsSync(temporary)) throw error;
    }
  }
  fs.renameSync(temporary, real);
}

function flushFolder(folder: string): void {
  try {
    const descriptor = fs.openSync(folder, 'r');
    try {
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
  } catch {
    // Windows and some network mounts cannot flush a folder; the files themselves are flushed.
  }
}

async function sameBytes(a: string, b: string): Promise<boolean> {
  if (fs.statSync(a).size !== fs.statSync(b).size) return false;
  const other = fs.createReadStream(b, { highWaterMark: 1 << 20 })[Symbol.asyncIterator]();
  for await (const chunk of fs.createReadStream(a, { highWaterMark: 1 << 20 })) {
    const next = await other.next();
    if (next.done || !(chunk as Buffer).equals(next.value as Buffer)) return false;
  }
  return true;
}

function exists(path: string): Diagnostic {
  return problem('output-exists', `${path} exists already with other content; it was left as it is.`, {
    help: 'Name another file, or replace it with --force.',
  });
}
