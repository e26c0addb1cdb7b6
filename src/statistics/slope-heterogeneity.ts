import { normalQuantile, normalUpperP } from './distributions.js';

/**
 * Cells of rows by group (a patient), in order: `groups` ascending, `weights` rows, `x` and `rest` sums over a cell's rows of what is left of the
 * regressor and of the value once everything else and the common slope are taken out, `spread` the sum of squares of the value inside the cell.
 */
export interface LeftCells {
  readonly groups: Int32Array;
  readonly weights: Float64Array;
  readonly x: Float64Array;
  readonly rest: Float64Array;
  readonly spread: Float64Array;
}

/** Do groups have slopes of their own? `deviation`: the standard deviation of slopes between groups, in the unit of a slope; 0 where less than none is estimated. */
export interface SlopeHeterogeneity {
  readonly groups: number;
  readonly z: number | null;
  readonly p: number | null;
  readonly deviation: number;
}

interface GroupSums {
  n: number;
  xx: number;
  xu: number;
  uu: number;
}

function sumsOf({ groups, weights, x, rest, spread }: LeftCells): GroupSums[] {
  const sums: GroupSums[] = [];
  for (let cell = 0; cell < groups.length; cell++) {
    if (cell === 0 || groups[cell] !== groups[cell - 1]) sums.push({ n: 0, xx: 0, xu: 0, uu: 0 });
    const group = sums.at(-1)!;
    const w = weights[cell]!;
    group.n += w;
    group.xx += (x[cell]! * x[cell]!) / w;
    group.xu += (x[cell]! * rest[cell]!) / w;
    group.uu += (rest[cell]! * rest[cell]!) / w + spread[cell]!;
  }
  return sums.filter(({ n, xx, uu }) => n > 2 && xx > 0 && uu > 0);
}

/**
 * With r the correlation of x and rest in a group of n rows, (n - 1) r^2 is 1 on average over all orders of the rows, whatever their distribution (Pitman 1937):
 * so each group says by how much it is more, bounded, and no outlier decides. z = sum w d / sqrt(sum w^2 d^2) with d = (n - 1) r^2 - 1 and w =
 * xx / (xx + its mean); p one-sided, normal. deviation^2 = sum (xu^2 - xx uu / (n - 1)) / sum xx^2 (n - 2) / (n - 1). Null below 10 groups with three rows.
 * Vector `slope-heterogeneity`.
 */
export function slopeHeterogeneity(cells: LeftCells): SlopeHeterogeneity {
  const groups = sumsOf(cells);
  const typical = groups.reduce((sum, { xx }) => sum + xx, 0) / groups.length;
  let [sum, squares, above, scale] = [0, 0, 0, 0];
  for (const { n, xx, xu, uu } of groups) {
    const weighted = (xx / (xx + typical)) * (((n - 1) * xu * xu) / (xx * uu) - 1);
    sum += weighted;
    squares += weighted * weighted;
    above += xu * xu - (xx * uu) / (n - 1);
    scale += (xx * xx * (n - 2)) / (n - 1);
  }
  const enough = groups.length >= 10 && squares > 0;
  const z = enough ? sum / Math.sqrt(squares) : null;
  return {
    groups: groups.length,
    z,
    p: z === null ? null : normalUpperP(z),
    deviation: scale > 0 && above > 0 ? Math.sqrt(above / scale) : 0,
  };
}

/** The share of groups whose slope has the other sign than the mean, slopes taken as normal around it; 0 without deviation. */
export function shareAgainst(mean: number, deviation: number): number {
  return deviation === 0 ? 0 : normalUpperP(Math.abs(mean) / deviation);
}

/** How far from 0 an estimate must come out to be shown, in its errors, for a share `power` of tries to show it: z of the test plus z of the power. */
export function detectable(alpha: number, power = 0.8): number {
  return normalQuantile(1 - alpha / 2) + normalQuantile(power);
}
