import type { BinaryExpression, UnaryExpression } from './ast/index.js';
import { coerce, decimalResult, isNumeric, isTemporal, widestNumber } from './coercion.js';
import { problem, type Typing } from './expression.js';
import { literalExpression } from './expression-literals.js';
import type { ArithmeticOperator, ComparisonOperator, TypedExpression } from './typed-expression.js';
import { BOOLEAN, DOUBLE, type KsqlType, STRING, sameType, typeText } from './types.js';

const COMPARISON_NAMES: Readonly<Record<ComparisonOperator, string>> = {
  '=': 'EQUAL',
  '<>': 'NOT_EQUAL',
  '<': 'LESS_THAN',
  '<=': 'LESS_THAN_OR_EQUAL',
  '>': 'GREATER_THAN',
  '>=': 'GREATER_THAN_OR_EQUAL',
  'IS DISTINCT FROM': 'IS_DISTINCT_FROM',
  'IS NOT DISTINCT FROM': 'IS_NOT_DISTINCT_FROM',
};

/** `-x`, `+x`; a minus before digits makes the literal negative, so that -2147483648 is an INTEGER. */
export function typeNegation(e: UnaryExpression, t: Typing): TypedExpression | undefined {
  if (e.operand.kind === 'literal' && e.operator === '-' && /integer|decimal|double/.test(e.operand.type)) {
    return literalExpression(e.operand, t, true);
  }
  const operand = t.type(e.operand);
  if (operand === undefined) return undefined;
  if (operand.type === null || !isNumeric(operand.type)) {
    t.report(
      problem('type-mismatch', e.span, `${e.operator} needs a number.`, {
        expected: 'a number',
        found: nameOf(operand.type),
      }),
    );
    return undefined;
  }
  return e.operator === '+' ? operand : { kind: 'negate', type: operand.type, operand };
}

/** `NOT x` over a BOOLEAN. */
export function typeNot(e: UnaryExpression, t: Typing): TypedExpression | undefined {
  const operand = condition(e.operand, 'NOT', t);
  return operand && { kind: 'not', type: BOOLEAN, operand };
}

/** Types an operand of AND, OR, NOT or WHEN, which must be BOOLEAN. */
export function condition(e: Parameters<Typing['type']>[0], where: string, t: Typing): TypedExpression | undefined {
  const typed = t.type(e);
  if (typed === undefined || typed.type?.kind === 'BOOLEAN') return typed;
  t.report(
    problem('type-mismatch', e.span, `${where} needs a condition. Not a boolean expression.`, {
      expected: 'BOOLEAN',
      found: nameOf(typed.type),
    }),
  );
  return undefined;
}

/** Arithmetic, comparison, AND, OR and `+` on strings. */
export function typeBinary(e: BinaryExpression, t: Typing): TypedExpression | undefined {
  switch (e.operator) {
    case 'AND':
    case 'OR': {
      const left = condition(e.left, e.operator, t);
      const right = condition(e.right, e.operator, t);
      return left && right && { kind: 'logic', type: BOOLEAN, operator: e.operator, left, right };
    }
    case '||':
      t.report(
        problem('unsupported-operator', e.operatorSpan, 'ksqlDB reads || but does not run it.', {
          help: 'use + or CONCAT(a, b)',
        }),
      );
      return undefined;
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return arithmetic(e, e.operator, t);
    default:
      return comparison(e, e.operator, t);
  }
}

function arithmetic(e: BinaryExpression, operator: ArithmeticOperator, t: Typing): TypedExpression | undefined {
  const [left, right] = [t.type(e.left), t.type(e.right)];
  if (left === undefined || right === undefined) return undefined;
  const [a, b] = [left.type, right.type];
  if (a !== null && b !== null) {
    if (a.kind === 'STRING' && b.kind === 'STRING' && operator === '+') {
      return { kind: 'append', type: STRING, left, right };
    }
    if (isNumeric(a) && isNumeric(b)) {
      if (a.kind === 'DOUBLE' || b.kind === 'DOUBLE') {
        return { kind: 'arithmetic', type: DOUBLE, operator, left: coerce(left, DOUBLE), right: coerce(right, DOUBLE) };
      }
      if (a.kind === 'DECIMAL' || b.kind === 'DECIMAL') {
        return { kind: 'arithmetic', type: decimalResult(operator, a, b), operator, left, right };
      }
      return { kind: 'arithmetic', type: widestNumber(a, b), operator, left, right };
    }
  }
  t.report(
    problem('type-mismatch', e.operatorSpan, `Error processing expression: ${operator} needs two numbers.`, {
      expected: operator === '+' ? 'two numbers or two strings' : 'two numbers',
      found: `${nameOf(a)} ${operator} ${nameOf(b)}`,
      help: 'write CAST(... AS type) around one side',
    }),
  );
  return undefined;
}

function comparison(e: BinaryExpression, operator: ComparisonOperator, t: Typing): TypedExpression | undefined {
  const [left, right] = [t.type(e.left), t.type(e.right)];
  if (left === undefined || right === undefined) return undefined;
  const nullSafe = operator.startsWith('IS');
  const type = left.type === null || right.type === null ? undefined : meeting(left.type, right.type, operator);
  if (type !== undefined) {
    return { kind: 'comparison', type: BOOLEAN, operator, left: meet(left, type), right: meet(right, type) };
  }
  if (nullSafe && (left.type === null || right.type === null)) {
    return { kind: 'comparison', type: BOOLEAN, operator, left, right };
  }
  const [a, b] = [nameOf(left.type), nameOf(right.type)];
  t.report(
    problem('type-mismatch', e.operatorSpan, `Cannot compare ${a} to ${b} with ${COMPARISON_NAMES[operator]}.`, {
      expected: a,
      found: b,
      help:
        left.type === null || right.type === null
          ? 'use IS NULL or IS NOT NULL'
          : 'write CAST(... AS type) around one side',
    }),
  );
  return undefined;
}

function meet(e: TypedExpression, type: KsqlType): TypedExpression {
  // A DECIMAL is compared as it is with other exact numbers; only DOUBLE pulls the other side over.
  return type.kind === 'DECIMAL' ? e : coerce(e, type);
}

function meeting(a: KsqlType, b: KsqlType, operator: ComparisonOperator): KsqlType | undefined {
  if (isNumeric(a) && isNumeric(b)) return widestNumber(a, b);
  if (isTemporal(a) && b.kind === 'STRING') return a;
  if (isTemporal(b) && a.kind === 'STRING') return b;
  if (a.kind === 'DATE' && b.kind === 'TIMESTAMP') return b;
  if (b.kind === 'DATE' && a.kind === 'TIMESTAMP') return a;
  if (!sameType(a, b)) return undefined;
  const equality = !/[<>]=?$/.test(operator) || operator === '<>';
  return equality || ['STRING', 'BYTES', 'DATE', 'TIME', 'TIMESTAMP'].includes(a.kind) ? a : undefined;
}

/** A type as messages name it; NULL has none. */
export function nameOf(type: KsqlType | null): string {
  return type === null ? 'NULL' : typeText(type);
}
