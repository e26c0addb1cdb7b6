import type { Diagnostic, Span } from '../diagnostics/diagnostic.js';
import type { Token, TokenKind } from './token.js';

/** The tokens of a text, the last one `end`, with what could not be read. Between tokens stand only spaces and comments. */
export interface Lexed {
  readonly tokens: readonly Token[];
  readonly diagnostics: readonly Diagnostic[];
}

interface Scan {
  readonly text: string;
  readonly file: string | undefined;
  /** A string that crosses a line was found to be unclosed: strings then end with their line. */
  readonly oneLineStrings: boolean;
  readonly tokens: Token[];
  readonly diagnostics: Diagnostic[];
  at: number;
  line: number;
  lineStart: number;
  suspicious: boolean;
}

const SPACE = /[\s\ufeff]+/y;
const WORD = /[A-Za-z_][A-Za-z0-9_@]*/y;
const FOREIGN_WORD = /[\p{L}_][\p{L}\p{M}\p{N}_@]*/uy;
const DIGIT_WORD = /[A-Za-z0-9_@]+/y;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const OPERATOR = /<>|!=|<=|>=|=>|:=|->|\|\||[-+*/%=<>()[\],.;]/y;
/** Operators of other languages, each with the one that is meant. */
const FOREIGN_OPERATORS: ReadonlyMap<string, string> = new Map([
  ['==', '='],
  ['&&', 'AND'],
  ['!', 'NOT'],
]);
const CURLY_TEXT = /[‘’‚‛“”„«»][^\n‘’‚‛“”„«»]*[‘’‚‛“”„«»]/y;
const PLACEHOLDER = /\$\{[^}\n]*\}/y;

/** Splits a pipeline text into tokens. Never throws; a stray character or an open quote is reported and stepped over. */
export function lex(text: string, file?: string): Lexed {
  const first = scan(text, file, false);
  return first.suspicious ? scan(text, file, true) : first;
}

function scan(text: string, file: string | undefined, oneLineStrings: boolean): Scan {
  const s: Scan = {
    text,
    file,
    oneLineStrings,
    tokens: [],
    diagnostics: [],
    at: 0,
    line: 1,
    lineStart: 0,
    suspicious: false,
  };
  while (s.at < text.length) step(s);
  push(s, 'end', '', s.at);
  return s;
}

function step(s: Scan): void {
  const code = s.text.charCodeAt(s.at);
  if (code <= 32 || code >= 0xa0) {
    const space = match(s, SPACE);
    if (space !== undefined) {
      advance(s, s.at + space.length);
      return;
    }
  }
  if (isWordStart(code)) {
    const word = match(s, WORD)!;
    // A letter outside ASCII in the middle of a word: the whole of it is one foreign word.
    const end = s.at + word.length;
    if (end === s.text.length || s.text.charCodeAt(end) < 128) push(s, 'word', word.toUpperCase(), end);
    else wordOutsideAscii(s, end);
    return;
  }
  switch (s.text[s.at]) {
    case "'":
      quotedText(s, "'", 'string');
      return;
    case '`':
      quotedText(s, '`', 'quoted');
      return;
    case '"':
      quotedText(s, '"', 'quoted');
      return;
    case '-':
      if (s.text[s.at + 1] === '-') {
        lineComment(s);
        return;
      }
      break;
    case '/':
      if (s.text[s.at + 1] === '*') {
        blockComment(s);
        return;
      }
      break;
  }
  if ((code >= 48 && code <= 57) || (code === 46 && isDigit(s.text.charCodeAt(s.at + 1)) && !followsName(s))) number(s);
  else operator(s);
}

function number(s: Scan): void {
  const text = match(s, NUMBER)!;
  const end = s.at + text.length;
  const goesOn = isWordStart(s.text.charCodeAt(end)) && /^\d[\dA-Za-z]*$/.test(text);
  if (goesOn) digitWord(s);
  else push(s, /[eE]/.test(text) ? 'double' : text.includes('.') ? 'decimal' : 'integer', text, end);
}

/** `2ND_ORDER`: a name may begin with a digit, unless it reads as a number. */
function digitWord(s: Scan): void {
  const word = match(s, DIGIT_WORD)!;
  push(s, 'word', word.toUpperCase(), s.at + word.length);
}

/** The word ends in a character outside ASCII: a letter (then all of it is one name that needs quotes), or a space. */
function wordOutsideAscii(s: Scan, end: number): void {
  if (match(s, FOREIGN_WORD)!.length > end - s.at) foreignWord(s);
  else push(s, 'word', s.text.slice(s.at, end).toUpperCase(), end);
}

function foreignWord(s: Scan): void {
  const word = match(s, FOREIGN_WORD)!;
  const end = s.at + word.length;
  report(s, 'unknown-character', `A name with letters outside A-Z needs quotes: ${word}.`, end, {
    help: `put it in backticks: \`${word}\``,
  });
  push(s, 'quoted', word, end);
}

function operator(s: Scan): void {
  for (const [wrong, right] of FOREIGN_OPERATORS) {
    if (!s.text.startsWith(wrong, s.at) || s.text.startsWith('!=', s.at)) continue;
    const end = s.at + wrong.length;
    report(s, 'wrong-operator', `${wrong} is not an operator of this dialect.`, end, {
      expected: right,
      found: wrong,
      help: `write ${right}`,
    });
    push(s, right === '=' ? 'operator' : 'word', right, end);
    return;
  }
  const found = match(s, OPERATOR);
  if (found !== undefined) {
    push(s, 'operator', found === '!=' ? '<>' : found, s.at + found.length);
    return;
  }
  if (match(s, FOREIGN_WORD) !== undefined) {
    foreignWord(s);
    return;
  }
  strayCharacter(s);
}

