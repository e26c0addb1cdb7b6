import { tTwoSidedP } from './distributions.js';
import { leastCommonMultiple, ratio, rootOfRatio } from './exact.js';
import { type Interval, tInterval } from './mean.js';
import { type ClusterProducts, TERM_PAIRS, type WithinPool } from './slope-sums.js';

/** A slope in money per percentage point with its clustered error; `n` orders, `df` = clusters - 1 (null below two). */
export interface Slope extends Interval {
  readonly slope: number | null;
  readonly error: number | null;
  readonly t: number | null;
  readonly df: number | null;
  readonly p: number | null;
  readonly n: number;
  readonly clusters: number;
}

/**
 * Clusters that share a scale, added up: sum x~y~ = xy/scale and sum x~^2 = xx/scale of each, and the sums of the products
 * of these. That is all the error needs, and it is exact in any order.
 */
interface Pool extends Pick<WithinPool, 'xy' | 'xx' | 'xyxy' | 'xyxx' | 'xxxx'> {
  readonly scale: bigint;
}

interface Size {
  readonly n: bigint;
  readonly clusters: bigint;
  readonly k: bigint;
}

/** b = P/Q and V = G/(G-1) * (N-1)/(N-K) * sum_g score_g^2 / Q^2, score_g = (xy_g - b*xx_g)/scale_g, without rounding. */
function solve(pools: readonly Pool[], { n, clusters: g, k }: Size): Pick<Slope, 'slope' | 'error'> {
  const common = leastCommonMultiple(pools.map(({ scale }) => scale));
  let [p, q] = [0n, 0n];
  for (const { scale, xy, xx } of pools) {
    p += xy * (common / scale);
    q += xx * (common / scale);
  }
  if (q === 0n) return { slope: null, error: null };
  if (g < 2n || n <= k) return { slope: ratio(p, q), error: null };
  let scores = 0n;
  for (const { scale, xyxy, xyxx, xxxx } of pools) {
    const score = q * q * xyxy - 2n * q * p * xyxx + p * p * xxxx;
    scores += score * (common / scale) ** 2n;
  }
  return { slope: ratio(p, q), error: rootOfRatio(g * (n - 1n) * scores, (g - 1n) * (n - k) * q ** 4n) };
}

function slopeOf(pools: readonly Pool[], size: Size, confidence: number): Slope {
  const { slope, error } = solve(pools, size);
  const df = Number(size.clusters) - 1;
  const t = slope === null || error === null || error === 0 ? null : slope / error;
  const p = t === null ? null : tTwoSidedP(t, df);
  const counts = { df: df < 1 ? null : df, n: Number(size.n), clusters: Number(size.clusters) };
  return { slope, error, t, p, ...counts, ...tInterval(slope, error, df, confidence) };
}

/** Sum over clusters of (a . terms) * (b . terms), from the sums of the products of terms. */
function bilinear(products: readonly bigint[], a: readonly bigint[], b: readonly bigint[]): bigint {
  let sum = 0n;
  for (const [at, [i, j]] of TERM_PAIRS.entries()) {
    const weight = i === j ? a[i]! * b[i]! : a[i]! * b[j]! + a[j]! * b[i]!;
    sum += weight * products[at]!;
  }
  return sum;
}

/** Weights of SLOPE_TERMS in a cluster's N^2 * sum x~y~ (`a`) and N^2 * sum x~^2 (`b`), deviations from the overall mean. */
export function naiveWeights(sums: readonly bigint[]): {
  readonly a: readonly bigint[];
  readonly b: readonly bigint[];
} {
  const [n, x, y] = sums as [bigint, bigint, bigint];
  return { a: [x * y, -n * y, -n * x, 0n, n * n], b: [x * x, -2n * n * x, 0n, n * n, 0n] };
}

/**
 * Slope over all orders (deviations from the overall mean, K = 2), error clustered by the given clusters. Per cluster, times
 * N^2: sum x~y~ = N^2*xy - N*X*y - N*Y*x + n*X*Y. Vector `fixed-effects`, `naive`. Null where the discount never varies.
 */
export function naiveSlope({ clusters, sums, products }: ClusterProducts, confidence: number): Slope {
  const [n, x, y, xx, xy] = sums as [bigint, bigint, bigint, bigint, bigint];
  const { a, b } = naiveWeights(sums);
  const pool: Pool = {
    // One scale, N^2, cancels out.
    scale: 1n,
    xy: n * (n * xy - x * y),
    xx: n * (n * xx - x * x),
    xyxy: bilinear(products, a, a),
    xyxx: bilinear(products, a, b),
    xxxx: bilinear(products, b, b),
  };
  return slopeOf([pool], { n, clusters, k: 2n }, confidence);
}

/**
 * Slope within clusters (deviations from each cluster's own mean, K = 1): sum x~y~ = xy - x*y/n per cluster. Only
 * clusters whose discount varies move it; all are counted. Vector `fixed-effects`, `within_patient`, `within_practitioner`.
 */
export function withinSlope(pools: readonly WithinPool[], confidence: number): Slope {
  let [n, clusters] = [0n, 0n];
  for (const pool of pools) {
    n += pool.n * pool.clusters;
    clusters += pool.clusters;
  }
  const scaled = pools.map((pool) => ({ ...pool, scale: pool.n }));
  return slopeOf(scaled, { n, clusters, k: 1n }, confidence);
}
