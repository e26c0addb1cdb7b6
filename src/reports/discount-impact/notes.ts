import { isSkewed } from '../../statistics/skewness.js';
import { NET_AMOUNT } from '../order-lines.js';
import { listing, percentText } from '../words.js';
import type { Findings } from './findings.js';
import { levelText } from './levels.js';
import type { Options } from './options.js';
import { CLUSTERS_NEEDED } from './slopes.js';

/** Why amounts before discount are not of order lines. */
export function withoutLines({ options }: Findings): string {
  return options.amount === NET_AMOUNT
    ? 'the input or the pipeline has no order lines with recommended prices (order_items, products)'
    : `${options.amount} holds tax and shipping, recommended prices do not`;
}

const ARITHMETIC = 'A discount lowers the net AOV by arithmetic alone.';

function grossText(findings: Findings): string {
  const divided = 'net / (1 - discount/100) for each order, added exactly, divided by the orders';
  if (findings.gross === null) return `aov_gross is ${divided}: ${withoutLines(findings)}. ${ARITHMETIC}`;
  const { basis } = findings.gross;
  const rest = basis.discount === undefined ? '' : `; orders without priced lines: ${divided}`;
  return `aov_gross is quantity * recommended price of the product as of the order, summed over the order lines, divided by the orders${rest}. ${ARITHMETIC}`;
}

function definitions(findings: Findings): string[] {
  const { options } = findings;
  const confidence = percentText(options.confidence);
  return [
    `Order: one row of orders in its last state at the end of the replay; counted where its status is ${listing(options.statuses)}. Amount: ${options.amount}.`,
    'Discount: the one in force when the order stands in the replay, as stored but positive; none and unknown are levels of their own, in no slope and no test.',
    `Errors of levels and jumps take the orders of one patient together; intervals are ${confidence}, t with patients - 1 degrees of freedom. se_iid and Welch take all orders as independent.`,
    `Slopes compare discounts as stored, without --level-width; below ${CLUSTERS_NEEDED} patients or practitioners their errors are too small. Orders without a practitioner are left out of the slope within practitioner.`,
    grossText(findings),
    `The first sentence makes three claims at once (a slope over all orders, one within patients, and that they differ: Hausman's test, clustered by patient), so each of them asks for a p below ${percentText((1 - options.confidence) / 3)}.`,
    `A level is tested from ${options.minOrders} orders and ${options.minPatients} patients on; Holm and ranks are over the jumps shown.`,
  ];
}

function intervalNote(options: Options): string[] {
  if (options.interval === 't') return [];
  return [
    "ci_low and ci_high of the levels are Hall's: adjusted for skewed amounts, with all orders taken as independent.",
  ];
}

function skewNote({ shown, options }: Findings): string[] {
  const skewed = shown.levels.filter(({ sums, hidden }) => !hidden && isSkewed(sums.power) === true);
  if (skewed.length === 0 || options.interval === 'hall') return [];
  const names = listing(skewed.map(({ sums }) => levelText(sums)));
  return [`Skewed amounts at ${names}: the t interval is too short there; --interval hall adjusts for it.`];
}

function hidingNote({ shown, options, orders }: Findings): string[] {
  if (options.small.profile === 'off') return [];
  const hidden = shown.levels.some((level) => level.hidden);
  const rule = `Numbers made from 1 to ${options.small.k - 1} patients are hidden (*), and the next smallest where a total would give them away; quartiles need ${2 * options.small.k} patients.`;
  const effect = hidden ? ['Hidden levels are in the totals, but left out of jumps, slopes and the chart.'] : [];
  const totals = orders === null && hidden ? ['Totals are withheld, too: they would be the hidden numbers.'] : [];
  return [rule, ...effect, ...totals];
}

function grossNote({ shown, gross }: Findings): string[] {
  const open = shown.levels.filter(({ sums, hidden }) => !hidden && sums.gross === null);
  const levels = (known: boolean): string[] =>
    open.filter(({ sums }) => (sums.kind === 'unknown') !== known).map(({ sums }) => levelText(sums));
  return [
    ...(levels(true).length === 0
      ? []
      : [`aov_gross not computed at ${listing(levels(true))}: a discount of 100 % or more leaves it open.`]),
    ...(levels(false).length === 0 || gross === null
      ? []
      : ['aov_gross not computed at unknown: some of these orders have neither priced lines nor a known discount.']),
  ];
}

/** Definitions, warnings and what the replay has to say (`replayNotes`). */
export function notesOf(findings: Findings, inputNotes: readonly string[], replayNotes: readonly string[]): string[] {
  return [
    ...definitions(findings),
    ...intervalNote(findings.options),
    ...skewNote(findings),
    ...grossNote(findings),
    ...hidingNote(findings),
    ...inputNotes,
    ...replayNotes,
  ];
}
