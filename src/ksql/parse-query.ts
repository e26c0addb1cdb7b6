import type { Expression, Identifier, Join, Select, SelectItem, SourceReference } from './ast/index.js';
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
  peekAt,
  repairWord,
  report,
  spanOf,
  spanSince,
  take,
  tokenText,
} from './cursor.js';
import { parseCondition, parseExpression, parseOperand } from './parse-expression.js';
import {
  atStatementStart,
  attempt,
  commaList,
  expectClose,
  missingComma,
  recoverItem,
  STATEMENT_WORDS,
  startsOperand,
  trailingComma,
} from './parse-list.js';
import { parseDuration, parseWindow } from './parse-window.js';
import { CLAUSE_WORDS, RESERVED, type Token } from './token.js';

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
  const from = sourceReference(c);
  const joins: Join[] = [];
  while (startsJoin(c)) joins.push(join(c));
  const rest = clauses(c);
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

function closingHelp(c: Cursor): { help?: string } {
  return isOperator(c, ')') ? { help: 'this ) closes nothing: remove it, or open it before' } : {};
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

function isName(token: Token): boolean {
  return token.kind === 'quoted' || (token.kind === 'word' && !RESERVED.has(token.value));
}

const AFTER_SOURCE = [
  'JOIN',
  'INNER',
  'LEFT',
  'RIGHT',
  'FULL',
  'WINDOW',
  'WHERE',
  'PARTITION',
  'GROUP',
  'HAVING',
  'EMIT',
  'LIMIT',
  'WITHIN',
];

/** `orders`, `orders o`, `orders AS o`. */
function sourceReference(c: Cursor): SourceReference {
  const start = peek(c);
  if (isOperator(c, '('))
    fail(c, 'the name of a stream or table', {
      code: 'not-supported',
      help: 'queries inside queries are not part of the dialect: make the inner one a stream or table of its own',
    });
  const name = identifier(c, 'the name of a stream or table');
  const alias = acceptWord(c, 'AS') ? identifier(c, 'the alias of the source') : sourceAlias(c);
  return { name, ...(alias === undefined ? {} : { alias }), span: spanSince(c, start) };
}

function sourceAlias(c: Cursor): Identifier | undefined {
  const token = peek(c);
  if (!isName(token) || (token.kind === 'word' && (CLAUSE_WORDS.has(token.value) || atStatementStart(c))))
    return undefined;
  if (token.kind === 'word' && repairClause(c, token)) return undefined;
  return identifier(c, 'the alias of the source');
}

/** `FROM a JION b`, `FROM a WHER x = 1`: what would be an alias is a misspelled clause if only that lets the text go on. */
function repairClause(c: Cursor, token: Token): boolean {
  const near = nearWord(token.value, AFTER_SOURCE);
  if (near === undefined) return false;
  const next = peekAt(c, 1);
  const aliasFits =
    next.kind === 'end' ||
    [';', ',', ')'].includes(next.value) ||
    (next.kind === 'word' && (CLAUSE_WORDS.has(next.value) || STATEMENT_WORDS.has(next.value)));
  if (aliasFits) {
    // FROM orders LFET JOIN users would silently be an inner join of a source called LFET.
    if (next.value !== 'JOIN' && next.value !== 'OUTER') return false;
    if (!['LEFT', 'RIGHT', 'FULL', 'INNER'].includes(near)) return false;
  }
  repairWord(c, near);
  return true;
}

function startsJoin(c: Cursor): boolean {
  if (isWord(c, 'JOIN') || ['INNER', 'LEFT', 'RIGHT', 'FULL', 'OUTER'].some((word) => isWord(c, word))) return true;
  const token = peek(c);
  if (token.kind === 'operator' && token.value === ',')
    fail(c, 'JOIN', { help: 'sources are joined with JOIN ... ON ..., not with a comma' });
  if (token.kind !== 'word' || CLAUSE_WORDS.has(token.value)) return false;
  // LFET JOIN behind an alias, JION without one.
  const near = nearWord(
    token.value,
    isWord(c, 'JOIN', 1) || isWord(c, 'OUTER', 1) ? ['LEFT', 'RIGHT', 'FULL', 'INNER'] : ['JOIN'],
  );
  if (near === undefined) return false;
  repairWord(c, near);
  return true;
}

function join(c: Cursor): Join {
  const start = peek(c);
  c.context = 'the join';
  const type = joinType(c);
  const source = sourceReference(c);
  const within = withinClause(c);
  const grace = graceClause(c);
  if (isWord(c, 'WITHIN')) fail(c, 'ON', { code: 'clause-order', help: 'WITHIN stands before GRACE PERIOD and ON' });
  expectWord(c, 'ON');
  const on = parseCondition(c);
  if (isWord(c, 'WITHIN') || isWord(c, 'GRACE'))
    fail(c, 'the next clause', {
      code: 'clause-order',
      help: 'WITHIN and GRACE PERIOD stand before ON: JOIN b WITHIN 1 HOUR ON a.id = b.id',
    });
  return {
    type,
    source,
    ...(within === undefined ? {} : { within }),
    ...(grace === undefined ? {} : { grace }),
    on,
    span: spanSince(c, start),
  };
}

function joinType(c: Cursor): Join['type'] {
  if (acceptWord(c, 'JOIN')) return 'inner';
  const word = take(c).value;
  if (word === 'OUTER') {
    report(c, last(c), {
      code: 'unexpected-token',
      message: 'OUTER says not which side stays.',
      expected: 'LEFT, RIGHT or FULL before OUTER',
      found: 'OUTER',
      help: 'write LEFT OUTER JOIN or FULL OUTER JOIN',
    });
  } else if (word !== 'INNER') acceptWord(c, 'OUTER');
  expectWord(c, 'JOIN');
  return word === 'LEFT' ? 'left' : word === 'RIGHT' ? 'right' : word === 'FULL' || word === 'OUTER' ? 'full' : 'inner';
}

/** `WITHIN 1 HOUR`, `WITHIN (1 HOUR, 2 HOURS)`. */
function withinClause(c: Cursor): Join['within'] {
  if (!acceptWord(c, 'WITHIN')) return undefined;
  if (!isOperator(c, '(')) {
    const both = parseDuration(c);
    return { before: both, after: both };
  }
  const open = take(c);
  const before = parseDuration(c);
  if (!acceptOperator(c, ','))
    fail(c, ', and the length after', { help: 'WITHIN (before, after), or one length without brackets' });
  const after = parseDuration(c);
  expectClose(c, ')', open);
  return { before, after };
}

function graceClause(c: Cursor): Join['grace'] {
  if (!acceptWord(c, 'GRACE')) return undefined;
  expectWord(c, 'PERIOD');
  return parseDuration(c);
}

/** The clauses behind the sources, in the order that the language asks for. */
const ORDER = ['WINDOW', 'WHERE', 'PARTITION', 'GROUP', 'HAVING', 'EMIT', 'LIMIT'] as const;
type Clause = (typeof ORDER)[number];

type Clauses = Pick<Select, 'window' | 'where' | 'groupBy' | 'partitionBy' | 'having' | 'emit' | 'limit'>;
type Writable<T> = { -readonly [K in keyof T]: T[K] };

function clauses(c: Cursor): Clauses {
  const result: Writable<Clauses> = { groupBy: [], partitionBy: [] };
  const seen: Clause[] = [];
  for (;;) {
    const clause = nextClause(c);
    if (clause === undefined) return result;
    checkOrder(c, clause, seen);
    seen.push(clause);
    Object.assign(result, readClause(c, clause));
  }
}

/** The clause that begins next; a misspelled one is reported and taken for the right one. */
function nextClause(c: Cursor): Clause | undefined {
  const token = peek(c);
  if (token.kind === 'end' || isOperator(c, ';') || atStatementStart(c)) return undefined;
  if (token.kind !== 'word') return undefined;
  const exact = ORDER.find((word) => word === token.value);
  if (exact !== undefined) return exact;
  if (STATEMENT_WORDS.has(token.value)) return undefined;
  const near = nearWord(token.value, ORDER) as Clause | undefined;
  if (near !== undefined) repairWord(c, near);
  return near;
}

function checkOrder(c: Cursor, clause: Clause, seen: readonly Clause[]): void {
  const name = clauseName(clause);
  if (seen.includes(clause)) {
    report(c, peek(c), {
      code: 'clause-order',
      message: `${name} stands twice in one query.`,
      help: clause === 'WHERE' || clause === 'HAVING' ? 'join the conditions with AND' : 'keep one of them',
    });
    return;
  }
  const later = seen.find((other) => ORDER.indexOf(other) > ORDER.indexOf(clause));
  if (later === undefined) return;
  report(c, peek(c), {
    code: 'clause-order',
    message: `${name} must stand before ${clauseName(later)}.`,
    help: 'the order is FROM, JOIN, WINDOW, WHERE, PARTITION BY, GROUP BY, HAVING, EMIT, LIMIT',
  });
}

function clauseName(clause: Clause): string {
  return clause === 'PARTITION' || clause === 'GROUP' ? `${clause} BY` : clause;
}

function readClause(c: Cursor, clause: Clause): Partial<Clauses> {
  c.context = clauseName(clause);
  take(c);
  switch (clause) {
    case 'WINDOW':
      return { window: parseWindow(c) };
    case 'WHERE':
      return { where: parseCondition(c) };
    case 'HAVING':
      return { having: parseCondition(c) };
    case 'PARTITION':
      expectWord(c, 'BY');
      return { partitionBy: keyExpressions(c) };
    case 'GROUP':
      expectWord(c, 'BY');
      return { groupBy: keyExpressions(c) };
    case 'EMIT':
      return { emit: expectWord(c, 'CHANGES', 'FINAL') === 'FINAL' ? 'final' : 'changes' };
    case 'LIMIT':
      return { limit: peek(c).kind === 'integer' ? Number(take(c).value) : fail(c, 'a whole number') };
  }
}

/** `a, b` or `(a, b)`. */
function keyExpressions(c: Cursor): Expression[] {
  if (!startsTuple(c)) return commaList(c, () => parseOperand(c), startsKey);
  const open = take(c);
  const list = commaList(c, () => parseOperand(c), startsKey);
  expectClose(c, ')', open, ', or )');
  if (isOperator(c, ',')) fail(c, 'the next clause', { help: 'either (a, b, c) or a, b, c' });
  return list;
}

/** `GROUP BY a b`: a comma is missing. `GROUP BY a HAVNG x`: no comma, a clause is misspelled. */
function startsKey(c: Cursor): boolean {
  if (isWord(c, 'BY', 1) || isWord(c, 'UNION')) return false;
  return (
    startsOperand(c) &&
    !atStatementStart(c) &&
    (peek(c).kind !== 'word' || nearWord(peek(c).value, ORDER) === undefined)
  );
}

/** Whether a bracket holds a list and not the beginning of an expression such as `(a + b) * 2`. */
function startsTuple(c: Cursor): boolean {
  if (!isOperator(c, '(')) return false;
  let depth = 0;
  for (let ahead = 0; ; ahead += 1) {
    const token = peekAt(c, ahead);
    if (token.kind === 'end') return false;
    if (token.kind !== 'operator') continue;
    if (token.value === '(' || token.value === '[') depth += 1;
    else if (token.value === ')' || token.value === ']') depth -= 1;
    else if (token.value === ';') return false;
    else if (token.value === ',' && depth === 1) return true;
    if (depth === 0) return false;
  }
}

/** What a query may end with, for a statement that goes on where it should end. */
export function queryEnd(c: Cursor): { expected: string; help?: string } {
  const token = peek(c);
  const near = token.kind === 'word' ? nearWord(token.value, AFTER_SOURCE) : undefined;
  if (isOperator(c, ')')) return { expected: ';', ...closingHelp(c) };
  if ((c.context === 'GROUP BY' || c.context === 'PARTITION BY') && (token.value === 'AND' || token.value === 'OR')) {
    return { expected: ', or ;', help: `${c.context} takes its columns with commas between them` };
  }
  if (token.value === 'ORDER')
    return {
      expected: ';',
      help: 'ORDER BY is not part of the dialect: a stream has its order, reports sort their rows',
    };
  if (token.value === 'UNION')
    return { expected: ';', help: 'UNION is not part of the dialect: INSERT INTO the stream from a second query' };
  return {
    expected: 'a clause or ;',
    help: near === undefined ? `end the statement with ; before ${tokenText(c, token)}` : `did you mean ${near}?`,
  };
}
