import { type Concentration, concentration, type RevenueShare } from '../../statistics/concentration.js';
import { ratio } from '../../statistics/exact.js';
import { type Proportion, share, wilson } from '../../statistics/proportions.js';
import { type RankInterval, rankIntervals } from '../../statistics/rank-interval.js';
import type { ShownItem, ShownItems } from './hiding.js';
import type { Options } from './options.js';

/** A row with what is computed over all of them. */
export interface RankedItem extends RevenueShare {
  readonly item: ShownItem;
  /** The name, with the id where several rows have the name. */
  readonly label: string;
  /** Among the rows that are shown. */
  readonly rank: number;
  readonly repeatRate: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Who came back within the same time. */
  readonly within: { readonly rate: number | null; readonly low: number | null; readonly high: number | null };
  /** The places that it may have by chance; null for hidden rows. */
  readonly places: RankInterval | null;
  /** Relative change to the time before; null where it had no revenue, or the log does not reach back. */
  readonly growth: number | null;
}

/** The rows, and how much of the revenue few of them make; nulls where that cannot be told. */
export interface Ranking extends Pick<Concentration, 'herfindahl' | 'makeMost'> {
  readonly rows: readonly RankedItem[];
  readonly total: bigint;
}

function repeats(
  one: Proportion,
  options: Options,
): { repeatRate: number | null; low: number | null; high: number | null } {
  return { repeatRate: share(one), ...wilson(one, options.confidence) };
}

function growthOf({ net, before }: ShownItem, compared: boolean): number | null {
  return compared && before.net > 0n ? ratio(net - before.net, before.net) : null;
}

/**
 * Shares, classes and growth. Hidden rows stand last and are one lump in the Herfindahl index: squares of single ones could
 * be solved for their revenue.
 */
export function rank({ items }: ShownItems, options: Options, compared: boolean): Ranking {
  const cents = items.map(({ net }) => net);
  const { rows } = concentration(cents);
  const names = new Map<string, number>();
  for (const { name } of items) names.set(name, (names.get(name) ?? 0) + 1);
  const shown = items.flatMap(({ hidden, net }) => (hidden ? [] : [net]));
  const lump = items.reduce((sum, { hidden, net }) => sum + (hidden ? net : 0n), 0n);
  const pooled = concentration(shown.length === items.length ? shown : [...shown, lump]);
  const open = items.filter(({ hidden }) => !hidden);
  const places = rankIntervals(
    open.map(({ net, squares }) => ({ sum: Number(net), variance: Number(squares) })),
    options.confidence,
  );
  const placeOf = new Map(open.map((item, i) => [item, places[i]!]));
  const withinOf = ({ within, repeat }: ShownItem) => {
    const one = { k: within, n: repeat.n };
    return { rate: share(one), ...wilson(one, options.confidence) };
  };
  const most = pooled.makeMost !== null && pooled.makeMost <= shown.length ? pooled.makeMost : null;
  return {
    herfindahl: pooled.herfindahl,
    makeMost: most,
    total: cents.reduce((sum, value) => sum + value, 0n),
    rows: items.map((item, i) => ({
      ...rows[i]!,
      ...repeats(item.repeat, options),
      item,
      label: names.get(item.name) === 1 ? item.name : `${item.name} (${item.id})`,
      rank: i + 1,
      growth: growthOf(item, compared),
      within: withinOf(item),
      places: placeOf.get(item) ?? null,
    })),
  };
}
