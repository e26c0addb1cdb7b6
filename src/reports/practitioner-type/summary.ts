import { printedCounts, shownCounts } from '../../disclosure/shown-counts.js';
import { type Told, WITHOUT_SIZE } from '../finding.js';
import { counted, decimals, listing, percentText, pText } from '../words.js';
import type { Options } from './options.js';
import type { ShownType } from './tables.js';
import type { MeasureTests } from './tests.js';
import type { Facts } from './units.js';
import { NONE, UNKNOWN } from './units.js';

/** All that sentences are made of. */
export interface Findings {
  readonly options: Options;
  readonly types: readonly ShownType[];
  readonly tests: readonly MeasureTests[];
  readonly facts: Facts;
  readonly hiddenCells: number;
}

const inUnit = (value: number, unit: 'money' | 'number' | 'share'): string =>
  unit === 'share' ? `${decimals(value * 100, 1)} points` : decimals(value, 2);

function measureLine({ measure, types, anova, ranks, pairs }: MeasureTests, options: Options): string {
  const name = measure.words[0]!.toUpperCase() + measure.words.slice(1);
  if (types.length < 2)
    return `${name}: too few types with ${options.minPractitioners} practitioners of ${options.minOrders} orders; nothing is tested.`;
  if (anova === null) return `${name}: cannot be tested, because a type does not vary.`;
  const told = `Welch ANOVA p ${pText(anova.p)}${ranks === null ? '' : `, Kruskal-Wallis p ${pText(ranks.p)}`}, ${types.length} types`;
  const shown = 1 - options.confidence;
  if (anova.p >= shown) return `${name}: no difference between types can be told from chance (${told}).`;
  const sure = pairs.filter(({ p, pHolm }) => (pHolm ?? p ?? 1) < shown);
  const words = [...sure]
    .sort((a, b) => (a.pHolm ?? a.p!) - (b.pHolm ?? b.p!))
    .slice(0, 2)
    .map(({ from, to, difference }) => {
      const [more, less] = difference > 0 ? [to, from] : [from, to];
      return `${more} above ${less} by ${inUnit(Math.abs(difference), measure.unit)}`;
    });
  const which = words.length === 0 ? 'no single pair stands out' : listing(words);
  return `${name} differs between types (${told}): ${which}.`;
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

/** The report in at most ten lines; the first one answers its question. */
function summarise(findings: Findings): string[] {
  const { tests, options, types, facts, hiddenCells } = findings;
  if (types.length === 0) return ['There is no counted order: nothing can be said about practitioners.'];
  const basis = printedCounts(shownCounts(facts.basis, options.small));
  const say = (name: string): string => String(basis[name] ?? 0);
  return [
    ...tests.map((test) => measureLine(test, options)),
    ...tooFew(findings),
    ...(!facts.basis.has('assumed') || options.latest
      ? []
      : [
          `Of the orders with a practitioner, ${say('proven')} have the type that the log shows for their instant; for ${say('assumed')} the first known one is assumed.`,
        ]),
    ...(hiddenCells === 0 ? [] : [`Hidden for small numbers: ${counted(hiddenCells, 'cell')}.`]),
  ];
}

const SPOKEN = {
  doubt: 'Who goes to which practitioner is no accident.',
  next: 'Look at the single practitioners in the table.',
};

/** What the report says, the answer first. */
export function tell(findings: Findings): Told {
  const [text = 'Nothing to report.', ...more] = summarise(findings);
  return { ...SPOKEN, findings: [{ id: 'type', verdict: 'cannot-tell', ...WITHOUT_SIZE, text }], more };
}

/** Definitions, warnings and what the replay has to say. */
export function notesOf({ options, facts }: Findings, replayNotes: readonly string[]): string[] {
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
    'Pairs: Welch t with Holm over the pairs of one measure; the four measures are not adjusted for each other.',
    ...(small.profile === 'off'
      ? []
      : [
          `Numbers made from 1 to ${small.k - 1} patients are hidden (*), and the next smallest where a total would give them away.`,
        ]),
    ...replayNotes,
  ];
}
