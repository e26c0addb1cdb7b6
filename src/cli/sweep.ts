import { tmpdir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { EngineOptions } from '../engine/engine.js';
import { sweepFolder } from '../engine/temporary.js';
import type { Effects } from './effects.js';
import type { Voice } from './style.js';

/** The folders in which a run leaves files for its own time, but for those beside its outputs. */
export function workFolders({ tempDirectory, cacheDirectory }: EngineOptions): readonly string[] {
  return [tempDirectory ?? tmpdir(), ...(cacheDirectory === undefined ? [] : [cacheDirectory])];
}

/** The folders in which outputs stand (`-` is none). */
export function foldersOf(outputs: readonly string[], cwd: string): readonly string[] {
  return outputs.filter((path) => path !== '-').map((path) => dirname(resolve(cwd, path)));
}

/** Removes what runs that were killed have left in these folders, and says so. */
export async function sweepLeftovers(folders: readonly string[], voice: Voice, effects: Effects): Promise<void> {
  const swept = [...new Set(folders)].flatMap((folder) => sweepFolder(folder));
  if (swept.length === 0 || voice.quiet) return;
  const what = swept.length === 1 ? swept[0] : `${swept.length} files and folders, ${swept[0]} and others`;
  await effects.stderr.write(`removed what a run that was killed had left behind: ${what}\n`);
}
