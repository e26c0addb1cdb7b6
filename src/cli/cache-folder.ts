import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { EngineOptions } from '../engine/engine.js';
import type { Effects } from './effects.js';
import { packageVersion } from './package.js';
import type { Reader } from './values.js';

/** The folder of caches: named, else the platform's own (`XDG_CACHE_HOME`, `~/Library/Caches`, `%LOCALAPPDATA%`). */
export function cacheFolder(
  named: string | undefined,
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (named !== undefined) return resolve(cwd, named);
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'pharmabi');
  if (process.platform === 'darwin') return join(homedir(), 'Library/Caches/pharmabi');
  if (process.platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'pharmabi', 'Cache');
  return join(homedir(), '.cache', 'pharmabi');
}

/** Where this version keeps what it has read; nothing under `--no-cache`. A verification never asks: it reads again. */
export function readCache(read: Reader, effects: Effects): Pick<EngineOptions, 'cacheDirectory' | 'cacheByTime'> {
  const cacheByTime = read.flag('cache-by-time');
  if (read.flag('no-cache')) return {};
  const folder = cacheFolder(read.text('cache'), effects.cwd, effects.env);
  return { cacheDirectory: join(folder, packageVersion()), cacheByTime };
}
