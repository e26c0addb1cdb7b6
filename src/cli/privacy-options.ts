import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import { SHORTEST_KEY } from '../privacy/hash-key.js';
import { NO_POLICY, shippedPolicy } from '../privacy/shipped.js';
import type { ReplayOptions } from '../relation.js';
import type { Effects } from './effects.js';
import { whyUnreadable } from './unreadable.js';
import { usage } from './usage.js';
import type { Reader } from './values.js';

/** The policy that was named, else the shipped one, and the key of its hashes where one was given. */
export function readPrivacy(read: Reader, effects: Effects): Pick<ReplayOptions, 'policy' | 'hashKey'> {
  const hashKey = readHashKey(read.text('hash-key'), effects);
  return { policy: readPolicy(read.text('policy'), effects), ...(hashKey !== undefined && { hashKey }) };
}

/** A policy file's name and text. Throws `policy-not-readable` (exit 2). */
function readPolicy(file: string | undefined, effects: Effects): NonNullable<ReplayOptions['policy']> {
  if (file === undefined) return shippedPolicy();
  if (file === NO_POLICY.file) return NO_POLICY;
  try {
    return { file, text: readFileSync(resolve(effects.cwd, file), 'utf8') };
  } catch (error) {
    throw unreadable(
      'policy-not-readable',
      `The policy ${file} cannot be read`,
      error,
      'Name a YAML file, or leave it out.',
    );
  }
}

/** The bytes of a key file. Throws `hash-key-not-usable` (exit 2) where it cannot be read or is too short. */
export function readHashKey(file: string | undefined, effects: Effects): Uint8Array | undefined {
  if (file === undefined) return undefined;
  const key = keyBytes(file, effects);
  if (key.length >= SHORTEST_KEY) return key;
  throw new DiagnosticError(
    [
      {
        ...usage('hash-key-not-usable', `The key in ${file} is too short: ids could be found by trying.`, MAKE_ONE),
        expected: `at least ${SHORTEST_KEY} bytes`,
        found: `${key.length} bytes`,
      },
    ],
    EXIT.usage,
  );
}

const MAKE_ONE = 'Make one and keep it: head -c 32 /dev/urandom > hash.key';

function keyBytes(file: string, effects: Effects): Uint8Array {
  try {
    return readFileSync(file === '-' ? 0 : resolve(effects.cwd, file));
  } catch (error) {
    throw unreadable('hash-key-not-usable', `The key file ${file} cannot be read`, error, MAKE_ONE);
  }
}

function unreadable(code: string, what: string, error: unknown, help: string): DiagnosticError {
  return new DiagnosticError([usage(code, `${what}: ${whyUnreadable(error)}.`, help)], EXIT.usage);
}
