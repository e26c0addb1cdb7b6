import type { TypedExpression } from '../typed-expression.js';
import type { KsqlType } from '../types.js';
import { type Signature, signature } from './signature.js';

/**
 * One scalar function of the dialect: a row of a family's table. Its SQL is the row of the same name under
 * `src/sql/functions`.
 */
export interface ScalarFunction {
  readonly name: string;
  /** Overloads as written in the table: `(STRING, INTEGER) -> STRING`. */
  readonly overloads: readonly string[];
  readonly signatures: readonly Signature[];
  /** `strict`: null as soon as an argument is null; `own`: the function has its own word on nulls. */
  readonly nulls: 'strict' | 'own';
  /** What it does, in one line. */
  readonly doc: string;
  /** A call with its result: `LEN('abc') = 3`. */
  readonly example: string;
  /** The result type where the overload's text cannot say it (scale of a rounded DECIMAL). */
  readonly result?: (args: readonly TypedExpression[]) => KsqlType | undefined;
}

/** A row of a function table. */
export function row(
  name: string,
  overloads: readonly string[],
  doc: string,
  example: string,
  more: Partial<Pick<ScalarFunction, 'nulls' | 'result'>> = {},
): ScalarFunction {
  return { name, overloads, signatures: overloads.map(signature), nulls: 'strict', doc, example, ...more };
}

/** Overloads of a function of one number with a DOUBLE result: `(INTEGER) -> DOUBLE`, ... */
export const NUMBER_TO_DOUBLE = ['(INTEGER) -> DOUBLE', '(BIGINT) -> DOUBLE', '(DOUBLE) -> DOUBLE'] as const;

/** The same for two numbers. */
export const NUMBERS_TO_DOUBLE = [
  '(INTEGER, INTEGER) -> DOUBLE',
  '(BIGINT, BIGINT) -> DOUBLE',
  '(DOUBLE, DOUBLE) -> DOUBLE',
] as const;
