import { type Told, WITHOUT_SIZE } from '../finding.js';
import { counted, decimals, listing, percentText } from '../words.js';
import type { JudgedPair } from './judge.js';
import type { Options } from './options.js';
import { NONE, type Pairs, UNKNOWN } from './pairs.js';
import { numbered, practitionerName } from './tables.js';

/** All that sentences are made of. */
export interface Findings {
  readonly options: Options;
  readonly all: Pairs;
  readonly pairs: readonly JudgedPair[];
  readonly hiddenCells: number;
}

/** Pairs told in a sentence. */
const TOLD = 3;

function found({ pairs, options }: Findings): readonly JudgedPair[] {
  return pairs.filter((pair) => !pair.hidden && pair.q !== null && pair.q < 1 - options.confidence);
}

function say(pairs: readonly JudgedPair[], { options, pairs: all }: Findings): string {
  const order = numbered(all);
  const words = pairs
    .slice(0, TOLD)
    .map(
      (pair) =>
        `practitioner ${practitionerName(pair, options, order)} with ${pair.brandSide.name} (${counted(Number(pair.orders), 'order')}, expected ${decimals(pair.expected, 1)}, shrunk lift ${decimals(pair.shrunkLift!, 2)})`,
    );
  return words.join('; ');
}

/** The report in at most ten lines; the first one answers its question. */
function summarise(findings: Findings): string[] {
  const { all, pairs, options, hiddenCells } = findings;
  if (all.orders === 0n) return ['There is no counted order with a line: nothing can be said about pairs.'];
  const tested = pairs.filter(({ p, hidden }) => p !== null && !hidden);
  const more = found(findings).filter(({ adjustedResidual }) => adjustedResidual! > 0);
  const less = found(findings).filter(({ adjustedResidual }) => adjustedResidual! < 0);
  const few = pairs.filter(({ enough }) => !enough).length;
  const rate = percentText(1 - options.confidence);
  const answer =
    more.length + less.length === 0
      ? `No pair stands out: of ${counted(tested.length, 'pair')} with 5 expected orders that ${tested.length === 1 ? 'is' : 'are'} shown, none differs from chance at a false discovery rate of ${rate}.`
      : `${counted(more.length, 'pair')} with more orders than chance and ${less.length} with fewer, of ${tested.length} tested and shown, at a false discovery rate of ${rate}.`;
  return [
    answer,
    ...(more.length === 0 ? [] : [`Most above chance: ${say(more, findings)}.`]),
    ...(less.length === 0 ? [] : [`Most below chance: ${say([...less].reverse(), findings)}.`]),
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

const SPOKEN = {
  doubt: 'Orders of one patient count each: a loyal patient looks like a link.',
  next: 'Look at how many patients stand behind a pair.',
};

/** What the report says, the answer first. */
export function tell(findings: Findings): Told {
  const [text = 'Nothing to report.', ...more] = summarise(findings);
  return { ...SPOKEN, findings: [{ id: 'pair', verdict: 'cannot-tell', ...WITHOUT_SIZE, text }], more };
}

/** Definitions, warnings and what the replay has to say. */
export function notesOf({ options, all }: Findings, replayNotes: readonly string[]): string[] {
  const { small } = options;
  return [
    `The unit is the order: ${counted(Number(all.orders), 'counted order')} with a line, status ${listing(options.statuses)}; a brand counts once an order. Orders of one patient are not independent, so p and q are on the low side: read them as an order of what to look at.`,
    `Practitioner: of the order, else of its patient at that instant; ${NONE} without one. Brand: as of the order; ${UNKNOWN} where the log does not tell.`,
    `expected = orders of the practitioner x orders with the brand / all orders. The table is by shrunk lift, (orders + ${options.prior}) / (expected + ${options.prior}), never by raw lift, which rare pairs lead by accident.`,
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
