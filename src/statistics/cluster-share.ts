import type { LocalPart } from './absorbed-design.js';
import { dot, type Eigen, eigenOf, type Square, times, zeros } from './symmetric.js';

/** From this share of the information on a cluster is solved by eigenvalues, below it by a series that is sure to converge. */
const LARGE = 0.5;
/** Below this share, where there are thousands, degrees of freedom are made as if it were none: they are off by less than a hundredth. */
const SMALL = 0.005;
const MANY = 2000;
/** An eigenvalue as near to 1 says that the cluster alone tells that direction: nothing of it is left without the cluster. */
const ALONE = 1 - 1e-8;
/** Terms of a series smaller than this share of the first are left out. */
const PRECISE = 1e-11;

/** The power with which I - B is taken: 1/2 makes CR2 of scores, 1 leaves the cluster out. */
export type Power = 0.5 | 1;

/**
 * A cluster's share of the information, S M with S = X_g'X_g and M = (X'X)^-1, on the cluster's own columns. `solve(v, power)` is
 * sum a_n (S M)^n v, which is X_g' (I - H_gg)^-power applied to what v = X_g'e stands for.
 */
export interface ClusterShare {
  readonly columns: Int32Array;
  /** So little that its part in common with other clusters does not count. */
  readonly isSmall: boolean;
  solve(v: Float64Array, power: Power): Float64Array;
  /** With u = (I - M S)^-1/2 g for g = M c: S u, u'S u and g'S g. */
  spread(g: Float64Array): { readonly half: Float64Array; readonly own: number; readonly plain: number };
  /** v' M v. */
  size(v: Float64Array): number;
  /** Does the contrast with M c = v lie partly in what the cluster alone tells? */
  isAlone(v: Float64Array): boolean;
}

function gather({ cells, size }: Square, columns: Int32Array): Square {
  const local = zeros(columns.length);
  for (let i = 0; i < columns.length; i++)
    for (let j = 0; j < columns.length; j++)
      local.cells[i * columns.length + j] = cells[columns[i]! * size + columns[j]!]!;
  return local;
}

function series(step: (v: Float64Array) => Float64Array, v: Float64Array, power: Power): Float64Array {
  const out = Float64Array.from(v);
  const enough = PRECISE * PRECISE * dot(v, v);
  let term = v;
  for (let n = 1; n < 200; n++) {
    term = step(term);
    const factor = power === 1 ? 1 : (2 * n - 1) / (2 * n);
    for (let i = 0; i < out.length; i++) {
      term[i]! *= factor;
      out[i]! += term[i]!;
    }
    if (dot(term, term) <= enough) break;
  }
  return out;
}

/** sum over eigenvectors of f(value) * (vector . v) * vector. */
function mapped({ values, vectors }: Eigen, v: Float64Array, map: (value: number) => number): Float64Array {
  const out = new Float64Array(v.length);
  for (const [i, vector] of vectors.entries()) {
    const along = map(values[i]!) * dot(vector, v);
    for (let j = 0; j < out.length; j++) out[j]! += along * vector[j]!;
  }
  return out;
}

/** The share of a large cluster: (S M)^n v = S^1/2 (S^1/2 M S^1/2)^n S^-1/2 v. */
function largeShare(
  base: Pick<ClusterShare, 'columns' | 'size' | 'isSmall'>,
  information: Square,
  inverse: Square,
): ClusterShare {
  const own = eigenOf(information);
  const largest = Math.max(...own.values);
  const root = (value: number): number => (value > 1e-12 * largest ? Math.sqrt(value) : 0);
  const rootTimes = (v: Float64Array): Float64Array => mapped(own, v, root);
  const middle = zeros(information.size);
  for (let i = 0; i < information.size; i++) {
    const unit = Float64Array.from({ length: information.size }, (_, j) => (i === j ? 1 : 0));
    middle.cells.set(rootTimes(times(inverse, rootTimes(unit))), i * information.size);
  }
  const eigen = eigenOf(middle);
  return {
    ...base,
    solve: (v, power) => {
      const back = mapped(own, v, (value) => (root(value) === 0 ? 0 : 1 / root(value)));
      return rootTimes(mapped(eigen, back, (value) => (value >= ALONE ? 0 : (1 - value) ** -power)));
    },
    spread: (g) => {
      const along = rootTimes(g);
      const u = mapped(eigen, along, (value) => (value >= ALONE ? 0 : (1 - value) ** -0.5));
      return { half: rootTimes(u), own: dot(u, u), plain: dot(along, along) };
    },
    isAlone: (v) => {
      const along = rootTimes(v);
      const all = dot(along, along);
      return eigen.vectors.some((vector, i) => eigen.values[i]! >= ALONE && dot(vector, along) ** 2 > 1e-9 * all);
    },
  };
}

/** The share of one cluster; `inverse` is M of all columns, `among` how many clusters there are. */
export function clusterShare({ columns, information }: LocalPart, inverse: Square, among: number): ClusterShare {
  const local = gather(inverse, columns);
  const trace = dot(information.cells, local.cells);
  const isSmall = among > MANY && trace < SMALL;
  const base = {
    columns,
    isSmall,
    size: (v: Float64Array) => dot(v, times(local, v)),
  };
  if (trace >= LARGE) return largeShare(base, information, local);
  const step = (v: Float64Array): Float64Array => times(information, times(local, v));
  return {
    ...base,
    solve: (v, power) => series(step, v, power),
    spread: (g) => {
      const informed = times(information, g);
      const plain = dot(g, informed);
      if (isSmall) return { half: informed, own: plain, plain };
      const u = series((v) => times(local, times(information, v)), g, 0.5);
      const half = times(information, u);
      return { half, own: dot(u, half), plain };
    },
    isAlone: () => false,
  };
}
