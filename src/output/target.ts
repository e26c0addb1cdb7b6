import * as fs from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.js';

/** A target after its links were followed. `real` is where bytes go, `path` what the user wrote. */
export interface Target {
  readonly path: string;
  readonly real: string;
  /** `pipe`: a device or FIFO, written straight through because nothing can be renamed onto it. */
  readonly kind: 'new' | 'file' | 'pipe';
  readonly mode?: number;
}

/** Follows symbolic links (also dangling ones) and says what stands at a path, or why nothing can be written there. */
export function inspectTarget(path: string): Target | Diagnostic {
  try {
    const real = followLinks(resolve(path));
    const stat = fs.statSync(real, { throwIfNoEntry: false });
    if (stat === undefined) return missingFolder(path, real) ?? unwritable(path, real) ?? { path, real, kind: 'new' };
    if (stat.isDirectory()) {
      return problem('output-is-folder', `Cannot write ${path}: it is a folder.`, { help: 'Name a file inside it.' });
    }
    if (!stat.isFile()) return { path, real, kind: 'pipe', mode: stat.mode & 0o7777 };
    return unwritable(path, real) ?? { path, real, kind: 'file', mode: stat.mode & 0o7777 };
  } catch (error) {
    return failure(path, error);
  }
}

function missingFolder(path: string, real: string): Diagnostic | undefined {
  const folder = dirname(real);
  const stat = fs.statSync(folder, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return undefined;
  const reason = stat === undefined ? 'does not exist' : 'is not a folder';
  return problem('output-folder-missing', `Cannot write ${path}: the folder ${dirname(path)} ${reason}.`, {
    next: `mkdir -p ${dirname(path)}`,
  });
}

/** Why no file can be made beside a target: nobody may write there, or no space is left. */
function unwritable(path: string, real: string): Diagnostic | undefined {
  const folder = dirname(real);
  try {
    fs.accessSync(folder, fs.constants.W_OK);
    const { bavail, bsize, blocks } = fs.statfsSync(folder);
    // A file system that tells no size (some networks do not) tells no want of it.
    if (blocks > 0 && bavail * bsize < LEAST_SPACE) return failure(path, { code: 'ENOSPC' });
    return undefined;
  } catch (error) {
    return failure(path, error);
  }
}

/** Below this not even a small report and its manifest can be written, in bytes. */
const LEAST_SPACE = 16_384;

function followLinks(path: string, depth = 0): string {
  const stat = fs.lstatSync(path, { throwIfNoEntry: false });
  if (!stat?.isSymbolicLink()) return path;
  if (depth >= 40) throw Object.assign(new Error('too many symbolic links'), { code: 'ELOOP' });
  return followLinks(resolve(fs.realpathSync(dirname(path)), fs.readlinkSync(path)), depth + 1);
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'the operating system does not permit it',
  EROFS: 'the disk is read-only',
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'a file appeared there while the report was made',
  ENOENT: 'the file or its folder vanished while it was written',
  ENOTDIR: 'a part of the path is not a folder',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its symbolic links run in a circle',
  EFBIG: 'the file is too large for this disk',
  EIO: 'the disk reports an input/output error',
  EMFILE: 'too many files are open',
};

/** The code that the operating system gave, `ENOSPC`. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** The diagnostic of a failed write. Errors without a code of the operating system are bugs and are thrown on. */
export function failure(path: string, error: unknown): Diagnostic {
  const code = codeOf(error);
  if (code === undefined) throw error;
  return problem(
    'output-not-written',
    `Cannot write ${path}: ${REASONS[code] ?? 'the operating system refused'} (${code}).`,
    {
      help: code === 'ENOSPC' ? 'Free some space or write to another disk.' : 'Nothing was changed.',
    },
  );
}

/** An error about an output file. */
export function problem(code: string, message: string, more: Pick<Diagnostic, 'help' | 'next'>): Diagnostic {
  return { code, severity: 'error', message, ...more };
}
