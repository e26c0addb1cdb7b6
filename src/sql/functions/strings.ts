import type { Call, Template } from './template.js';

const bytes = (c: Call): boolean => c.types[0]?.kind === 'BYTES' || c.type.kind === 'BYTES';

function concat(c: Call): string {
  if (bytes(c)) return `ks_concat_bytes([${c.args.join(', ')}])`;
  return `concat(${c.args.join(', ')})`;
}

function concatWith(c: Call): string {
  if (bytes(c))
    return `ks_concat_ws_bytes({0}, [{rest}])`.replace('{0}', c.args[0]!).replace('{rest}', c.args.slice(1).join(', '));
  return `concat_ws(${c.args.join(', ')})`;
}

/** SQL of the text functions. */
export const STRINGS_SQL: Readonly<Record<string, Template>> = {
  CHR: (c) => `ks_chr_${c.types[0]?.kind === 'STRING' ? 'text' : 'code'}(${c.args[0]})`,
  CONCAT: concat,
  CONCAT_WS: concatWith,
  ENCODE: 'TRY(ks_encode({*}))',
  INITCAP: 'ks_initcap({0})',
  INSTR: (c) => `ks_instr(${c.args[0]}, ${c.args[1]}, ${c.args[2] ?? '1'}, ${c.args[3] ?? '1'})`,
  LCASE: 'lower({0})',
  LEN: (c) => (bytes(c) ? `CAST(octet_length(${c.args[0]}) AS INTEGER)` : `CAST(ks_units(${c.args[0]}) AS INTEGER)`),
  LPAD: (c) => `ks_lpad${bytes(c) ? '_bytes' : ''}(${c.args.join(', ')})`,
  MASK: (c) => `ks_mask(${c.args[0]}, ${marks(c, 1)})`,
  MASK_KEEP_LEFT: (c) => `ks_mask_keep_left(${c.args[0]}, ${c.args[1]}, ${marks(c, 2)})`,
  MASK_KEEP_RIGHT: (c) => `ks_mask_keep_right(${c.args[0]}, ${c.args[1]}, ${marks(c, 2)})`,
  MASK_LEFT: (c) => `ks_mask_left(${c.args[0]}, ${c.args[1]}, ${marks(c, 2)})`,
  MASK_RIGHT: (c) => `ks_mask_right(${c.args[0]}, ${c.args[1]}, ${marks(c, 2)})`,
  MD5: 'md5({0})',
  REGEXP_EXTRACT: (c) => `TRY(ks_regexp_extract(${c.args[0]}, ${c.args[1]}, ${c.args[2] ?? '0'}))`,
  REGEXP_EXTRACT_ALL: (c) => `TRY(ks_regexp_extract_all(${c.args[0]}, ${c.args[1]}, ${c.args[2] ?? '0'}))`,
  REGEXP_REPLACE: 'TRY(ks_regexp_replace({0}, {1}, {2}))',
  REGEXP_SPLIT_TO_ARRAY: 'TRY(ks_regexp_split({0}, {1}))',
  REPLACE: 'ks_replace({0}, {1}, {2})',
  RPAD: (c) => `ks_rpad${bytes(c) ? '_bytes' : ''}(${c.args.join(', ')})`,
  SPLIT: (c) => `ks_split${bytes(c) ? '_bytes' : ''}(${c.args.join(', ')})`,
  SPLIT_TO_MAP: 'ks_split_to_map({*})',
  SUBSTRING: (c) => {
    const name = c.args.length === 2 ? 'ks_substring_from' : 'ks_substring';
    return `${name}${bytes(c) ? '_bytes' : ''}(${c.args.join(', ')})`;
  },
  TRIM: 'ks_trim({0})',
  UCASE: 'ks_upper({0})',
  UUID: 'ks_uuid({0})',
};

function marks(c: Call, from: number): string {
  const given = c.args.slice(from);
  return given.length === 0 ? "'X', 'x', 'n', '-'" : given.join(', ');
}
