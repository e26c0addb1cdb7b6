import type { BinaryOperator, CaseExpression, Expression, LikeExpression, Literal } from './ast/index.js';
import { PRECEDENCE } from './precedence.js';
import { needsQuotes } from './token.js';
import type { KsqlType } from './types.js';

/** How an expression is written. */
export interface ExpressionStyle {
  /** Brackets around every infix operator, as messages of ksqlDB show conditions: `((A + B) = C)`. */
  readonly everyBracket?: boolean;
  /** Where the text will stand: before `->` or `[`, or as a column of GROUP BY; anything looser gets brackets. */
  readonly place?: 'postfix' | 'operand';
}

/**
 * An expression as text: brackets only where the tree would read otherwise, names in backticks only where they need
 * them, numbers as they were written.
 */
export function formatExpression(expression: Expression, style: ExpressionStyle = {}): string {
  return write(
    expression,
    style.place === 'postfix' ? PRECEDENCE.postfix : style.place === 'operand' ? PRECEDENCE.concat : 0,
    style.everyBracket === true,
  );
}

/** A type as it is written in a column list: `DECIMAL(5, 2)`, `STRUCT<NAME STRING, AGE INTEGER>`. */
export function formatType(type: KsqlType): string {
  switch (type.kind) {
    case 'DECIMAL':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'ARRAY':
      return `ARRAY<${formatType(type.element)}>`;
    case 'MAP':
      return `MAP<${formatType(type.key)}, ${formatType(type.value)}>`;
    case 'STRUCT':
      return `STRUCT<${type.fields.map((f) => `${quoteName(f.name)} ${formatType(f.type)}`).join(', ')}>`;
    default:
      return type.kind;
  }
}

/** A literal as text; quotes in texts are doubled. */
export function formatLiteral(literal: Literal): string {
  if (literal.type === 'string') return quoteText(literal.text);
  return literal.type === 'boolean' || literal.type === 'null' ? literal.text.toUpperCase() : literal.text;
}

const LEVELS: Readonly<Record<BinaryOperator, number>> = {
  OR: PRECEDENCE.or,
  AND: PRECEDENCE.and,
  '=': PRECEDENCE.comparison,
  '<>': PRECEDENCE.comparison,
  '<': PRECEDENCE.comparison,
  '<=': PRECEDENCE.comparison,
  '>': PRECEDENCE.comparison,
  '>=': PRECEDENCE.comparison,
  'IS DISTINCT FROM': PRECEDENCE.comparison,
  'IS NOT DISTINCT FROM': PRECEDENCE.comparison,
  '||': PRECEDENCE.concat,
  '+': PRECEDENCE.sum,
  '-': PRECEDENCE.sum,
  '*': PRECEDENCE.product,
  '/': PRECEDENCE.product,
  '%': PRECEDENCE.product,
};

/** How tightly the outermost operator of an expression binds. */
function levelOf(e: Expression): number {
  switch (e.kind) {
    case 'binary':
      return LEVELS[e.operator];
    case 'unary':
      return e.operator === 'NOT' ? PRECEDENCE.not : PRECEDENCE.unary;
    case 'is-null':
    case 'between':
    case 'in':
    case 'like':
      return PRECEDENCE.comparison;
    case 'lambda':
      return 0;
    default:
      return PRECEDENCE.postfix;
  }
}

/** Writes an expression for a place that takes operators from `level` on; what binds looser gets brackets. */
function write(e: Expression, level: number, every: boolean): string {
  const text = body(e, every);
  return levelOf(e) < level || (every && e.kind === 'binary') ? `(${text})` : text;
}

function body(e: Expression, every: boolean): string {
  const operand = (x: Expression): string => write(x, PRECEDENCE.concat, every);
  const postfix = (x: Expression): string => write(x, PRECEDENCE.postfix, every);
  const whole = (x: Expression): string => write(x, 0, every);
  const list = (xs: readonly Expression[]): string => xs.map(whole).join(', ');
  switch (e.kind) {
    case 'literal':
      return formatLiteral(e);
    case 'column':
      return `${e.qualifier === undefined ? '' : `${quoteName(e.qualifier.name)}.`}${quoteName(e.name.name)}`;
    case 'unary':
      return unary(e.operator, e.operand, every);
    case 'binary': {
      const level = LEVELS[e.operator];
      // Comparisons do not chain, so their left side binds tighter, too.
      const left = level === PRECEDENCE.comparison ? operand(e.left) : write(e.left, level, every);
      return `${left} ${e.operator} ${write(e.right, level + 1, every)}`;
    }
    case 'is-null':
      return `${operand(e.operand)} IS ${not(e.negated)}NULL`;
    case 'between':
      return `${operand(e.operand)} ${not(e.negated)}BETWEEN ${operand(e.low)} AND ${operand(e.high)}`;
    case 'in':
      return `${operand(e.operand)} ${not(e.negated)}IN (${list(e.values)})`;
    case 'like':
      return like(e, operand);
    case 'case':
      return caseText(e, whole);
    case 'cast':
      return `CAST(${whole(e.operand)} AS ${formatType(e.type)})`;
    case 'call':
      return `${e.name.name}(${e.star ? '*' : list(e.arguments)})`;
    case 'lambda':
      return `${e.parameters.length === 1 ? quoteName(e.parameters[0]!.name) : `(${e.parameters.map((p) => quoteName(p.name)).join(', ')})`} => ${whole(e.body)}`;
    case 'subscript':
      return `${postfix(e.operand)}[${whole(e.index)}]`;
    case 'dereference':
      return `${postfix(e.operand)}->${quoteName(e.field.name)}`;
    case 'array':
      return `ARRAY[${list(e.elements)}]`;
    case 'map':
      return `MAP(${e.entries.map((entry) => `${operand(entry.key)} := ${whole(entry.value)}`).join(', ')})`;
    case 'struct':
      return `STRUCT(${e.fields.map((field) => `${quoteName(field.name.name)} := ${whole(field.value)}`).join(', ')})`;
    case 'interval-unit':
      return e.unit;
  }
}

function unary(operator: '-' | '+' | 'NOT', operand: Expression, every: boolean): string {
  if (operator === 'NOT') return `NOT ${write(operand, PRECEDENCE.not, every)}`;
  // Two minus signs in a row would begin a comment.
  const nested = operand.kind === 'unary' && operand.operator !== 'NOT';
  return nested ? `${operator}(${body(operand, every)})` : `${operator}${write(operand, PRECEDENCE.unary, every)}`;
}

function like(e: LikeExpression, operand: (x: Expression) => string): string {
  const escaped = e.escape === undefined ? '' : ` ESCAPE ${quoteText(e.escape)}`;
  return `${operand(e.operand)} ${not(e.negated)}LIKE ${operand(e.pattern)}${escaped}`;
}

function caseText(e: CaseExpression, whole: (x: Expression) => string): string {
  const operand = e.operand === undefined ? '' : ` ${whole(e.operand)}`;
  const branches = e.branches.map((b) => ` WHEN ${whole(b.when)} THEN ${whole(b.then)}`).join('');
  const otherwise = e.otherwise === undefined ? '' : ` ELSE ${whole(e.otherwise)}`;
  return `CASE${operand}${branches}${otherwise} END`;
}

function not(negated: boolean): string {
  return negated ? 'NOT ' : '';
}

function quoteName(name: string): string {
  return needsQuotes(name) ? `\`${name.replaceAll('`', '``')}\`` : name;
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
