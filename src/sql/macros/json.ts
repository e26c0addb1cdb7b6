/**
 * JSON text as Jackson reads and writes it. DuckDB's reader passes numbers through a DOUBLE, so every number outside
 * a string first becomes a string with a mark (U+0001) in front, and the mark is taken off what comes out.
 */
export const JSON_MACROS: readonly string[] = [
  String.raw`ks_json_marked(s) AS replace(replace(replace(regexp_replace(s, '("(?:[^"\\]|\\.)*")|(-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)', '\1' || chr(1) || '\2' || chr(2), 'g'), chr(1) || chr(2), ''), chr(1), '"\u0001'), chr(2), '"')`,
  `ks_json(s) AS CASE WHEN json_valid(s) THEN json(ks_json_marked(s)) END`,
  String.raw`ks_json_exponents(s) AS regexp_replace(s, '([0-9])[eE]\+?([0-9]+)', '\1E+\2')`,
  String.raw`ks_json_unmarked(j) AS ks_json_numbers(CAST(j AS VARCHAR))`,
  String.raw`ks_json_numbers(t) AS regexp_replace(regexp_replace(t, '"\\u0001(-?[0-9.]+)[eE]\+?([0-9]+)"', '\1E+\2', 'g'), '"\\u0001([^"]*)"', '\1', 'g')`,
  // Text bare, everything else as JSON.
  `ks_json_bare(j) AS list_transform([j], lambda v: CASE WHEN v IS NULL THEN NULL WHEN json_type(v) = 'VARCHAR' AND NOT starts_with(v ->> '$', chr(1)) THEN v ->> '$' ELSE ks_json_unmarked(v) END)[1]`,
  // Text and booleans need no care for numbers.
  `ks_json_field(s, path) AS list_transform([CASE WHEN path = '$' THEN NULL ELSE json_extract(s, path) END], lambda v: CASE WHEN v IS NOT NULL AND json_type(v) IN ('VARCHAR', 'BOOLEAN') THEN v ->> '$' WHEN v IS NULL AND path <> '$' THEN NULL ELSE ks_json_bare(ks_json_at(s, path)) END)[1]`,
  `ks_json_at(s, path) AS CASE WHEN path = '$' THEN ks_json(s) ELSE json_extract(ks_json(s), path) END`,
  `ks_json_length(s) AS CASE WHEN json_type(ks_json(s)) = 'ARRAY' THEN CAST(json_array_length(ks_json(s)) AS INTEGER) END`,
  `ks_json_keys(s) AS CASE WHEN json_type(ks_json(s)) = 'OBJECT' THEN ks_distinct(json_keys(ks_json(s))) END`,
  `ks_json_items(s) AS CASE WHEN json_type(ks_json(s)) = 'ARRAY' THEN list_transform(json_extract(ks_json(s), '$[*]'), lambda j: ks_json_unmarked(j)) END`,
  `ks_json_records(s) AS CASE WHEN json_type(ks_json(s)) = 'OBJECT' THEN ks_map(json_keys(ks_json(s)), list_transform(json_extract(ks_json(s), '$.*'), lambda j: ks_json_bare(j))) END`,
  `ks_json_array(j) AS CASE WHEN json_type(j) = 'ARRAY' THEN json_extract(j, '$[*]') ELSE [j] END`,
  `ks_json_object(j) AS list_transform(json_keys(j), lambda k, i: struct_pack(k := k, v := json_extract(j, '$.*')[i]))`,
  `ks_json_merge(list) AS '{' || array_to_string(list_transform(ks_json_last(list_transform(list, lambda e: e)), lambda e: CAST(to_json(e.k) AS VARCHAR) || ':' || CAST(e.v AS VARCHAR)), ',') || '}'`,
  `ks_json_last(l) AS list_filter(list_transform(l, lambda e: struct_pack(k := e.k, v := list_filter(l, lambda f: f.k = e.k)[-1].v)), lambda e, i: list_position(list_transform(l, lambda f: f.k), e.k) = i)`,
  `ks_json_concat(texts) AS CASE
    WHEN length(list_filter(texts, lambda s: s IS NULL OR NOT json_valid(s))) > 0 THEN NULL
    WHEN length(list_filter(texts, lambda s: json_type(ks_json(s)) <> 'OBJECT')) = 0 THEN ks_json_numbers(ks_json_merge(flatten(list_transform(texts, lambda s: ks_json_object(ks_json(s))))))
    ELSE '[' || array_to_string(list_transform(flatten(list_transform(texts, lambda s: ks_json_array(ks_json(s)))), lambda j: ks_json_unmarked(j)), ',') || ']' END`,
  `ks_json_contains(s, tokens) AS CASE WHEN s IS NULL THEN NULL WHEN json_valid(s) AND json_type(ks_json(s)) = 'ARRAY' THEN len(list_filter(json_extract(ks_json(s), '$[*]'), lambda j: ks_json_unmarked(j) IN tokens)) > 0 ELSE FALSE END`,
];
