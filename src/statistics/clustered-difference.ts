import { type ClusterSums, scaledScores } from './clustered-mean.js';
import { tTwoSidedP } from './distributions.js';
import { ratio, rootOfRatio } from './exact.js';
import { CENTS, type Interval, tInterval } from './mean.js';

/**
 * What two groups have in common: over the clusters (patients) with orders in both, `shared` their number and the sums
 * of Y_g1*Y_g0, Y_g1*n_g0, n_g1*Y_g0 and n_g1*n_g0 (Y in cents; 0 = the first group, 1 = the second).
 */
export interface CrossSums {
  readonly shared: bigint;
  readonly y1y0: bigint;
  readonly y1n0: bigint;
  readonly n1y0: bigint;
  readonly n1n0: bigint;
}

/** A difference of two means with its error; `df` = clusters in either group - 1. Money, except `relative`, t, df, p. */
export interface ClusteredDifference extends Interval {
  readonly difference: number | null;
  readonly relative: number | null;
  readonly error: number | null;
  readonly t: number | null;
  readonly df: number;
  readonly p: number | null;
}

/** n0^4*n1^4 * sum s_g^2, in cents squared, from the two groups' own scores and their common part. */
function scaledDifferenceScores(from: ClusterSums, to: ClusterSums, cross: CrossSums): bigint {
  const n0 = from.n;
  const n1 = to.n;
  const common =
    n1 * n0 * cross.y1y0 - n1 * from.sum * cross.y1n0 - n0 * to.sum * cross.n1y0 + to.sum * from.sum * cross.n1n0;
  return n0 ** 4n * scaledScores(to) + n1 ** 4n * scaledScores(from) - 2n * n0 * n0 * n1 * n1 * common;
}

function errorOf(from: ClusterSums, to: ClusterSums, cross: CrossSums): number | null {
  const g = from.clusters + to.clusters - cross.shared;
  const n = from.n + to.n;
  if (g < 2n || n < 3n || from.n === 0n || to.n === 0n) return null;
  const scores = scaledDifferenceScores(from, to, cross);
  const scale = from.n ** 4n * to.n ** 4n * CENTS * CENTS;
  return rootOfRatio(g * (n - 1n) * scores, (g - 1n) * (n - 2n) * scale);
}

/**
 * Difference of two group means where one patient may have orders in both groups. s_g = (Y_g1 - n_g1*ybar1)/n1 -
 * (Y_g0 - n_g0*ybar0)/n0; var = G/(G-1) * (N-1)/(N-2) * sum s_g^2; t with G-1. Equal to the level dummy of a least
 * squares fit with CR1 errors (vector `discount-jumps`).
 * Null where a group is empty, with fewer than three orders or two patients in all; no t where the error is 0.
 */
export function clusteredDifference(
  from: ClusterSums,
  to: ClusterSums,
  cross: CrossSums,
  confidence: number,
): ClusteredDifference {
  const gap = to.sum * from.n - from.sum * to.n;
  const difference = ratio(gap, from.n * to.n * CENTS);
  const error = errorOf(from, to, cross);
  const df = Number(from.clusters + to.clusters - cross.shared) - 1;
  const t = difference === null || error === null || error === 0 ? null : difference / error;
  return {
    difference,
    relative: ratio(gap, from.sum * to.n),
    error,
    t,
    df,
    p: t === null ? null : tTwoSidedP(t, df),
    ...tInterval(difference, error, df, confidence),
  };
}
