import { tTwoSidedP } from './distributions.js';
import { leastCommonMultiple, ratio } from './exact.js';
import { type Interval, tInterval } from './mean.js';
import type { ClusterProducts, WithinPool } from './slope-sums.js';
import { naiveWeights, type Slope } from './slopes.js';

/** How far two slopes are apart, in money per percentage point, with its clustered error; `df` = clusters - 1. */
export interface SlopeDifference extends Interval {
  readonly difference: number | null;
  readonly error: number | null;
  readonly t: number | null;
  readonly df: number | null;
  readonly p: number | null;
}

/**
 * The sum over clusters of the products of what each adds to the two slopes, score_g / sum x~^2 of either: how much the slopes
 * move together. Exact per pool, each one rounded once.
 */
function together({ sums, clusters: _, products: __ }: ClusterProducts, pools: readonly WithinPool[]): number {
  const { a, b } = naiveWeights(sums);
  const [n, x, y, xx, xy] = sums as [bigint, bigint, bigint, bigint, bigint];
  // The slopes as fractions: p/q over all orders, u/v within clusters.
  const [p, q] = [n * (n * xy - x * y), n * (n * xx - x * x)];
  const common = leastCommonMultiple(pools.map((pool) => pool.n));
  let [u, v] = [0n, 0n];
  for (const pool of pools) {
    u += pool.xy * (common / pool.n);
    v += pool.xx * (common / pool.n);
  }
  const weights = a.map((weight, i) => q * weight - p * b[i]!);
  return pools.reduce((sum, pool) => {
    const products = weights.reduce(
      (all, weight, i) => all + weight * (v * pool.termsXy[i]! - u * pool.termsXx[i]!),
      0n,
    );
    return sum + ratio(products * common, pool.n * q * q * v * v)!;
  }, 0);
}

/**
 * Do the slope over all orders and the slope within clusters differ by more than chance? d = b_naive - b_within, V = G/(G-1) *
 * (N-1)/(N-2) * sum_g (score_g,naive / sum x~^2 - score_g,within / sum x~^2)^2, t with G - 1: Hausman's comparison with errors
 * clustered by the same clusters, so that it holds where orders of one cluster go together. Null where a slope or its error is,
 * and where the difference never varies. Source: Hausman 1978; Wooldridge 2010, 10.7.3.
 */
export function slopeDifference(
  naive: Slope,
  within: Slope,
  products: ClusterProducts,
  pools: readonly WithinPool[],
  confidence: number,
): SlopeDifference {
  const none = { difference: null, error: null, t: null, df: null, p: null, low: null, high: null };
  if (naive.slope === null || within.slope === null || naive.error === null || within.error === null) return none;
  const [g, n] = [naive.clusters, naive.n];
  const difference = naive.slope - within.slope;
  // The errors of both slopes hold their own sums of squares.
  const factor = ((g / (g - 1)) * (n - 1)) / (n - 2);
  const variance = naive.error ** 2 + within.error ** 2 * ((n - 1) / (n - 2)) - 2 * factor * together(products, pools);
  const scale = naive.error ** 2 + within.error ** 2;
  // What rounding leaves of two equal slopes is no error.
  if (!(variance > 1e-12 * scale)) return { ...none, difference };
  const error = Math.sqrt(variance);
  const t = difference / error;
  return {
    difference,
    error,
    t,
    df: g - 1,
    p: tTwoSidedP(t, g - 1),
    ...tInterval(difference, error, g - 1, confidence),
  };
}
