import { type Square, zeros } from './symmetric.js';

/** One regressor family: cell i has `values[i]` (1 where absent) in column `columns[i]`; -1 stands for no column. */
export interface Term {
  readonly columns: Int32Array;
  readonly values?: Float64Array;
}

/**
 * Rows of a regression that have the same regressors, added up ("cells"): orders by patient, month and level, say. Cells of one cluster stand together, and
 * inside it those of one group. Effects of groups (a patient; a patient with or without prescription) are absorbed: a group lies in one cluster.
 */
export interface Design {
  /** The independent unit of each cell, 0, 1, ... ascending. */
  readonly clusters: Int32Array;
  /** The group of each cell, 0, 1, ... ascending; null where there are no effects of groups. */
  readonly groups: Int32Array | null;
  /** Rows in the cell, or the time that it stands for: above 0. */
  readonly weights: Float64Array;
  readonly terms: readonly Term[];
  /** Number of columns of the terms together. */
  readonly columns: number;
}

/** The cells of each cluster (half-open), and in it of each group; `means` are the regressors' weighted means in each group, sparse. */
export interface Blocks {
  readonly clusters: readonly Span[];
  readonly groups: readonly GroupSpan[];
}

interface Span {
  readonly from: number;
  readonly to: number;
  /** Its groups, half-open. */
  readonly firstGroup: number;
  readonly endGroup: number;
}

interface GroupSpan {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  readonly columns: Int32Array;
  readonly means: Float64Array;
}

/** Calls `take` with each column and value of a cell. */
export function eachRegressor({ terms }: Design, cell: number, take: (column: number, value: number) => void): void {
  for (const { columns, values } of terms) {
    const column = columns[cell]!;
    if (column >= 0) take(column, values === undefined ? 1 : values[cell]!);
  }
}

/** A cell's regressors times a vector. */
export function regressorsTimes({ terms }: Design, cell: number, vector: Float64Array): number {
  let sum = 0;
  for (const { columns, values } of terms) {
    const column = columns[cell]!;
    if (column >= 0) sum += vector[column]! * (values === undefined ? 1 : values[cell]!);
  }
  return sum;
}

/** A group's mean regressors times a vector. */
export function meansTimes({ columns, means }: GroupSpan, vector: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < columns.length; i++) sum += means[i]! * vector[columns[i]!]!;
  return sum;
}

function groupSpan(design: Design, from: number, to: number): GroupSpan {
  let weight = 0;
  const sums = new Map<number, number>();
  for (let cell = from; cell < to; cell++) {
    weight += design.weights[cell]!;
    eachRegressor(design, cell, (column, value) =>
      sums.set(column, (sums.get(column) ?? 0) + design.weights[cell]! * value),
    );
  }
  const columns = Int32Array.from(sums.keys()).sort();
  return { from, to, weight, columns, means: Float64Array.from(columns, (column) => sums.get(column)! / weight) };
}

/** Where clusters and groups begin and end. */
export function blocksOf(design: Design): Blocks {
  const clusters: Span[] = [];
  const groups: GroupSpan[] = [];
  const end = design.weights.length;
  for (let from = 0; from < end; ) {
    const firstGroup = groups.length;
    let to = from;
    while (to < end && design.clusters[to] === design.clusters[from]) {
      let next = to;
      while (
        next < end &&
        design.clusters[next] === design.clusters[from] &&
        design.groups?.[next] === design.groups?.[to]
      )
        next++;
      if (design.groups !== null) groups.push(groupSpan(design, to, next));
      to = next;
    }
    clusters.push({ from, to, firstGroup, endGroup: groups.length });
    from = to;
  }
  return { clusters, groups };
}

/** N = X'WX with the effects of groups taken out: sum w z z' - sum over groups W m m'. */
export function normalMatrix(design: Design, { groups }: Blocks): Square {
  const normal = zeros(design.columns);
  const { cells, size } = normal;
  for (let cell = 0; cell < design.weights.length; cell++)
    eachRegressor(design, cell, (i, a) =>
      eachRegressor(design, cell, (j, b) => {
        cells[i * size + j]! += design.weights[cell]! * a * b;
      }),
    );
  for (const { weight, columns, means } of groups)
    for (let i = 0; i < columns.length; i++)
      for (let j = 0; j < columns.length; j++)
        cells[columns[i]! * size + columns[j]!]! -= weight * means[i]! * means[j]!;
  return normal;
}

/** X'y with the effects of groups taken out; `y` are sums over the rows of each cell (weight * mean). */
export function normalRight(design: Design, { groups }: Blocks, y: Float64Array): Float64Array {
  const right = new Float64Array(design.columns);
  for (let cell = 0; cell < y.length; cell++)
    eachRegressor(design, cell, (column, value) => {
      right[column]! += value * y[cell]!;
    });
  for (const { from, to, columns, means } of groups) {
    let sum = 0;
    for (let cell = from; cell < to; cell++) sum += y[cell]!;
    for (let i = 0; i < columns.length; i++) right[columns[i]!]! -= means[i]! * sum;
  }
  return right;
}

/** S_g v for one cluster: X_g'WX_g times a vector, the effects of groups taken out. */
export function clusterTimes(design: Design, blocks: Blocks, cluster: number, vector: Float64Array): Float64Array {
  const out = new Float64Array(design.columns);
  const { from, to, firstGroup, endGroup } = blocks.clusters[cluster]!;
  const add = (cell: number, centre: number): void => {
    const along = design.weights[cell]! * (regressorsTimes(design, cell, vector) - centre);
    eachRegressor(design, cell, (column, value) => {
      out[column]! += value * along;
    });
  };
  if (firstGroup === endGroup) for (let cell = from; cell < to; cell++) add(cell, 0);
  for (const group of blocks.groups.slice(firstGroup, endGroup)) {
    const centre = meansTimes(group, vector);
    for (let cell = group.from; cell < group.to; cell++) add(cell, centre);
  }
  return out;
}

/** X_g'u of one cluster: what it adds to the normal equations at the coefficients `b`. */
export function clusterScore(
  design: Design,
  blocks: Blocks,
  cluster: number,
  { y, coefficients: b }: { readonly y: Float64Array; readonly coefficients: Float64Array },
): Float64Array {
  const out = new Float64Array(design.columns);
  const { from, to, firstGroup, endGroup } = blocks.clusters[cluster]!;
  const rest = (cell: number): number => y[cell]! - design.weights[cell]! * regressorsTimes(design, cell, b);
  const add = (cell: number, effect: number): void =>
    eachRegressor(design, cell, (column, value) => {
      out[column]! += value * (rest(cell) - design.weights[cell]! * effect);
    });
  if (firstGroup === endGroup) for (let cell = from; cell < to; cell++) add(cell, 0);
  for (const group of blocks.groups.slice(firstGroup, endGroup)) {
    let left = 0;
    for (let cell = group.from; cell < group.to; cell++) left += rest(cell);
    for (let cell = group.from; cell < group.to; cell++) add(cell, left / group.weight);
  }
  return out;
}
