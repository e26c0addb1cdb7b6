import type { Literal } from './ast/index.js';
import { problem, type Typing } from './expression.js';
import type { TypedExpression } from './typed-expression.js';
import { BIGINT, BOOLEAN, DOUBLE, decimal, INTEGER, type KsqlType, STRING } from './types.js';

const INT_MAX = 2147483647n;
const LONG_MAX = 9223372036854775807n;

/** INTEGER where it fits, else BIGINT; undefined past 64 bits. `negative` is a minus in front of the digits. */
function integerType(digits: string, negative: boolean): KsqlType | undefined {
  const value = BigInt(digits);
  const extra = negative ? 1n : 0n;
  if (value <= INT_MAX + extra) return INTEGER;
  return value <= LONG_MAX + extra ? BIGINT : undefined;
}

/** DECIMAL(p, s) of a literal as written: `1.25` is (3, 2), `.5` is (2, 1), `00.10` is (3, 2). */
function decimalLiteralType(text: string): KsqlType {
  const [whole = '', fraction = ''] = text.split('.');
  const digits = whole.replace(/^0+/, '').length || 1;
  return decimal(digits + fraction.length, fraction.length);
}

/** A literal with its type; `negative` where a minus stands right before it. */
export function literalExpression(e: Literal, t: Typing, negative = false): TypedExpression | undefined {
  const sign = negative ? '-' : '';
  switch (e.type) {
    case 'null':
      return { kind: 'null', type: null };
    case 'boolean':
      return { kind: 'literal', type: BOOLEAN, text: e.text.toLowerCase() };
    case 'string':
      return { kind: 'literal', type: STRING, text: e.text };
    case 'double':
      return { kind: 'literal', type: DOUBLE, text: sign + e.text };
    case 'decimal':
      return { kind: 'literal', type: decimalLiteralType(e.text), text: sign + e.text };
    case 'integer': {
      const type = integerType(e.text, negative);
      if (type === undefined) {
        t.report(
          problem('number-too-large', e.span, `The number ${sign}${e.text} does not fit a BIGINT.`, {
            expected: `at most ${LONG_MAX}`,
            help: `write it as a DECIMAL: ${sign}${e.text}.0`,
          }),
        );
        return undefined;
      }
      return { kind: 'literal', type, text: sign + BigInt(e.text).toString() };
    }
  }
}

/** The number or boolean that a string literal stands for beside elements of that type, or undefined. */
export function literalAs(text: string, to: KsqlType): TypedExpression | undefined {
  const trimmed = text.trim();
  if (to.kind === 'BOOLEAN') {
    const word = trimmed.toLowerCase();
    if (word === '') return undefined;
    if ('true'.startsWith(word) || 'yes'.startsWith(word)) return { kind: 'literal', type: BOOLEAN, text: 'true' };
    if ('false'.startsWith(word) || 'no'.startsWith(word)) return { kind: 'literal', type: BOOLEAN, text: 'false' };
    return undefined;
  }
  if (/^[+-]?\d+$/.test(trimmed)) {
    const negative = trimmed.startsWith('-');
    const type = integerType(trimmed.replace(/^[+-]/, ''), negative);
    return type && { kind: 'literal', type, text: BigInt(trimmed.replace(/^\+/, '')).toString() };
  }
  if (/^[+-]?(\d+\.\d*|\.\d+)$/.test(trimmed)) {
    return { kind: 'literal', type: decimalLiteralType(trimmed.replace(/^[+-]/, '')), text: trimmed };
  }
  return /^[+-]?(\d+\.?\d*|\.\d+)[eE][+-]?\d+$/.test(trimmed)
    ? { kind: 'literal', type: DOUBLE, text: trimmed }
    : undefined;
}
