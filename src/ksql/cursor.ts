import type { Diagnostic, Span } from '../diagnostics/diagnostic.js';
import { suggest } from '../diagnostics/suggest.js';
import type { Identifier } from './ast/index.js';
import { RESERVED, type Token } from './token.js';
import type { KsqlType } from './types.js';

/** The parser's place in a text, with what it found on the way. */
export interface Cursor {
  readonly text: string;
  readonly file: string | undefined;
  readonly tokens: Token[];
  readonly diagnostics: Diagnostic[];
  /** Starts of places that have a diagnostic: one each. */
  readonly reported: Set<number>;
  /** Lines with an open quote: what stands behind it there is not worth a second diagnostic. */
  readonly openLines: ReadonlySet<number>;
  /** Types that CREATE TYPE has named so far. */
  readonly types: Map<string, KsqlType>;
  index: number;
  /** What is being read, for messages: `the projection`, `the join`. */
  context: string;
  /** How often an item was left out: a statement with a gap is not handed on. */
  incomplete: number;
  /** How many expressions or types stand around the one being read. */
  depth: number;
}

/** Deeper trees would fill the stack; DuckDB itself stops at expressions 1000 deep. */
const DEEPEST = 200;

/** Mistakes that are worth listing; a text with more of them is not a pipeline. */
const MOST_MISTAKES = 500;

/** Thrown where the parser cannot go on in the construct at hand; the mistake is already reported. Never leaves the parser. */
export const FAILED = Symbol('the mistake is reported, go on at the next place that can be understood');

/** The next token. */
export function peek(c: Cursor): Token {
  return c.tokens[c.index]!;
}

/** The token `ahead` places further on; past the end of the text, its end. */
export function peekAt(c: Cursor, ahead: number): Token {
  return c.tokens[Math.min(c.index + ahead, c.tokens.length - 1)]!;
}

/** Takes the next token; the end of the text is never passed. */
export function take(c: Cursor): Token {
  const token = c.tokens[c.index]!;
  if (token.kind !== 'end') c.index += 1;
  return token;
}

/** The last token taken. */
export function last(c: Cursor): Token {
  return c.tokens[Math.max(0, c.index - 1)]!;
}

/** Whether the token `ahead` places further on is this keyword. */
export function isWord(c: Cursor, word: string, ahead = 0): boolean {
  const token = peekAt(c, ahead);
  return token.kind === 'word' && token.value === word;
}

/** Whether the token `ahead` places further on is this operator. */
export function isOperator(c: Cursor, operator: string, ahead = 0): boolean {
  const token = peekAt(c, ahead);
  return token.kind === 'operator' && token.value === operator;
}

/** Takes the keyword if it stands next. */
export function acceptWord(c: Cursor, word: string): boolean {
  if (!isWord(c, word)) return false;
  c.index += 1;
  return true;
}

/** Takes the operator if it stands next. */
export function acceptOperator(c: Cursor, operator: string): boolean {
  if (!isOperator(c, operator)) return false;
  c.index += 1;
  return true;
}

/** Takes one of these keywords. A misspelled one is reported and taken for the right one. */
export function expectWord(c: Cursor, ...words: readonly string[]): string {
  const token = peek(c);
  if (token.kind === 'word' && words.includes(token.value)) {
    c.index += 1;
    return token.value;
  }
  const near = token.kind === 'word' || token.kind === 'quoted' ? nearWord(token.value, words) : undefined;
  if (near === undefined) return fail(c, orList(words));
  repairWord(c, near, orList(words));
  c.index += 1;
  return near;
}

/** Takes the operator, or reports what stands in its place and fails. */
export function expectOperator(c: Cursor, operator: string): Token {
  return isOperator(c, operator) ? take(c) : fail(c, operator);
}

/** The keyword that a word misspells; two letters in the wrong order count for the shortest keywords, too. */
export function nearWord(word: string, words: Iterable<string>): string | undefined {
  const list = [...words];
  const swapped = word.length === 2 ? list.find((w) => w === word[1]! + word[0]!) : undefined;
  return swapped ?? suggest(word, list);
}

