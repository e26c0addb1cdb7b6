import type { ColumnDefinition, Identifier, Literal, Property } from './ast/index.js';
import {
  acceptOperator,
  acceptWord,
  type Cursor,
  expectWord,
  fail,
  identifier,
  isOperator,
  isWord,
  nearWord,
  peek,
  peekAt,
  repairWord,
  report,
  spanOf,
  spanSince,
  take,
  tokenText,
} from './cursor.js';
import {
  atStatementStart,
  attempt,
  commaList,
  expectClose,
  missingComma,
  recoverItem,
  trailingComma,
} from './parse-list.js';
import { parseType } from './parse-type.js';
import type { Token } from './token.js';

/** `(ID BIGINT KEY, NAME VARCHAR)`. A column that cannot be read is reported and left out. */
export function parseColumns(c: Cursor): ColumnDefinition[] {
  c.context = 'the columns';
  return bracketedList(
    c,
    () => column(c),
    (at) => peek(at).kind === 'word' && !isWord(at, 'WITH'),
  );
}

/** `WITH (KAFKA_TOPIC='orders', PARTITIONS=4)`, if it stands next. */
export function parseProperties(c: Cursor): Property[] {
  const word = peek(c);
  if (!isWord(c, 'WITH')) {
    if (word.kind !== 'word' || !isOperator(c, '(', 1) || nearWord(word.value, ['WITH']) === undefined) return [];
    repairWord(c, 'WITH');
  }
  take(c);
  c.context = 'WITH';
  if (!isOperator(c, '(')) fail(c, '(', { help: "write WITH (KAFKA_TOPIC='orders', VALUE_FORMAT='JSON')" });
  return bracketedList(
    c,
    () => property(c),
    (at) => peek(at).kind === 'word' && isOperator(at, '=', 1),
  );
}

/** A list in round brackets whose items are read one by one even where some cannot be read. */
function bracketedList<T>(c: Cursor, item: () => T, startsItem: (c: Cursor) => boolean): T[] {
  const open = take(c);
  const items: T[] = [];
  if (acceptOperator(c, ')')) return items;
  for (;;) {
    const from = c.index;
    const read = attempt(item, () => recoverItem(c, from, () => isOperator(c, ')')));
    if (read !== undefined) items.push(read);
    if (acceptOperator(c, ',')) {
      if (!trailingComma(c)) continue;
    } else if (startsItem(c) && !atStatementStart(c)) {
      missingComma(c);
      continue;
    }
    expectClose(c, ')', open, ', or )');
    return items;
  }
}

function column(c: Cursor): ColumnDefinition {
  const start = peek(c);
  const name = identifier(c, 'the name of a column');
  const type = parseType(c);
  const constraint = parseConstraint(c);
  return { name, type, ...constraint, span: spanSince(c, start) };
}

const CONSTRAINTS = ['PRIMARY', 'KEY', 'HEADERS', 'HEADER'];

function parseConstraint(c: Cursor): Pick<ColumnDefinition, 'constraint' | 'headerName'> {
  const token = peek(c);
  if (token.kind === 'operator' && token.value === '(')
    fail(c, ', or )', { help: 'KEY and PRIMARY KEY stand without brackets: ID BIGINT KEY' });
  if (token.kind !== 'word' || isWord(c, 'WITH')) return {};
  // NOT NULL, DEFAULT ... are words of other databases.
  if (token.value === 'NOT' || token.value === 'NULL' || token.value === 'DEFAULT')
    fail(c, 'KEY, PRIMARY KEY, , or )', {
      code: 'not-supported',
      help: `columns have no ${token.value === 'DEFAULT' ? 'DEFAULT' : 'NOT NULL'} here: any column may be null`,
    });
  const word = CONSTRAINTS.includes(token.value) ? token.value : nearWord(token.value, CONSTRAINTS);
  if (word === undefined || (word !== token.value && !endsColumn(c))) return {};
  if (word !== token.value) repairWord(c, word);
  take(c);
  if (word === 'PRIMARY') {
    expectWord(c, 'KEY');
    return { constraint: 'PRIMARY KEY' };
  }
  return word === 'HEADER' ? headerName(c) : { constraint: word as 'KEY' | 'HEADERS' };
}

