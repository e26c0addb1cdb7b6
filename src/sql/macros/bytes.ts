import { LARGEST_TEXT } from '../../ksql/functions/sizes.js';

/** BYTES: Java compares them as signed, counts from 1, and knows hex, utf8, ascii and base64. */
export const BYTES_MACROS: readonly string[] = [
  `ks_flip(c) AS translate(c, '0123456789ABCDEF', '89ABCDEF01234567')`,
  // Each byte with its top bit flipped, in hexadecimal: signed order as text.
  `ks_signed(b) AS array_to_string(list_transform(ks_pairs(hex(b)), lambda p: ks_flip(p[1]) || p[2]), '')`,
  `ks_pairs(h) AS regexp_extract_all(h, '..')`,
  `ks_unsigned(t) AS unhex(array_to_string(list_transform(ks_pairs(t), lambda p: ks_flip(p[1]) || p[2]), ''))`,
  `ks_least_bytes(list) AS ks_unsigned(list_min(list_transform(list, lambda b: ks_signed(b))))`,
  `ks_greatest_bytes(list) AS ks_unsigned(list_max(list_transform(list, lambda b: ks_signed(b))))`,
  `ks_sort_bytes(list, direction) AS list_transform(ks_sort(list_transform(list, lambda b: ks_signed(b)), direction), lambda t: ks_unsigned(t))`,
  `ks_concat_bytes(list) AS unhex(array_to_string(list_transform(list, lambda b: ks_or(hex(b), '')), ''))`,
  `ks_concat_ws_bytes(separator, list) AS CASE WHEN separator IS NULL THEN NULL ELSE unhex(ks_join(list_transform(list_filter(list, lambda b: b IS NOT NULL), lambda b: hex(b)), hex(separator))) END`,
  `ks_part(b, p, n) AS unhex(hex(b)[2 * p - 1:2 * (p + n - 1)])`,
  `ks_substring_from_bytes(b, p) AS CASE WHEN b IS NULL OR p IS NULL THEN NULL ELSE ks_part(b, ks_start(octet_length(b), p), octet_length(b)) END`,
  `ks_substring_bytes(b, p, n) AS CASE WHEN b IS NULL OR p IS NULL OR n IS NULL THEN NULL WHEN n <= 0 THEN ''::BLOB ELSE ks_part(b, ks_start(octet_length(b), p), n) END`,
  `ks_lpad_bytes(b, n, p) AS CASE WHEN n < 0 OR n > ${LARGEST_TEXT} OR octet_length(p) = 0 THEN NULL WHEN n <= octet_length(b) THEN unhex(hex(b)[1:2 * n]) ELSE unhex(rpad('', 2 * (n - octet_length(b)), hex(p)) || hex(b)) END`,
  `ks_rpad_bytes(b, n, p) AS CASE WHEN n < 0 OR n > ${LARGEST_TEXT} OR octet_length(p) = 0 THEN NULL WHEN p IS NULL THEN NULL WHEN n = 0 THEN CASE WHEN b IS NULL THEN NULL ELSE ''::BLOB END ELSE unhex(rpad(hex(b), 2 * n, hex(p))) END`,
  `ks_split_bytes(b, d) AS CASE WHEN b IS NULL OR d IS NULL THEN NULL WHEN octet_length(b) = 0 THEN [b] WHEN octet_length(d) = 0 THEN list_transform(ks_pairs(hex(b)), lambda p: unhex(p)) ELSE list_transform(string_split(ks_spaced(b), ks_spaced(d)), lambda t: unhex(replace(t, ' ', ''))) END`,
  `ks_spaced(b) AS array_to_string(list_transform(ks_pairs(hex(b)), lambda p: ' ' || p), '')`,
  `ks_bytes(s, encoding) AS CASE lower(encoding) WHEN 'hex' THEN CASE WHEN length(s) % 2 = 0 THEN unhex(s) END WHEN 'utf8' THEN encode(s) WHEN 'ascii' THEN encode(ks_ascii(s)) WHEN 'base64' THEN from_base64(s) END`,
  String.raw`ks_ascii(s) AS regexp_replace(s, '[^\x00-\x7F]', '?', 'g')`,
  `ks_bytes_text(b, encoding) AS CASE lower(encoding) WHEN 'hex' THEN upper(hex(b)) WHEN 'utf8' THEN decode(b) WHEN 'ascii' THEN ks_ascii_text(b) WHEN 'base64' THEN to_base64(b) END`,
  `ks_ascii_text(b) AS array_to_string(list_transform(ks_pairs(hex(b)), lambda p: CASE WHEN p < '80' THEN decode(unhex(p)) ELSE '\uFFFD' END), '')`,
  `ks_hex_input(s) AS CASE WHEN starts_with(s, '0x') THEN s[3:] WHEN regexp_full_match(s, '[xX]''.*''') THEN s[3:length(s) - 1] ELSE s END`,
  `ks_encode(s, source, target) AS CASE
    WHEN lower(source) = lower(target) THEN NULL
    WHEN lower(source) = 'hex' THEN ks_encoded(CASE WHEN length(ks_hex_input(s)) % 2 = 0 THEN unhex(ks_hex_input(s)) END, target)
    ELSE ks_encoded(ks_bytes(s, source), target) END`,
  `ks_encoded(b, target) AS CASE lower(target) WHEN 'hex' THEN lower(hex(b)) ELSE ks_bytes_text(b, target) END`,
  `ks_reverse_pairs(h) AS array_to_string(list_reverse(ks_pairs(h)), '')`,
  `ks_ordered_hex(b, ordering, n) AS CASE WHEN octet_length(b) <> n THEN NULL WHEN upper(ordering) = 'BIG_ENDIAN' THEN hex(b) WHEN upper(ordering) = 'LITTLE_ENDIAN' THEN ks_reverse_pairs(hex(b)) END`,
  `ks_hex_number(h) AS CAST('0x' || h AS UBIGINT)`,
  `ks_int_from_bytes(b, ordering) AS ks_low_int(CAST(ks_hex_number(ks_ordered_hex(b, ordering, 4)) AS HUGEINT))`,
  `ks_long_from_bytes(b, ordering) AS ks_low_long(CAST(ks_hex_number(ks_ordered_hex(b, ordering, 8)) AS HUGEINT))`,
  `ks_double_from_bits(u) AS CASE WHEN u >= 9223372036854775808 THEN -1.0::DOUBLE ELSE 1.0::DOUBLE END * ks_magnitude(CAST((u >> 52) & 2047 AS INTEGER), CAST(u & 4503599627370495 AS DOUBLE))`,
  `ks_magnitude(e, m) AS CASE WHEN e = 2047 THEN CASE WHEN m = 0 THEN 'Infinity'::DOUBLE ELSE 'NaN'::DOUBLE END WHEN e = 0 THEN m * pow(2.0, -1022 + 48) * pow(2.0, -100) ELSE (m + 4503599627370496::DOUBLE) * CASE WHEN e < 1075 - 1000 THEN pow(2.0, -1000) * pow(2.0, e - 75) ELSE pow(2.0, e - 1075) END END`,
  `ks_double_from_bytes(b, ordering) AS ks_double_from_bits(ks_hex_number(ks_ordered_hex(b, ordering, 8)))`,
  `ks_uuid(b) AS CASE WHEN octet_length(b) = 16 THEN regexp_replace(lower(hex(b)), '^(.{8})(.{4})(.{4})(.{4})(.{12})$', '\\1-\\2-\\3-\\4-\\5') END`,
];
