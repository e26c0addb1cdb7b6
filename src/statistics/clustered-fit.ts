import {
  type Blocks,
  blocksOf,
  type Design,
  eachRegressor,
  localPart,
  normalMatrix,
  normalRight,
  residualsOf,
} from './absorbed-design.js';
import { type ClusterShare, clusterShare } from './cluster-share.js';
import { tTwoSidedP } from './distributions.js';
import { type Interval, NO_INTERVAL, tInterval } from './mean.js';
import { dot, gramOf, inverseFactor, product, type Square, times, zeros } from './symmetric.js';

/** A weighted sum of coefficients with its CR2 error, Satterthwaite degrees of freedom, t and two-sided p; null where it cannot be estimated. */
export interface ContrastEstimate extends Interval {
  readonly value: number | null;
  readonly error: number | null;
  readonly df: number | null;
  readonly t: number | null;
  readonly p: number | null;
  /** Effective number of clusters (Carter, Schnepel and Steigerwald). */
  readonly effective: number | null;
  /** The same without one cluster each. */
  readonly leaveOneOut: LeaveOneOut | null;
}

/** An estimate without one cluster each: the least and the most, and which cluster makes most difference. */
export interface LeaveOneOut {
  readonly low: number;
  readonly high: number;
  readonly cluster: number;
  /** The estimate without that cluster; null where nothing is left to estimate it from. */
  readonly without: number | null;
  /** The estimates without each cluster, in their order. */
  readonly each: readonly (number | null)[];
}

/** A least squares fit over cells, errors by cluster. */
export interface ClusteredFit {
  readonly clusters: number;
  readonly coefficients: Float64Array;
  /** The CR2 covariance of the coefficients, made when it is first asked for. */
  covariance(): Square;
  /** Weighted sums of coefficients, each with all that says how sure it is; one pass over the clusters for all of them. */
  contrasts(list: readonly (readonly number[])[], confidence: number): ContrastEstimate[];
  /** What each cluster adds to the estimate of a contrast, c'M X_g'u, in the unit of the contrast. */
  influences(weights: readonly number[]): Float64Array;
  /** What the fit leaves of y in each cell (a sum over its rows), effects of groups taken out. */
  residuals(): Float64Array;
}

const NOTHING: ContrastEstimate = {
  ...{ value: null, error: null, df: null, t: null, p: null, effective: null, leaveOneOut: null },
  ...NO_INTERVAL,
};

interface Solved {
  readonly design: Design;
  readonly blocks: Blocks;
  readonly normal: Square;
  /** M, a generalised inverse of the normal matrix. */
  readonly inverse: Square;
  readonly coefficients: Float64Array;
  readonly y: Float64Array;
}

function solveDesign(design: Design, y: Float64Array): Solved {
  const blocks = blocksOf(design);
  const normal = normalMatrix(design, blocks);
  const inverse = gramOf(inverseFactor(normal));
  return { design, blocks, normal, inverse, coefficients: times(inverse, normalRight(design, blocks, y)), y };
}

/** Each cluster with its share and its score, one after the other. */
function eachCluster(solved: Solved, take: (share: ClusterShare, score: Float64Array, cluster: number) => void): void {
  const { design, blocks, inverse, coefficients, y } = solved;
  const places = new Int32Array(design.columns).fill(-1);
  for (let g = 0; g < blocks.clusters.length; g++) {
    const part = localPart(design, blocks, g, { y, coefficients, places });
    take(clusterShare(part, inverse, blocks.clusters.length), part.score, g);
  }
}

/** Adds v v' of a cluster's own columns to a matrix of all. */
function addLocal({ cells, size }: Square, columns: Int32Array, v: Float64Array): void {
  for (let i = 0; i < columns.length; i++)
    for (let j = 0; j < columns.length; j++) cells[columns[i]! * size + columns[j]!]! += v[i]! * v[j]!;
}

function covarianceOf(solved: Solved): Square {
  const middle = zeros(solved.design.columns);
  eachCluster(solved, (share, score) => addLocal(middle, share.columns, share.solve(score, 0.5)));
  return product(product(solved.inverse, middle), solved.inverse);
}

/** What is added up over clusters for one contrast; `back` is M c. */
interface Tally {
  readonly weights: Float64Array;
  readonly back: Float64Array;
  readonly common: Square;
  mean: number;
  square: number;
  gammas: number;
  gammas2: number;
  readonly without: (number | null)[];
}

/** gamma_g: with effects of groups c'M S_g M c, else (c'M X_g'1)^2, errors of a cluster taken as one. */
function gammaOf({ design, blocks }: Solved, cluster: number, own: number, back: Float64Array): number {
  if (design.groups !== null) return own;
  const { from, to } = blocks.clusters[cluster]!;
  let sum = 0;
  for (let cell = from; cell < to; cell++)
    eachRegressor(design, cell, (column, value) => {
      sum += design.weights[cell]! * value * back[column]!;
    });
  return sum * sum;
}

