import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Files and folders of this process that are not meant to outlive it. Module state, because a signal handler has nobody to ask. */
const pending = new Set<string>();
let listener: ((path: string, isThere: boolean) => void) | undefined;

/** Tells of each such file from now on, with those that there are: who outlives this process can clear up behind it. */
export function onTemporary(told: (path: string, isThere: boolean) => void): void {
  listener = told;
  for (const path of pending) told(path, true);
}

/** Notes a file or folder that is made for the time of a run. */
export function noteTemporary(path: string): void {
  pending.add(path);
  listener?.(path, true);
}

/** True of what is noted. */
export function isTemporary(path: string): boolean {
  return pending.has(path);
}

/** Forgets what was removed, or was given its name. */
export function forgetTemporary(path: string): void {
  if (pending.delete(path)) listener?.(path, false);
}

/** Removes a temporary file or folder with what the engine keeps beside it; more than once does no harm. */
export function removeTemporary(path: string): void {
  for (const name of [path, `${path}.wal`]) rmSync(name, { recursive: true, force: true });
  forgetTemporary(path);
}

/** Removes the files among them, for a write that is not completed. Synchronous; targets are never touched. */
export function removeTemporaryFiles(): void {
  for (const path of pending) if (path.endsWith('.tmp')) removeTemporary(path);
}

/** Removes all of them: the process ends. */
export function removeAllTemporary(): void {
  for (const path of pending) removeTemporary(path);
}

/**
 * The mark in a name that says whose it is: machine (and, where containers share a folder, which of them), then the process. Two
 * machines never sweep each other's.
 */
export function ownerMark(pid: number = process.pid): string {
  return `${machineMark()}-${pid}`;
}

function machineMark(): string {
  let space = '';
  try {
    space = readlinkSync('/proc/self/ns/pid');
  } catch {
    // No such thing on this system.
  }
  return createHash('sha256').update(`${hostname()} ${space}`).digest('hex').slice(0, 8);
}

/** A file beside a target (`.NAME.MARK-N.tmp`, with what the engine adds), or a folder for spilling (`pharmabi-MARK-XXXXXX`). */
const NAME = /(?:^pharmabi|^\..+\.|^\.)-?([0-9a-f]{8})-(\d+)-(?:\d+\.tmp(?:\.wal)?|[A-Za-z0-9]{6})$/;

/** Removes what dead processes of this user have left in a folder; gives the paths. What cannot be removed stays. */
export function sweepFolder(folder: string): readonly string[] {
  const mine = machineMark();
  return namesIn(folder).flatMap((name) => {
    const [, machine, pid] = NAME.exec(name) ?? [];
    const path = join(folder, name);
    if (machine !== mine || isAlive(Number(pid)) || !isOwn(path)) return [];
    try {
      rmSync(path, { recursive: true, force: true });
      return [path];
    } catch {
      return [];
    }
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return existsSync(folder) ? readdirSync(folder) : [];
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function isOwn(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat !== undefined && (process.getuid === undefined || stat.uid === process.getuid());
}
