import type { CreateAsSelect, CreateSource, InsertInto, InsertValues, OtherStatement, Statement } from './ast/index.js';
import {
  acceptOperator,
  acceptWord,
  type Cursor,
  expectWord,
  fail,
  identifier,
  isOperator,
  isWord,
  last,
  nearWord,
  peek,
  repairWord,
  report,
  spanSince,
  take,
  tokenText,
} from './cursor.js';
import { parseExpression } from './parse-expression.js';
import { atStatementStart, commaList, expectClose, STATEMENT_WORDS } from './parse-list.js';
import { parseSelect } from './parse-query.js';
import { acceptIfNotExists, parseColumns, parseNames, parseProperties } from './parse-source.js';
import { parseType } from './parse-type.js';
import type { Token } from './token.js';

/** One statement without its semicolon. */
export function parseStatement(c: Cursor): Statement {
  const token = peek(c);
  const word = statementWord(c, token);
  switch (word) {
    case 'CREATE':
      return create(c);
    case 'INSERT':
      return insert(c);
    case 'SELECT':
      return query(c);
    case 'DROP':
      return drop(c);
    default:
      return other(c, word);
  }
}

function statementWord(c: Cursor, token: Token): string {
  if (token.kind === 'word' && STATEMENT_WORDS.has(token.value)) return token.value;
  const near = token.kind === 'word' ? nearWord(token.value, STATEMENT_WORDS) : undefined;
  if (near === undefined) {
    return fail(c, 'a statement (CREATE STREAM, CREATE TABLE, INSERT INTO, ...)', {
      code: 'unknown-statement',
      message:
        token.kind === 'word'
          ? `Unknown statement '${tokenText(c, token)}'`
          : `No statement begins with ${tokenText(c, token)}.`,
    });
  }
  repairWord(c, near, 'a statement');
  return near;
}

interface Created {
  readonly start: Token;
  readonly type: 'stream' | 'table';
  readonly orReplace: boolean;
  readonly readOnly: boolean;
}

/** `CREATE [OR REPLACE] [SOURCE] STREAM|TABLE ...`, `CREATE TYPE ...`. */
function create(c: Cursor): Statement {
  const start = take(c);
  const orReplace = acceptWord(c, 'OR');
  if (orReplace) expectWord(c, 'REPLACE');
  if (isWord(c, 'TYPE')) return createType(c, start);
  if (!orReplace && peek(c).kind === 'word' && OTHER_CREATED.has(peek(c).value))
    return rest(c, start, `CREATE ${peek(c).value}`);
  if (isWord(c, 'VIEW') || isWord(c, 'MATERIALIZED'))
    fail(c, 'STREAM or TABLE', {
      code: 'not-supported',
      help: 'a view that is kept up to date is a TABLE here: CREATE TABLE name AS SELECT ...',
    });
  const readOnly = isWord(c, 'SOURCE') && acceptWord(c, 'SOURCE');
  const type =
    expectWord(c, 'STREAM', 'TABLE', ...(readOnly || orReplace ? [] : ['TYPE'])) === 'STREAM' ? 'stream' : 'table';
  if (last(c).value === 'TYPE') {
    c.index -= 1;
    return createType(c, start);
  }
  return createSource(c, { start, type, orReplace, readOnly });
}

const OTHER_CREATED: ReadonlySet<string> = new Set(['CONNECTOR', 'SINK', 'SCHEMA']);

function createSource(c: Cursor, created: Created): CreateSource | CreateAsSelect {
  const { start, type, orReplace, readOnly } = created;
  c.context = `CREATE ${type.toUpperCase()}`;
  const ifNotExists = acceptIfNotExists(c);
  const name = identifier(c, `the name of the ${type}`);
  c.context = `CREATE ${type.toUpperCase()} ${tokenText(c, last(c))}`;
  const columns = isOperator(c, '(') ? parseColumns(c) : [];
  const properties = parseProperties(c);
  if (startsQuery(c)) {
    if (columns.length > 0)
      report(c, peek(c), {
        code: 'unexpected-token',
        message: 'The columns of a query come from its SELECT.',
        found: 'a list of columns',
        help: `remove the list of columns behind ${name.name}`,
      });
    if (readOnly)
      report(c, peek(c), {
        code: 'unexpected-token',
        message: 'A SOURCE has no query of its own.',
        found: 'AS SELECT',
        help: 'remove SOURCE',
      });
    if (acceptAs(c)) c.context = 'the query';
    const select = parseSelect(c);
    return {
      kind: 'create-as-select',
      type,
      name,
      properties,
      query: select,
      orReplace,
      ifNotExists,
      span: spanSince(c, start),
    };
  }
  if (columns.length === 0 && properties.length === 0 && !last(c).value.startsWith(')'))
    fail(c, '(, WITH or AS SELECT', nearHelp(c, ['WITH', 'AS']));
  return {
    kind: 'create-source',
    type,
    name,
    columns,
    properties,
    orReplace,
    ifNotExists,
    readOnly,
    span: spanSince(c, start),
  };
}

