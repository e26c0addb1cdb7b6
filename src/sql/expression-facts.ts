import { scalarFunction } from '../ksql/functions/index.js';
import type { TypedExpression } from '../ksql/typed-expression.js';
import { neverNull } from './functions/index.js';

/** The parts of an expression that are expressions themselves. */
function parts(e: TypedExpression): readonly TypedExpression[] {
  switch (e.kind) {
    case 'null':
    case 'literal':
    case 'column':
    case 'variable':
    case 'unit':
      return [];
    case 'arithmetic':
    case 'append':
    case 'comparison':
    case 'logic':
      return [e.left, e.right];
    case 'negate':
    case 'not':
    case 'is-null':
    case 'cast':
    case 'field':
      return [e.operand];
    case 'in':
      return [e.operand, ...e.values];
    case 'like':
      return [e.operand, e.pattern];
    case 'case':
      return [...e.branches.flatMap((b) => [b.when, b.result]), ...(e.otherwise === undefined ? [] : [e.otherwise])];
    case 'call':
      return e.arguments;
    case 'lambda':
      return [e.body];
    case 'subscript':
      return [e.operand, e.index];
    case 'array':
      return e.elements;
    case 'map':
      return e.entries.flatMap((x) => [x.key, x.value]);
    case 'struct':
      return e.fields.map((f) => f.value);
  }
}

/** True where the SQL of a BOOLEAN may be null; comparisons are two-valued and never are. */
export function canBeNull(e: TypedExpression): boolean {
  switch (e.kind) {
    case 'literal':
    case 'comparison':
    case 'in':
    case 'is-null':
    case 'like':
    case 'logic':
    case 'not':
      return false;
    case 'call':
      return !neverNull(e.name);
    case 'case':
      return e.otherwise === undefined || canBeNull(e.otherwise) || e.branches.some((b) => canBeNull(b.result));
    default:
      return true;
  }
}

/**
 * True for a node that has an answer for a null operand. Java's arithmetic throws on null, which empties the column;
 * under such a node the null of an arithmetic must therefore raise, elsewhere it is the column's null by itself.
 */
export function absorbsNull(e: TypedExpression): boolean {
  switch (e.kind) {
    case 'comparison':
    case 'append':
    case 'logic':
    case 'not':
    case 'is-null':
    case 'in':
    case 'like':
    case 'lambda':
    case 'array':
    case 'map':
    case 'struct':
      return true;
    case 'call':
      return scalarFunction(e.name)?.nulls !== 'strict';
    default:
      return false;
  }
}

/** True where the SQL may raise an error: what ksqlDB answers by nulling the whole column. */
export function mayThrow(e: TypedExpression, absorbed = false): boolean {
  const inside = absorbed || absorbsNull(e);
  if (e.kind === 'case' && e.branches.some((b) => mayThrow(b.when, true))) return true;
  if (parts(e).some((p) => mayThrow(p, inside))) return true;
  switch (e.kind) {
    case 'arithmetic':
      if (absorbed || e.type.kind === 'DECIMAL') return true;
      return e.type.kind !== 'DOUBLE' && (e.operator === '/' || e.operator === '%');
    case 'negate':
      return absorbed;
    case 'logic':
      return canBeNull(e.left) || canBeNull(e.right);
    case 'not':
      return canBeNull(e.operand);
    case 'case':
      return e.branches.some((b) => canBeNull(b.when));
    case 'like':
      return true;
    case 'comparison':
      return besideDecimal(e.left, e.right) || besideDecimal(e.right, e.left);
    case 'cast':
      return e.implicit && e.type.kind === 'DECIMAL';
    case 'map':
      return true;
    default:
      return false;
  }
}

/** True for a DOUBLE that may be NaN, which ksqlDB compares as false with everything. */
export function notANumber(e: TypedExpression): boolean {
  if (e.type?.kind !== 'DOUBLE') return false;
  return !(e.kind === 'literal' || (e.kind === 'cast' && e.operand.type?.kind !== 'DOUBLE'));
}

/** True for a DOUBLE that is compared with a DECIMAL, where NaN and Infinity throw. */
export function besideDecimal(e: TypedExpression, other: TypedExpression): boolean {
  return notANumber(e) && (other.kind === 'cast' ? other.implicit && other.operand.type?.kind === 'DECIMAL' : false);
}
