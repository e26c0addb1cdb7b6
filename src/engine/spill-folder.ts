import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of this process alone that the engine spills to. */
export interface SpillFolder {
  readonly path: string;
  /** Removes it with all that is in it; more than once does no harm. */
  remove(): void;
}

/**
 * Makes a folder of its own below `parent` (default: the system's folder for temporary files), so that two runs never
 * meet. It is removed on `remove()`, and at the latest when the process ends.
 */
export function makeSpillFolder(parent: string = tmpdir()): SpillFolder {
  const path = mkdtempSync(join(parent, 'pharmabi-'));
  const remove = (): void => {
    process.removeListener('exit', remove);
    rmSync(path, { recursive: true, force: true });
  };
  process.once('exit', remove);
  return { path, remove };
}
