import {
  acceptOperator,
  type Cursor,
  expectOperator,
  fail,
  identifier,
  isOperator,
  isWord,
  nearWord,
  nested,
  orList,
  peek,
  report,
  spanSince,
  take,
  tokenText,
} from './cursor.js';
import { commaList, expectClose } from './parse-list.js';
import type { Token } from './token.js';
import {
  BIGINT,
  BOOLEAN,
  BYTES,
  DATE,
  DOUBLE,
  decimal,
  INTEGER,
  type KsqlType,
  STRING,
  type StructField,
  TIME,
  TIMESTAMP,
} from './types.js';

const SIMPLE: ReadonlyMap<string, KsqlType> = new Map([
  ['BIGINT', BIGINT],
  ['BOOLEAN', BOOLEAN],
  ['BYTES', BYTES],
  ['DATE', DATE],
  ['DOUBLE', DOUBLE],
  ['INT', INTEGER],
  ['INTEGER', INTEGER],
  ['STRING', STRING],
  ['TIME', TIME],
  ['TIMESTAMP', TIMESTAMP],
  ['VARCHAR', STRING],
]);

const NESTED = ['ARRAY', 'DECIMAL', 'MAP', 'STRUCT'];

/** Types of other databases, each with the nearest one here. */
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ['BIGSERIAL', 'BIGINT'],
  ['BINARY', 'BYTES'],
  ['BLOB', 'BYTES'],
  ['BOOL', 'BOOLEAN'],
  ['BYTEA', 'BYTES'],
  ['CHAR', 'VARCHAR'],
  ['CHARACTER', 'VARCHAR'],
  ['DATETIME', 'TIMESTAMP'],
  ['DEC', 'DECIMAL(10, 2)'],
  ['ENUM', 'VARCHAR'],
  ['FLOAT', 'DOUBLE'],
  ['FLOAT4', 'DOUBLE'],
  ['FLOAT8', 'DOUBLE'],
  ['INT2', 'INT'],
  ['INT4', 'INT'],
  ['INT8', 'BIGINT'],
  ['JSON', 'VARCHAR'],
  ['JSONB', 'VARCHAR'],
  ['LIST', 'ARRAY<...>'],
  ['LONG', 'BIGINT'],
  ['LONGTEXT', 'VARCHAR'],
  ['MEDIUMINT', 'INT'],
  ['MEDIUMTEXT', 'VARCHAR'],
  ['MONEY', 'DECIMAL(19, 2)'],
  ['NUMBER', 'DECIMAL(19, 2)'],
  ['NUMERIC', 'DECIMAL(10, 2)'],
  ['NVARCHAR', 'VARCHAR'],
  ['OBJECT', 'STRUCT<...>'],
  ['REAL', 'DOUBLE'],
  ['ROW', 'STRUCT<...>'],
  ['SERIAL', 'INT'],
  ['SMALLINT', 'INT'],
  ['TEXT', 'VARCHAR'],
  ['TIMESTAMPTZ', 'TIMESTAMP'],
  ['TINYINT', 'INT'],
  ['UUID', 'VARCHAR'],
  ['VARBINARY', 'BYTES'],
]);

/** `BIGINT`, `DECIMAL(5, 2)`, `MAP<STRING, ARRAY<INT>>`, or a name that CREATE TYPE has given. */
export function parseType(c: Cursor): KsqlType {
  return nested(c, () => anyType(c));
}

function anyType(c: Cursor): KsqlType {
  const token = peek(c);
  if (token.kind !== 'word' && token.kind !== 'quoted') return fail(c, 'a type', NOT_A_TYPE);
  switch (token.value) {
    case 'ARRAY':
      return arrayType(c);
    case 'MAP':
      return mapType(c);
    case 'STRUCT':
      return structType(c);
    case 'DECIMAL':
      return decimalType(c);
    default:
      return namedType(c, token);
  }
}

const NOT_A_TYPE = { code: 'unknown-type', help: `types are ${orList([...SIMPLE.keys(), ...NESTED])}` };

function namedType(c: Cursor, token: Token): KsqlType {
  const known = c.types.get(token.value) ?? SIMPLE.get(token.value);
  if (known === undefined) return unknownType(c, token);
  take(c);
  if (isOperator(c, '(')) skipParameters(c, token);
  return known;
}

