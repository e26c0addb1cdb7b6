import { seededRandom } from './seeded-random.js';

/** With up to so many clusters every choice of signs is gone through, so there is no chance in p. */
const ALL_SIGNS = 12;

/** |sum d| / sqrt(sum (d - mean)^2): how far the sum of influences is from 0 in its own scale. */
function studentised(sum: number, squares: number, n: number): number {
  const spread = squares - (sum * sum) / n;
  return spread <= 0 ? Number.POSITIVE_INFINITY : Math.abs(sum) / Math.sqrt(spread);
}

/**
 * p (two-sided) of "no effect" by a wild cluster bootstrap of scores: each cluster's influence under the null (for a mean m0: y_g - m0 n_g; for a contrast:
 * `ClusteredFit.influences` plus its share of the effect) keeps its size and takes a random sign (Rademacher), `draws` times from `seed`, or every
 * choice of signs with twelve clusters or fewer. p = (1 + draws as far from 0 or farther) / (1 + draws). Null below two clusters that count. For few or
 * unequal clusters. Source: Kline and Santos 2012; Cameron, Gelbach and Miller 2008. Vector `wild-bootstrap` (all signs).
 */
export function wildBootstrapP(influences: readonly number[], seed: number, draws = 1999): number | null {
  const used = influences.filter((one) => one !== 0);
  const n = used.length;
  if (n < 2) return null;
  const squares = used.reduce((sum, one) => sum + one * one, 0);
  const observed = studentised(
    used.reduce((sum, one) => sum + one, 0),
    squares,
    n,
  );
  // What rounding makes of a tie counts as one.
  const isAsFar = (sum: number): boolean => studentised(sum, squares, n) >= observed * (1 - 1e-12);
  if (n <= ALL_SIGNS) {
    let far = 0;
    for (let signs = 0; signs < 2 ** n; signs++)
      if (isAsFar(used.reduce((sum, one, i) => sum + ((signs >> i) & 1 ? -one : one), 0))) far += 1;
    return far / 2 ** n;
  }
  const { next } = seededRandom(seed);
  let far = 0;
  for (let draw = 0; draw < draws; draw++)
    if (isAsFar(used.reduce((sum, one) => sum + (next() < 0.5 ? -one : one), 0))) far += 1;
  return (1 + far) / (1 + draws);
}
