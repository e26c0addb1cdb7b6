import type { Identifier, Join, Select, SelectItem } from './ast/index.js';
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
  report,
  spanOf,
  spanSince,
  take,
} from './cursor.js';
import { closingHelp, parseClauses } from './parse-clauses.js';
import { parseExpression } from './parse-expression.js';
import { parseJoin, parseSource, startsJoin } from './parse-join.js';
import {
  atStatementStart,
  attempt,
  isName,
  missingComma,
  recoverItem,
  STATEMENT_WORDS,
  startsOperand,
  trailingComma,
} from './parse-list.js';
import { CLAUSE_WORDS } from './token.js';

/** `SELECT ... FROM ... EMIT CHANGES`, without the closing semicolon. */
export function parseSelect(c: Cursor): Select {
  const start = peek(c);
  c.context = 'the projection';
  expectWord(c, 'SELECT');
  if (isWord(c, 'DISTINCT')) {
    report(c, take(c), {
      code: 'not-supported',
      message: 'SELECT DISTINCT is not part of the dialect.',
      found: 'DISTINCT',
      help: 'GROUP BY the columns and make a table',
    });
  }
  const items = projection(c);
  c.context = 'the query';
  expectFrom(c);
  const from = parseSource(c);
  const joins: Join[] = [];
  while (startsJoin(c)) joins.push(parseJoin(c));
  const rest = parseClauses(c);
  return { kind: 'select', items, from, joins, ...rest, span: spanSince(c, start) };
}

function expectFrom(c: Cursor): void {
  if (isOperator(c, ';') || peek(c).kind === 'end' || atStatementStart(c))
    fail(c, ', or FROM', { help: 'every SELECT needs FROM and the name of a stream or table' });
  expectWord(c, 'FROM');
}

/** The columns of a SELECT. A column that cannot be read is reported and left out, the others are read on. */
function projection(c: Cursor): SelectItem[] {
  const items: SelectItem[] = [];
  for (;;) {
    const from = c.index;
    const item = attempt(
      () => selectItem(c),
      () => recoverItem(c, from, () => isWord(c, 'FROM') && !isWord(c, 'DISTINCT', -1)),
    );
    if (item !== undefined) items.push(item);
    if (acceptOperator(c, ',')) {
      if (trailingComma(c, true)) return items;
    } else if (endsProjection(c)) return items;
    else if (startsOperand(c)) missingComma(c);
    else {
      const at = c.index;
      attempt(
        () => fail(c, ', or FROM', closingHelp(c)),
        () => recoverItem(c, at, () => isWord(c, 'FROM')),
      );
      if (!acceptOperator(c, ',')) return items;
    }
  }
}

function endsProjection(c: Cursor): boolean {
  const token = peek(c);
  if (isWord(c, 'FROM') || isOperator(c, ';') || token.kind === 'end' || atStatementStart(c)) return true;
  // SELECT a, b FORM orders: the word before a source is FROM.
  return token.kind === 'word' && nearWord(token.value, ['FROM']) !== undefined && isName(peekAt(c, 1));
}

function selectItem(c: Cursor): SelectItem {
  const start = peek(c);
  if (acceptOperator(c, '*')) return { kind: 'star', span: spanOf(start) };
  if (isName(start) && isOperator(c, '.', 1) && isOperator(c, '*', 2)) {
    const qualifier = identifier(c, 'a source');
    c.index += 2;
    return { kind: 'star', qualifier, span: spanSince(c, start) };
  }
  const expression = parseExpression(c);
  if (isOperator(c, '->') && isOperator(c, '*', 1)) {
    c.index += 2;
    return { kind: 'struct-star', operand: expression, span: spanSince(c, start) };
  }
  const alias = itemAlias(c);
  return { kind: 'expression', expression, ...(alias === undefined ? {} : { alias }), span: spanSince(c, start) };
}

function itemAlias(c: Cursor): Identifier | undefined {
  if (acceptWord(c, 'AS')) return identifier(c, 'the name of the column');
  if (!isName(peek(c)) || CLAUSE_WORDS.has(peek(c).value) || endsProjection(c)) return undefined;
  // Only a name with nothing more to it is an alias; `a b.c` and `a f(x)` lack a comma.
  if (['.', '(', '->', '['].some((operator) => isOperator(c, operator, 1)) || isWord(c, 'AS', 1)) return undefined;
  if (isName(peekAt(c, 1)) && !isWord(c, 'FROM', 1)) return misspelledAs(c);
  return identifier(c, 'the name of the column');
}

/** `a SA b`: the word between a column and its name is AS; without likeness to AS the columns lack a comma. */
function misspelledAs(c: Cursor): Identifier | undefined {
  if (nearWord(peek(c).value, ['AS']) === undefined)
    return STATEMENT_WORDS.has(peekAt(c, 1).value) || startsFrom(c, 1)
      ? identifier(c, 'the name of the column')
      : undefined;
  expectWord(c, 'AS');
  return identifier(c, 'the name of the column');
}

function startsFrom(c: Cursor, ahead: number): boolean {
  const token = peekAt(c, ahead);
  return token.kind === 'word' && nearWord(token.value, ['FROM']) !== undefined && isName(peekAt(c, ahead + 1));
}
