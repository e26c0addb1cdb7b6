import { printedCounts, shownCounts } from '../../disclosure/shown-counts.js';
import { holm } from '../../statistics/holm.js';
import { type Finding, noAnswer, type Told } from '../finding.js';
import { counted, decimals, listing, moneyText, percentText } from '../words.js';
import type { Options } from './options.js';
import type { ShownType } from './tables.js';
import type { Measure, MeasureTests } from './tests.js';
import type { Facts } from './units.js';
import { NONE, UNKNOWN } from './units.js';

/** All that sentences are made of. */
export interface Findings {
  readonly options: Options;
  readonly types: readonly ShownType[];
  readonly tests: readonly MeasureTests[];
  readonly facts: Facts;
}

const inUnit = (value: number, { unit }: Measure, currency: string | null): string => {
  if (unit === 'share') return `${decimals(value * 100, 1)} points`;
  return unit === 'money' ? moneyText(value, currency) : decimals(value, 1);
};

const IDS: Readonly<Record<Measure['name'], string>> = {
  aov: 'type-average-order',
  orders_per_month: 'type-orders',
  revenue_per_month: 'type-revenue',
  repeat_share: 'type-repeat',
};

/** One measure; the first is judged alone, the others share one correction (`pHolm`). */
function measureFinding(
  { measure, types, anova, pairs, ruledOutAbove: most }: MeasureTests,
  pHolm: number | null,
  options: Options,
): Finding {
  const { confidence, currency } = options;
  const id = IDS[measure.name];
  if (types.length < 2)
    return noAnswer(
      id,
      `Types cannot be compared by ${measure.words}: fewer than two have ${options.minPractitioners} practitioners of ${options.minOrders} orders.`,
      'too few practitioners',
    );
  if (anova === null || pHolm === null)
    return noAnswer(
      id,
      `Types cannot be compared by ${measure.words}: within a type practitioners do not differ.`,
      'nothing varies',
    );
  const [widest] = [...pairs].sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  const numbers = { size: widest!.difference, low: widest!.low, high: widest!.high, unit: measure.unit };
  const about = { from: widest!.from, to: widest!.to };
  if (pHolm >= 1 - confidence) {
    const text = `No type of practitioner is shown to do better by ${measure.words}${most === null ? '' : `: a difference above ${inUnit(most, measure, currency)} between any two can be ruled out, a smaller one cannot`}.`;
    return { id, verdict: most === null ? 'cannot-tell' : 'ruled-out', direction: 'none', ...numbers, text, about };
  }
  const sure = pairs.filter((pair) => (pair.pHolm ?? pair.p ?? 1) < 1 - confidence);
  const words = [...sure]
    .sort((a, b) => (a.pHolm ?? a.p!) - (b.pHolm ?? b.p!))
    .slice(0, 2)
    .map(({ from, to, difference }) => {
      const [more, less] = difference > 0 ? [to, from] : [from, to];
      return `${more} above ${less} by ${inUnit(Math.abs(difference), measure, currency)}`;
    });
  const which = words.length === 0 ? 'no single pair stands out' : listing(words);
  const text = `Types of practitioner differ by ${measure.words}, more than chance explains: ${which}.`;
  return { id, verdict: 'shown', direction: 'mixed', ...numbers, text, about };
}

function tooFew({ types, tests, options }: Findings): string[] {
  const tested = new Set(tests[0]!.types);
  const left = types
    .filter(({ type }) => !tested.has(type) && type !== NONE && type !== UNKNOWN)
    .map(({ type }) => type);
  if (left.length === 0) return [];
  return [
    `Too few practitioners, left out of the tests: ${listing(left)} (fewer than ${options.minPractitioners} with ${options.minOrders} orders).`,
  ];
}

/** What the report says: the average order first; the other measures share one correction. */
export function tell(findings: Findings, hiddenCells: number): Told {
  const { tests, options, types, facts } = findings;
  const basis = printedCounts(shownCounts(facts.basis, options.small));
  const [first, ...others] = tests;
  const corrected = holm(others.map(({ anova }) => anova?.p ?? null));
  const headline =
    types.length === 0 || first === undefined
      ? noAnswer(
          'type-average-order',
          'There is no counted order: nothing can be said about practitioners.',
          'no counted order',
        )
      : measureFinding(first, first.anova?.p ?? null, options);
  const used = types.reduce((n, { type }) => n + (first?.types.includes(type) === true ? 1 : 0), 0);
  return {
    findings: [headline, ...others.map((test, i) => measureFinding(test, corrected[i]!, options))],
    doubt: `Who goes to which practitioner, where and with what complaint is no accident; practitioners count here, not orders, so few of them tell little (${counted(used, 'type')} compared).`,
    next: 'Next, look at single practitioners: they differ more within a type than types do, if the dots of the picture overlap.',
    more: [
      ...tooFew(findings),
      ...(!facts.basis.has('assumed') || options.latest
        ? []
        : [
            `Of the orders with a practitioner, ${basis.proven ?? 0} have the type that the log shows for their instant; for ${basis.assumed ?? 0} the first known one is assumed.`,
          ]),
      ...(hiddenCells === 0 ? [] : [`Hidden because few patients stand behind them: ${counted(hiddenCells, 'cell')}.`]),
    ],
  };
}

/** Definitions and warnings. */
export function notesOf({ options, facts }: Findings): string[] {
  const { small } = options;
  const whom = options.own
    ? 'its own practitioner'
    : 'its own practitioner, else the one of its patient at that instant';
  const when = options.latest
    ? 'at the end of the log'
    : 'as of the order; where the log does not reach back, the first that it shows';
  return [
    `Order: one row of orders in its last state at the end of the replay; counted where its status is ${listing(options.statuses)}. Amount: ${options.amount}.`,
    `An order counts for ${whom}; orders without one stand in the row ${NONE}. Type: ${when}. ${counted(facts.changed, 'practitioner')} with orders under two types or more ${facts.changed === 1 ? 'is' : 'are'} one unit in each.`,
    `The unit is the practitioner, not the order: means, intervals (t, ${percentText(options.confidence)}) and tests are over practitioners with at least ${options.minOrders} counted orders. An active month is a calendar month with a counted order.`,
    `Repeat share: of patients whose first order with the practitioner is at least ${options.repeatDays} days old, those who came back to the same one on another day within ${options.repeatDays} days.`,
    'Pairs: Welch t with Holm over the pairs of one measure. In the sentences the average order is judged alone, the other three measures with one correction (Holm). What can be ruled out is the end of the widest interval of all pairs (Bonferroni).',
    ...(small.profile === 'off'
      ? []
      : [
          `Numbers made from 1 to ${small.k - 1} patients are hidden (*), and the next smallest where a total would give them away.`,
        ]),
  ];
}
