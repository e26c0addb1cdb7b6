import {
  type Blocks,
  blocksOf,
  clusterScore,
  clusterTimes,
  type Design,
  eachRegressor,
  normalMatrix,
  normalRight,
} from './absorbed-design.js';
import { tTwoSidedP } from './distributions.js';
import { type Interval, NO_INTERVAL, tInterval } from './mean.js';
import {
  addOuter,
  dot,
  type Eigen,
  eigenOf,
  inverseFactor,
  type Square,
  times,
  timesTransposed,
  zeros,
} from './symmetric.js';

/** A weighted sum of coefficients with its CR2 error, Satterthwaite degrees of freedom, t and two-sided p; null where it cannot be estimated. */
export interface ContrastEstimate extends Interval {
  readonly value: number | null;
  readonly error: number | null;
  readonly df: number | null;
  readonly t: number | null;
  readonly p: number | null;
  /** Effective number of clusters (Carter, Schnepel and Steigerwald). */
  readonly effective: number | null;
}

/** The same estimate without one cluster each: the least and the most, and which cluster makes most difference. */
export interface LeaveOneOut {
  readonly low: number;
  readonly high: number;
  readonly cluster: number;
  /** The estimate without that cluster; null where nothing is left to estimate it from. */
  readonly without: number | null;
}

/** A least squares fit over cells, errors by cluster. */
export interface ClusteredFit {
  readonly clusters: number;
  readonly coefficients: Float64Array;
  /** The CR2 covariance of the coefficients. */
  readonly covariance: Square;
  /** Can it be estimated from the data: does it lie in what the columns tell apart? */
  isEstimable(weights: readonly number[]): boolean;
  contrast(weights: readonly number[], confidence: number): ContrastEstimate;
  leaveOneOut(weights: readonly number[]): LeaveOneOut | null;
  /** What each cluster adds to the estimate of a contrast (its influence, X_g'u carried through the inverse), in the unit of the contrast. */
  influences(weights: readonly number[]): Float64Array;
}

/** From this trace on a cluster's share is solved by eigenvalues, below it by a series that is sure to converge. */
const LARGE = 0.5;
/** An eigenvalue as near to 1 says that the cluster alone tells that direction: nothing of it is left without the cluster. */
const ALONE = 1 - 1e-8;

type Power = 0.5 | 1;

/** A cluster's share of the information, B = L' S_g L: (I - B)^-1/2 makes CR2 of its scores, (I - B)^-1 leaves it out. */
interface Share {
  times(v: Float64Array): Float64Array;
  /** (I - B)^-power v. */
  solve(v: Float64Array, power: Power): Float64Array;
  /** Does v lie partly in what the cluster alone tells? */
  isAlone(v: Float64Array): boolean;
}

function seriesOf(apply: Share['times'], v: Float64Array, power: Power): Float64Array {
  const out = Float64Array.from(v);
  const size = Math.sqrt(dot(v, v));
  let term = v;
  for (let n = 1; n < 200; n++) {
    term = apply(term);
    const factor = power === 1 ? 1 : (2 * n - 1) / (2 * n);
    if (factor !== 1) term = term.map((value) => value * factor);
    for (let i = 0; i < out.length; i++) out[i]! += term[i]!;
    if (Math.sqrt(dot(term, term)) <= 1e-13 * size) break;
  }
  return out;
}

function solveByEigen({ values, vectors }: Eigen, v: Float64Array, power: Power): Float64Array {
  const out = new Float64Array(v.length);
  for (const [i, vector] of vectors.entries()) {
    const value = values[i]!;
    if (value >= ALONE) continue;
    const along = dot(vector, v) * (1 - value) ** -power;
    for (let j = 0; j < out.length; j++) out[j]! += along * vector[j]!;
  }
  return out;
}

