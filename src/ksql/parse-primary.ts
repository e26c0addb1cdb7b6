import type { Expression, Identifier, Literal } from './ast/index.js';
import {
  acceptOperator,
  acceptWord,
  type Cursor,
  expectOperator,
  expectWord,
  fail,
  identifier,
  isOperator,
  isWord,
  last,
  nearWord,
  peek,
  peekAt,
  report,
  spanOf,
  spanSince,
  take,
  tokenText,
} from './cursor.js';
import { parseExpression, parseOperand } from './parse-expression.js';
import { commaList, expectClose, trailingComma } from './parse-list.js';
import { parseType } from './parse-type.js';
import { RESERVED, type Token } from './token.js';
import { durationUnit } from './units.js';

/** Functions whose first argument is a bare unit of time. */
const UNIT_FUNCTIONS: ReadonlySet<string> = new Set([
  'DATEADD',
  'DATESUB',
  'TIMEADD',
  'TIMESUB',
  'TIMESTAMPADD',
  'TIMESTAMPSUB',
]);

/** A value with its subscripts and fields. `negative`: a minus stands before it, which lets the smallest BIGINT be written. */
export function parsePrimary(c: Cursor, negative: boolean): Expression {
  let value = atom(c, negative);
  for (let count = 0; ; count += 1) {
    if (count >= 200)
      fail(c, 'a shorter expression', {
        code: 'too-deep',
        help: 'make the inner parts columns of a stream of their own',
      });
    if (isOperator(c, '[')) value = subscript(c, value);
    else if (isOperator(c, '->') && !isOperator(c, '*', 1)) value = dereference(c, value);
    else return value;
  }
}

function subscript(c: Cursor, operand: Expression): Expression {
  const open = take(c);
  const index = parseExpression(c);
  expectClose(c, ']', open);
  return { kind: 'subscript', operand, index, span: spanSince(c, operand.span) };
}

function dereference(c: Cursor, operand: Expression): Expression {
  take(c);
  const field = identifier(c, 'the name of a field');
  return { kind: 'dereference', operand, field, span: spanOf(operand.span, field.span) };
}

function atom(c: Cursor, negative: boolean): Expression {
  const token = peek(c);
  switch (token.kind) {
    case 'integer':
    case 'decimal':
    case 'double':
      return number(c, negative);
    case 'string':
      take(c);
      return { kind: 'literal', type: 'string', text: token.value, span: spanOf(token) };
    case 'word':
      return RESERVED.has(token.value) ? reserved(c, token) : named(c);
    case 'quoted':
      return named(c);
    case 'operator':
      return token.value === '(' ? bracketed(c) : fail(c, 'a value', operatorHelp(token));
    default:
      return fail(c, 'a value');
  }
}

function operatorHelp(token: Token): { help?: string } {
  if (token.value === '*') return { help: '* stands only in SELECT * and COUNT(*)' };
  if (token.value === '[') return { help: 'a list of values is written ARRAY[1, 2]' };
  return {};
}

const LARGEST = 9223372036854775807n;

function number(c: Cursor, negative: boolean): Literal {
  const token = take(c);
  const type = token.kind as 'integer' | 'decimal' | 'double';
  const written = `${negative ? '-' : ''}${token.value}`;
  if (type === 'integer' && BigInt(token.value) > LARGEST + (negative ? 1n : 0n)) {
    report(c, token, {
      code: 'number-too-large',
      message: `Invalid numeric literal: ${written}`,
      expected: 'at most 9223372036854775807',
      help: 'write it as DECIMAL with a point, or as text',
    });
  }
  if (type === 'double' && !Number.isFinite(Number(token.value))) {
    report(c, token, {
      code: 'number-too-large',
      message: `Number overflows DOUBLE: ${written}`,
      expected: 'at most 1.7976931348623157E308',
    });
  }
  return { kind: 'literal', type, text: token.value, span: spanOf(token) };
}

function reserved(c: Cursor, token: Token): Expression {
  switch (token.value) {
    case 'NULL':
      take(c);
      return { kind: 'literal', type: 'null', text: 'NULL', span: spanOf(token) };
    case 'TRUE':
    case 'FALSE':
      take(c);
      return { kind: 'literal', type: 'boolean', text: token.value.toLowerCase(), span: spanOf(token) };
    case 'CASE':
      return caseExpression(c);
    case 'CAST':
      return cast(c);
    case 'NOT':
      return fail(c, 'a value', { help: 'put brackets around NOT and what it belongs to' });
    case 'SELECT':
      return fail(c, 'a value', NO_SUBQUERY);
    case 'DISTINCT':
      return fail(c, 'a value', {
        code: 'not-supported',
        help: 'DISTINCT is not part of the dialect: use COUNT_DISTINCT(x) or GROUP BY',
      });
    default:
      return fail(c, 'a value', reservedHelp(c, token));
  }
}

