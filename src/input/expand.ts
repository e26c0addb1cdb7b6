import { createWriteStream, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';

/** Files named by paths: files, folders (recursive, hidden files left out), globs; `-` is stdin, spooled for its owner only. */
export async function expandPaths(
  paths: readonly string[],
  tempDirectory: string,
): Promise<readonly { readonly path: string; readonly name: string }[]> {
  const found = new Map<string, string>();
  for (const path of paths) {
    if (path === '-') {
      const spool = join(tempDirectory, 'stdin');
      await pipeline(process.stdin, createWriteStream(spool, { mode: 0o600 }));
      found.set(spool, spool);
      continue;
    }
    for (const file of filesOf(path)) found.set(realpathSync(file), file);
  }
  return named([...found.values()]);
}

function filesOf(path: string): readonly string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return walk(path);
  if (stat !== undefined) return [path];
  const matches = /[*?[{]/.test(path) ? globFiles(path) : [];
  if (matches.length > 0) return matches;
  throw new DiagnosticError(
    [
      {
        code: 'input-not-found',
        severity: 'error',
        message: `There is no file, folder or match for "${path}".`,
        help: 'Give files, folders, quoted globs, or - for standard input.',
      },
    ],
    EXIT.input,
  );
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat?.isDirectory()) return entry.isSymbolicLink() ? [] : walk(path);
      return stat?.isFile() ? [path] : [];
    });
}

function globFiles(pattern: string): readonly string[] {
  let folder = pattern;
  while (/[*?[{]/.test(folder)) folder = dirname(folder);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  const matches = globExpression(resolve(pattern));
  return walk(folder).filter((file) => matches.test(resolve(file)));
}

/** `*` and `?` stay within a folder, `**` does not; `{a,b}` and `[abc]` as in a shell. */
function globExpression(pattern: string): RegExp {
  let braces = 0;
  const text = pattern.replace(/\*\*\/|\*\*|\*|\?|\[[^\]]+\]|[{},]|[.+^$()|\\\]]/g, (token) => {
    if (token === '**/') return '(?:.*/)?';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token === '{') return ++braces > 0 ? '(?:' : '';
    if (token === '}') return braces-- > 0 ? ')' : '\\}';
    if (token === ',') return braces > 0 ? '|' : ',';
    return token.startsWith('[') ? token.replace('[!', '[^') : `\\${token}`;
  });
  return new RegExp(`^${text}$`);
}

function named(paths: readonly string[]): readonly { path: string; name: string }[] {
  const count = new Map<string, number>();
  for (const path of paths) count.set(basename(path), (count.get(basename(path)) ?? 0) + 1);
  return paths.map((path) => {
    const base = basename(path);
    const shared = (count.get(base) ?? 0) > 1;
    return { path, name: shared ? `${basename(dirname(resolve(path)))}/${base}` : base };
  });
}
