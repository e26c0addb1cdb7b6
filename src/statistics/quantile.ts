import { ratio } from './exact.js';
import { CENTS } from './mean.js';

/** A quarter of the way through the sorted values: 1 is the lower quartile, 2 the median, 3 the upper quartile. */
export type Quarter = 1 | 2 | 3;

/**
 * Quartile by linear interpolation (Hyndman and Fan type 7, as numpy and R do), in money. With h = (n-1)*quarter/4 it lies
 * between the sorted amounts at positions floor(h) and floor(h)+1, counted from 0 (the last one stands in for itself):
 * lower + (h - floor(h))*(upper - lower). Four times that is an integer in cents, and given here; null for no amounts.
 * `unit` is how many of the integers make one of what is printed: 1 for days.
 */
export function quartile(fourfold: bigint | null, unit = CENTS): number | null {
  return fourfold === null ? null : ratio(fourfold, 4n * unit);
}

/**
 * As SQL over the column `n`: the positions of a quartile's neighbours among `n` sorted values, counted from 0, and `rest`,
 * 4*(h - floor(h)); four times the quartile is (4 - rest)*lower + rest*upper.
 */
export function quartilePositions(n: string, quarter: Quarter) {
  const lower = `((${n} - 1) * ${quarter}) // 4`;
  return { lower, upper: `least(${n} - 1, ${lower} + 1)`, rest: `(((${n} - 1) * ${quarter}) % 4)` };
}
