import type { Template } from './template.js';

const ordered =
  (name: string): Template =>
  (c) =>
    `TRY(${name}(${c.args[0]}, ${c.args[1] ?? "'BIG_ENDIAN'"}))`;

/** SQL of the BYTES functions. */
export const BYTES_SQL: Readonly<Record<string, Template>> = {
  BIGINT_FROM_BYTES: ordered('ks_long_from_bytes'),
  DOUBLE_FROM_BYTES: ordered('ks_double_from_bytes'),
  FROM_BYTES: 'TRY(ks_bytes_text({0}, {1}))',
  INT_FROM_BYTES: ordered('ks_int_from_bytes'),
  TO_BYTES: 'TRY(ks_bytes({0}, {1}))',
};
