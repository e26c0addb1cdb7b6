/**
 * Exact arithmetic behind every statistic: sums arrive from SQL as integers (cents, hundredths of a percentage point and
 * their products), are combined as BigInt, and become a double once, at the end. So the same rows give the same bytes
 * in any order of addition.
 */

function bitLength(value: bigint): number {
  const hex = value.toString(16);
  return (hex.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hex[0]!, 16)));
}

/** The double nearest to `numerator / denominator` (ties to even); null where the denominator is 0. */
export function ratio(numerator: bigint, denominator: bigint): number | null {
  if (denominator === 0n) return null;
  if (numerator === 0n) return 0;
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const shift = 66 + bitLength(d) - bitLength(n);
  const top = shift > 0 ? n << BigInt(shift) : n;
  const bottom = shift < 0 ? d << BigInt(-shift) : d;
  const quotient = top / bottom;
  // The last bit says "something more follows": without it a value just above a tie would round down.
  const sticky = top % bottom === 0n ? quotient : quotient | 1n;
  // In two steps, because 2 ** -shift alone may leave the range of a double.
  const half = Math.trunc(shift / 2);
  const value = Number(sticky) * 2 ** -half * 2 ** -(shift - half);
  return negative ? -value : value;
}

/** The square root of `numerator / denominator` as a double; null where the quotient is negative or does not exist. */
export function rootOfRatio(numerator: bigint, denominator: bigint): number | null {
  const value = ratio(numerator, denominator);
  return value === null || value < 0 ? null : Math.sqrt(value);
}

/** The greatest common divisor of two integers, never negative. */
export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b < 0n ? -b : b;
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The least common multiple of positive integers; 1 for none. */
export function leastCommonMultiple(values: Iterable<bigint>): bigint {
  let multiple = 1n;
  for (const value of values) multiple *= value / greatestCommonDivisor(multiple, value);
  return multiple;
}

/** An exact fraction; `denominator` is positive. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The exact sum of fractions, each with a positive denominator; 0/1 for none. */
export function sumOfFractions(parts: readonly Fraction[]): Fraction {
  const denominator = leastCommonMultiple(new Set(parts.map((part) => part.denominator)));
  let numerator = 0n;
  for (const part of parts) numerator += part.numerator * (denominator / part.denominator);
  return { numerator, denominator };
}
