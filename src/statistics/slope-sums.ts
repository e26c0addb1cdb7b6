/**
 * What slopes are made of: clusters of orders, added up. The same sums can be made in SQL, as long as they fit its integers;
 * here they are made without a limit.
 */

/** What is added up over the orders of a cluster: their number, and the sums of x, y, x*x and x*y. */
export const SLOPE_TERMS = ['n', 'x', 'y', 'xx', 'xy'] as const;

/**
 * Orders of one cluster (a patient or a practitioner), added up. x is the discount in hundredths of a percentage point,
 * y the amount in cents, so that a slope in these units is money per percentage point.
 */
export type SlopeSums = Readonly<Record<(typeof SLOPE_TERMS)[number], bigint>>;

/** The pairs of terms i <= j, in the order of `ClusterProducts.products`. */
export const TERM_PAIRS: readonly (readonly [number, number])[] = SLOPE_TERMS.flatMap((_, i) =>
  SLOPE_TERMS.slice(i).map((__, j) => [i, i + j] as const),
);

/** Sums over all clusters: of each of SLOPE_TERMS, and of each product of two of them (TERM_PAIRS). */
export interface ClusterProducts {
  readonly clusters: bigint;
  readonly sums: readonly bigint[];
  readonly products: readonly bigint[];
}

/**
 * Clusters of `n` orders each, added up. With each one's deviations from its own mean, xy = n * sum x~y~ and xx = n *
 * sum x~^2: the sums of xy, xx, xy*xy, xy*xx and xx*xx, and of each of SLOPE_TERMS times xy and times xx. `varying` clusters have xx > 0: orders at two or more discounts.
 */
export interface WithinPool {
  readonly n: bigint;
  readonly clusters: bigint;
  readonly varying: bigint;
  readonly xy: bigint;
  readonly xx: bigint;
  readonly xyxy: bigint;
  readonly xyxx: bigint;
  readonly xxxx: bigint;
  readonly termsXy: readonly bigint[];
  readonly termsXx: readonly bigint[];
}

/** Adds clusters up with their products; their order does not matter. */
export function clusterProducts(clusters: readonly SlopeSums[]): ClusterProducts {
  const sums = SLOPE_TERMS.map(() => 0n);
  const products = TERM_PAIRS.map(() => 0n);
  for (const cluster of clusters) {
    const terms = SLOPE_TERMS.map((term) => cluster[term]);
    for (const [at, term] of terms.entries()) sums[at]! += term;
    for (const [at, [i, j]] of TERM_PAIRS.entries()) products[at]! += terms[i]! * terms[j]!;
  }
  return { clusters: BigInt(clusters.length), sums, products };
}

/** Pools clusters by their number of orders; their order does not matter. */
export function withinPools(clusters: readonly SlopeSums[]): WithinPool[] {
  const pools = new Map<bigint, WithinPool>();
  for (const cluster of clusters) {
    const { n } = cluster;
    const xy = n * cluster.xy - cluster.x * cluster.y;
    const xx = n * cluster.xx - cluster.x * cluster.x;
    const before = pools.get(n);
    pools.set(n, {
      n,
      clusters: (before?.clusters ?? 0n) + 1n,
      varying: (before?.varying ?? 0n) + (xx === 0n ? 0n : 1n),
      xy: (before?.xy ?? 0n) + xy,
      xx: (before?.xx ?? 0n) + xx,
      xyxy: (before?.xyxy ?? 0n) + xy * xy,
      xyxx: (before?.xyxx ?? 0n) + xy * xx,
      xxxx: (before?.xxxx ?? 0n) + xx * xx,
      termsXy: SLOPE_TERMS.map((term, i) => (before?.termsXy[i] ?? 0n) + cluster[term] * xy),
      termsXx: SLOPE_TERMS.map((term, i) => (before?.termsXx[i] ?? 0n) + cluster[term] * xx),
    });
  }
  return [...pools.values()];
}
