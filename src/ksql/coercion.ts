import type { TypedExpression } from './typed-expression.js';
import { BIGINT, DOUBLE, decimal, type KsqlType, sameType } from './types.js';

/** INTEGER, BIGINT, DECIMAL or DOUBLE. */
export function isNumeric(type: KsqlType): boolean {
  return type.kind === 'INTEGER' || type.kind === 'BIGINT' || type.kind === 'DECIMAL' || type.kind === 'DOUBLE';
}

/** DATE, TIME or TIMESTAMP. */
export function isTemporal(type: KsqlType): boolean {
  return type.kind === 'DATE' || type.kind === 'TIME' || type.kind === 'TIMESTAMP';
}

/** Precision and scale of a number where it meets a DECIMAL: an INTEGER is DECIMAL(10,0), a BIGINT DECIMAL(19,0). */
export function decimalOf(type: KsqlType): { precision: number; scale: number } {
  if (type.kind === 'DECIMAL') return type;
  return { precision: type.kind === 'BIGINT' ? 19 : 10, scale: 0 };
}

/** The DECIMAL that holds every value of both. */
export function widestDecimal(a: KsqlType, b: KsqlType): KsqlType {
  const [x, y] = [decimalOf(a), decimalOf(b)];
  const scale = Math.max(x.scale, y.scale);
  return decimal(Math.max(x.precision - x.scale, y.precision - y.scale) + scale, scale);
}

/** The type two numbers meet in: INTEGER, then BIGINT, then DECIMAL, then DOUBLE. */
export function widestNumber(a: KsqlType, b: KsqlType): KsqlType {
  if (a.kind === 'DOUBLE' || b.kind === 'DOUBLE') return DOUBLE;
  if (a.kind === 'DECIMAL' || b.kind === 'DECIMAL') return widestDecimal(a, b);
  return a.kind === 'BIGINT' || b.kind === 'BIGINT' ? BIGINT : a;
}

/** The type that two elements of a list share without a CAST in the text, or undefined where they share none. */
export function commonType(a: KsqlType, b: KsqlType): KsqlType | undefined {
  if (sameType(a, b)) return a;
  if (isNumeric(a) && isNumeric(b)) return widestNumber(a, b);
  if (a.kind === 'ARRAY' && b.kind === 'ARRAY') {
    const element = commonType(a.element, b.element);
    return element && { kind: 'ARRAY', element };
  }
  if (a.kind === 'MAP' && b.kind === 'MAP') {
    const [key, value] = [commonType(a.key, b.key), commonType(a.value, b.value)];
    return key && value && { kind: 'MAP', key, value };
  }
  if (a.kind === 'STRUCT' && b.kind === 'STRUCT') {
    const others = new Map(b.fields.map((f) => [f.name, f.type]));
    const fields = a.fields.map((f) => {
      const other = others.get(f.name);
      others.delete(f.name);
      return { name: f.name, type: other === undefined ? f.type : commonType(f.type, other) };
    });
    if (fields.some((f) => f.type === undefined)) return undefined;
    const rest = [...others].map(([name, type]) => ({ name, type }));
    return { kind: 'STRUCT', fields: [...(fields as { name: string; type: KsqlType }[]), ...rest] };
  }
  return undefined;
}

/** True where the dialect widens `from` to `to` by itself. */
export function widens(from: KsqlType, to: KsqlType): boolean {
  if (sameType(from, to)) return true;
  if (!isNumeric(from) || !isNumeric(to)) return false;
  if (to.kind === 'DOUBLE') return true;
  if (to.kind === 'DECIMAL') {
    if (from.kind === 'DOUBLE') return false;
    const own = decimalOf(from);
    return own.scale <= to.scale && own.precision - own.scale <= to.precision - to.scale;
  }
  return to.kind === 'BIGINT' && from.kind === 'INTEGER';
}

/**
 * The expression in another type by implicit widening (`INTEGER` to `BIGINT`, ...), as a cast in the tree; the same
 * expression where the types agree. NULL takes the type.
 */
export function coerce(e: TypedExpression, to: KsqlType): TypedExpression {
  if (e.type !== null && sameType(e.type, to)) return e;
  return { kind: 'cast', type: to, operand: e, implicit: true };
}

/** Result type of `+ - * / %` over two numbers, none of them DOUBLE and one of them DECIMAL. */
export function decimalResult(operator: '+' | '-' | '*' | '/' | '%', a: KsqlType, b: KsqlType): KsqlType {
  const { precision: p1, scale: s1 } = decimalOf(a);
  const { precision: p2, scale: s2 } = decimalOf(b);
  const scale = Math.max(s1, s2);
  switch (operator) {
    case '*':
      return decimal(p1 + p2 + 1, s1 + s2);
    case '/': {
      const s = Math.max(6, s1 + p2 + 1);
      return decimal(p1 - s1 + s2 + s, s);
    }
    case '%':
      return decimal(Math.min(p1 - s1, p2 - s2) + scale, scale);
    default:
      return decimal(scale + Math.max(p1 - s1, p2 - s2) + 1, scale);
  }
}

const CASTS: Record<string, readonly string[]> = {
  BOOLEAN: ['BOOLEAN', 'STRING'],
  INTEGER: ['INTEGER', 'BIGINT', 'DECIMAL', 'DOUBLE', 'STRING'],
  BIGINT: ['INTEGER', 'BIGINT', 'DECIMAL', 'DOUBLE', 'STRING'],
  DECIMAL: ['INTEGER', 'BIGINT', 'DECIMAL', 'DOUBLE', 'STRING'],
  DOUBLE: ['INTEGER', 'BIGINT', 'DECIMAL', 'DOUBLE', 'STRING'],
  STRING: ['BOOLEAN', 'INTEGER', 'BIGINT', 'DECIMAL', 'DOUBLE', 'STRING', 'BYTES', 'DATE', 'TIME', 'TIMESTAMP'],
  BYTES: ['BYTES'],
  DATE: ['DATE', 'TIMESTAMP', 'STRING'],
  TIME: ['TIME', 'STRING'],
  TIMESTAMP: ['DATE', 'TIME', 'TIMESTAMP', 'STRING'],
  ARRAY: ['STRING'],
  MAP: ['STRING'],
  STRUCT: ['STRING'],
};

/** True where `CAST(from AS to)` exists in the dialect. */
export function canCast(from: KsqlType, to: KsqlType): boolean {
  if (from.kind === 'ARRAY' && to.kind === 'ARRAY') return canCast(from.element, to.element);
  if (from.kind === 'MAP' && to.kind === 'MAP') return canCast(from.key, to.key) && canCast(from.value, to.value);
  if (from.kind === 'STRUCT' && to.kind === 'STRUCT') {
    return to.fields.every((f) => {
      const own = from.fields.find((g) => g.name === f.name);
      return own === undefined || canCast(own.type, f.type);
    });
  }
  return CASTS[from.kind]?.includes(to.kind) ?? false;
}
