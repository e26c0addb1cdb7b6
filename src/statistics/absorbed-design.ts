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

/** What the coefficients and the effects of groups leave of y in each cell. */
export function residualsOf(
  design: Design,
  { groups }: Blocks,
  { y, coefficients }: { readonly y: Float64Array; readonly coefficients: Float64Array },
): Float64Array {
  const rest = y.map((value, cell) => value - design.weights[cell]! * regressorsTimes(design, cell, coefficients));
  for (const { from, to, weight } of groups) {
    let left = 0;
    for (let cell = from; cell < to; cell++) left += rest[cell]!;
    for (let cell = from; cell < to; cell++) rest[cell]! -= (left / weight) * design.weights[cell]!;
  }
  return rest;
}

/** What one cluster adds to the normal equations, on the columns that it has at all. */
export interface LocalPart {
  /** Its columns, ascending. */
  readonly columns: Int32Array;
  /** S_g = X_g'WX_g on them, by rows, the effects of groups taken out. */
  readonly information: Square;
  /** X_g'u on them. */
  readonly score: Float64Array;
}

/** Where each column of the design stands among a cluster's own; -1: nowhere. Used again for each cluster. */
function localColumns(design: Design, { from, to }: Span, places: Int32Array): Int32Array {
  const found: number[] = [];
  for (let cell = from; cell < to; cell++)
    eachRegressor(design, cell, (column) => {
      if (places[column] === -1) {
        places[column] = 0;
        found.push(column);
      }
    });
  const columns = Int32Array.from(found).sort();
  for (let i = 0; i < columns.length; i++) places[columns[i]!] = i;
  return columns;
}

/** Adds the cells of a group (or of a cluster without groups) to S_g and X_g'u; `rest` are what the regressors leave of y. */
function addCells(
  design: Design,
  { from, to }: Pick<Span, 'from' | 'to'>,
  places: Int32Array,
  part: LocalPart,
  rest: Float64Array,
): void {
  const { cells, size } = part.information;
  for (let cell = from; cell < to; cell++)
    eachRegressor(design, cell, (i, a) => {
      part.score[places[i]!]! += a * rest[cell - from]!;
      eachRegressor(design, cell, (j, b) => {
        cells[places[i]! * size + places[j]!]! += design.weights[cell]! * a * b;
      });
    });
}

/** The part of one cluster at the coefficients `b`; `places` is a scratch array of -1, one per column of the design, and is left as it was. */
export function localPart(
  design: Design,
  blocks: Blocks,
  cluster: number,
  {
    y,
    coefficients: b,
    places,
  }: { readonly y: Float64Array; readonly coefficients: Float64Array; readonly places: Int32Array },
): LocalPart {
  const span = blocks.clusters[cluster]!;
  const columns = localColumns(design, span, places);
  const part: LocalPart = { columns, information: zeros(columns.length), score: new Float64Array(columns.length) };
  const restOf = (from: number, to: number): Float64Array =>
    Float64Array.from(
      { length: to - from },
      (_, i) => y[from + i]! - design.weights[from + i]! * regressorsTimes(design, from + i, b),
    );
  if (span.firstGroup === span.endGroup) addCells(design, span, places, part, restOf(span.from, span.to));
  for (let at = span.firstGroup; at < span.endGroup; at++) {
    const group = blocks.groups[at]!;
    const rest = restOf(group.from, group.to);
    let left = 0;
    for (const one of rest) left += one;
    const effect = left / group.weight;
    addCells(
      design,
      group,
      places,
      part,
      rest.map((one, i) => one - effect * design.weights[group.from + i]!),
    );
    const { cells, size } = part.information;
    for (let i = 0; i < group.columns.length; i++)
      for (let j = 0; j < group.columns.length; j++)
        cells[places[group.columns[i]!]! * size + places[group.columns[j]!]!]! -=
          group.weight * group.means[i]! * group.means[j]!;
  }
  for (const column of columns) places[column] = -1;
  return part;
}