function traceOf(design: Design, blocks: Blocks, factor: Square, cluster: number): number {
  const { from, to, firstGroup, endGroup } = blocks.clusters[cluster]!;
  const vector = new Float64Array(design.columns);
  const square = (): number => {
    const along = timesTransposed(factor, vector);
    vector.fill(0);
    return dot(along, along);
  };
  let trace = 0;
  for (let cell = from; cell < to; cell++) {
    eachRegressor(design, cell, (column, value) => {
      vector[column]! += value;
    });
    trace += design.weights[cell]! * square();
  }
  for (const { weight, columns, means } of blocks.groups.slice(firstGroup, endGroup)) {
    for (const [i, column] of columns.entries()) vector[column] = means[i]!;
    trace -= weight * square();
  }
  return trace;
}

function shareOf(design: Design, blocks: Blocks, factor: Square, cluster: number): Share {
  const apply = (v: Float64Array): Float64Array =>
    timesTransposed(factor, clusterTimes(design, blocks, cluster, times(factor, v)));
  if (traceOf(design, blocks, factor, cluster) < LARGE)
    return { times: apply, solve: (v, power) => seriesOf(apply, v, power), isAlone: () => false };
  const { size } = factor;
  const matrix = zeros(size);
  for (let i = 0; i < size; i++)
    matrix.cells.set(apply(Float64Array.from({ length: size }, (_, j) => (i === j ? 1 : 0))), i * size);
  const eigen = eigenOf(matrix);
  return {
    times: apply,
    solve: (v, power) => solveByEigen(eigen, v, power),
    isAlone: (v) =>
      eigen.vectors.some((vector, i) => eigen.values[i]! >= ALONE && dot(vector, v) ** 2 > 1e-12 * dot(v, v)),
  };
}

/** Satterthwaite's degrees of freedom of a CR2 variance under independent errors (Bell and McCaffrey 2002), for h = L'c. */
function degreesOf(shares: readonly Share[], h: Float64Array): number | null {
  const common = zeros(h.length);
  let [mean, square] = [0, 0];
  for (const share of shares) {
    const u = share.solve(h, 0.5);
    const v = share.times(u);
    const [own, shared] = [dot(u, v), dot(v, v)];
    mean += own - shared;
    square += own * own - 2 * own * shared;
    addOuter(common, v);
  }
  square += dot(common.cells, common.cells);
  return square > 0 && mean > 0 ? (mean * mean) / square : null;
}

/** (sum gamma)^2 / sum gamma^2 = G / (1 + CV^2). */
function effectiveOf(gammas: Float64Array): number | null {
  let [sum, squares] = [0, 0];
  for (const gamma of gammas) {
    sum += gamma;
    squares += gamma * gamma;
  }
  return squares > 0 ? (sum * sum) / squares : null;
}

/** The coefficients, and how much of it all each cluster makes. */
function solveDesign(design: Design, y: Float64Array) {
  const blocks = blocksOf(design);
  const normal = normalMatrix(design, blocks);
  const factor = inverseFactor(normal);
  const coefficients = times(factor, timesTransposed(factor, normalRight(design, blocks, y)));
  const shares = blocks.clusters.map((_, g) => shareOf(design, blocks, factor, g));
  const scores = blocks.clusters.map((_, g) =>
    timesTransposed(factor, clusterScore(design, blocks, g, { y, coefficients })),
  );
  return { blocks, normal, factor, coefficients, shares, scores };
}

function covarianceOf(factor: Square, shares: readonly Share[], scores: readonly Float64Array[]): Square {
  const middle = zeros(factor.size);
  for (const [g, share] of shares.entries()) addOuter(middle, share.solve(scores[g]!, 0.5));
  const half = zeros(factor.size);
  const out = zeros(factor.size);
  const { size } = factor;
  for (let i = 0; i < size; i++) half.cells.set(times(factor, middle.cells.slice(i * size, (i + 1) * size)), i * size);
  for (let j = 0; j < size; j++) {
    const column = times(
      factor,
      Float64Array.from({ length: size }, (_, i) => half.cells[i * size + j]!),
    );
    for (let i = 0; i < size; i++) out.cells[i * size + j] = column[i]!;
  }
  return out;
}