/** `VARCHAR(255)`, `VARCHAR(STRING)`: what stands in brackets behind a simple type is allowed and means nothing. */
function skipParameters(c: Cursor, type: Token): void {
  const open = take(c);
  do {
    if (peek(c).kind !== 'integer' && !isWord(c, 'STRING'))
      fail(c, 'a length (a number)', {
        help:
          isWord(c, 'KEY') || isWord(c, 'PRIMARY')
            ? 'KEY and PRIMARY KEY stand without brackets'
            : `${type.value} stands without brackets`,
      });
    take(c);
  } while (acceptOperator(c, ','));
  expectClose(c, ')', open);
}

function unknownType(c: Cursor, token: Token): KsqlType {
  const meant = FOREIGN.get(token.value) ?? nearWord(token.value, [...SIMPLE.keys(), ...NESTED, ...c.types.keys()]);
  report(c, token, {
    code: 'unknown-type',
    message: `There is no type ${tokenText(c, token)}.`,
    expected: 'a type',
    found: tokenText(c, token),
    help: meant === undefined ? NOT_A_TYPE.help : `did you mean ${meant}?`,
  });
  take(c);
  // What follows a type that is only misspelled is read like the parameters of any type.
  if (acceptOperator(c, '(')) skipBalanced(c, '(', ')');
  else if (acceptOperator(c, '<')) skipBalanced(c, '<', '>');
  return STRING;
}

function skipBalanced(c: Cursor, open: string, close: string): void {
  for (let depth = 1; depth > 0 && peek(c).kind !== 'end' && !isOperator(c, ';') && !isWord(c, 'WITH'); take(c)) {
    if (isOperator(c, open)) depth += 1;
    else if (isOperator(c, close)) depth -= 1;
  }
}

function arrayType(c: Cursor): KsqlType {
  take(c);
  const open = openAngle(c, 'ARRAY<INT>');
  const element = parseType(c);
  expectClose(c, '>', open);
  return { kind: 'ARRAY', element };
}

function mapType(c: Cursor): KsqlType {
  take(c);
  const open = openAngle(c, 'MAP<STRING, INT>');
  const key = parseType(c);
  expectOperator(c, ',');
  const value = parseType(c);
  expectClose(c, '>', open);
  return { kind: 'MAP', key, value };
}

function structType(c: Cursor): KsqlType {
  take(c);
  if (acceptOperator(c, '<>')) return { kind: 'STRUCT', fields: [] };
  const open = openAngle(c, 'STRUCT<NAME STRING, AGE INT>');
  if (acceptOperator(c, '>')) return { kind: 'STRUCT', fields: [] };
  const fields = commaList(
    c,
    () => structField(c),
    (at) => peek(at).kind === 'word' || peek(at).kind === 'quoted',
  );
  expectClose(c, '>', open, ', or >');
  return { kind: 'STRUCT', fields };
}

function structField(c: Cursor): StructField {
  const name = identifier(c, 'the name of a field').name;
  acceptOperator(c, ':');
  return { name, type: parseType(c) };
}

function openAngle(c: Cursor, example: string): Token {
  return isOperator(c, '<')
    ? take(c)
    : fail(c, '<', { code: 'type-parameters', help: `say what it holds: ${example}` });
}

function decimalType(c: Cursor): KsqlType {
  const word = take(c);
  if (!isOperator(c, '(')) {
    report(c, word, {
      code: 'type-parameters',
      message: 'DECIMAL needs its precision and scale.',
      expected: '( after DECIMAL',
      found: tokenText(c, peek(c)),
      help: 'write DECIMAL(10, 2): 10 digits, 2 of them behind the point',
    });
    return decimal(10, 2);
  }
  const open = take(c);
  const precision = digits(c, 'the precision (a number)');
  if (!acceptOperator(c, ','))
    fail(c, ', and the scale', { code: 'type-parameters', help: `write DECIMAL(${precision}, 0) for whole numbers` });
  const scale = digits(c, 'the scale (a number)');
  expectClose(c, ')', open);
  if (precision < 1 || scale > precision) {
    report(c, spanSince(c, word), {
      code: 'type-parameters',
      message: `DECIMAL(${precision}, ${scale}) cannot hold a digit.`,
      help: 'the first number counts all digits, the second those behind the point: DECIMAL(10, 2)',
    });
  }
  return decimal(precision, scale);
}

function digits(c: Cursor, what: string): number {
  return peek(c).kind === 'integer' ? Number(take(c).value) : fail(c, what, { code: 'type-parameters' });
}
