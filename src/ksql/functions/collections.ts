import { row } from './row.js';

const TWO = ['(ARRAY<T>, ARRAY<T>) -> ARRAY<T>'];
const OWN = { nulls: 'own' } as const;
const entries = (value: string, shown = value): string =>
  `(MAP<STRING, ${value}>, BOOLEAN) -> ARRAY<STRUCT<K: STRING, V: ${shown}>>`;

/** Arrays, maps, structs, and the lambdas over them. */
export const COLLECTIONS = [
  row(
    'ARRAY_CONCAT',
    TWO,
    'The second after the first; a null array counts as none.',
    'ARRAY_CONCAT(ARRAY[1], ARRAY[2]) = [1, 2]',
    OWN,
  ),
  row(
    'ARRAY_CONTAINS',
    ['(ARRAY<T>, T) -> BOOLEAN'],
    'Whether an array holds a value (null too).',
    'ARRAY_CONTAINS(ARRAY[1, 2], 2) = true',
    OWN,
  ),
  row(
    'ARRAY_DISTINCT',
    ['(ARRAY<T>) -> ARRAY<T>'],
    'Each value once, in order of its first place.',
    'ARRAY_DISTINCT(ARRAY[1, 2, 1]) = [1, 2]',
  ),
  row(
    'ARRAY_EXCEPT',
    TWO,
    'Distinct values of the first that the second does not hold.',
    'ARRAY_EXCEPT(ARRAY[1, 2], ARRAY[2]) = [1]',
  ),
  row(
    'ARRAY_INTERSECT',
    TWO,
    'Distinct values of both, in the order of the first.',
    'ARRAY_INTERSECT(ARRAY[1, 2], ARRAY[2]) = [2]',
  ),
  row(
    'ARRAY_JOIN',
    ['(ARRAY<T>) -> STRING', '(ARRAY<T>, STRING) -> STRING'],
    'Elements as text with a separator (comma).',
    "ARRAY_JOIN(ARRAY[1, 2], '-') = '1-2'",
    OWN,
  ),
  row('ARRAY_LENGTH', ['(ARRAY<T>) -> INTEGER'], 'Number of elements.', 'ARRAY_LENGTH(ARRAY[1, 2]) = 2'),
  row('ARRAY_MAX', ['(ARRAY<T>) -> T'], 'Greatest element; nulls do not count.', 'ARRAY_MAX(ARRAY[1, 2]) = 2'),
  row('ARRAY_MIN', ['(ARRAY<T>) -> T'], 'Least element; nulls do not count.', 'ARRAY_MIN(ARRAY[1, 2]) = 1'),
  row(
    'ARRAY_REMOVE',
    ['(ARRAY<T>, T) -> ARRAY<T>'],
    'Without every occurrence of a value.',
    'ARRAY_REMOVE(ARRAY[1, 2, 1], 1) = [2]',
    OWN,
  ),
  row(
    'ARRAY_SORT',
    ['(ARRAY<T>) -> ARRAY<T>', '(ARRAY<T>, STRING) -> ARRAY<T>'],
    "Sorted ('ASC' or 'DESC'), nulls last.",
    "ARRAY_SORT(ARRAY[1, 2], 'DESC') = [2, 1]",
  ),
  row('ARRAY_UNION', TWO, 'Distinct values of both.', 'ARRAY_UNION(ARRAY[1], ARRAY[2, 1]) = [1, 2]'),
  row(
    'AS_MAP',
    ['(ARRAY<STRING>, ARRAY<V>) -> MAP<STRING, V>'],
    'A map of keys and values, by place.',
    "AS_MAP(ARRAY['a'], ARRAY[1]) = {a=1}",
  ),
  row('ELT', ['(INTEGER, STRING...) -> STRING'], 'The n-th of the texts, from 1.', "ELT(2, 'a', 'b') = 'b'", OWN),
  row(
    'ENTRIES',
    [
      entries('INTEGER'),
      entries('BIGINT'),
      entries('DOUBLE'),
      entries('BOOLEAN'),
      entries('STRING'),
      entries('DECIMAL', 'DOUBLE'),
    ],
    'Entries of a map as structs K and V, sorted by key on demand.',
    "ENTRIES(MAP('a' := 1), true) = [{K=a, V=1}]",
  ),
  row(
    'FIELD',
    ['(STRING, STRING...) -> INTEGER'],
    'Place of a text among others, from 1; 0 where it is not there.',
    "FIELD('b', 'a', 'b') = 2",
    OWN,
  ),
  row(
    'FILTER',
    ['(ARRAY<T>, LAMBDA(T) -> BOOLEAN) -> ARRAY<T>', '(MAP<K, V>, LAMBDA(K, V) -> BOOLEAN) -> MAP<K, V>'],
    'Elements for which the lambda is true.',
    'FILTER(ARRAY[1, 2], x => x > 1) = [2]',
  ),
  row('MAP_KEYS', ['(MAP<STRING, V>) -> ARRAY<STRING>'], 'Keys of a map.', "MAP_KEYS(MAP('a' := 1)) = ['a']"),
  row(
    'MAP_UNION',
    ['(MAP<STRING, V>, MAP<STRING, V>) -> MAP<STRING, V>'],
    'Entries of both; the second wins.',
    "MAP_UNION(MAP('a' := 1), MAP('a' := 2)) = {a=2}",
    OWN,
  ),
  row('MAP_VALUES', ['(MAP<STRING, V>) -> ARRAY<V>'], 'Values of a map.', "MAP_VALUES(MAP('a' := 1)) = [1]"),
  row(
    'REDUCE',
    ['(ARRAY<T>, S, LAMBDA(S, T) -> S) -> S', '(MAP<K, V>, S, LAMBDA(S, K, V) -> S) -> S'],
    'Elements folded from a start value.',
    'REDUCE(ARRAY[1, 2], 0, (s, x) => s + x) = 3',
    OWN,
  ),
  row(
    'SLICE',
    ['(ARRAY<T>, INTEGER, INTEGER) -> ARRAY<T>'],
    'From one place to another, both included, from 1.',
    'SLICE(ARRAY[1, 2, 3], 2, 3) = [2, 3]',
  ),
  row(
    'TRANSFORM',
    ['(ARRAY<T>, LAMBDA(T) -> R) -> ARRAY<R>', '(MAP<K, V>, LAMBDA(K, V) -> R, LAMBDA(K, V) -> S) -> MAP<R, S>'],
    'Every element (or key and value) through a lambda.',
    'TRANSFORM(ARRAY[1, 2], x => x * 2) = [2, 4]',
  ),
];
