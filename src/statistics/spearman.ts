import { tTwoSidedP } from './distributions.js';
import { meanRanks } from './ranks.js';

/** Rank correlation of two lists of the same length; null below three pairs or where one list does not vary. */
export interface RankCorrelation {
  readonly rho: number | null;
  readonly p: number | null;
}

/** Spearman's rho: Pearson's correlation of mean ranks; p from t = rho*sqrt((n-2)/(1-rho^2)) with n - 2 degrees. */
export function spearman(x: readonly number[], y: readonly number[]): RankCorrelation {
  const n = x.length;
  const a = meanRanks(x).map((rank) => 2 * rank - (n + 1));
  const b = meanRanks(y).map((rank) => 2 * rank - (n + 1));
  const product = (u: readonly number[], v: readonly number[]): number => u.reduce((sum, r, i) => sum + r * v[i]!, 0);
  // Doubled ranks are whole numbers, so the sums are exact and only the quotient rounds.
  const spread = product(a, a) * product(b, b);
  if (n < 3 || spread === 0) return { rho: null, p: null };
  const rho = product(a, b) / Math.sqrt(spread);
  if (Math.abs(rho) >= 1) return { rho, p: 0 };
  return { rho, p: tTwoSidedP(rho * Math.sqrt((n - 2) / ((1 - rho) * (1 + rho))), n - 2) };
}
