import { tTwoSidedP } from './distributions.js';
import { leastCommonMultiple, ratio, rootOfRatio } from './exact.js';
import { type Interval, tInterval } from './mean.js';

/**
 * Orders of one cluster (a patient or a practitioner), added up. x is the discount in hundredths of a percentage point,
 * y the amount in cents, so that a slope in these units is money per percentage point.
 */
export interface SlopeSums {
  readonly n: bigint;
  readonly x: bigint;
  readonly y: bigint;
  readonly xx: bigint;
  readonly xy: bigint;
}

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

/** sum x~y~ = xy/scale and sum x~^2 = xx/scale of one cluster. */
interface Deviations {
  readonly scale: bigint;
  readonly xy: bigint;
  readonly xx: bigint;
}

/** Clusters that share a scale, added up: that is all the error needs, and it is exact in any order. */
interface Pool {
  xy: bigint;
  xx: bigint;
  xyxy: bigint;
  xyxx: bigint;
  xxxx: bigint;
}

function pool(deviations: Iterable<Deviations>): Map<bigint, Pool> {
  const pools = new Map<bigint, Pool>();
  for (const { scale, xy, xx } of deviations) {
    const into = pools.get(scale) ?? { xy: 0n, xx: 0n, xyxy: 0n, xyxx: 0n, xxxx: 0n };
    pools.set(scale, into);
    into.xy += xy;
    into.xx += xx;
    into.xyxy += xy * xy;
    into.xyxx += xy * xx;
    into.xxxx += xx * xx;
  }
  return pools;
}

interface Size {
  readonly n: bigint;
  readonly clusters: bigint;
  readonly k: bigint;
}

/** b = P/Q and V = G/(G-1) * (N-1)/(N-K) * sum_g score_g^2 / Q^2, score_g = (xy_g - b*xx_g)/scale_g, without rounding. */
function solve(pools: Map<bigint, Pool>, { n, clusters: g, k }: Size): Pick<Slope, 'slope' | 'error'> {
  const common = leastCommonMultiple(pools.keys());
  let [p, q] = [0n, 0n];
  for (const [scale, sums] of pools) {
    p += sums.xy * (common / scale);
    q += sums.xx * (common / scale);
  }
  if (q === 0n) return { slope: null, error: null };
  if (g < 2n || n <= k) return { slope: ratio(p, q), error: null };
  let scores = 0n;
  for (const [scale, sums] of pools) {
    const score = q * q * sums.xyxy - 2n * q * p * sums.xyxx + p * p * sums.xxxx;
    scores += score * (common / scale) ** 2n;
  }
  return { slope: ratio(p, q), error: rootOfRatio(g * (n - 1n) * scores, (g - 1n) * (n - k) * q ** 4n) };
}

function slopeOf(deviations: Iterable<Deviations>, size: Size, confidence: number): Slope {
  const { slope, error } = solve(pool(deviations), size);
  const df = Number(size.clusters) - 1;
  const t = slope === null || error === null || error === 0 ? null : slope / error;
  const p = t === null ? null : tTwoSidedP(t, df);
  const counts = { df: df < 1 ? null : df, n: Number(size.n), clusters: Number(size.clusters) };
  return { slope, error, t, p, ...counts, ...tInterval(slope, error, df, confidence) };
}

function totals(clusters: readonly SlopeSums[]): SlopeSums {
  let [n, x, y, xx, xy] = [0n, 0n, 0n, 0n, 0n];
  for (const cluster of clusters) {
    n += cluster.n;
    x += cluster.x;
    y += cluster.y;
    xx += cluster.xx;
    xy += cluster.xy;
  }
  return { n, x, y, xx, xy };
}

/**
 * Slope over all orders (deviations from the overall mean, K = 2), error clustered by the given clusters. Per cluster, times
 * N^2: sum x~y~ = N^2*xy - N*X*y - N*Y*x + n*X*Y. Vector `fixed-effects`, `naive`. Null where the discount never varies.
 */
export function naiveSlope(clusters: readonly SlopeSums[], confidence: number): Slope {
  const all = totals(clusters);
  const deviations = clusters.map(({ n, x, y, xx, xy }) => ({
    scale: all.n * all.n,
    xy: all.n * (all.n * xy - all.x * y - all.y * x) + n * all.x * all.y,
    xx: all.n * (all.n * xx - 2n * all.x * x) + n * all.x * all.x,
  }));
  return slopeOf(deviations, { n: all.n, clusters: BigInt(clusters.length), k: 2n }, confidence);
}

/**
 * Slope within clusters (deviations from each cluster's own mean, K = 1): sum x~y~ = xy - x*y/n per cluster. Only
 * clusters whose discount varies move it; all are counted. Vector `fixed-effects`, `within_patient`, `within_practitioner`.
 */
export function withinSlope(clusters: readonly SlopeSums[], confidence: number): Slope {
  const deviations = clusters.map(({ n, x, y, xx, xy }) => ({ scale: n, xy: n * xy - x * y, xx: n * xx - x * x }));
  return slopeOf(deviations, { n: totals(clusters).n, clusters: BigInt(clusters.length), k: 1n }, confidence);
}

/** Do the orders of this cluster stand at two or more discounts? Others say nothing of a slope within. */
export function varies({ n, x, xx }: SlopeSums): boolean {
  return n * xx !== x * x;
}
