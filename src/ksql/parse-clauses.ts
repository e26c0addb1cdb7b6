import type { Expression, Select } from './ast/index.js';
import {
  type Cursor,
  expectWord,
  fail,
  isOperator,
  isWord,
  nearWord,
  peek,
  peekAt,
  repairWord,
  report,
  take,
  tokenText,
} from './cursor.js';
import { parseCondition, parseOperand } from './parse-expression.js';
import { AFTER_SOURCE } from './parse-join.js';
import { atStatementStart, commaList, expectClose, STATEMENT_WORDS, startsOperand } from './parse-list.js';
import { parseWindow } from './parse-window.js';

/** The clauses behind the sources, in the order that the language asks for. */
const ORDER = ['WINDOW', 'WHERE', 'PARTITION', 'GROUP', 'HAVING', 'EMIT', 'LIMIT'] as const;
type Clause = (typeof ORDER)[number];

type Clauses = Pick<Select, 'window' | 'where' | 'groupBy' | 'partitionBy' | 'having' | 'emit' | 'limit'>;
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Reads the clauses; those out of order are reported and read all the same. */
export function parseClauses(c: Cursor): Clauses {
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

/** Help for a `)` that closes nothing. */
export function closingHelp(c: Cursor): { help?: string } {
  return isOperator(c, ')') ? { help: 'this ) closes nothing: remove it, or open it before' } : {};
}
