/** Arrays and maps in Java's terms: a set keeps insertion order, a HashMap the order of its buckets. */
export const COLLECTION_MACROS: readonly string[] = [
  `ks_distinct(a) AS list_filter(a, lambda x, i: list_position(a, x) = i)`,
  `ks_has(a, x) AS ks_or(list_position(a, x) > 0, FALSE)`,
  `ks_concat_lists(a, b) AS CASE WHEN a IS NULL THEN b WHEN b IS NULL THEN a ELSE list_concat(a, b) END`,
  `ks_union(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE ks_distinct(list_concat(a, b)) END`,
  `ks_intersect(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE list_filter(ks_distinct(a), lambda x: ks_has(b, x)) END`,
  `ks_except(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE list_filter(ks_distinct(a), lambda x: NOT ks_has(b, x)) END`,
  `ks_remove(a, x) AS list_filter(a, lambda y: y IS DISTINCT FROM x)`,
  `ks_sort(a, direction) AS CASE upper(direction) WHEN 'ASC' THEN list_sort(a, 'ASC', 'NULLS LAST') WHEN 'ASCENDING' THEN list_sort(a, 'ASC', 'NULLS LAST') WHEN 'DESC' THEN list_sort(a, 'DESC', 'NULLS LAST') WHEN 'DESCENDING' THEN list_sort(a, 'DESC', 'NULLS LAST') END`,
  `ks_slice(a, b, c) AS CASE WHEN a IS NULL OR ks_or(b, 1) < 1 OR ks_or(c, length(a)) > length(a) OR ks_or(b, 1) > length(a) + 1 OR ks_or(c, length(a)) < ks_or(b, 1) - 1 THEN NULL ELSE a[ks_or(b, 1):ks_or(c, length(a))] END`,
  // Later entries win; DuckDB refuses a key that stands twice.
  `ks_last_keys(k) AS list_filter(generate_series(1, length(k)), lambda i: NOT list_contains(k[i + 1:], k[i]))`,
  `ks_map(k, v) AS CASE WHEN k IS NULL OR v IS NULL THEN NULL ELSE map(list_transform(ks_last_keys(k), lambda i: k[i]), list_transform(ks_last_keys(k), lambda i: v[i])) END`,
  `ks_strict_map(k, v) AS CASE WHEN k IS NULL THEN NULL WHEN length(list_distinct(k)) < length(k) OR len(list_filter(v, lambda x: x IS NULL)) > 0 THEN NULL ELSE map(k, v) END`,
  // array_to_string wants a constant separator.
  `ks_join(list, separator) AS CASE WHEN length(list) = 0 THEN '' ELSE list_reduce(list, lambda x, y: x || separator || y) END`,
  `ks_map_union(a, b) AS CASE WHEN a IS NULL THEN b WHEN b IS NULL THEN a ELSE map_concat(a, b) END`,
  `ks_code_hash(h, c) AS CASE WHEN c < 65536 THEN (h * 31 + c) & 4294967295 ELSE (((h * 31 + 55232 + (c >> 10)) & 4294967295) * 31 + 56320 + (c & 1023)) & 4294967295 END`,
  `ks_string_hash(s) AS CASE WHEN s = '' THEN 0::BIGINT ELSE list_reduce(list_transform(string_split(s, ''), lambda c: CAST(unicode(c) AS BIGINT)), lambda h, c: ks_code_hash(h, c), 0::BIGINT) END`,
  `ks_spread(h) AS xor(h, h >> 16)`,
  // A HashMap copied from another map: the power of two from n / 0.75 + 1 on.
  `ks_buckets(n) AS CAST(pow(2, ceil(log2(floor(n / 0.75) + 1))) AS BIGINT)`,
  `ks_hash_order(k) AS list_transform(list_sort(list_transform(k, lambda x, i: struct_pack(bucket := ks_spread(ks_string_hash(x)) & (ks_buckets(length(k)) - 1), place := i))), lambda e: e.place)`,
  `ks_hash_entries(m) AS list_transform(ks_hash_order(map_keys(m)), lambda i: map_entries(m)[i])`,
  `ks_sorted_entries(m) AS list_sort(map_entries(m))`,
  `ks_elt(n, texts) AS CASE WHEN n < 1 THEN NULL ELSE texts[n] END`,
  `ks_field(s, texts) AS CASE WHEN s IS NULL THEN 0 ELSE ks_or(list_position(texts, s), 0) END`,
];
