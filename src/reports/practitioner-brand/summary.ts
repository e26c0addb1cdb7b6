import { type Finding, noAnswer, type Told, WITHOUT_SIZE } from '../finding.js';
import { counted, decimals, listing } from '../words.js';
import type { JudgedPair } from './judge.js';
import type { Options } from './options.js';
import { NONE, type Pairs, UNKNOWN } from './pairs.js';
import { numbered, practitionerName } from './tables.js';

/** All that sentences are made of. */
export interface Findings {
  readonly options: Options;
  readonly all: Pairs;
  readonly pairs: readonly JudgedPair[];
  /** The lift that a pair of middling size needs to be found in most cases. */
  readonly visibleLift: number | null;
  readonly hiddenCells: number;
}

/** Pairs told in findings of their own. */
const TOLD = 3;

function pairFinding(pair: JudgedPair, { options, pairs }: Findings): Finding {
  const { lift, shrunk, low, high } = pair.byPatients;
  const name = practitionerName(pair, options, numbered(pairs));
  const isMore = pair.verdict === 'more';
  return {
    id: 'pair',
    verdict: 'shown',
    direction: isMore ? 'up' : 'down',
    ...{ size: shrunk, low, high, unit: 'statistic' },
    text: `Patients of practitioner ${name} choose ${pair.brandSide.name} ${isMore ? 'more' : 'less'} often than others do: ${decimals(lift!, 2)} times its usual share, ${decimals(shrunk!, 2)} allowing for chance (${counted(pair.patients, 'patient')}).`,
    about: { practitioner: name, brand: pair.brandSide.name },
  };
}

function smallest({ visibleLift }: Findings): string {
  return visibleLift === null
    ? ''
    : ` A link weaker than about ${decimals(visibleLift, 1)} times the usual share could hardly have been seen.`;
}

/** No pair: of how many, and what could have been seen. */
function noPair(findings: Findings): Finding {
  const tested = findings.pairs.filter(({ verdict, hidden }) => verdict !== null && !hidden);
  if (findings.all.orders === 0n)
    return noAnswer(
      'pair',
      'There is no counted order with a line: nothing can be said about pairs.',
      'no counted order with a line',
    );
  if (tested.length === 0)
    return noAnswer(
      'pair',
      'No pair of practitioner and brand has enough patients to be compared.',
      'no pair with 5 patients and 5 orders by chance',
    );
  const text = `No pair stands out: of ${counted(tested.length, 'pair')} of practitioner and brand none is chosen more or less often than chance would have it, once each patient counts rather than each order.${smallest(findings)}`;
  return { id: 'pair', verdict: 'cannot-tell', ...WITHOUT_SIZE, text };
}

/** What is not tested, and what is hidden. */
function furtherLines({ pairs, options, hiddenCells }: Findings): string[] {
  const few = pairs.filter(({ enough }) => !enough).length;
  return [
    ...(few === 0
      ? []
      : [
          `${counted(few, 'pair')} with fewer than 5 expected orders ${few === 1 ? 'is' : 'are'} not tested${options.all ? '' : ' and not listed (--all lists them)'}.`,
        ]),
    ...(hiddenCells === 0
      ? []
      : [
          `Hidden for small numbers: ${counted(hiddenCells, 'cell')}, all of ${counted(pairs.filter(({ hidden, enough }) => hidden && (enough || options.all)).length, 'pair')}.`,
        ]),
  ];
}

/** What the report says: each pair that is shown, the strongest first, or that none is. */
export function tell(findings: Findings): Told {
  const shown = findings.pairs.filter(({ verdict, hidden }) => !hidden && (verdict === 'more' || verdict === 'fewer'));
  const [first, ...others] = [...shown]
    .sort((a, b) => Math.abs(b.byPatients.score!) - Math.abs(a.byPatients.score!))
    .map((pair) => pairFinding(pair, findings));
  const rest = others.length <= TOLD ? [] : [`${counted(others.length - TOLD, 'further pair')} stand in the table.`];
  return {
    findings: first === undefined ? [noPair(findings)] : [first, ...others],
    doubt:
      'Who favours a brand looks like a link of the practitioner; such habits of patients are allowed for, other reasons that patients of one practitioner share are not.',
    next:
      first === undefined
        ? 'More patients, not more orders, would show weaker links.'
        : 'Ask the practitioner why, and look at how many patients stand behind the pair.',
    more: [...rest, ...furtherLines(findings)],
  };
}

/** Definitions, warnings and what the replay has to say. */
export function notesOf({ options, all }: Findings, replayNotes: readonly string[]): string[] {
  const { small } = options;
  return [
    `The unit is the order: ${counted(Number(all.orders), 'counted order')} with a line, status ${listing(options.statuses)}; a brand counts once an order. What is said of pairs counts patients: a patient's share of a brand, weighted so that loyalty adds nothing; chance is that patients are dealt anew to practitioners, among those who order about as much; one chance of error holds for all pairs together. Orders of no patient take no part in it.`,
    `Practitioner: of the order, else of its patient at that instant; ${NONE} without one. Brand: as of the order; ${UNKNOWN} where the log does not tell.`,
    `expected = orders of the practitioner x orders with the brand / all orders. Shrunk lift: (orders + ${options.prior}) / (expected + ${options.prior}). These, the residual, p and q take orders of one patient as independent, which they are not.`,
    'p: two-sided, of the adjusted residual (Haberman), for pairs with at least 5 expected orders; q: Benjamini-Hochberg over them, hidden ones included.',
    'A pair without an order stands in the table too, where orders are expected.',
    ...(small.profile === 'off'
      ? []
      : [
          `Pairs of 1 to ${small.k - 1} patients are hidden (*), and as many others as the totals of practitioner and brand ask for; they stand last.`,
        ]),
    ...replayNotes,
  ];
}
