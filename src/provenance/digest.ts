import { createHash } from 'node:crypto';

/** SHA-256 of bytes (or of the UTF-8 of a text), as lower-case hex. */
export function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