function strayCharacter(s: Scan): void {
  const curly = match(s, CURLY_TEXT);
  if (curly !== undefined) {
    curlyText(s, curly);
    return;
  }
  const placeholder = match(s, PLACEHOLDER);
  const char = placeholder ?? String.fromCodePoint(s.text.codePointAt(s.at)!);
  const end = s.at + char.length;
  const help =
    placeholder === undefined
      ? 'remove it, or put the name that holds it in backticks'
      : 'variables are not filled in here: write the value itself';
  const what = placeholder === undefined ? `The character ${visible(char)}` : placeholder;
  report(s, 'unknown-character', `${what} means nothing here.`, end, { help });
  push(s, placeholder === undefined ? 'broken' : 'quoted', char, end);
}

function visible(char: string): string {
  const printable = char > ' ' && !(char >= '\u007f' && char < '\u00a0');
  return printable ? char : `U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A text between the quotes that word processors make. */
function curlyText(s: Scan, text: string): void {
  const end = s.at + text.length;
  const value = text.slice(1, -1);
  report(s, 'unknown-character', 'These quotes are not the straight ones.', end, {
    found: text,
    help: `write '${value}' for a text, \`${value}\` for a name`,
  });
  push(s, 'string', value, end);
}

/** 'text', `name` or "name"; the quote doubled stands for itself. Names never cross a line, texts may. */
function quotedText(s: Scan, quote: string, kind: 'string' | 'quoted'): void {
  let end = s.text.indexOf(quote, s.at + 1);
  while (end >= 0 && s.text[end + 1] === quote) end = s.text.indexOf(quote, end + 2);
  const value = end < 0 ? undefined : s.text.slice(s.at + 1, end);
  const crosses = value?.includes('\n') ?? true;
  if (kind === 'string' && !s.oneLineStrings) {
    // A text with a whole end of a statement in it: its own closing quote is missing.
    if (value === undefined || (crosses && /;[ \t]*\r?\n/.test(value))) s.suspicious = true;
    if (value !== undefined) {
      push(s, kind, value.replaceAll(quote + quote, quote), end + 1);
      return;
    }
  }
  if (value === undefined || crosses) {
    unclosed(s, quote, kind, endOfLine(s.text, s.at));
    return;
  }
  push(s, kind, value.replaceAll(quote + quote, quote), end + 1);
}

/** The end that is missing most likely stood before the closing punctuation of the line. */
function unclosed(s: Scan, quote: string, kind: 'string' | 'quoted', lineEnd: number): void {
  const rest = s.text.slice(s.at + 1, lineEnd);
  const value = kind === 'string' ? rest.replace(/[\s);,]*$/, '') : (/^[^\s(),;.=]*/.exec(rest)?.[0] ?? '');
  const end = s.at + 1 + value.length;
  const what = kind === 'string' ? 'text' : 'name';
  report(s, 'unclosed-quote', `This ${what} has no closing ${quote}.`, end, {
    expected: quote,
    help: `end it with ${quote}: ${quote}${value}${quote}`,
  });
  push(s, kind, value.replaceAll(quote + quote, quote), end);
}

function lineComment(s: Scan): void {
  advance(s, endOfLine(s.text, s.at));
}

function blockComment(s: Scan): void {
  const end = s.text.indexOf('*/', s.at + 2);
  if (end >= 0) {
    advance(s, end + 2);
    return;
  }
  report(s, 'unclosed-comment', 'This comment has no end.', s.at + 2, {
    expected: '*/',
    help: 'end the comment with */',
  });
  advance(s, s.text.length);
}

function match(s: Scan, pattern: RegExp): string | undefined {
  pattern.lastIndex = s.at;
  return pattern.exec(s.text)?.[0];
}

function push(s: Scan, kind: TokenKind, value: string, end: number): void {
  s.tokens.push({ kind, value, start: s.at, end, line: s.line, column: s.at - s.lineStart + 1 });
  if (kind === 'string' || kind === 'broken') advance(s, end);
  else s.at = end;
}

/** Moves on and counts the lines on the way. */
function advance(s: Scan, end: number): void {
  for (let i = s.at; i < end; i += 1) {
    if (s.text.charCodeAt(i) !== 10) continue;
    s.line += 1;
    s.lineStart = i + 1;
  }
  s.at = end;
}

function report(s: Scan, code: string, message: string, end: number, more: Partial<Diagnostic>): void {
  const span: Span = { start: s.at, end, line: s.line, column: s.at - s.lineStart + 1 };
  s.diagnostics.push({
    code,
    severity: 'error',
    message,
    place: { ...(s.file === undefined ? {} : { file: s.file }), span },
    ...more,
  });
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline < 0 ? text.length : newline;
}

function isWordStart(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** In `a.5` and `f(x).5` the point belongs to what stands before it. */
function followsName(s: Scan): boolean {
  const last = s.tokens[s.tokens.length - 1];
  return (
    last !== undefined && last.end === s.at && (last.kind !== 'operator' || last.value === ')' || last.value === ']')
  );
}
