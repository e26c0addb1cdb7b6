import { duckType, type KsqlType } from '../../ksql/types.js';
import { toText } from '../casts.js';
import { identifier } from '../quote.js';
import type { Call, Template } from './template.js';

const ELEMENT = identifier('$e');

// Elements that Java cannot compare or print, but for empty and null arrays.
const PLAIN = /^(BOOLEAN|INTEGER|BIGINT|DOUBLE|DECIMAL|STRING|DATE|TIME|TIMESTAMP|BYTES)$/;
const PRINTED = /^(BOOLEAN|INTEGER|BIGINT|DOUBLE|DECIMAL|STRING)$/;

function element(c: Call): KsqlType | undefined {
  const type = c.types[0];
  return type?.kind === 'ARRAY' ? type.element : undefined;
}

function sort(c: Call): string {
  const [a, direction = "'ASC'"] = c.args as [string, string | undefined];
  if (!PLAIN.test(element(c)?.kind ?? '')) return `CASE WHEN length(${a}) = 0 THEN ${a} END`;
  const key = element(c)?.kind === 'BYTES' ? `ks_sort_bytes(${a}, ${direction})` : `ks_sort(${a}, ${direction})`;
  return key;
}

function extreme(c: Call, name: 'min' | 'max'): string {
  const [a] = c.args as [string];
  if (!PLAIN.test(element(c)?.kind ?? '')) return `CAST(NULL AS ${duckType(c.type)})`;
  if (element(c)?.kind === 'BYTES') return `ks_${name === 'min' ? 'least' : 'greatest'}_bytes(${a})`;
  return `list_${name}(${a})`;
}

function join(c: Call): string {
  const [a, separator] = c.args as [string, string | undefined];
  const type = element(c);
  if (type === undefined || !PRINTED.test(type.kind)) return `CASE WHEN length(${a}) = 0 THEN '' END`;
  const parts = `list_transform(${a}, lambda ${ELEMENT}: ks_or(${toText(ELEMENT, type, true)}, 'null'))`;
  // A null separator is none.
  return `ks_join(${parts}, ${separator === undefined ? "','" : `ks_or(${separator}, '')`})`;
}

function asMap(c: Call): string {
  const [k, v] = c.args as [string, string];
  return `ks_map(list_transform(${k}, lambda ${ELEMENT}: ks_or(${ELEMENT}, 'null')), ${v})`;
}

function entries(c: Call): string {
  const [m, sorted] = c.args as [string, string];
  const map = c.types[0];
  const decimal = map?.kind === 'MAP' && map.value.kind === 'DECIMAL';
  const value = decimal ? `CAST(${ELEMENT}.value AS DOUBLE)` : `${ELEMENT}.value`;
  const shape = (list: string) =>
    `list_transform(${list}, lambda ${ELEMENT}: struct_pack(K := ${ELEMENT}.key, V := ${value}))`;
  return `CASE WHEN ${sorted} IS NULL THEN NULL WHEN ${sorted} THEN ${shape(`ks_sorted_entries(${m})`)} ELSE ${shape(`ks_hash_entries(${m})`)} END`;
}

function bind(body: string, key: string, value: string): string {
  return body.replaceAll(key, `${ELEMENT}.key`).replaceAll(value, `${ELEMENT}.value`);
}

function entryLambda(lambda: string): string {
  const [, key, value, body] = /^lambda ("[^"]*"), ("[^"]*"): (.*)$/s.exec(lambda)!;
  return `lambda ${ELEMENT}: ${bind(body!, key!, value!)}`;
}

function transform(c: Call): string {
  const [a, first, second] = c.args as [string, string, string | undefined];
  if (second === undefined) return `TRY(list_transform(${a}, ${first}))`;
  const list = (lambda: string) => `list_transform(ks_hash_entries(${a}), ${entryLambda(lambda)})`;
  return `TRY(ks_strict_map(${list(first)}, ${list(second)}))`;
}

