import { closeSync, existsSync, mkdtempSync, openSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noteTemporary, ownerMark, removeTemporary } from './temporary.js';

/** A folder of this process alone that the engine spills to. */
export interface SpillFolder {
  readonly path: string;
  /**
   * A path to write to and read from for as long as the folder stands. On Linux the file has no name: what stands in it can be
   * read by nobody else, and is gone with the process however that ends. Elsewhere it is a file for its owner only.
   */
  spool(name: string): string;
  /** Removes it with all that is in it; more than once does no harm. */
  remove(): void;
}

/**
 * Makes a folder of its own below `parent` (default: the system's folder for temporary files), so that two runs never
 * meet. It is removed on `remove()`, and at the latest when the process ends.
 */
export function makeSpillFolder(parent: string = tmpdir()): SpillFolder {
  const path = mkdtempSync(join(parent, `pharmabi-${ownerMark()}-`));
  noteTemporary(path);
  const open: number[] = [];
  const spool = (name: string): string => {
    const named = join(path, `${name}-${open.length}`);
    const descriptor = openSync(named, 'wx+', 0o600);
    open.push(descriptor);
    const unnamed = `/proc/self/fd/${descriptor}`;
    if (!existsSync(unnamed)) return named;
    unlinkSync(named);
    return unnamed;
  };
  const remove = (): void => {
    for (const descriptor of open.splice(0)) closeSync(descriptor);
    process.removeListener('exit', remove);
    removeTemporary(path);
  };
  process.once('exit', remove);
  return { path, spool, remove };
}
