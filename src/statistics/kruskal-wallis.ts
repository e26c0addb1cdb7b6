import { chiSquareUpperP } from './distributions.js';
import { tieSizes } from './mann-kendall.js';
import { meanRanks } from './ranks.js';

/** Kruskal and Wallis' test: `h` is chi-square with `df` = groups - 1. */
export interface KruskalWallis {
  readonly h: number;
  readonly df: number;
  readonly p: number;
}

/**
 * Does one of k groups tend to larger values? With mean ranks over all N values, H = (12/(N(N+1)) * sum R_k^2/n_k - 3(N+1)) /
 * (1 - sum over ties (t^3-t)/(N^3-N)). Null below two groups, where a group is empty, or where all values are equal. Source:
 * scipy `kruskal` (vector `practitioner-type`).
 */
export function kruskalWallis(groups: readonly (readonly number[])[]): KruskalWallis | null {
  const values = groups.flat();
  const n = values.length;
  const cubes = (t: number): number => t * t * t - t;
  const tied = tieSizes(values).reduce((sum, t) => sum + cubes(t), 0);
  if (groups.length < 2 || groups.some((group) => group.length === 0) || tied === cubes(n)) return null;
  const ranks = meanRanks(values);
  let start = 0;
  let between = 0;
  for (const { length } of groups) {
    // Deviations from the middle rank instead of 3(N+1), so that nearly equal numbers are not subtracted.
    const excess = ranks.slice(start, start + length).reduce((sum, rank) => sum + rank - (n + 1) / 2, 0);
    between += (excess * excess) / length;
    start += length;
  }
  const h = ((12 / (n * (n + 1))) * between) / (1 - tied / cubes(n));
  const df = groups.length - 1;
  return { h, df, p: chiSquareUpperP(h, df) };
}
