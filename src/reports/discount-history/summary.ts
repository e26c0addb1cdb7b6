import { mean } from '../../statistics/mean.js';
import { levelText } from '../discount-impact/levels.js';
import type { Options } from '../discount-impact/options.js';
import { type Finding, noAnswer, type Told } from '../finding.js';
import { counted, decimals, listing, percentText, signedMoney } from '../words.js';
import type { ShownYear } from './hiding.js';
import type { SameMonths } from './same-months.js';

/** All that sentences are made of. */
export interface Findings {
  readonly options: Options;
  readonly years: readonly ShownYear[];
  /** Years beside the one before, the same months of both. */
  readonly compared: readonly SameMonths[];
  readonly hiddenCells: number;
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

const percent = (share: number): string => `${decimals(share * 100, 0)} %`;

/** One year beside the one before; never of years whose discounts are not known alike, nor of other months. */
function changeFinding({ from, to, months, unknown, change, reason }: SameMonths, { options }: Findings): Finding {
  const years = `${from} to ${to}`;
  if (change === null || reason !== null) {
    const why =
      unknown === null
        ? reason!
        : `the discount of ${percent(unknown[0])} of the orders is not known in ${from}, of ${percent(unknown[1])} in ${to}`;
    return noAnswer('change', `${years}: no answer, since ${why}.`, reason ?? 'not computed');
  }
  const { value, low, high, p } = change.change;
  const isShown = p !== null && p < 1 - options.confidence;
  const range =
    low === null || high === null
      ? ''
      : ` (${signedMoney(low)} to ${signedMoney(high)}, ${percentText(options.confidence)} sure)`;
  const sure = isShown ? '' : ', which chance explains';
  return {
    id: 'change',
    verdict: isShown ? 'shown' : 'cannot-tell',
    direction: value > 0 ? 'up' : value < 0 ? 'down' : 'none',
    ...{ size: value, low, high, unit: 'money' },
    text: `${years}, ${counted(months.length, 'month')} that both have whole: orders at known discounts are worth ${signedMoney(value)}${range}${sure}; ${signedMoney(change.within.value)} of it at the same discounts, ${signedMoney(change.mix.value)} because orders moved between them.`,
    about: { from, to },
  };
}

/** What the report says, the latest change first. */
export function tell(findings: Findings): Told {
  const { years, compared, options, hiddenCells } = findings;
  const changes = compared
    .toReversed()
    .slice(0, 4)
    .map((one) => changeFinding(one, findings));
  const none =
    years.length === 0
      ? noAnswer('change', 'There is no counted order: nothing can be said about the discount.', 'no counted order')
      : noAnswer('change', 'One year has orders: there is nothing to compare it with.', 'one year');
  const [first = none, ...others] = changes;
  return {
    findings: [first, ...others],
    doubt:
      'Prices, products and patients change from year to year too: a change at the same discounts need not be one of the discount.',
    next: 'What a discount does to an order of the same patient is told by discount-impact.',
    more: [
      ...years
        .toReversed()
        .slice(0, 4)
        .flatMap((year) => yearLine(year, options)),
      ...(hiddenCells === 0 ? [] : [`Hidden for small numbers: ${counted(hiddenCells, 'cell')}.`]),
    ],
  };
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
    'Sentences compare calendar months that lie whole in both years, on orders at known discounts alone, errors by a jackknife over patients; where the shares of unknown discounts differ by more than 10 points there is no answer. The table of changes takes whole years as they are, unknown discounts as a level of their own.',
    ...(small.profile === 'off'
      ? []
      : [
          `Numbers made from 1 to ${small.k - 1} patients are hidden (*), and further ones where a total of the year, or of the level over all years (report discount-impact), would give them away.`,
        ]),
    ...replayNotes,
  ];
}
