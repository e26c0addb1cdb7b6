import { ratio } from './exact.js';
import { CENTS } from './mean.js';

/** A quarter of the way through the sorted values: 1 is the lower quartile, 2 the median, 3 the upper quartile. */
export type Quarter = 1 | 2 | 3;

/** The two neighbours, in cents, between which a quartile of sorted amounts lies. */
export interface Neighbours {
  readonly lower: bigint;
  readonly upper: bigint;
}

/**
 * Quartile by linear interpolation (Hyndman and Fan type 7, as numpy and R do), in money. With h = (n-1)*quarter/4 the
 * neighbours are the sorted amounts at positions floor(h) and floor(h)+1, counted from 0 (the last one stands in for
 * itself); the value is lower + (h - floor(h))*(upper - lower), in integers up to the last division.
 */
export function quartile(n: bigint, quarter: Quarter, at: Neighbours | null): number | null {
  if (at === null || n === 0n) return null;
  const rest = ((n - 1n) * BigInt(quarter)) % 4n;
  return ratio(at.lower * (4n - rest) + at.upper * rest, 4n * CENTS);
}

/** The positions of `quartile`'s neighbours among `n` sorted values, counted from 0, as SQL over the column `n`. */
export function quartilePositions(n: string, quarter: Quarter): { readonly lower: string; readonly upper: string } {
  const lower = `((${n} - 1) * ${quarter}) // 4`;
  return { lower, upper: `least(${n} - 1, ${lower} + 1)` };
}