/** Reports the next token as a misspelling of `word` and puts the word in its place. */
export function repairWord(c: Cursor, word: string, expected: string = word): void {
  const token = peek(c);
  report(c, token, {
    code: 'misspelled-keyword',
    message: `Unexpected ${tokenText(c, token)} in ${c.context}.`,
    expected,
    found: tokenText(c, token),
    help: `did you mean ${word}?`,
  });
  c.tokens[c.index] = { ...token, kind: 'word', value: word };
}

/** Takes a name. Reserved words name something only in quotes. */
export function identifier(c: Cursor, what: string): Identifier {
  const token = peek(c);
  if (token.kind === 'quoted' || (token.kind === 'word' && !RESERVED.has(token.value))) {
    c.index += 1;
    return { kind: 'identifier', name: token.value, quoted: token.kind === 'quoted', span: spanOf(token) };
  }
  return fail(c, what, reservedHelp(c, token));
}

function reservedHelp(c: Cursor, token: Token): Partial<Diagnostic> {
  if (token.kind === 'word')
    return {
      code: 'reserved-word',
      help: `${token.value} is a word of the language; as a name it needs backticks: \`${token.value}\``,
    };
  if (token.kind === 'string')
    return { help: `a name stands without quotes or in backticks: ${tokenText(c, token).replaceAll("'", '`')}` };
  return {};
}

/** Reports that something else was expected at the next token, and fails. */
export function fail(c: Cursor, expected: string, more: Partial<Diagnostic> = {}): never {
  const token = peek(c);
  report(c, token, {
    code: token.kind === 'end' ? 'unexpected-end' : 'unexpected-token',
    message:
      token.kind === 'end' ? `The text ends in ${c.context}.` : `Unexpected ${tokenText(c, token)} in ${c.context}.`,
    expected,
    found: tokenText(c, token),
    ...more,
  });
  throw FAILED;
}

/** Adds a diagnostic at a token or range, unless this place has one. Broken tokens were reported by the lexer. */
export function report(
  c: Cursor,
  at: Token | Span,
  d: Omit<Diagnostic, 'severity' | 'place'> & { severity?: 'error' | 'warning' },
): void {
  const span = 'kind' in at && at.kind === 'end' ? behind(last(c)) : spanOf(at);
  if (c.reported.has(span.start) || c.openLines.has(span.line) || ('kind' in at && at.kind === 'broken')) return;
  c.reported.add(span.start);
  if (c.diagnostics.length > MOST_MISTAKES) return;
  const text =
    c.diagnostics.length === MOST_MISTAKES
      ? { code: 'too-many-mistakes', message: `More than ${MOST_MISTAKES} mistakes: the rest is not listed.` }
      : d;
  c.diagnostics.push({
    severity: 'error',
    ...text,
    place: { ...(c.file === undefined ? {} : { file: c.file }), span },
  });
}

/** The end of the text is shown behind its last token: what follows may be blank lines. */
function behind(token: Token): Span {
  return { start: token.end, end: token.end, line: token.line, column: token.column + token.end - token.start };
}

/** Reads something that may hold more of its kind, down to a depth that no pipeline needs. */
export function nested<T>(c: Cursor, read: () => T): T {
  if (c.depth >= DEEPEST)
    fail(c, 'a simpler expression', {
      code: 'too-deep',
      help: 'make the inner parts columns of a stream of their own',
    });
  c.depth += 1;
  try {
    return read();
  } finally {
    c.depth -= 1;
  }
}

/** The range of a token, or from the start of one to the end of another. */
export function spanOf(from: Token | Span, to: Token | Span = from): Span {
  return { start: from.start, end: Math.max(from.end, to.end), line: from.line, column: from.column };
}

/** The range from a node or token to the last token taken. */
export function spanSince(c: Cursor, from: Token | Span): Span {
  return spanOf(from, last(c));
}

/** A token as its author wrote it, cut where it is long. */
export function tokenText(c: Cursor, token: Token): string {
  if (token.kind === 'end') return 'the end of the text';
  const text = c.text.slice(token.start, token.end).replace(/\s+/g, ' ');
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}

/** `A`, `A or B`, `A, B or C`. */
export function orList(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`;
}
