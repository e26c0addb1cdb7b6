import { join } from 'node:path';
import type { Engine } from '../engine/engine.js';
import type { ReplayOptions } from '../relation.js';
import { expandPaths } from './expand.js';
import type { InputFile } from './input-file.js';
import { salvage } from './salvage.js';
import { scanFile } from './scan.js';
import { sniff } from './sniff.js';
import { topicOfFile } from './topic-name.js';
import { headOfZstd } from './zstd-head.js';

export type { InputFile, InputForm } from './input-file.js';
export { formText } from './input-file.js';
export { type Inspection, inspectInputs } from './inspect.js';

/**
 * Finds, hashes and recognises input files: files, folders, globs, `-` for stdin. The form of each is told by its content.
 * The result is in an order of its own (name, digest), whatever the order of `paths`. Fails with `input-not-found` (exit 3).
 */
export async function recogniseInputs(
  engine: Engine,
  paths: readonly string[],
  _options: { readonly topics: ReplayOptions['topics'] },
): Promise<InputFile[]> {
  const files: InputFile[] = [];
  for (const file of await expandPaths(paths, engine.tempDirectory)) {
    files.push(await recognise(engine, file.path, file.path === join(engine.tempDirectory, 'stdin') ? '-' : file.name));
  }
  return files.sort((a, b) => compare(a.name, b.name) || compare(a.sha256, b.sha256));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function recognise(engine: Engine, path: string, name: string): Promise<InputFile> {
  const scan = await scanFile(path);
  const head = scan.compression === 'zstd' ? await headOfZstd(engine, path) : scan.head;
  const form = sniff(head);
  const common = { name, path, bytes: scan.bytes, sha256: scan.sha256, form, fileTopic: topicOfFile(name) };
  const batch = form.kind === 'dump' && form.dialect === 'mariadb-batch';
  const damaged = scan.longLines || scan.invalidText || scan.truncated || (batch && scan.bareReturns);
  if (!damaged || form.kind === 'set-aside') {
    return {
      ...common,
      readPath: path,
      compression: scan.compression,
      blankLines: scan.blankLines,
      rejected: [],
      truncated: scan.truncated,
    };
  }
  const readPath = join(engine.tempDirectory, `mended-${scan.sha256.slice(0, 16)}`);
  const source = { path, name, gzip: scan.compression === 'gzip', truncated: scan.truncated };
  const rejected = await salvage(source, readPath, batch ? 'batch' : form.kind === 'dump' ? 'bytes' : 'lines');
  return { ...common, readPath, compression: 'none', blankLines: scan.blankLines, rejected, truncated: scan.truncated };
}
