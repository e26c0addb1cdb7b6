import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { Expression, Statement } from './ast/index.js';
import { type Cursor, fail, isOperator, last, peek, report, take, tokenText } from './cursor.js';
import { lex } from './lexer.js';
import { queryEnd } from './parse-clauses.js';
import { parseExpression } from './parse-expression.js';
import { atStatementStart, attempt, STATEMENT_WORDS } from './parse-list.js';
import { parseStatement } from './parse-statement.js';

/** The statements of a text, with everything that is wrong in it, in the order of the text. */
export interface Parsed {
  /** Only statements that could be read whole. A misspelled word that left no doubt is put right, and reported. */
  readonly statements: readonly Statement[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a pipeline in the ksqlDB dialect. Never throws: every mistake of the text comes back in one go, one for each
 * place. After a mistake reading goes on at the next column of a projection, or else at the next statement.
 */
export function parse(text: string, file?: string): Parsed {
  const lexed = lex(text, file);
  const c = cursor(text, file, lexed.tokens.slice(), lexed.diagnostics);
  const statements: Statement[] = [];
  while (peek(c).kind !== 'end') {
    if (isOperator(c, ';')) {
      take(c);
      continue;
    }
    const before = c.incomplete;
    const read = attempt(
      () => statement(c),
      () => skipStatement(c),
    );
    if (read !== undefined && c.incomplete === before) statements.push(read);
  }
  return { statements, diagnostics: inOrder(lexed.diagnostics, c.diagnostics) };
}

/** Reads one expression alone, as `--where` and tests need it; `expression` is absent where it cannot be read. */
export function parseExpressionText(
  text: string,
  file?: string,
): { readonly expression?: Expression; readonly diagnostics: readonly Diagnostic[] } {
  const lexed = lex(text, file);
  const c = cursor(text, file, lexed.tokens.slice(), lexed.diagnostics);
  c.context = 'the expression';
  const expression = attempt(
    () => {
      const read = parseExpression(c);
      if (peek(c).kind !== 'end') fail(c, 'an operator or the end of the expression');
      return read;
    },
    () => {},
  );
  return {
    ...(expression === undefined ? {} : { expression }),
    diagnostics: inOrder(lexed.diagnostics, c.diagnostics),
  };
}

function cursor(
  text: string,
  file: string | undefined,
  tokens: Cursor['tokens'],
  lexical: readonly Diagnostic[],
): Cursor {
  return {
    text,
    file,
    tokens,
    diagnostics: [],
    reported: new Set(lexical.map((d) => d.place!.span!.start)),
    openLines: new Set(lexical.filter((d) => d.code === 'unclosed-quote').map((d) => d.place!.span!.line)),
    types: new Map(),
    index: 0,
    context: 'the statement',
    incomplete: 0,
    depth: 0,
  };
}

function statement(c: Cursor): Statement {
  c.context = 'the statement';
  const read = parseStatement(c);
  if (isOperator(c, ';')) take(c);
  else if (peek(c).kind !== 'end') endOfStatement(c);
  return read;
}

/** The statement is whole, but something follows: a new statement after a missing `;`, or a word that belongs nowhere. */
function endOfStatement(c: Cursor): void {
  const token = peek(c);
  const startsNext =
    atStatementStart(c) || (token.kind === 'word' && STATEMENT_WORDS.has(token.value) && token.value !== 'SELECT');
  if (!startsNext) fail(c, ';', queryEnd(c));
  report(c, token, {
    code: 'missing-semicolon',
    message: `A ; is missing before ${tokenText(c, token)}.`,
    expected: ';',
    found: tokenText(c, token),
    help: `end the statement of line ${last(c).line} with ;`,
  });
}

/** Moves to the end of a statement that cannot be read: its `;`, or a line that begins with the word of a statement. */
function skipStatement(c: Cursor): void {
  const from = c.index;
  while (peek(c).kind !== 'end') {
    if (isOperator(c, ';')) {
      take(c);
      return;
    }
    if (c.index > from && atStatementStart(c)) return;
    take(c);
  }
}

/** Lexical and grammatical mistakes in the order of their places. */
function inOrder(lexical: readonly Diagnostic[], grammatical: readonly Diagnostic[]): Diagnostic[] {
  return [...lexical, ...grammatical].sort((a, b) => a.place!.span!.start - b.place!.span!.start);
}
