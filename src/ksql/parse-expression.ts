import type { BinaryOperator, Expression } from './ast/index.js';
import {
  acceptWord,
  type Cursor,
  expectWord,
  fail,
  isOperator,
  isWord,
  nearWord,
  nested,
  peek,
  repairWord,
  report,
  spanOf,
  spanSince,
  take,
  tokenText,
} from './cursor.js';
import { commaList, expectClose } from './parse-list.js';
import { parsePrimary } from './parse-primary.js';
import { PRECEDENCE } from './precedence.js';
import { CLAUSE_WORDS, type Token } from './token.js';

/** Reads an expression; AND, OR and comparisons included. */
export function parseExpression(c: Cursor): Expression {
  return parseAt(c, PRECEDENCE.or);
}

/** Reads an expression without comparisons, AND and OR: the operand of a comparison, a column of GROUP BY. */
export function parseOperand(c: Cursor): Expression {
  return parseAt(c, PRECEDENCE.concat);
}

/** A condition of WHERE, HAVING or ON: there a word behind it can also be a misspelled AND, OR, LIKE ... */
export function parseCondition(c: Cursor): Expression {
  let condition = parseExpression(c);
  for (;;) {
    const token = peek(c);
    if (token.kind !== 'word' || CLAUSE_WORDS.has(token.value)) return condition;
    const near = nearWord(token.value, ['AND', 'OR', 'LIKE', 'BETWEEN', 'IN', 'IS']);
    if (near === undefined) return condition;
    repairWord(c, near);
    condition = parseAt(c, PRECEDENCE.or, condition);
  }
}

/** Pratt parsing: reads an operand and every operator that binds at least as tightly as `level`. */
function parseAt(c: Cursor, level: number, begun?: Expression): Expression {
  return nested(c, () => operators(c, level, begun));
}

function operators(c: Cursor, level: number, begun: Expression | undefined): Expression {
  const negated = begun === undefined && level <= PRECEDENCE.not && isWord(c, 'NOT');
  let left = begun ?? (negated ? notExpression(c) : unary(c));
  let compared = negated;
  for (let count = 0; ; count += 1) {
    const operator = infix(c);
    if (operator === undefined || operator.precedence < level) return left;
    if (count >= LONGEST_CHAIN)
      fail(c, 'a shorter expression', {
        code: 'too-deep',
        help: 'take IN for many comparisons, CONCAT for many texts',
      });
    if (operator.precedence === PRECEDENCE.comparison) {
      if (compared) return chained(c, left);
      left = comparison(c, left, operator.text);
      compared = true;
    } else {
      left = binary(c, left, operator.text, operator.precedence);
      compared = operator.precedence < PRECEDENCE.comparison;
    }
  }
}

/** Each operator of a chain makes the tree one deeper; DuckDB stops at 1000. */
const LONGEST_CHAIN = 900;

interface Infix {
  readonly text: string;
  readonly precedence: number;
}

const OPERATORS: ReadonlyMap<string, Infix> = new Map(
  (
    [
      ['OR', PRECEDENCE.or],
      ['AND', PRECEDENCE.and],
      ['=', PRECEDENCE.comparison],
      ['<>', PRECEDENCE.comparison],
      ['<', PRECEDENCE.comparison],
      ['<=', PRECEDENCE.comparison],
      ['>', PRECEDENCE.comparison],
      ['>=', PRECEDENCE.comparison],
      ['IS', PRECEDENCE.comparison],
      ['IN', PRECEDENCE.comparison],
      ['LIKE', PRECEDENCE.comparison],
      ['BETWEEN', PRECEDENCE.comparison],
      ['||', PRECEDENCE.concat],
      ['+', PRECEDENCE.sum],
      ['-', PRECEDENCE.sum],
      ['*', PRECEDENCE.product],
      ['/', PRECEDENCE.product],
      ['%', PRECEDENCE.product],
    ] as const
  ).map(([text, precedence]) => [text, { text, precedence }]),
);

const NOT_PREDICATE: Infix = { text: 'NOT', precedence: PRECEDENCE.comparison };

function infix(c: Cursor): Infix | undefined {
  const token = peek(c);
  if (token.kind === 'operator' && token.value === '=>') return swappedArrow(c, token);
  if (token.kind !== 'word' && token.kind !== 'operator') return undefined;
  if (token.value === 'NOT' && ['IN', 'LIKE', 'BETWEEN'].some((word) => isWord(c, word, 1))) return NOT_PREDICATE;
  return OPERATORS.get(token.value);
}