/** With g = M c: a_g'a_g = u'S u and v_g = S u for u = (I - M S)^-1/2 g, of which Satterthwaite's degrees of freedom are made. */
function tally(solved: Solved, one: Tally, share: ClusterShare, cluster: number): Float64Array {
  const g = Float64Array.from(share.columns, (column) => one.back[column]!);
  const { half, own, plain } = share.spread(g);
  const shared = share.isSmall ? 0 : share.size(half);
  one.mean += own - shared;
  one.square += own * own - 2 * own * shared;
  if (!share.isSmall) addLocal(one.common, share.columns, half);
  const gamma = gammaOf(solved, cluster, plain, one.back);
  one.gammas += gamma;
  one.gammas2 += gamma * gamma;
  return g;
}

/** Satterthwaite's degrees of freedom of a CR2 variance under independent errors (Bell and McCaffrey 2002). */
function degreesOf({ mean, square, common }: Tally, inverse: Square): number | null {
  const carried = product(inverse, common);
  let all = square;
  for (let i = 0; i < carried.size; i++)
    for (let j = 0; j < carried.size; j++)
      all += carried.cells[i * carried.size + j]! * carried.cells[j * carried.size + i]!;
  return all > 0 && mean > 0 ? (mean * mean) / all : null;
}

function estimateOf(
  one: Tally,
  value: number,
  covariance: Square,
  inverse: Square,
  confidence: number,
): ContrastEstimate {
  const error = Math.sqrt(Math.max(0, dot(one.weights, times(covariance, one.weights))));
  const df = degreesOf(one, inverse);
  const t = error === 0 || df === null ? null : value / error;
  return {
    ...{ value, error, df, t, p: t === null ? null : tTwoSidedP(t, df!) },
    // (sum gamma)^2 / sum gamma^2 = G / (1 + CV^2).
    effective: one.gammas2 > 0 ? (one.gammas * one.gammas) / one.gammas2 : null,
    leaveOneOut: one.without.length < 2 ? null : rangeOf(value, one.without),
    // Below one degree of freedom Student's t has no mean: such an interval is none.
    ...(df === null ? NO_INTERVAL : tInterval(value, error, df, confidence)),
  };
}

function rangeOf(value: number, without: readonly (number | null)[]): LeaveOneOut {
  let [low, high, cluster, largest] = [value, value, 0, -1];
  for (const [g, estimate] of without.entries()) {
    const moved = estimate === null ? Number.POSITIVE_INFINITY : Math.abs(estimate - value);
    if (estimate !== null) {
      low = Math.min(low, estimate);
      high = Math.max(high, estimate);
    }
    if (moved > largest) [cluster, largest] = [g, moved];
  }
  return { low, high, cluster, without: without[cluster]!, each: without };
}

/** A contrast can be estimated where it lies in what the columns tell apart: c = N M c. */
function isEstimable({ normal, inverse }: Solved, c: Float64Array): boolean {
  const back = times(normal, times(inverse, c));
  return c.every((value, i) => Math.abs(value - back[i]!) < 1e-6);
}

function contrastsOf(
  solved: Solved,
  covariance: Square,
  list: readonly (readonly number[])[],
  confidence: number,
): ContrastEstimate[] {
  const tallies = list.map((weights): Tally | null => {
    const vector = Float64Array.from(weights);
    if (!isEstimable(solved, vector)) return null;
    const sums = { mean: 0, square: 0, gammas: 0, gammas2: 0, without: [], common: zeros(vector.length) };
    return { weights: vector, back: times(solved.inverse, vector), ...sums };
  });
  const values = tallies.map((one) => (one === null ? 0 : dot(one.weights, solved.coefficients)));
  if (tallies.some((one) => one !== null))
    eachCluster(solved, (share, score, cluster) => {
      const left = share.solve(score, 1);
      for (const [i, one] of tallies.entries()) {
        if (one === null) continue;
        const g = tally(solved, one, share, cluster);
        one.without.push(share.isAlone(g) ? null : values[i]! - dot(g, left));
      }
    });
  return tallies.map((one, i) =>
    one === null ? NOTHING : estimateOf(one, values[i]!, covariance, solved.inverse, confidence),
  );
}

/**
 * Least squares over cells with the effects of groups absorbed and errors clustered: coefficients, CR2 covariance (Bell and McCaffrey; Pustejovsky and Tipton 2018:
 * with effects of groups inside clusters, over the deviations from their means), per contrast Satterthwaite's degrees of freedom, the effective number of
 * clusters, and exact estimates without one cluster. `y`: sums over the rows of each cell; the unit of a coefficient is that of y per unit of its
 * regressor. Everything follows from the cells' sums in one order, so the same cells give the same digits. Vector `clustered-fit` (numpy).
 */
export function clusteredFit(design: Design, y: Float64Array): ClusteredFit {
  const solved = solveDesign(design, y);
  let made: Square | undefined;
  const covariance = (): Square => {
    made ??= covarianceOf(solved);
    return made;
  };
  return {
    clusters: solved.blocks.clusters.length,
    coefficients: solved.coefficients,
    covariance,
    contrasts: (list, confidence) => contrastsOf(solved, covariance(), list, confidence),
    residuals: () => residualsOf(solved.design, solved.blocks, solved),
    influences(weights) {
      const back = times(solved.inverse, Float64Array.from(weights));
      const out = new Float64Array(solved.blocks.clusters.length);
      eachCluster(solved, ({ columns }, score, cluster) => {
        for (let i = 0; i < columns.length; i++) out[cluster]! += back[columns[i]!]! * score[i]!;
      });
      return out;
    },
  };
}
