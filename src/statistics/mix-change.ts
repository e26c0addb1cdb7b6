import { ratio } from './exact.js';
import { CENTS } from './mean.js';

/** A level's orders in the earlier and in the later year: their number and sum in cents; 0 and 0 where there were none. */
export interface LevelYears {
  readonly before: { readonly n: bigint; readonly sum: bigint };
  readonly after: { readonly n: bigint; readonly sum: bigint };
}

/** The change of the AOV between two years, and its two parts, in money: `withinLevel` + `mix` = `change`. */
export interface MixChange {
  readonly change: number;
  readonly withinLevel: number;
  readonly mix: number;
  /** Levels that one of the years lacks, pooled as one. */
  readonly pooled: number;
}

type Side = LevelYears['before'];

const plus = (a: Side, b: Side): Side => ({ n: a.n + b.n, sum: a.sum + b.sum });
const NONE: Side = { n: 0n, sum: 0n };

/** Levels with orders in both years, and the others as one. */
function pool(levels: readonly LevelYears[]): { readonly parts: LevelYears[]; readonly pooled: number } {
  const parts = levels.filter(({ before, after }) => before.n > 0n && after.n > 0n);
  const lacking = levels.filter(({ before, after }) => before.n > 0n !== after.n > 0n);
  if (lacking.length === 0) return { parts, pooled: 0 };
  const other = lacking.reduce(
    (sum, one) => ({ before: plus(sum.before, one.before), after: plus(sum.after, one.after) }),
    {
      before: NONE,
      after: NONE,
    },
  );
  return { parts: [...parts, other], pooled: lacking.length };
}

/**
 * Splits the change of the AOV from one year to the next into what changed at each discount level, sum w_l*(a_l,t - a_l,t-1), and
 * what moved between levels, sum (w_l,t - w_l,t-1)*a_l, with w_l and a_l the means of both years' shares of orders and AOVs.
 * Levels that one year lacks are pooled; where that pool has orders in one year only, its AOV is taken as unchanged, so that all
 * of it is mix. Null where a year has no orders. Source: reports-spec `discount-history` (Marshall-Edgeworth weights).
 */
export function mixChange(levels: readonly LevelYears[]): MixChange | null {
  const all = levels.reduce(
    (sum, one) => ({ before: plus(sum.before, one.before), after: plus(sum.after, one.after) }),
    {
      before: NONE,
      after: NONE,
    },
  );
  if (all.before.n === 0n || all.after.n === 0n) return null;
  const aov = ({ n, sum }: Side): number | null => ratio(sum, n * CENTS);
  const { parts, pooled } = pool(levels);
  let [withinLevel, mix] = [0, 0];
  for (const { before, after } of parts) {
    const [w0, w1] = [ratio(before.n, all.before.n)!, ratio(after.n, all.after.n)!];
    const a0 = aov(before) ?? aov(after)!;
    const a1 = aov(after) ?? a0;
    withinLevel += ((w0 + w1) / 2) * (a1 - a0);
    mix += (w1 - w0) * ((a0 + a1) / 2);
  }
  const gap = all.after.sum * all.before.n - all.before.sum * all.after.n;
  return { change: ratio(gap, all.before.n * all.after.n * CENTS)!, withinLevel, mix, pooled };
}
