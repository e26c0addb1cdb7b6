/** Deepest nesting that is read: the engine's own parser of JSON ends the process somewhere above ten thousand levels. */
export const DEEPEST = 5000;

/** A text of fewer bytes cannot be nested deeper than `DEEPEST`. */
export const SHALLOW_BYTES = 2 * DEEPEST;

const [OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [91, 93, 123, 125];

/** True where more brackets stand open in a text than `DEEPEST`. Quotes are not told apart: JSON may stand in a string of JSON. */
export function isTooDeep(bytes: Buffer): boolean {
  if (bytes.length < SHALLOW_BYTES) return false;
  let depth = 0;
  for (const byte of bytes) {
    if (byte === OPEN || byte === OPEN_LIST) {
      depth += 1;
      if (depth > DEEPEST) return true;
    } else if ((byte === CLOSE || byte === CLOSE_LIST) && depth > 0) depth -= 1;
  }
  return false;
}

/** SQL boolean: the text `v` may be nested deeper than that. */
export function mayBeTooDeep(v: string): string {
  // A condition of CASE is asked of the rows that are left, one of AND of all.
  return `CASE WHEN strlen(${v}) >= ${SHALLOW_BYTES} THEN length(regexp_replace(${v}, '[^\\[{]', '', 'g')) > ${DEEPEST} ELSE false END`;
}