const NO_SUBQUERY = {
  code: 'not-supported',
  help: 'queries inside queries are not part of the dialect: make the inner one a stream or table of its own',
};

/** LEFT(x, 2) is a function elsewhere; behind an operator a value is missing; else the word may be meant as a name. */
function reservedHelp(c: Cursor, token: Token): { code?: string; help: string } {
  if (isOperator(c, '(', 1)) return { help: `${token.value} is no function here; SUBSTRING takes parts of a text` };
  const before = last(c);
  const open =
    before.kind === 'operator'
      ? !['(', ',', '['].includes(before.value)
      : RESERVED.has(before.value) && before.value !== 'SELECT';
  if (open) return { help: `a value is missing between ${tokenText(c, before)} and ${tokenText(c, token)}` };
  return {
    code: 'reserved-word',
    help: `${token.value} is a word of the language; as a name it needs backticks: \`${token.value}\``,
  };
}

function named(c: Cursor): Expression {
  const token = peek(c);
  if (token.kind === 'word') {
    if (token.value === 'ARRAY' && isOperator(c, '[', 1)) return arrayConstructor(c);
    if (isOperator(c, '(', 1)) {
      if (token.value === 'MAP') return mapConstructor(c);
      if (token.value === 'STRUCT') return structConstructor(c);
      return call(c);
    }
  }
  const name = identifier(c, 'a name');
  if (!acceptOperator(c, '.')) return { kind: 'column', name, span: name.span };
  const column = identifier(c, 'the name of a column');
  return { kind: 'column', qualifier: name, name: column, span: spanOf(name.span, column.span) };
}

function call(c: Cursor): Expression {
  const start = take(c);
  const name: Identifier = { kind: 'identifier', name: start.value, quoted: false, span: spanOf(start) };
  const open = take(c);
  if (isOperator(c, '*') && (isOperator(c, ')', 1) || !startsAfterStar(c))) {
    take(c);
    expectClose(c, ')', open);
    return { kind: 'call', name, arguments: [], star: true, span: spanSince(c, start) };
  }
  const args = isOperator(c, ')') ? [] : callArguments(c, name.name);
  expectClose(c, ')', open, ', or )');
  return { kind: 'call', name, arguments: args, star: false, span: spanSince(c, start) };
}

/** `COUNT(* AS n`: the star is whole, its bracket is missing. */
function startsAfterStar(c: Cursor): boolean {
  const next = peekAt(c, 1);
  return next.kind !== 'word' && next.kind !== 'end' && next.value !== ',' && next.value !== ';';
}

function callArguments(c: Cursor, name: string): Expression[] {
  if (acceptDistinct(c)) return commaList(c, () => argument(c));
  const unit = UNIT_FUNCTIONS.has(name) ? intervalUnit(c) : undefined;
  if (unit === undefined) return commaList(c, () => argument(c));
  return [unit, ...(acceptOperator(c, ',') && !trailingComma(c) ? commaList(c, () => argument(c)) : [])];
}

function acceptDistinct(c: Cursor): boolean {
  if (!isWord(c, 'DISTINCT')) return false;
  const token = take(c);
  report(c, token, {
    code: 'not-supported',
    message: 'DISTINCT is not part of the dialect.',
    found: 'DISTINCT',
    help: 'use COUNT_DISTINCT(x), COLLECT_SET(x), or GROUP BY',
  });
  return true;
}

function intervalUnit(c: Cursor): Expression | undefined {
  const token = peek(c);
  const unit = token.kind === 'word' && isOperator(c, ',', 1) ? durationUnit(token.value) : undefined;
  if (unit === undefined) return undefined;
  take(c);
  return { kind: 'interval-unit', unit, span: spanOf(token) };
}

/** One argument of a function; only here may a lambda stand. */
function argument(c: Cursor): Expression {
  const parameters = lambdaParameters(c);
  if (parameters === undefined) return parseExpression(c);
  const start = parameters.start;
  const body = parseExpression(c);
  return { kind: 'lambda', parameters: parameters.names, body, span: spanOf(start, body.span) };
}

/** Takes `x =>` or `(x, y) =>` if one of them stands next. */
function lambdaParameters(c: Cursor): { readonly start: Token; readonly names: readonly Identifier[] } | undefined {
  const start = peek(c);
  const isName = (ahead: number): boolean => ['word', 'quoted'].includes(peekAt(c, ahead).kind);
  if (isName(0) && isOperator(c, '=>', 1)) {
    const names = [identifier(c, 'a parameter')];
    take(c);
    return { start, names };
  }
  if (!isOperator(c, '(')) return undefined;
  let ahead = 1;
  while (isName(ahead) && isOperator(c, ',', ahead + 1)) ahead += 2;
  if (!isName(ahead) || !isOperator(c, ')', ahead + 1) || !isOperator(c, '=>', ahead + 2)) return undefined;
  take(c);
  const names = commaList(c, () => identifier(c, 'a parameter'));
  expectOperator(c, ')');
  expectOperator(c, '=>');
  return { start, names };
}

