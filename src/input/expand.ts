import {
  accessSync,
  constants,
  createReadStream,
  createWriteStream,
  readdirSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Diagnostic, DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import { globExpression } from './glob.js';

/** A file of the input; `refused` says why it cannot be opened (it then stood in a folder: what a user names must open). */
export interface FoundFile {
  readonly path: string;
  readonly name: string;
  readonly refused?: string;
}

/**
 * Files named by paths: files, folders (recursive, hidden files left out), globs; `-` is stdin. Pipes are spooled, for their
 * owner only: an input is read more than once. Fails with `input-not-found` or `input-not-readable` (exit 3).
 */
export async function expandPaths(
  paths: readonly string[],
  makeSpool: (name: string) => string,
): Promise<readonly FoundFile[]> {
  const found = new Map<string, FoundFile>();
  for (const [at, path] of paths.entries()) {
    if (path === '-') {
      const spool = makeSpool('stdin');
      await pipeline(process.stdin, createWriteStream(spool, { mode: 0o600 }));
      found.set('-', { path: spool, name: '-' });
    } else if (isPipe(path)) {
      if (!isReadable(path)) throw notReadable(path, DENIED);
      const spool = makeSpool(`piped-${at}`);
      await pipeline(createReadStream(path), createWriteStream(spool, { mode: 0o600 }));
      found.set(resolve(path), { path: spool, name: basename(path) });
    } else for (const file of filesOf(path)) found.set(identity(file), file);
  }
  return named([...found.values()]);
}

/** The same without opening anything: stdin and pipes are listed as they are. */
export function listPaths(paths: readonly string[]): readonly FoundFile[] {
  const found = new Map<string, FoundFile>();
  for (const path of paths) {
    if (path === '-' || isPipe(path)) found.set(path, { path, name: path });
    else for (const file of filesOf(path)) found.set(identity(file), file);
  }
  return named([...found.values()]);
}

const DENIED = 'permission is denied';

function isPipe(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && (stat.isFIFO() || stat.isCharacterDevice() || stat.isSocket());
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function identity(file: FoundFile): string {
  return file.refused === undefined ? realpathSync(file.path) : resolve(file.path);
}

function filesOf(path: string): readonly FoundFile[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory()) {
    if (!isReadable(path)) throw notReadable(path, DENIED);
    const files = walk(path);
    if (files.length === 0) {
      throw missing(
        `There is no file in the folder "${path}".`,
        'Hidden files (.name) are left out; name them to read them.',
      );
    }
    return files;
  }
  if (stat !== undefined) {
    if (!isReadable(path)) throw notReadable(path, DENIED);
    return [{ path, name: '' }];
  }
  const matches = /[*?[{]/.test(path) ? globFiles(path) : [];
  if (matches.length > 0) return matches;
  throw missing(
    `There is no file, folder or match for "${path}".`,
    'Give files, folders, quoted globs, or - for standard input.',
  );
}

function missing(message: string, help: string): DiagnosticError {
  return failure({ code: 'input-not-found', severity: 'error', message, help });
}

function notReadable(path: string, why: string): DiagnosticError {
  const message = `"${path}" cannot be read: ${why}.`;
  const help = 'Give yourself the right to read it, or leave it out.';
  return failure({ code: 'input-not-readable', severity: 'error', message, help });
}

function failure(diagnostic: Diagnostic): DiagnosticError {
  return new DiagnosticError([diagnostic], EXIT.input);
}

function walk(folder: string): FoundFile[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry): readonly FoundFile[] => {
      const path = join(folder, entry.name);
      const refuse = (refused: string): readonly FoundFile[] => [{ path, name: '', refused }];
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat === undefined) return refuse('is a link to nothing');
      if (!isReadable(path)) return refuse(`cannot be read: ${DENIED}`);
      // A link may lead back to a folder above it.
      if (stat.isDirectory())
        return entry.isSymbolicLink() ? refuse('is a link to a folder: name that folder') : walk(path);
      return stat.isFile() ? [{ path, name: '' }] : refuse('is a pipe or a device: name it, and it is read');
    });
}

function globFiles(pattern: string): readonly FoundFile[] {
  // The folders of the pattern that are there are taken by their names: a name may hold a bracket.
  let folder = dirname(resolve(pattern));
  while (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) folder = dirname(folder);
  if (!isReadable(folder)) throw notReadable(folder, DENIED);
  const matches = globExpression(folder, resolve(pattern).slice(folder.length));
  return walk(folder).filter((file) => matches?.test(file.path));
}

/** A file is called by its base name; where two files share it, with the folder before it. */
function named(files: readonly FoundFile[]): readonly FoundFile[] {
  const count = new Map<string, number>();
  const base = (file: FoundFile): string => file.name || basename(file.path);
  for (const file of files) count.set(base(file), (count.get(base(file)) ?? 0) + 1);
  return files.map((file) => {
    const shared = file.name === '' && (count.get(base(file)) ?? 0) > 1;
    return { ...file, name: shared ? `${basename(dirname(resolve(file.path)))}/${base(file)}` : base(file) };
  });
}