function nearHelp(c: Cursor, words: readonly string[]): { help?: string } {
  const token = peek(c);
  const near = token.kind === 'word' ? nearWord(token.value, words) : undefined;
  return near === undefined ? {} : { help: `did you mean ${near}?` };
}

/** `AS SELECT`, `AS SELCT`, `SELECT` without AS, `SA SELECT`. */
function startsQuery(c: Cursor): boolean {
  if (isWord(c, 'AS') || isWord(c, 'SELECT')) return true;
  return peek(c).kind === 'word' && !atStatementStart(c) && isWord(c, 'SELECT', 1);
}

function acceptAs(c: Cursor): boolean {
  if (isWord(c, 'SELECT')) {
    report(c, peek(c), {
      code: 'unexpected-token',
      message: 'AS is missing before SELECT.',
      expected: 'AS',
      found: 'SELECT',
      help: 'write AS SELECT',
    });
    return false;
  }
  expectWord(c, 'AS');
  if (isOperator(c, '(')) fail(c, 'SELECT', { help: 'the query stands without brackets' });
  return true;
}

/** `CREATE TYPE ADDRESS AS STRUCT<...>`: later columns may use the name. */
function createType(c: Cursor, start: Token): OtherStatement {
  c.context = 'CREATE TYPE';
  take(c);
  acceptIfNotExists(c);
  const name = identifier(c, 'the name of the type');
  expectWord(c, 'AS');
  c.types.set(name.name, parseType(c));
  return otherStatement(c, start, 'CREATE TYPE');
}

function drop(c: Cursor): OtherStatement {
  const start = take(c);
  c.context = 'DROP';
  const what = peek(c);
  const near = what.kind === 'word' && !DROPPED.includes(what.value) ? nearWord(what.value, DROPPED) : undefined;
  if (near !== undefined) repairWord(c, near);
  if (what.value === 'TYPE') c.types.delete(last({ ...c, index: endOfRest(c) }).value);
  return rest(c, start, 'DROP');
}

const DROPPED = ['STREAM', 'TABLE', 'TYPE', 'CONNECTOR'];

/** A statement that is kept with its text: SET, UNSET, SHOW, ... */
function other(c: Cursor, verb: string): OtherStatement {
  return rest(c, take(c), verb);
}

/** Takes everything up to the semicolon. */
function rest(c: Cursor, start: Token, verb: string): OtherStatement {
  c.index = endOfRest(c);
  return otherStatement(c, start, verb);
}

function endOfRest(c: Cursor): number {
  let index = c.index;
  for (;;) {
    const at = { ...c, index };
    if (peek(at).kind === 'end' || isOperator(at, ';') || atStatementStart(at)) return index;
    index += 1;
  }
}

function otherStatement(c: Cursor, start: Token, verb: string): OtherStatement {
  const span = spanSince(c, start);
  return { kind: 'other', verb, text: c.text.slice(span.start, span.end), span };
}

/** A query on its own reads a stream without making one; it is checked, and kept with its text. */
function query(c: Cursor): OtherStatement {
  const start = peek(c);
  parseSelect(c);
  return otherStatement(c, start, 'SELECT');
}

/** `INSERT INTO name [WITH (...)] SELECT ...`, `INSERT INTO name [(columns)] VALUES (...)`. */
function insert(c: Cursor): InsertInto | InsertValues {
  const start = take(c);
  c.context = 'INSERT INTO';
  expectWord(c, 'INTO');
  const target = identifier(c, 'the name of a stream or table');
  const columns = isOperator(c, '(') ? parseNames(c) : [];
  const properties = columns.length === 0 ? parseProperties(c) : [];
  if (columns.length === 0 && isWord(c, 'AS') && isWord(c, 'SELECT', 1)) {
    report(c, take(c), {
      code: 'unexpected-token',
      message: 'INSERT INTO takes its query without AS.',
      expected: 'SELECT',
      found: 'AS',
      help: 'remove AS',
    });
  }
  if (expectQueryOrValues(c, columns.length > 0) === 'SELECT') {
    return { kind: 'insert-into', target, properties, query: parseSelect(c), span: spanSince(c, start) };
  }
  const values = insertedValues(c);
  return { kind: 'insert-values', target, columns, values, span: spanSince(c, start) };
}

/** The word is left in place for the reader of the query. */
function expectQueryOrValues(c: Cursor, onlyValues: boolean): string {
  const words = onlyValues ? ['VALUES'] : ['SELECT', 'VALUES'];
  const word = expectWord(c, ...words);
  c.index -= 1;
  return word;
}

function insertedValues(c: Cursor): InsertValues['values'] {
  take(c);
  c.context = 'VALUES';
  if (!isOperator(c, '(')) fail(c, '(', { help: "write VALUES (1, 'text')" });
  const open = take(c);
  const values = commaList(c, () => parseExpression(c));
  expectClose(c, ')', open, ', or )');
  if (acceptOperator(c, ','))
    fail(c, ';', { code: 'not-supported', help: 'one INSERT writes one record: write a second INSERT INTO' });
  return values;
}
