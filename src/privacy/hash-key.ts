import { createHash, createHmac } from 'node:crypto';

/** Shortest key that is taken, in bytes: below it a hash of an id can be tried out. */
export const SHORTEST_KEY = 16;

const BLOCK = 64;

/** The two padded keys of HMAC-SHA-256 for one entity (RFC 2104), each 64 bytes. */
export interface PaddedKeys {
  readonly inner: Buffer;
  readonly outer: Buffer;
}

/** The keys of an entity: derived from the user's key, so that the ids of patients and of practitioners share no hash. */
export function paddedKeys(key: Uint8Array, entity: string): PaddedKeys {
  const own = entityKey(key, entity);
  const block = Buffer.alloc(BLOCK);
  own.copy(block);
  return { inner: block.map((b) => b ^ 0x36) as Buffer, outer: block.map((b) => b ^ 0x5c) as Buffer };
}

/** The key of an entity: HMAC-SHA-256 of its name under the user's key. */
export function entityKey(key: Uint8Array, entity: string): Buffer {
  return createHmac('sha256', key).update(`pharmabi entity ${entity}`).digest();
}

/** Tells one key from another without giving anything of it away: 16 hexadecimal digits, for manifests. */
export function keyFingerprint(key: Uint8Array): string {
  return createHash('sha256')
    .update(createHmac('sha256', key).update('pharmabi key fingerprint').digest())
    .digest('hex')
    .slice(0, 16);
}