function filter(c: Call): string {
  const [a, lambda] = c.args as [string, string];
  if (c.types[0]?.kind !== 'MAP') return `TRY(list_filter(${a}, ${lambda}))`;
  const kept = `list_filter(map_entries(${a}), ${entryLambda(lambda)})`;
  // Java's collector refuses a null value.
  return `TRY(CASE WHEN ${a} IS NULL OR len(list_filter(${kept}, lambda ${ELEMENT}: ${ELEMENT}.value IS NULL)) > 0 THEN NULL ELSE map_from_entries(${kept}) END)`;
}

const STATE = identifier('$s');

/** A fold over structs of state and element: DuckDB wants both of one type. */
function reduce(c: Call): string {
  const [a, start, lambda] = c.args as [string, string, string];
  const type = duckType(c.type);
  const map = c.types[0]?.kind === 'MAP';
  const list = map ? `ks_hash_entries(${a})` : a;
  const [, parameters, body] = /^lambda ("[^"]*"(?:, "[^"]*")*): (.*)$/s.exec(lambda)!;
  const [state, ...element] = parameters!.split(', ');
  const read = map ? [`${ELEMENT}.x.key`, `${ELEMENT}.x.value`] : [`${ELEMENT}.x`];
  const bound = element.reduce(
    (sql, name, i) => sql.replaceAll(name, read[i]!),
    body!.replaceAll(state!, `${STATE}.s`),
  );
  const pack = (s: string, x: string) => `struct_pack(s := CAST(${s} AS ${type}), x := ${x})`;
  const items = `list_transform(${list}, lambda ${ELEMENT}: ${pack('NULL', ELEMENT)})`;
  const first = pack(start, `(${list})[1]`);
  return `CASE WHEN ${start} IS NULL THEN NULL WHEN ks_or(length(${list}), 0) = 0 THEN CAST(${start} AS ${type}) ELSE TRY(list_reduce(${items}, lambda ${STATE}, ${ELEMENT}: ${pack(`(${bound})`, `${ELEMENT}.x`)}, ${first})).s END`;
}

/** SQL of the functions over arrays, maps and lambdas. */
export const COLLECTIONS_SQL: Readonly<Record<string, Template>> = {
  ARRAY_CONCAT: 'ks_concat_lists({0}, {1})',
  ARRAY_CONTAINS: (c) => `CASE WHEN ${c.args[0]} IS NULL THEN FALSE ELSE ks_has(${c.args[0]}, ${nullAs(c)}) END`,
  ARRAY_DISTINCT: 'ks_distinct({0})',
  ARRAY_EXCEPT: 'ks_except({0}, {1})',
  ARRAY_INTERSECT: 'ks_intersect({0}, {1})',
  ARRAY_JOIN: join,
  ARRAY_LENGTH: 'CAST(length({0}) AS INTEGER)',
  ARRAY_MAX: (c) => extreme(c, 'max'),
  ARRAY_MIN: (c) => extreme(c, 'min'),
  ARRAY_REMOVE: 'ks_remove({0}, {1})',
  ARRAY_SORT: sort,
  ARRAY_UNION: 'ks_union({0}, {1})',
  AS_MAP: asMap,
  ELT: (c) => `ks_elt(${c.args[0]}, CAST([${c.args.slice(1).join(', ')}] AS VARCHAR[]))`,
  ENTRIES: entries,
  FIELD: (c) => `ks_field(${c.args[0]}, CAST([${c.args.slice(1).join(', ')}] AS VARCHAR[]))`,
  FILTER: filter,
  MAP_KEYS: 'list_transform(ks_hash_entries({0}), lambda "$e": "$e".key)',
  MAP_UNION: 'ks_map_union({0}, {1})',
  MAP_VALUES: 'list_transform(ks_hash_entries({0}), lambda "$e": "$e".value)',
  REDUCE: reduce,
  SLICE: 'ks_slice({0}, {1}, {2})',
  TRANSFORM: transform,
};

function nullAs(c: Call): string {
  const type = element(c);
  return c.types[1] === null && type !== undefined ? `CAST(NULL AS ${duckType(type)})` : c.args[1]!;
}
