import type { Diagnostic } from '../diagnostics/diagnostic.js';
import {
  acceptOperator,
  type Cursor,
  FAILED,
  fail,
  isOperator,
  isWord,
  last,
  peek,
  report,
  take,
  tokenText,
} from './cursor.js';
import { CLAUSE_WORDS, RESERVED, type Token } from './token.js';

/** Words that begin a statement. */
export const STATEMENT_WORDS: ReadonlySet<string> = new Set([
  'ALTER',
  'ASSERT',
  'CREATE',
  'DEFINE',
  'DESCRIBE',
  'DROP',
  'EXPLAIN',
  'INSERT',
  'LIST',
  'PAUSE',
  'PRINT',
  'RESUME',
  'SELECT',
  'SET',
  'SHOW',
  'TERMINATE',
  'UNDEFINE',
  'UNSET',
]);

/** Whether the next token is the first of its line and begins a statement: there a missing `;` is the likely reason. */
export function atStatementStart(c: Cursor): boolean {
  const token = peek(c);
  if (token.kind !== 'word' || !STATEMENT_WORDS.has(token.value) || token.value === 'SELECT') return false;
  return c.index === 0 || last(c).line < token.line || last(c).value === ';';
}

/** Items separated by commas. A comma that is missing before an item is reported, and the items go on. */
export function commaList<T>(c: Cursor, item: () => T, startsItem: (c: Cursor) => boolean = startsOperand): T[] {
  const items = [item()];
  for (;;) {
    if (acceptOperator(c, ',')) {
      if (trailingComma(c)) return items;
    } else if (startsItem(c)) missingComma(c);
    else return items;
    items.push(item());
  }
}

/** `a, b, )`, `a, b, FROM`: a comma with nothing behind it. */
export function trailingComma(c: Cursor, inProjection = false): boolean {
  const token = peek(c);
  const ends = isOperator(c, ')') || isOperator(c, ']') || isOperator(c, '>') || (inProjection && isWord(c, 'FROM'));
  if (!ends) return false;
  report(c, last(c), {
    code: 'trailing-comma',
    message: `Nothing stands between this comma and ${tokenText(c, token)}.`,
    help: 'remove the comma, or add what is missing',
  });
  return true;
}

/** Reports that a comma is missing before the next token. */
export function missingComma(c: Cursor): void {
  const token = peek(c);
  report(c, token, {
    code: 'missing-comma',
    message: `Unexpected ${tokenText(c, token)} in ${c.context}.`,
    expected: ',',
    found: tokenText(c, token),
    help: `put a comma before ${tokenText(c, token)}`,
  });
}

/** Whether the next token can only begin another value: a name, number or text. */
export function startsOperand(c: Cursor): boolean {
  const token = peek(c);
  if (token.kind === 'word')
    return !isOuterWord(token) && !OPERATOR_WORDS.has(token.value) && !STATEMENT_WORDS.has(token.value);
  return (
    token.kind === 'quoted' ||
    token.kind === 'string' ||
    token.kind === 'integer' ||
    token.kind === 'decimal' ||
    token.kind === 'double'
  );
}

const OPERATOR_WORDS: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'IN', 'IS', 'LIKE', 'BETWEEN', 'ESCAPE']);
const OUTER_WORDS: ReadonlySet<string> = new Set([
  'FROM',
  'AS',
  'WHEN',
  'THEN',
  'ELSE',
  'END',
  'AND',
  'OR',
  'WITH',
  'SELECT',
  'VALUES',
  'BY',
]);

function isOuterWord(token: Token): boolean {
  return OUTER_WORDS.has(token.value) || CLAUSE_WORDS.has(token.value);
}

/** Takes the closing bracket, or reports it as missing where the text plainly goes on outside; else fails. */
export function expectClose(c: Cursor, close: ')' | ']' | '>', open: Token, expected: string = close): void {
  if (acceptOperator(c, close)) return;
  const token = peek(c);
  const outside = token.kind === 'end' || isOuter(token) || atStatementStart(c);
  const detail: Partial<Diagnostic> = {
    help: `close the ${tokenText(c, open)} of line ${open.line}, column ${open.column} with ${close}`,
  };
  if (!outside) fail(c, expected, detail);
  report(c, token.kind === 'end' ? last(c) : token, {
    code: 'missing-parenthesis',
    message: `A ${close} is missing before ${tokenText(c, token)} in ${c.context}.`,
    expected: close,
    found: tokenText(c, token),
    ...detail,
  });
}

function isOuter(token: Token): boolean {
  if (token.kind === 'word') return isOuterWord(token);
  return token.kind === 'operator' && (token.value === ',' || token.value === ';' || token.value === ')');
}

/** Where an item of a list fails, reading goes on at the next comma of the list or at its end. */
export function recoverItem(c: Cursor, from: number, ends: (c: Cursor) => boolean): void {
  c.incomplete += 1;
  const failedAt = c.index;
  let depth = 0;
  c.index = from;
  while (peek(c).kind !== 'end' && !isOperator(c, ';')) {
    if (c.index >= failedAt && ends(c) && (depth <= 0 || isWord(c, 'FROM'))) return;
    if (c.index >= failedAt && depth <= 0 && isOperator(c, ',')) return;
    if (c.index >= failedAt && atStatementStart(c)) return;
    if (isOperator(c, '(') || isOperator(c, '[')) depth += 1;
    if (isOperator(c, ')') || isOperator(c, ']')) depth -= 1;
    take(c);
  }
  c.index = Math.max(c.index, failedAt);
}

/** Whether a token can be a name: quoted, or no word of the language. */
export function isName(token: Token): boolean {
  return token.kind === 'quoted' || (token.kind === 'word' && !RESERVED.has(token.value));
}

/** Runs a reader; where it fails, `recover` moves on and the result is undefined. */
export function attempt<T>(run: () => T, recover: () => void): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error !== FAILED) throw error;
    recover();
    return undefined;
  }
}