function bracketed(c: Cursor): Expression {
  const open = take(c);
  if (isWord(c, 'SELECT')) fail(c, 'a value', NO_SUBQUERY);
  const inner = parseExpression(c);
  expectClose(c, ')', open);
  return inner;
}

function arrayConstructor(c: Cursor): Expression {
  const start = take(c);
  const open = take(c);
  const elements = isOperator(c, ']') ? [] : commaList(c, () => parseExpression(c));
  expectClose(c, ']', open, ', or ]');
  return { kind: 'array', elements, span: spanSince(c, start) };
}

function mapConstructor(c: Cursor): Expression {
  const start = take(c);
  const open = take(c);
  const entry = (): { key: Expression; value: Expression } => {
    const key = parseOperand(c);
    assign(c, 'MAP(key := value)');
    return { key, value: parseExpression(c) };
  };
  const entries = isOperator(c, ')') ? [] : commaList(c, entry);
  expectClose(c, ')', open, ', or )');
  return { kind: 'map', entries, span: spanSince(c, start) };
}

function structConstructor(c: Cursor): Expression {
  const start = take(c);
  const open = take(c);
  const field = (): { name: Identifier; value: Expression } => {
    const name = identifier(c, 'the name of a field');
    assign(c, 'STRUCT(field := value)');
    return { name, value: parseExpression(c) };
  };
  const fields = isOperator(c, ')') ? [] : commaList(c, field);
  expectClose(c, ')', open, ', or )');
  return { kind: 'struct', fields, span: spanSince(c, start) };
}

/** Takes `:=`; `=`, `:` and `=>` in its place are reported and taken for it. */
function assign(c: Cursor, example: string): void {
  if (acceptOperator(c, ':=')) return;
  const token = peek(c);
  if (!['=', '=>'].includes(token.value) || token.kind !== 'operator') fail(c, ':=', { help: `write ${example}` });
  take(c);
  report(c, token, {
    code: 'wrong-operator',
    message: `Unexpected ${token.value} in ${c.context}.`,
    expected: ':=',
    found: token.value,
    help: `write ${example}`,
  });
}

/** `CASE WHEN c THEN v ... [ELSE v] END`, `CASE x WHEN v THEN w ... END`. */
function caseExpression(c: Cursor): Expression {
  const start = take(c);
  const operand = isWord(c, 'WHEN') ? undefined : parseExpression(c);
  const branches: { when: Expression; then: Expression }[] = [];
  do {
    expectWord(c, 'WHEN');
    const when = parseExpression(c);
    expectWord(c, 'THEN');
    // biome-ignore lint/suspicious/noThenProperty: the tree names the branches of CASE by their keywords
    branches.push({ when, then: parseExpression(c) });
  } while (isWord(c, 'WHEN'));
  const otherwise = acceptWord(c, 'ELSE') ? parseExpression(c) : undefined;
  endOfCase(c, start, otherwise !== undefined);
  return {
    kind: 'case',
    ...(operand === undefined ? {} : { operand }),
    branches,
    ...(otherwise === undefined ? {} : { otherwise }),
    span: spanSince(c, start),
  };
}

function endOfCase(c: Cursor, start: Token, hasElse: boolean): void {
  if (acceptWord(c, 'END')) return;
  const token = peek(c);
  const near = token.kind === 'word' ? nearWord(token.value, hasElse ? ['END'] : ['WHEN', 'ELSE', 'END']) : undefined;
  const help =
    near === undefined
      ? `end the CASE of line ${start.line}, column ${start.column} with END`
      : `did you mean ${near}?`;
  const follows = token.kind === 'end' || ['AS', 'FROM', ',', ';', ')'].includes(token.value);
  const expected = hasElse ? 'END' : 'WHEN, ELSE or END';
  if (!follows) fail(c, expected, { help });
  report(c, token.kind === 'end' ? start : token, {
    code: 'unexpected-token',
    message: `The CASE of line ${start.line} has no END before ${tokenText(c, token)}.`,
    expected,
    found: tokenText(c, token),
    help,
  });
}

function cast(c: Cursor): Expression {
  const start = take(c);
  if (!isOperator(c, '(')) fail(c, '(', { help: 'write CAST(x AS BIGINT)' });
  const open = take(c);
  const operand = parseExpression(c);
  expectWord(c, 'AS');
  const type = parseType(c);
  expectClose(c, ')', open);
  return { kind: 'cast', operand, type, span: spanSince(c, start) };
}
