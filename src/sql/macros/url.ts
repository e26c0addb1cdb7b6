const PARTS = String.raw`^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:(//)([^/?#]*))?([^?#]*)(?:(\?)([^#]*))?(?:(#)(.*))?$`;

/** URLs as java.net.URI splits them; a text that URI refuses is null. */
export const URL_MACROS: readonly string[] = [
  `ks_uri_part(u, n) AS regexp_extract(u, '${PARTS}', n)`,
  String.raw`ks_uri(u) AS CASE WHEN regexp_full_match(u, '(?:[!#$&-;=?-Z_a-z~\[\]]|%[0-9A-Fa-f]{2}|[^\x00-\x{00A0}])*') AND NOT regexp_full_match(u, '[^:/?#]+:(//)?') THEN u END`,
  `ks_opaque(u) AS ks_uri_part(u, 1) <> '' AND ks_uri_part(u, 2) = '' AND NOT starts_with(ks_uri_part(u, 4), '/')`,
  String.raw`ks_authority(u) AS regexp_extract(ks_uri_part(u, 3), '^(?:[^@]*@)?([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]*))?$', 1)`,
  String.raw`ks_port(u) AS regexp_extract(ks_uri_part(u, 3), '^(?:[^@]*@)?(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):([0-9]+)$', 1)`,
  `ks_url_protocol(u) AS nullif(ks_uri_part(ks_uri(u), 1), '')`,
  `ks_url_host(u) AS nullif(ks_authority(ks_uri(u)), '')`,
  `ks_url_port(u) AS TRY_CAST(nullif(ks_port(ks_uri(u)), '') AS INTEGER)`,
  `ks_url_path(u) AS CASE WHEN ks_opaque(ks_uri(u)) THEN NULL ELSE ks_percent(ks_uri_part(ks_uri(u), 4)) END`,
  `ks_url_query(u) AS CASE WHEN ks_opaque(ks_uri(u)) OR ks_uri_part(ks_uri(u), 5) = '' THEN NULL ELSE ks_percent(ks_uri_part(ks_uri(u), 6)) END`,
  `ks_url_fragment(u) AS CASE WHEN ks_uri_part(ks_uri(u), 7) = '' THEN NULL ELSE ks_percent(ks_uri_part(ks_uri(u), 8)) END`,
  `ks_percent(s) AS url_decode(s)`,
  `ks_url_parameter(u, name) AS list_filter(list_transform(string_split(ks_url_query(u), '&'), lambda p: struct_pack(k := split_part(p, '=', 1), v := CASE WHEN contains(p, '=') THEN substring(p, strpos(p, '=') + 1) ELSE '' END)), lambda e: e.k = name)[1].v`,
  String.raw`ks_url_encode(s) AS replace(replace(replace(url_encode(s), '%20', '+'), '~', '%7E'), '%2A', '*')`,
  String.raw`ks_url_decode(s) AS CASE WHEN regexp_full_match(s, '(?:[^%]|%[0-9A-Fa-f]{2})*', 's') THEN url_decode(replace(s, '+', ' ')) END`,
];
