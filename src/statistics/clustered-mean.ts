import { ratio, rootOfRatio } from './exact.js';
import { CENTS, type Interval, tInterval } from './mean.js';

/**
 * Amounts of a group whose orders fall into clusters (patients). With n_g orders and Y_g cents per cluster: `n` = sum n_g,
 * `sum` = sum Y_g, `clusters` = their number, and the sums over clusters of Y_g^2, n_g*Y_g and n_g^2.
 */
export interface ClusterSums {
  readonly n: bigint;
  readonly sum: bigint;
  readonly clusters: bigint;
  readonly sumYY: bigint;
  readonly sumNY: bigint;
  readonly sumNN: bigint;
}

/** One cluster's share of a group: number of orders and their sum in cents. */
export interface Cluster {
  readonly n: bigint;
  readonly sum: bigint;
}

/** Adds clusters up into what the formulas need; the order of the clusters does not matter. */
export function clusterSums(clusters: Iterable<Cluster>): ClusterSums {
  let [n, sum, count, sumYY, sumNY, sumNN] = [0n, 0n, 0n, 0n, 0n, 0n];
  for (const cluster of clusters) {
    n += cluster.n;
    sum += cluster.sum;
    count += 1n;
    sumYY += cluster.sum * cluster.sum;
    sumNY += cluster.n * cluster.sum;
    sumNN += cluster.n * cluster.n;
  }
  return { n, sum, clusters: count, sumYY, sumNY, sumNN };
}

/** N^2 * sum over clusters of s_g^2 with s_g = Y_g - n_g*ybar, in cents squared. */
export function scaledScores({ n, sum, sumYY, sumNY, sumNN }: ClusterSums): bigint {
  return n * n * sumYY - 2n * n * sum * sumNY + sum * sum * sumNN;
}

/**
 * Standard error of a mean of clustered orders, in money: sqrt(G/(G-1) * sum s_g^2) / N. Null below two clusters.
 * Source: linearisation of a ratio mean; equal to CR1 without the (N-1)/(N-K) factor.
 */
export function clusteredError(sums: ClusterSums): number | null {
  const { n, clusters: g } = sums;
  if (g < 2n) return null;
  return rootOfRatio(g * scaledScores(sums), (g - 1n) * n ** 4n * CENTS * CENTS);
}

/** The t interval of that mean, with G - 1 degrees of freedom. */
export function clusteredInterval(sums: ClusterSums, confidence: number): Interval {
  const centre = ratio(sums.sum, sums.n * CENTS);
  return tInterval(centre, clusteredError(sums), Number(sums.clusters) - 1, confidence);
}