/** `a => 5` outside a function's arguments: the two signs of >= are swapped. */
function swappedArrow(c: Cursor, token: Token): Infix {
  report(c, token, {
    code: 'wrong-operator',
    message: '=> makes a function of its own (a lambda), only among the arguments of a function.',
    expected: '>=',
    found: '=>',
    help: 'did you mean >=?',
  });
  c.tokens[c.index] = { ...token, value: '>=' };
  return OPERATORS.get('>=')!;
}

function binary(c: Cursor, left: Expression, operator: string, precedence: number): Expression {
  const token = take(c);
  const right = parseAt(c, precedence + 1);
  return {
    kind: 'binary',
    operator: operator as BinaryOperator,
    left,
    right,
    operatorSpan: spanOf(token),
    span: spanOf(left.span, right.span),
  };
}

function notExpression(c: Cursor): Expression {
  const token = take(c);
  const operand = parseAt(c, PRECEDENCE.not);
  return { kind: 'unary', operator: 'NOT', operand, span: spanOf(token, operand.span) };
}

/** `-x`, `+x`; binds tighter than any infix operator. */
function unary(c: Cursor): Expression {
  const token = peek(c);
  if (token.kind !== 'operator' || (token.value !== '-' && token.value !== '+')) return parsePrimary(c, false);
  take(c);
  const negative = token.value === '-';
  const operand = isOperator(c, '-') || isOperator(c, '+') ? nested(c, () => unary(c)) : parsePrimary(c, negative);
  return { kind: 'unary', operator: negative ? '-' : '+', operand, span: spanOf(token, operand.span) };
}

function comparison(c: Cursor, left: Expression, operator: string): Expression {
  switch (operator) {
    case 'IS':
      return isPredicate(c, left);
    case 'NOT':
    case 'IN':
    case 'LIKE':
    case 'BETWEEN':
      return predicate(c, left);
    default:
      return binary(c, left, operator, PRECEDENCE.comparison);
  }
}

/** `IS [NOT] NULL`, `IS [NOT] DISTINCT FROM`. */
function isPredicate(c: Cursor, operand: Expression): Expression {
  const start = take(c);
  const negated = acceptWord(c, 'NOT');
  if (expectWord(c, 'NULL', 'DISTINCT') === 'NULL')
    return { kind: 'is-null', operand, negated, span: spanSince(c, operand.span) };
  expectWord(c, 'FROM');
  const operatorSpan = spanSince(c, start);
  const right = parseOperand(c);
  const operator = negated ? 'IS NOT DISTINCT FROM' : 'IS DISTINCT FROM';
  return { kind: 'binary', operator, left: operand, right, operatorSpan, span: spanOf(operand.span, right.span) };
}

/** `[NOT] IN (...)`, `[NOT] LIKE p [ESCAPE 'c']`, `[NOT] BETWEEN a AND b`. */
function predicate(c: Cursor, operand: Expression): Expression {
  const negated = acceptWord(c, 'NOT');
  const word = take(c).value;
  if (word === 'IN') return inList(c, operand, negated);
  if (word === 'LIKE') return like(c, operand, negated);
  const low = parseOperand(c);
  expectWord(c, 'AND');
  const high = parseOperand(c);
  return { kind: 'between', operand, low, high, negated, span: spanOf(operand.span, high.span) };
}

function inList(c: Cursor, operand: Expression, negated: boolean): Expression {
  if (!isOperator(c, '(')) fail(c, '(', { help: 'IN takes a list in brackets: x IN (1, 2)' });
  const open = take(c);
  if (isOperator(c, ')')) fail(c, 'a value', { help: 'IN needs at least one value' });
  const values = commaList(c, () => parseExpression(c));
  expectClose(c, ')', open, ', or )');
  return { kind: 'in', operand, values, negated, span: spanSince(c, operand.span) };
}

function like(c: Cursor, operand: Expression, negated: boolean): Expression {
  const pattern = parseOperand(c);
  if (!acceptWord(c, 'ESCAPE'))
    return { kind: 'like', operand, pattern, negated, span: spanOf(operand.span, pattern.span) };
  const token = peek(c);
  if (token.kind !== 'string') return fail(c, 'one character in quotes');
  if ([...token.value].length !== 1) {
    report(c, token, {
      code: 'unexpected-token',
      message: 'ESCAPE takes exactly one character.',
      expected: 'one character in quotes',
      found: tokenText(c, token),
      help: "for example LIKE '10!%' ESCAPE '!'",
    });
  }
  take(c);
  return { kind: 'like', operand, pattern, escape: token.value, negated, span: spanSince(c, operand.span) };
}

/** `a < b < c`: comparisons do not chain. */
function chained(c: Cursor, left: Expression): never {
  const isNot = left.kind === 'unary';
  return fail(c, 'AND or OR', {
    code: 'chained-comparison',
    help: isNot ? 'put brackets around what NOT belongs to' : 'compare two values at a time: a < b AND b < c',
  });
}
