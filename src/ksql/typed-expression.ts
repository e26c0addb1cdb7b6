import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { BinaryOperator, ColumnReference } from './ast/index.js';
import type { KsqlType } from './types.js';

/** A column that an expression may read; `sql` is the DuckDB text that reads it. */
export interface ScopeColumn {
  readonly name: string;
  readonly type: KsqlType;
  readonly sql: string;
}

/** Where names are looked up: a column, or the problem with the reference (unknown, ambiguous) in the user's words. */
export interface Scope {
  resolve(reference: ColumnReference): ScopeColumn | Diagnostic;
}

/** `=`, `<>`, `<`, ...: two-valued, false where an operand is null. */
export type ComparisonOperator = Extract<
  BinaryOperator,
  '=' | '<>' | '<' | '<=' | '>' | '>=' | 'IS DISTINCT FROM' | 'IS NOT DISTINCT FROM'
>;

/** `+`, `-`, `*`, `/`, `%` between numbers; null where an operand is null. */
export type ArithmeticOperator = Extract<BinaryOperator, '+' | '-' | '*' | '/' | '%'>;

/** The parameter of a lambda, with the type that its function gives it. */
export interface LambdaParameter {
  readonly name: string;
  readonly type: KsqlType | null;
}

/**
 * An expression whose every node has its ksqlDB type and whose implicit widenings stand in the tree as casts;
 * `type` null is the literal NULL.
 */
export type TypedExpression =
  | { readonly kind: 'null'; readonly type: null }
  | { readonly kind: 'literal'; readonly type: KsqlType; readonly text: string }
  | { readonly kind: 'column'; readonly type: KsqlType; readonly name: string; readonly sql: string }
  | { readonly kind: 'variable'; readonly type: KsqlType | null; readonly name: string }
  | {
      readonly kind: 'arithmetic';
      readonly type: KsqlType;
      readonly operator: ArithmeticOperator;
      readonly left: TypedExpression;
      readonly right: TypedExpression;
    }
  | { readonly kind: 'negate'; readonly type: KsqlType; readonly operand: TypedExpression }
  | {
      readonly kind: 'append';
      readonly type: KsqlType;
      readonly left: TypedExpression;
      readonly right: TypedExpression;
    }
  | {
      readonly kind: 'comparison';
      readonly type: KsqlType;
      readonly operator: ComparisonOperator;
      readonly left: TypedExpression;
      readonly right: TypedExpression;
    }
  | {
      readonly kind: 'logic';
      readonly type: KsqlType;
      readonly operator: 'AND' | 'OR';
      readonly left: TypedExpression;
      readonly right: TypedExpression;
    }
  | { readonly kind: 'not'; readonly type: KsqlType; readonly operand: TypedExpression }
  | { readonly kind: 'is-null'; readonly type: KsqlType; readonly operand: TypedExpression; readonly negated: boolean }
  | {
      readonly kind: 'in';
      readonly type: KsqlType;
      readonly operand: TypedExpression;
      readonly values: readonly TypedExpression[];
      readonly negated: boolean;
    }
  | {
      readonly kind: 'like';
      readonly type: KsqlType;
      readonly operand: TypedExpression;
      readonly pattern: TypedExpression;
      readonly escape?: string;
      readonly negated: boolean;
    }
  | {
      readonly kind: 'case';
      readonly type: KsqlType;
      readonly branches: readonly { readonly when: TypedExpression; readonly result: TypedExpression }[];
      readonly otherwise?: TypedExpression;
    }
  | {
      readonly kind: 'cast';
      readonly type: KsqlType;
      readonly operand: TypedExpression;
      /** A widening that the dialect inserts itself, as against a CAST in the text. */
      readonly implicit: boolean;
    }
  | {
      readonly kind: 'call';
      readonly type: KsqlType;
      readonly name: string;
      readonly arguments: readonly TypedExpression[];
    }
  | {
      readonly kind: 'lambda';
      readonly type: KsqlType | null;
      readonly parameters: readonly LambdaParameter[];
      readonly body: TypedExpression;
    }
  | { readonly kind: 'unit'; readonly type: null; readonly unit: string }
  | {
      readonly kind: 'subscript';
      readonly type: KsqlType;
      readonly operand: TypedExpression;
      readonly index: TypedExpression;
    }
  | { readonly kind: 'field'; readonly type: KsqlType; readonly operand: TypedExpression; readonly name: string }
  | { readonly kind: 'array'; readonly type: KsqlType; readonly elements: readonly TypedExpression[] }
  | {
      readonly kind: 'map';
      readonly type: KsqlType;
      readonly entries: readonly { readonly key: TypedExpression; readonly value: TypedExpression }[];
    }
  | {
      readonly kind: 'struct';
      readonly type: KsqlType;
      readonly fields: readonly { readonly name: string; readonly value: TypedExpression }[];
    };
