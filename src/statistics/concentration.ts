import { ratio } from './exact.js';

/** A for what makes the first 80 % of revenue, B up to 95 %, C for the rest. */
export type AbcClass = 'A' | 'B' | 'C';

/** One brand or product in the order of revenue: shares of the total, and its class; null where the total is not positive. */
export interface RevenueShare {
  readonly share: number | null;
  readonly cumulativeShare: number | null;
  readonly abc: AbcClass | null;
}

/** How much of the revenue few make: `herfindahl` = sum of squared shares (1/n to 1), `makeMost` = how many make 80 %. */
export interface Concentration {
  readonly rows: readonly RevenueShare[];
  readonly herfindahl: number | null;
  readonly makeMost: number | null;
}

/** The class of a row that starts where `before` of `total` cents are made; compared in integers. */
function classOf(before: bigint, total: bigint): AbcClass {
  if (before * 100n < total * 80n) return 'A';
  return before * 100n < total * 95n ? 'B' : 'C';
}

/**
 * Shares of a list of revenues in cents, largest first. `abc` is A while the cumulative share before the row is < 0.80, B < 0.95,
 * else C; as many as are A make 80 %. A row may be negative (refunds); shares then pass 1 on the way. Source: reports-spec
 * `brand-performance`.
 */
export function concentration(cents: readonly bigint[]): Concentration {
  const total = cents.reduce((sum, value) => sum + value, 0n);
  if (total <= 0n) {
    const none: RevenueShare = { share: null, cumulativeShare: null, abc: null };
    return { rows: cents.map(() => none), herfindahl: null, makeMost: null };
  }
  let soFar = 0n;
  const rows = cents.map((value) => {
    const abc = classOf(soFar, total);
    soFar += value;
    return { share: ratio(value, total), cumulativeShare: ratio(soFar, total), abc };
  });
  const squares = cents.reduce((sum, value) => sum + value * value, 0n);
  return { rows, herfindahl: ratio(squares, total * total), makeMost: rows.filter(({ abc }) => abc === 'A').length };
}
