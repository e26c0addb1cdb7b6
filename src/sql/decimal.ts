import { decimalOf } from '../ksql/coercion.js';
import { type KsqlType, physicalDecimal } from '../ksql/types.js';

type Digits = { readonly precision: number; readonly scale: number };

/** Precision and scale with which DuckDB holds a number that meets a DECIMAL. */
export function heldDigits(type: KsqlType): Digits {
  return physicalDecimal(decimalOf(type));
}

/** The digits of a number without its point, as a HUGEINT. */
export function unscaled(sql: string, type: KsqlType): string {
  const { precision, scale } = heldDigits(type);
  if (type.kind !== 'DECIMAL' || scale === 0) return `CAST(${sql} AS HUGEINT)`;
  if (precision + scale + 1 > 38) return `ks_unscaled(${sql})`;
  // DuckDB multiplies two DECIMALs of at most 18 digits in 64 bits.
  const wide = precision + scale + 1 > 18 ? `CAST(${sql} AS DECIMAL(38,${scale}))` : sql;
  return `CAST(${wide} * CAST(1${'0'.repeat(scale)} AS DECIMAL(${scale + 1},0)) AS HUGEINT)`;
}

/** A HUGEINT of unscaled digits as a DECIMAL: multiplying by a DECIMAL whose digits are a 1 only moves the point. */
export function scaled(sql: string, digits: Digits): string {
  const { precision, scale } = physicalDecimal(digits);
  const whole = `CAST(${sql} AS DECIMAL(38,0))`;
  if (scale === 0) return `CAST(${whole} AS DECIMAL(${precision},0))`;
  return `CAST(${whole} * CAST('0.${'0'.repeat(scale - 1)}1' AS DECIMAL(${scale},${scale})) AS DECIMAL(${precision},${scale}))`;
}

/** 10 to the n as a HUGEINT literal; undefined past what a HUGEINT holds. */
function powerOfTen(n: number): string | undefined {
  return n >= 0 && n <= 38 ? `1${'0'.repeat(n)}::HUGEINT` : undefined;
}

/** `a operator b` over exact numbers, in the DECIMAL that the dialect gives it; an inexact quotient raises. */
export function decimalArithmetic(
  operator: '+' | '-' | '*' | '/' | '%',
  left: { readonly sql: string; readonly type: KsqlType },
  right: { readonly sql: string; readonly type: KsqlType },
  type: KsqlType & { readonly kind: 'DECIMAL' },
): string {
  const result = physicalDecimal(type);
  const target = `DECIMAL(${result.precision},${result.scale})`;
  const [a, b] = [heldDigits(left.type), heldDigits(right.type)];
  const asDecimal = (side: typeof left, d: Digits) =>
    side.type.kind === 'DECIMAL' ? side.sql : `CAST(${side.sql} AS DECIMAL(${d.precision},${d.scale}))`;
  switch (operator) {
    case '+':
    case '-':
      return `CAST(CAST(${left.sql} AS ${target}) ${operator} CAST(${right.sql} AS ${target}) AS ${target})`;
    case '*':
      if (a.precision + b.precision > 18 && Math.max(a.precision, b.precision) <= 18) {
        return `CAST(CAST(${left.sql} AS DECIMAL(38,${a.scale})) * ${asDecimal(right, b)} AS ${target})`;
      }
      return `CAST(${asDecimal(left, a)} * ${asDecimal(right, b)} AS ${target})`;
    case '/': {
      const shift = result.scale - a.scale + b.scale;
      const [u, v] = [unscaled(left.sql, left.type), unscaled(right.sql, right.type)];
      const power = powerOfTen(Math.abs(shift)) ?? powerOfTen(38)!;
      return shift >= 0
        ? scaled(`ks_exact(${u} * ${power}, ${v})`, result)
        : scaled(`ks_exact(${u}, ${v} * ${power})`, result);
    }
    case '%': {
      const scale = Math.max(a.scale, b.scale);
      const lift = (side: typeof left, d: Digits) =>
        scale === d.scale
          ? unscaled(side.sql, side.type)
          : `${unscaled(side.sql, side.type)} * ${powerOfTen(scale - d.scale)}`;
      // Java divides first, and a whole quotient of more digits than the result has is an error.
      const limit = powerOfTen(Math.min(38, type.precision));
      return scaled(`ks_remainder(${lift(left, a)}, ${lift(right, b)}, ${limit})`, result);
    }
  }
}
