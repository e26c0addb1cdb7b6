import type { Diagnostic, Span } from '../diagnostics/diagnostic.js';
import type { Expression } from './ast/index.js';
import { canCast } from './coercion.js';
import { typeCall } from './expression-calls.js';
import { typeArray, typeField, typeMap, typeStruct, typeSubscript } from './expression-collections.js';
import { typeCase, typeIn, typeLike } from './expression-conditions.js';
import { literalExpression } from './expression-literals.js';
import { typeBinary, typeNegation, typeNot } from './expression-operators.js';
import type { Scope, ScopeColumn, TypedExpression } from './typed-expression.js';
import { type KsqlType, typeText } from './types.js';

export type * from './typed-expression.js';

/** What typing an expression needs around it: names, the variables of enclosing lambdas, and where problems go. */
export interface Typing {
  readonly scope: Scope;
  readonly variables: ReadonlyMap<string, KsqlType | null>;
  readonly report: (d: Diagnostic) => void;
  /** Types a part in the same surroundings; undefined once its error was reported. */
  readonly type: (e: Expression) => TypedExpression | undefined;
  /** The same surroundings with the parameters of a lambda. */
  readonly inside: (variables: ReadonlyMap<string, KsqlType | null>) => Typing;
}

/** The expression that reads a column of a scope. */
function columnExpression(c: ScopeColumn): TypedExpression {
  return { kind: 'column', type: c.type, name: c.name, sql: c.sql };
}

/** A problem of an expression at its place in the pipeline's text. */
export function problem(
  code: string,
  span: Span,
  message: string,
  more: { expected?: string; found?: string; help?: string } = {},
): Diagnostic {
  return { code, severity: 'error', message, place: { span }, ...more };
}

/**
 * Gives every node of an expression its ksqlDB type, widens where the dialect does so by itself, and reports every
 * error found (unknown names, types that disagree); undefined after an error.
 */
export function typeExpression(
  expression: Expression,
  scope: Scope,
  report: (d: Diagnostic) => void,
): TypedExpression | undefined {
  return typingOf(scope, new Map(), report).type(expression);
}

function typingOf(
  scope: Scope,
  variables: ReadonlyMap<string, KsqlType | null>,
  report: (d: Diagnostic) => void,
): Typing {
  const typing: Typing = {
    scope,
    variables,
    report,
    type: (e) => typeNode(e, typing),
    inside: (more) => typingOf(scope, new Map([...variables, ...more]), report),
  };
  return typing;
}

function typeNode(e: Expression, t: Typing): TypedExpression | undefined {
  switch (e.kind) {
    case 'literal':
      return literalExpression(e, t);
    case 'column': {
      const variable = e.qualifier === undefined ? t.variables.get(e.name.name) : undefined;
      if (e.qualifier === undefined && t.variables.has(e.name.name)) {
        return { kind: 'variable', type: variable ?? null, name: e.name.name };
      }
      const found = t.scope.resolve(e);
      if ('severity' in found) {
        t.report(found);
        return undefined;
      }
      return columnExpression(found);
    }
    case 'unary':
      return e.operator === 'NOT' ? typeNot(e, t) : typeNegation(e, t);
    case 'binary':
      return typeBinary(e, t);
    case 'is-null': {
      const operand = t.type(e.operand);
      return operand && { kind: 'is-null', type: { kind: 'BOOLEAN' }, operand, negated: e.negated };
    }
    case 'between': {
      const low = typeBinary({ ...between(e), operator: '>=', right: e.low }, t);
      const high = typeBinary({ ...between(e), operator: '<=', right: e.high }, t);
      if (low === undefined || high === undefined) return undefined;
      const both: TypedExpression = {
        kind: 'logic',
        type: { kind: 'BOOLEAN' },
        operator: 'AND',
        left: low,
        right: high,
      };
      return e.negated ? { kind: 'not', type: { kind: 'BOOLEAN' }, operand: both } : both;
    }
    case 'in':
      return typeIn(e, t);
    case 'like':
      return typeLike(e, t);
    case 'case':
      return typeCase(e, t);
    case 'cast':
      return typeCast(e, t);
    case 'call':
      return typeCall(e, t);
    case 'subscript':
      return typeSubscript(e, t);
    case 'dereference':
      return typeField(e, t);
    case 'array':
      return typeArray(e, t);
    case 'map':
      return typeMap(e, t);
    case 'struct':
      return typeStruct(e, t);
    case 'lambda':
      t.report(problem('misplaced-lambda', e.span, 'A lambda can only be an argument of TRANSFORM, FILTER or REDUCE.'));
      return undefined;
    case 'interval-unit':
      return { kind: 'unit', type: null, unit: e.unit.toUpperCase() };
  }
}

function between(e: Extract<Expression, { kind: 'between' }>) {
  return { kind: 'binary', left: e.operand, operatorSpan: e.span, span: e.span } as const;
}

function typeCast(e: Extract<Expression, { kind: 'cast' }>, t: Typing): TypedExpression | undefined {
  const operand = t.type(e.operand);
  if (operand === undefined) return undefined;
  if (operand.type !== null && !canCast(operand.type, e.type)) {
    const [from, to] = [typeText(operand.type), typeText(e.type)];
    t.report(
      problem('unsupported-cast', e.span, `Cast of ${from} to ${to} is not supported.`, { expected: to, found: from }),
    );
    return undefined;
  }
  return { kind: 'cast', type: e.type, operand, implicit: false };
}
