import { row } from './row.js';

const OWN = { nulls: 'own' } as const;
const CONTAINS = ['INTEGER', 'BIGINT', 'DOUBLE', 'STRING', 'BOOLEAN', 'DECIMAL'];

/** JSON held in a STRING. */
export const JSON_FUNCTIONS = [
  row(
    'EXTRACTJSONFIELD',
    ['(STRING, STRING) -> STRING'],
    'Part of a JSON text at a path: text bare, all else as JSON.',
    `EXTRACTJSONFIELD('{"a":1}', '$.a') = '1'`,
  ),
  row('IS_JSON_STRING', ['(STRING) -> BOOLEAN'], 'Whether a text is JSON.', `IS_JSON_STRING('[1]') = true`, OWN),
  row(
    'JSON_ARRAY_CONTAINS',
    [...CONTAINS.map((type) => `(STRING, ${type}) -> BOOLEAN`), '(STRING, ARRAY<T>) -> BOOLEAN'],
    'Whether a JSON array holds a value of the same type.',
    `JSON_ARRAY_CONTAINS('[1]', 1) = true`,
    OWN,
  ),
  row(
    'JSON_ARRAY_LENGTH',
    ['(STRING) -> INTEGER'],
    'Number of elements; null where the text is no array.',
    `JSON_ARRAY_LENGTH('[1]') = 1`,
  ),
  row(
    'JSON_CONCAT',
    ['(STRING, STRING...) -> STRING'],
    'Objects merged, anything else joined to an array.',
    `JSON_CONCAT('{"a":1}', '{"b":2}') = '{"a":1,"b":2}'`,
  ),
  row(
    'JSON_ITEMS',
    ['(STRING) -> ARRAY<STRING>'],
    'Elements of a JSON array, each as JSON.',
    `JSON_ITEMS('[1]') = ['1']`,
  ),
  row('JSON_KEYS', ['(STRING) -> ARRAY<STRING>'], 'Keys of a JSON object.', `JSON_KEYS('{"a":1}') = ['a']`),
  row(
    'JSON_RECORDS',
    ['(STRING) -> MAP<STRING, STRING>'],
    'Entries of a JSON object, values as JSON.',
    `JSON_RECORDS('{"a":1}') = {a=1}`,
  ),
  row('TO_JSON_STRING', ['(T) -> STRING'], 'Any value as JSON.', "TO_JSON_STRING(1) = '1'", OWN),
];
