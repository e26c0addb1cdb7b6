import { hideRows } from '../../disclosure/hide-rows.js';
import { isSmall, oneWay, suppress } from '../../disclosure/suppression.js';
import type { ReportContext } from '../definition.js';
import { type Item, patientsBehind } from './items.js';
import type { Options } from './options.js';

/** A brand or product with the decision what of it is shown. */
export interface ShownItem extends Item {
  readonly hidden: boolean;
  readonly hiddenRepeats: boolean;
  readonly hiddenRate: boolean;
  readonly hiddenWithin: boolean;
  readonly hiddenReturns: boolean;
  readonly hiddenBefore: boolean;
}

/** The rows in the order in which they are told: shown ones by revenue, hidden ones behind them by id. */
export interface ShownItems {
  readonly items: readonly ShownItem[];
  /** May totals over all rows be told? Not where they are the hidden numbers. */
  readonly totalsShown: boolean;
}

/**
 * Hides rows of few patients, and the next smallest ones for as long as all hidden ones together have few: their sum
 * follows from the shares of the others. Returned units and the revenue before have patients of their own.
 */
export async function hideItems(context: ReportContext, options: Options, all: readonly Item[]): Promise<ShownItems> {
  const { k } = options.small;
  const behind = (rows: readonly number[]): Promise<number> =>
    patientsBehind(
      context,
      options,
      rows.map((i) => all[i]!.id),
    );
  const hidden = await hideRows(
    all.map(({ patients }) => patients),
    k,
    behind,
  );
  const small = isSmall(await behind(hidden.flatMap((is, i) => (is ? [i] : []))), k);
  const returns = suppress(oneWay(all.map(({ returned }) => returned.patients)), k).hidden;
  const before = suppress(oneWay(all.map((item) => item.before.patients)), k).hidden;
  const items = all.map((item, i) => ({
    ...item,
    hidden: hidden[i]!,
    hiddenRepeats: hidden[i]! || isSmall(item.repeatPatients, k),
    hiddenRate: hidden[i]! || isSmall(item.repeat.k, k) || isSmall(item.repeat.n, k),
    hiddenWithin:
      hidden[i]! ||
      [item.within, item.repeat.n, item.repeat.n - item.within, item.repeat.k - item.within].some((n) => isSmall(n, k)),
    hiddenReturns: hidden[i]! || returns[i]!,
    hiddenBefore: hidden[i]! || before[i]!,
  }));
  // The place of a hidden row among the others would tell its revenue within narrow bounds.
  const byId = (a: Item, b: Item): number => a.id.length - b.id.length || (a.id < b.id ? -1 : 1);
  const last = items.filter((item) => item.hidden).sort(byId);
  return { items: [...items.filter((item) => !item.hidden), ...last], totalsShown: !small };
}