/** A misspelled constraint ends its column: `ID BIGINT KYE,`, `ID BIGINT PRIMARI KEY)`. */
function endsColumn(c: Cursor): boolean {
  return isOperator(c, ',', 1) || isOperator(c, ')', 1) || isOperator(c, '(', 1) || isWord(c, 'KEY', 1);
}

function headerName(c: Cursor): Pick<ColumnDefinition, 'constraint' | 'headerName'> {
  const example = { help: "write HEADER('name'), or HEADERS for all of them" };
  if (!isOperator(c, '(')) fail(c, '(', example);
  const open = take(c);
  if (peek(c).kind !== 'string') fail(c, 'the name of a header in quotes', example);
  const name = take(c).value;
  expectClose(c, ')', open);
  return { constraint: 'HEADER', headerName: name };
}

function property(c: Cursor): Property {
  const start = peek(c);
  if (start.kind !== 'word' && start.kind !== 'quoted' && start.kind !== 'string') fail(c, 'the name of a property');
  take(c);
  while (acceptOperator(c, '.')) take(c);
  const nameSpan = spanSince(c, start);
  const name = c.text
    .slice(nameSpan.start, nameSpan.end)
    .replace(/^['"`]|['"`]$/g, '')
    .toUpperCase();
  if (!acceptOperator(c, '=')) fail(c, '=', { help: `write ${name}='...'` });
  const value = propertyValue(c, name);
  return { name, value, nameSpan, span: spanSince(c, start) };
}

function propertyValue(c: Cursor, name: string): Literal {
  const token = peek(c);
  const sign = isOperator(c, '-') && ['integer', 'decimal', 'double'].includes(peekAt(c, 1).kind) ? take(c) : undefined;
  const value = peek(c);
  switch (value.kind) {
    case 'string':
      take(c);
      return { kind: 'literal', type: 'string', text: value.value, span: spanOf(value) };
    case 'integer':
    case 'decimal':
    case 'double':
      take(c);
      return {
        kind: 'literal',
        type: value.kind,
        text: sign === undefined ? value.value : `-${value.value}`,
        span: spanOf(token, value),
      };
    case 'word':
    case 'quoted':
      return bareValue(c, name, value);
    default:
      return fail(c, `the value of ${name}`);
  }
}

/** TRUE, FALSE, NULL; any other word lacks its quotes. */
function bareValue(c: Cursor, name: string, token: Token): Literal {
  if (token.kind === 'word' && (token.value === 'TRUE' || token.value === 'FALSE')) {
    take(c);
    return { kind: 'literal', type: 'boolean', text: token.value.toLowerCase(), span: spanOf(token) };
  }
  const text = tokenText(c, token).replace(/^[`"]|[`"]$/g, '');
  report(c, token, {
    code: 'unquoted-value',
    message: `The value of ${name} needs quotes.`,
    expected: "a text in '...', a number, TRUE or FALSE",
    found: tokenText(c, token),
    help: `write ${name}='${text}'`,
  });
  take(c);
  return { kind: 'literal', type: 'string', text, span: spanOf(token) };
}

/** `(a, b, c)`: names only. */
export function parseNames(c: Cursor): Identifier[] {
  const open = take(c);
  const names = commaList(c, () => identifier(c, 'the name of a column'));
  expectClose(c, ')', open, ', or )');
  return names;
}

/** `IF NOT EXISTS`, if it stands next. */
export function acceptIfNotExists(c: Cursor): boolean {
  if (!isWord(c, 'IF') || !(isWord(c, 'NOT', 1) || isWord(c, 'EXISTS', 1))) return false;
  take(c);
  acceptWord(c, 'NOT');
  expectWord(c, 'EXISTS');
  return true;
}
