import { CAUSE } from '../cause.js';
import { BANNER } from '../small-numbers.js';
import { isSkewed } from '../statistics/skewness.js';
import { listing, percentText } from '../words.js';
import type { Findings } from './findings.js';
import { levelText } from './levels.js';
import type { Options } from './options.js';
import { CLUSTERS_NEEDED } from './slopes.js';

function definitions({ options }: Findings): string[] {
  const confidence = percentText(options.confidence);
  return [
    `Order: one row of orders in its last state at the end of the replay; counted where its status is ${listing(options.statuses)}. Amount: ${options.amount}.`,
    'Discount: the one in force when the order stands in the replay, as stored but positive; none and unknown are levels of their own, in no slope and no test.',
    `Errors of levels and jumps take the orders of one patient together; intervals are ${confidence}, t with patients - 1 degrees of freedom. se_iid and Welch take all orders as independent.`,
    `Slopes compare discounts as stored, without --level-width; below ${CLUSTERS_NEEDED} patients or practitioners their errors are too small. Orders without a practitioner are left out of the slope within practitioner.`,
    'aov_gross is net / (1 - discount/100) for each order, added exactly, divided by the orders: product prices are not in this pipeline. A discount lowers the net AOV by arithmetic alone.',
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

function grossNote({ shown }: Findings): string[] {
  const open = shown.levels.filter(({ sums, hidden }) => !hidden && sums.kind === 'discount' && sums.gross === null);
  if (open.length === 0) return [];
  return [
    `aov_gross not computed at ${listing(open.map(({ sums }) => levelText(sums)))}: a discount of 100 % or more leaves it open.`,
  ];
}

/** Definitions, warnings, what the replay has to say (`replayNotes`), and the sentence on cause. */
export function notesOf(findings: Findings, inputNotes: readonly string[], replayNotes: readonly string[]): string[] {
  return [
    ...(findings.options.small.profile === 'off' ? [BANNER] : []),
    ...definitions(findings),
    ...intervalNote(findings.options),
    ...skewNote(findings),
    ...grossNote(findings),
    ...hidingNote(findings),
    ...inputNotes,
    ...replayNotes,
    CAUSE,
  ];
}
