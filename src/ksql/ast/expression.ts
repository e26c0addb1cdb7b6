import type { Span } from '../../diagnostics/diagnostic.js';
import type { KsqlType } from '../types.js';

/** A name as it counts: unquoted identifiers are upper-cased by the parser, quoted ones keep their case. */
export interface Identifier {
  readonly kind: 'identifier';
  readonly name: string;
  readonly quoted: boolean;
  readonly span: Span;
}

/** `NULL`, TRUE, 12, 12345678901, 1.25, 1e3, 'text'. Numbers keep their text: no digit passes through a double. */
export interface Literal {
  readonly kind: 'literal';
  readonly type: 'null' | 'boolean' | 'integer' | 'decimal' | 'double' | 'string';
  /** integer: digits (a leading minus belongs to a unary node); decimal and double: as written; boolean: true or false. */
  readonly text: string;
  readonly span: Span;
}

/** `NAME` or `SOURCE.NAME`. */
export interface ColumnReference {
  readonly kind: 'column';
  readonly qualifier?: Identifier;
  readonly name: Identifier;
  readonly span: Span;
}

/** `-x`, `+x`, `NOT x`. A negative number is a minus before a literal. */
export interface UnaryExpression {
  readonly kind: 'unary';
  readonly operator: '-' | '+' | 'NOT';
  readonly operand: Expression;
  readonly span: Span;
}

/** Operators between two operands, as written; `!=` is kept as `<>`. `||` joins texts. */
export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | 'IS DISTINCT FROM'
  | 'IS NOT DISTINCT FROM'
  | 'AND'
  | 'OR'
  | '||';

/** `left operator right`; where the operator stands is kept for the caret of a type mistake. */
export interface BinaryExpression {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly operatorSpan: Span;
  readonly span: Span;
}

/** `x IS [NOT] NULL`: the one comparison that sees null. */
export interface IsNullExpression {
  readonly kind: 'is-null';
  readonly operand: Expression;
  readonly negated: boolean;
  readonly span: Span;
}

/** `x [NOT] BETWEEN low AND high`: both ends belong to the range. */
export interface BetweenExpression {
  readonly kind: 'between';
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
  readonly negated: boolean;
  readonly span: Span;
}

/** `x [NOT] IN (a, b, ...)`: a list of values, never a query. */
export interface InExpression {
  readonly kind: 'in';
  readonly operand: Expression;
  readonly values: readonly Expression[];
  readonly negated: boolean;
  readonly span: Span;
}

/** `x [NOT] LIKE 'a%b_' [ESCAPE '!']`: `%` is any text, `_` one character. */
export interface LikeExpression {
  readonly kind: 'like';
  readonly operand: Expression;
  readonly pattern: Expression;
  readonly escape?: string;
  readonly negated: boolean;
  readonly span: Span;
}

/** Searched (`operand` absent) or simple CASE. */
export interface CaseExpression {
  readonly kind: 'case';
  readonly operand?: Expression;
  readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
  readonly otherwise?: Expression;
  readonly span: Span;
}

/** `CAST(x AS TYPE)`. */
export interface CastExpression {
  readonly kind: 'cast';
  readonly operand: Expression;
  readonly type: KsqlType;
  readonly span: Span;
}

/** Any function: scalar, aggregate or table; `COUNT(*)` has `star`. Names are upper-cased. */
export interface CallExpression {
  readonly kind: 'call';
  readonly name: Identifier;
  readonly arguments: readonly Expression[];
  readonly star: boolean;
  readonly span: Span;
}

/** `x => x + 1`, `(k, v) => ...`. */
export interface LambdaExpression {
  readonly kind: 'lambda';
  readonly parameters: readonly Identifier[];
  readonly body: Expression;
  readonly span: Span;
}

/** `array[i]`, `map['k']`. */
export interface SubscriptExpression {
  readonly kind: 'subscript';
  readonly operand: Expression;
  readonly index: Expression;
  readonly span: Span;
}

/** `struct->field`. */
export interface DereferenceExpression {
  readonly kind: 'dereference';
  readonly operand: Expression;
  readonly field: Identifier;
  readonly span: Span;
}

/** `ARRAY[a, b]`. */
export interface ArrayExpression {
  readonly kind: 'array';
  readonly elements: readonly Expression[];
  readonly span: Span;
}

/** `MAP(k := v, ...)`. */
export interface MapExpression {
  readonly kind: 'map';
  readonly entries: readonly { readonly key: Expression; readonly value: Expression }[];
  readonly span: Span;
}

/** `STRUCT(f := v, ...)`. */
export interface StructExpression {
  readonly kind: 'struct';
  readonly fields: readonly { readonly name: Identifier; readonly value: Expression }[];
  readonly span: Span;
}

/** `2 DAYS` as an argument (DATEADD and its kin take the unit as a bare word: it is an interval unit node). */
export interface IntervalUnitExpression {
  readonly kind: 'interval-unit';
  readonly unit: string;
  readonly span: Span;
}

/** Anything that has a value for a row: one node per form that the dialect can write. */
export type Expression =
  | Literal
  | ColumnReference
  | UnaryExpression
  | BinaryExpression
  | IsNullExpression
  | BetweenExpression
  | InExpression
  | LikeExpression
  | CaseExpression
  | CastExpression
  | CallExpression
  | LambdaExpression
  | SubscriptExpression
  | DereferenceExpression
  | ArrayExpression
  | MapExpression
  | StructExpression
  | IntervalUnitExpression;
