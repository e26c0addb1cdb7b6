import { normalQuantile } from './distributions.js';
import { type Interval, NO_INTERVAL } from './mean.js';

/** A share of whole things: `k` of `n`, 0 <= k <= n. */
export interface Proportion {
  readonly k: number;
  readonly n: number;
}

/** k / n; null of nothing. */
export function share({ k, n }: Proportion): number | null {
  return n === 0 ? null : k / n;
}

/**
 * Wilson's score interval of a share: (p + z^2/2n -+ z*sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n), written so that no
 * and all are exactly 0 and 1. Ends null for n = 0.
 */
export function wilson({ k, n }: Proportion, confidence: number): Interval {
  if (n === 0) return NO_INTERVAL;
  const z = normalQuantile(0.5 + confidence / 2);
  const centre = (k + (z * z) / 2) / (n + z * z);
  const half = (z / (n + z * z)) * Math.sqrt((k * (n - k)) / n + (z * z) / 4);
  return { low: k === 0 ? 0 : centre - half, high: k === n ? 1 : centre + half };
}

/** A difference of two shares, the first minus the second, with its interval. */
export interface ShareDifference extends Interval {
  readonly difference: number | null;
}

/**
 * Newcombe's interval of a difference of two independent shares (his method 10): with Wilson's limits l, u of each,
 * d - sqrt((p1-l1)^2 + (u2-p2)^2) and d + sqrt((u1-p1)^2 + (p2-l2)^2).
 */
export function newcombe(first: Proportion, second: Proportion, confidence: number): ShareDifference {
  const p1 = share(first);
  const p2 = share(second);
  if (p1 === null || p2 === null) return { difference: null, ...NO_INTERVAL };
  const one = wilson(first, confidence);
  const two = wilson(second, confidence);
  const difference = (first.k * second.n - second.k * first.n) / (first.n * second.n);
  return {
    difference,
    low: difference - Math.hypot(p1 - one.low!, two.high! - p2),
    high: difference + Math.hypot(one.high! - p1, p2 - two.low!),
  };
}
