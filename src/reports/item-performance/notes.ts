import { listing, percentText } from '../words.js';
import { UNKNOWN } from './lines.js';
import type { Findings } from './summary.js';

function periodNote({ options, compared, grain }: Findings): string {
  if (options.days === null)
    return 'All counted orders of the log are in the table; net_revenue_previous and growth are empty: --days N compares the last N days with the N days before.';
  if (compared)
    return `Orders of the last ${options.days} days up to as of; net_revenue_previous is that of the ${options.days} days before. A ${grain.one} that sold only then has no row.`;
  return `Orders of the last ${options.days} days up to as of; net_revenue_previous is not computed: the log does not reach back ${options.days} days more.`;
}

function hidingNotes({ options, ranking }: Findings): string[] {
  const { profile, k } = options.small;
  if (profile === 'off') return [];
  const rule = `Numbers made from 1 to ${k - 1} patients are hidden (*), and the next smallest where a total would give them away.`;
  const effect = 'Hidden rows are in the totals and shares; they stand last.';
  return ranking.rows.some(({ item }) => item.hidden) ? [rule, effect] : [rule];
}

function linesNote({ facts }: Findings): string[] {
  const parts = [
    ...(facts.stored.has('different') ? ['counted orders whose lines do not add up to their amount_subtotal'] : []),
    ...(facts.stored.has('without lines') ? ['counted orders without a line'] : []),
  ];
  return parts.length === 0 ? [] : [`In the log are ${listing(parts)}; how many stands in the provenance.`];
}

/** Definitions, warnings and what the replay has to say. */
export function notesOf(findings: Findings): string[] {
  const { options, grain } = findings;
  return [
    `Order: one row of orders in its last state at the end of the replay; counted where its status is ${listing(options.statuses)}. Net revenue: quantity * unit price of its lines, after discount, before tax and shipping.`,
    `The ${grain.one} and its prices are those as of the order where the log shows them, else the first that it knows; the name is the latest. What the log does not know is ${UNKNOWN}, so that the rows add up to all lines.`,
    periodNote(findings),
    `repeat_rate: of patients whose first order of it is at least ${options.repeatDays} days old as of the end, those with two orders of it or more; younger ones are in neither number. repeat_within: of the same patients, those with the second one within as many days. Intervals are Wilson's, ${percentText(options.confidence)}, with patients as independent.`,
    'rank_low to rank_high: the places that a row may have by chance, each pair compared with what patients differ in (sum of squares of what each spent), corrected for the number of rows (Bonferroni).',
    'discount_given is empty where a line has no recommended price. An order with several rows counts in each of them: orders and patients do not add up.',
    ...linesNote(findings),
    ...hidingNotes(findings),
  ];
}
