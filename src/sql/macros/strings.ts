import { LARGEST_TEXT } from '../../ksql/functions/sizes.js';

/** Text functions: Java counts UTF-16 units, DuckDB code points; the difference matters only past U+FFFF. */
export const STRING_MACROS: readonly string[] = [
  String.raw`ks_trim(s) AS regexp_replace(s, '^[\x00-\x20]+|[\x00-\x20]+$', '', 'g')`,
  // Java reads the decimal digits of any script.
  `ks_digits(s) AS ltrim(translate(s, '٠١٢٣٤٥٦٧٨٩０１２３４５６７８９', '01234567890123456789'), '+')`,
  String.raw`ks_whole_text(s) AS CASE WHEN regexp_full_match(ks_trim(s), '[+-]?\p{Nd}+') THEN ks_digits(ks_trim(s)) END`,
  `ks_to_int(s) AS TRY_CAST(ks_whole_text(s) AS INTEGER)`,
  `ks_to_long(s) AS TRY_CAST(ks_whole_text(s) AS BIGINT)`,
  String.raw`ks_to_double(s) AS CASE WHEN regexp_full_match(ks_trim(s), '[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[fFdD]?') THEN TRY_CAST(rtrim(ks_trim(s), 'fFdD') AS DOUBLE) END`,
  String.raw`ks_number_text(s) AS CASE WHEN regexp_full_match(ks_digits(ks_trim(s)), '[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?') THEN ks_digits(ks_trim(s)) END`,
  `ks_to_boolean(s) AS ks_trim(s) <> '' AND (starts_with('true', lower(ks_trim(s))) OR starts_with('yes', lower(ks_trim(s))))`,
  `ks_units(s) AS length(s) + length(regexp_replace(s, '[^\\x{10000}-\\x{10FFFF}]', '', 'g'))`,
  String.raw`ks_like_pattern(p) AS replace(replace(regexp_replace(p, '([\\^$.|?*+()\[\]{}])', '\\\1', 'g'), '%', '[^\n\r\x{0085}\x{2028}\x{2029}]*'), '_', '[^\n\r\x{0085}\x{2028}\x{2029}]')`,
  // Blanks in front are lost, others stay; a letter after any blank is a capital.
  String.raw`ks_initcap(s) AS array_to_string(list_transform(regexp_extract_all(ltrim(s, ' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13)), '[^\s]+|\s+'), lambda w: ks_upper(w[1]) || lower(w[2:])), '')`,
  `ks_upper(s) AS upper(replace(replace(s, 'ß', 'SS'), 'ﬁ', 'FI'))`,
  `ks_substring_from(s, p) AS CASE WHEN s IS NULL OR p IS NULL THEN NULL ELSE s[ks_start(length(s), p):] END`,
  `ks_start(n, p) AS CASE WHEN p > 0 THEN least(p, n + 1) WHEN p = 0 THEN 1 ELSE greatest(n + p + 1, 1) END`,
  `ks_substring(s, p, n) AS CASE WHEN s IS NULL OR p IS NULL OR n IS NULL THEN NULL ELSE substring(s, ks_start(length(s), p), greatest(n, 0)) END`,
  `ks_lpad(s, n, p) AS CASE WHEN n < 0 OR n > ${LARGEST_TEXT} OR p = '' THEN NULL WHEN n = 0 THEN CASE WHEN s IS NULL OR p IS NULL THEN NULL ELSE '' END ELSE lpad(s, n, p) END`,
  `ks_rpad(s, n, p) AS CASE WHEN n < 0 OR n > ${LARGEST_TEXT} OR p = '' THEN NULL WHEN n = 0 THEN CASE WHEN s IS NULL OR p IS NULL THEN NULL ELSE '' END ELSE rpad(s, n, p) END`,
  // Places of every occurrence, overlapping ones too.
  `ks_places(s, t) AS CASE WHEN s = '' THEN CAST([] AS BIGINT[]) ELSE list_filter(generate_series(1, length(s) - length(t) + 1), lambda i: substring(s, i, length(t)) = t) END`,
  `ks_instr(s, t, p, n) AS CASE
    WHEN p IS NULL OR n IS NULL THEN NULL
    WHEN s IS NULL OR t IS NULL OR p = 0 OR n <= 0 THEN 0
    WHEN p > 0 THEN ks_or(list_filter(ks_places(s, t), lambda i: i >= p)[n], 0)
    ELSE ks_or(list_reverse(list_filter(ks_places(s, t), lambda i: i <= length(s) + p + 1 + CASE WHEN t = '' THEN 1 ELSE 1 - length(t) END))[n], 0) END`,
  // Marks: a null mark keeps the characters of its class, as Java's masker does.
  String.raw`ks_mark(c, m) AS CASE WHEN m IS NULL THEN c ELSE m[1] END`,
  String.raw`ks_mask_one(c, u, l, d, o) AS CASE
    WHEN regexp_matches(c, '[\p{Lu}\p{Lt}]') THEN ks_mark(c, u)
    WHEN regexp_matches(c, '[\p{Ll}ªº]') THEN ks_mark(c, l)
    WHEN regexp_matches(c, '\p{Nd}') THEN ks_mark(c, d)
    WHEN o IS NULL THEN c
    ELSE repeat(o[1], ks_units(c)) END`,
  `ks_mask(s, u, l, d, o) AS CASE WHEN length(u) <> 1 OR length(l) <> 1 OR length(d) <> 1 OR length(o) <> 1 THEN NULL WHEN s = '' THEN '' ELSE array_to_string(list_transform(string_split(s, ''), lambda c: ks_mask_one(c, u, l, d, o)), '') END`,
  `ks_mask_left(s, n, u, l, d, o) AS CASE WHEN n < 0 OR n IS NULL THEN NULL ELSE ks_mask(s[1:n], u, l, d, o) || s[n + 1:] END`,
  `ks_mask_right(s, n, u, l, d, o) AS CASE WHEN n < 0 OR n IS NULL THEN NULL ELSE s[1:greatest(length(s) - n, 0)] || ks_mask(s[greatest(length(s) - n, 0) + 1:], u, l, d, o) END`,
  `ks_mask_keep_left(s, n, u, l, d, o) AS CASE WHEN n < 0 OR n IS NULL THEN NULL ELSE s[1:n] || ks_mask(s[n + 1:], u, l, d, o) END`,
  `ks_mask_keep_right(s, n, u, l, d, o) AS CASE WHEN n < 0 OR n IS NULL THEN NULL ELSE ks_mask(s[1:greatest(length(s) - n, 0)], u, l, d, o) || s[greatest(length(s) - n, 0) + 1:] END`,
  `ks_chr_code(n) AS CASE WHEN n BETWEEN 0 AND 55295 OR n BETWEEN 57344 AND 1114111 THEN chr(n) END`,
  String.raw`ks_chr_unit(u) AS CAST('0x' || u AS INTEGER)`,
  String.raw`ks_chr_text(s) AS TRY(CASE
    WHEN regexp_full_match(s, '\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}') THEN chr(65536 + (ks_chr_unit(s[3:6]) - 55296) * 1024 + ks_chr_unit(s[9:12]) - 56320)
    WHEN regexp_full_match(s, '(\\u[0-9a-fA-F]{4})+') THEN array_to_string(list_transform(regexp_extract_all(s, '\\u(....)', 1), lambda u: chr(ks_chr_unit(u))), '') END)`,
  `ks_split(s, d) AS CASE WHEN s IS NULL OR d IS NULL THEN NULL WHEN s = '' THEN [''] ELSE string_split(s, d) END`,
  `ks_split_to_map(s, d, e) AS CASE WHEN s IS NULL OR d IS NULL OR e IS NULL OR d = '' OR e = '' OR d = e THEN NULL ELSE ks_pairs_map(list_filter(string_split(s, d), lambda p: contains(p, e) AND p <> ''), e) END`,
  `ks_pairs_map(pairs, e) AS ks_map(list_transform(pairs, lambda p: split_part(p, e, 1)), list_transform(pairs, lambda p: split_part(p, e, 2)))`,
  `ks_replace(s, a, b) AS CASE WHEN a = '' THEN b || array_to_string(list_transform(CASE WHEN s = '' THEN CAST([] AS VARCHAR[]) ELSE string_split(s, '') END, lambda c: c || b), '') ELSE replace(s, a, b) END`,
  `ks_regexp_extract(p, s, g) AS CASE WHEN g < 0 OR p IS NULL OR s IS NULL THEN NULL ELSE regexp_extract_all(s, p, g)[1] END`,
  `ks_regexp_extract_all(p, s, g) AS CASE WHEN g < 0 OR p IS NULL OR s IS NULL THEN NULL ELSE regexp_extract_all(s, p, g) END`,
  // Java's replacement text: $1 is a group, a backslash takes the next character as it is.
  String.raw`ks_java_replacement(r) AS array_to_string(list_transform(regexp_extract_all(r, '\\.|\$[0-9]|[^\\$]+|.', 0, 's'), lambda t: CASE WHEN t[1] = '$' THEN CASE WHEN length(t) = 2 THEN '\' || t[2] ELSE NULL END WHEN t = '\' THEN NULL WHEN t[1] = '\' THEN CASE WHEN t[2] = '\' THEN '\\' ELSE t[2] END ELSE t END), '')`,
  String.raw`ks_bad_replacement(r, groups) AS regexp_matches(r, '(^|[^\\])(\\\\)*(\$([^0-9]|$)|\\$)') OR ks_or(list_max(list_transform(regexp_extract_all(r, '\$([0-9])', 1), lambda d: CAST(d AS INTEGER))), 0) > groups`,
  // Groups of a pattern: opening brackets that are neither escaped nor in front of a question mark.
  String.raw`ks_groups(p) AS length(regexp_extract_all(regexp_replace(p, '\\.', '', 'g'), '\((?:[^?]|$)'))`,
  `ks_regexp_replace(s, p, r) AS CASE WHEN ks_bad_replacement(r, ks_groups(p)) AND regexp_matches(s, p) THEN NULL ELSE regexp_replace(s, p, ks_java_replacement(r), 'g') END`,
  // Java drops an empty match at the end.
  `ks_regexp_split(s, p) AS CASE WHEN regexp_matches('', p) AND p LIKE '%$' THEN [s] ELSE regexp_split_to_array(s, p) END`,
];
