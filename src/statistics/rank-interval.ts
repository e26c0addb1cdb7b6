import { normalQuantile } from './distributions.js';

/** A sum (of revenue, say) with the variance that chance gives it. */
export interface RankedSum {
  readonly sum: number;
  readonly variance: number;
}

/** The places that a row may have, 1 the first. */
export interface RankInterval {
  readonly low: number;
  readonly high: number;
}

/**
 * For each of several sums the places that it may have: 1 + how many others are beyond chance larger, to all minus how many are beyond chance
 * smaller. Two sums differ beyond chance where |a - b| > z * sqrt(va + vb), z at confidence corrected for the others (Bonferroni).
 * Source: Mogstad, Romano, Shaikh and Wilhelm 2024 (marginal confidence sets of ranks).
 */
export function rankIntervals(sums: readonly RankedSum[], confidence: number): readonly RankInterval[] {
  const others = Math.max(1, sums.length - 1);
  const z = normalQuantile(1 - (1 - confidence) / (2 * others));
  return sums.map((one, i) => {
    const beyond = (sign: 1 | -1): number =>
      sums.filter((other, j) => j !== i && sign * (other.sum - one.sum) > z * Math.sqrt(other.variance + one.variance))
        .length;
    return { low: 1 + beyond(1), high: sums.length - beyond(-1) };
  });
}