/** gamma_g: with effects of groups c'M S_g M c, else (c'M X_g'1)^2, errors of a cluster taken as one. */
function gammasOf(
  design: Design,
  blocks: Blocks,
  shares: readonly Share[],
  factor: Square,
  h: Float64Array,
): Float64Array {
  if (design.groups !== null) return Float64Array.from(shares, (share) => dot(h, share.times(h)));
  const back = times(factor, h);
  return Float64Array.from(blocks.clusters, ({ from, to }) => {
    let sum = 0;
    for (let cell = from; cell < to; cell++)
      eachRegressor(design, cell, (column, value) => {
        sum += design.weights[cell]! * value * back[column]!;
      });
    return sum * sum;
  });
}

const NOTHING: ContrastEstimate = {
  value: null,
  error: null,
  df: null,
  t: null,
  p: null,
  effective: null,
  ...NO_INTERVAL,
};

/**
 * Least squares over cells with the effects of groups absorbed and errors clustered: coefficients, CR2 covariance (Bell and McCaffrey; Pustejovsky and Tipton 2018:
 * with effects of groups inside clusters, over the deviations from their means), per contrast Satterthwaite's degrees of freedom, the effective number of
 * clusters, and exact estimates without one cluster. `y`: sums over the rows of each cell; the unit of a coefficient is that of y per unit of its
 * regressor. Everything follows from the cells' sums in one order, so the same cells give the same digits. Vector `clustered-fit` (numpy).
 */
export function clusteredFit(design: Design, y: Float64Array): ClusteredFit {
  const { blocks, normal, factor, coefficients, shares, scores } = solveDesign(design, y);
  const covariance = covarianceOf(factor, shares, scores);
  const vectorOf = (weights: readonly number[]): Float64Array => Float64Array.from(weights);
  const isEstimable = (weights: readonly number[]): boolean => {
    const c = vectorOf(weights);
    const back = times(normal, times(factor, timesTransposed(factor, c)));
    return c.every((value, i) => Math.abs(value - back[i]!) < 1e-6);
  };
  return {
    clusters: shares.length,
    coefficients,
    covariance,
    isEstimable,
    contrast(weights, confidence) {
      if (!isEstimable(weights)) return NOTHING;
      const c = vectorOf(weights);
      const h = timesTransposed(factor, c);
      const value = dot(c, coefficients);
      const error = Math.sqrt(Math.max(0, dot(c, times(covariance, c))));
      const df = degreesOf(shares, h);
      const t = error === 0 || df === null ? null : value / error;
      return {
        value,
        error,
        df,
        t,
        p: t === null ? null : tTwoSidedP(t, df!),
        effective: effectiveOf(gammasOf(design, blocks, shares, factor, h)),
        ...(df === null ? NO_INTERVAL : intervalOf(value, error, df, confidence)),
      };
    },
    leaveOneOut(weights) {
      if (!isEstimable(weights) || shares.length < 2) return null;
      const h = timesTransposed(factor, vectorOf(weights));
      const value = dot(vectorOf(weights), coefficients);
      const without = shares.map((share, g) => (share.isAlone(h) ? null : value - dot(h, share.solve(scores[g]!, 1))));
      return rangeOf(value, without);
    },
    influences(weights) {
      const h = timesTransposed(factor, vectorOf(weights));
      return Float64Array.from(scores, (score) => dot(h, score));
    },
  };
}

/** Below one degree of freedom Student's t has no mean; the interval is there all the same, and wide. */
function intervalOf(value: number, error: number, df: number, confidence: number): Interval {
  return df >= 1 ? tInterval(value, error, df, confidence) : NO_INTERVAL;
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
  return { low, high, cluster, without: without[cluster]! };
}
