import { mean } from '../../statistics/mean.js';
import { levelText } from '../discount-impact/levels.js';
import type { Options } from '../discount-impact/options.js';
import { type Told, WITHOUT_SIZE } from '../finding.js';
import { counted, decimals, listing, percentText, signedMoney } from '../words.js';
import type { ShownYear } from './hiding.js';
import type { YearChange } from './tables.js';

/** All that sentences are made of. */
export interface Findings {
  readonly options: Options;
  readonly years: readonly ShownYear[];
  readonly changes: readonly YearChange[];
  readonly hiddenCells: number;
}

function changeLine({ from, to, change }: YearChange): string {
  const years = `${from.year} to ${to.year}`;
  if (change === null) return `${years}: hidden for small numbers.`;
  const partial = [from, to].filter(({ complete }) => !complete).map(({ year }) => String(year));
  const warning = partial.length === 0 ? '' : ` (${listing(partial)} not complete)`;
  return `${years}: AOV ${signedMoney(change.change)}, of which ${signedMoney(change.withinLevel)} at the same discounts and ${signedMoney(change.mix)} because orders moved between them${warning}.`;
}

function yearLine(year: ShownYear, options: Options): string[] {
  if (year.allHidden) return [];
  const usable = year.levels.filter(
    ({ kind, power, clusters }, i) =>
      kind === 'discount' &&
      !year.hidden[i] &&
      power.n >= BigInt(options.minOrders) &&
      clusters.clusters >= BigInt(options.minPatients),
  );
  const best = usable.reduce<(typeof usable)[number] | undefined>(
    // Compared as fractions: equal doubles could hide which is larger.
    (top, one) => (top === undefined || one.power.sum * top.power.n > top.power.sum * one.power.n ? one : top),
    undefined,
  );
  const highest = best === undefined ? '' : `; highest at ${levelText(best)} (${decimals(mean(best.power)!, 2)})`;
  return [
    `${year.year}: AOV ${decimals(mean(year.all.power)!, 2)} over ${counted(Number(year.all.power.n), 'order')}${highest}.`,
  ];
}

/** The report in at most ten lines; the latest change first. */
function summarise(findings: Findings): string[] {
  const { years, changes, options, hiddenCells } = findings;
  if (years.length === 0) return ['There is no counted order: nothing can be said about the discount.'];
  const lines = [
    ...(changes.length === 0 ? ['One year has orders: there is nothing to compare it with.'] : []),
    ...changes.toReversed().slice(0, 4).map(changeLine),
    ...years
      .toReversed()
      .slice(0, 4)
      .flatMap((year) => yearLine(year, options)),
  ];
  return hiddenCells === 0 ? lines : [...lines, `Hidden for small numbers: ${counted(hiddenCells, 'cell')}.`];
}

const SPOKEN = {
  doubt: 'Years may differ in season, prices and in how many discounts are known.',
  next: 'Compare the same months of both years, and the levels in the table.',
};

/** What the report says, the answer first. */
export function tell(findings: Findings): Told {
  const [text = 'Nothing to report.', ...more] = summarise(findings);
  return { ...SPOKEN, findings: [{ id: 'change', verdict: 'cannot-tell', ...WITHOUT_SIZE, text }], more };
}

/** Definitions, warnings and what the replay has to say. */
export function notesOf(
  { options }: Findings,
  lined: boolean,
  timeZone: string,
  replayNotes: readonly string[],
): string[] {
  const { small } = options;
  return [
    `Order: one row of orders in its last state at the end of the replay; counted where its status is ${listing(options.statuses)}. Amount: ${options.amount}. Years are those of ${timeZone}.`,
    'Discount: the one in force when the order stands in the replay, as stored but positive; none and unknown are levels of their own.',
    `Errors take the orders of one patient together; intervals are ${percentText(options.confidence)}, t with patients - 1 degrees of freedom.`,
    'Rows "all" hold every counted order of their year. The change of the AOV is split with the means of both years as weights; levels that one year lacks are pooled, and a pool of one year alone is mix.',
    lined
      ? 'aov_gross is quantity * recommended price of the product as of the order, summed over the order lines; net / (1 - discount/100) for orders without priced lines.'
      : 'aov_gross is net / (1 - discount/100): the input or the pipeline has no order lines with recommended prices, or the amount holds tax and shipping.',
    'A year that is not complete is compared all the same, and said: seasons may differ.',
    ...(small.profile === 'off'
      ? []
      : [
          `Numbers made from 1 to ${small.k - 1} patients are hidden (*), and further ones where a total of the year, or of the level over all years (report discount-impact), would give them away.`,
        ]),
    ...replayNotes,
  ];
}
