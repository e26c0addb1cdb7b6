import { type Told, WITHOUT_SIZE } from '../finding.js';
import { counted, decimals, listing, percentText } from '../words.js';
import { ALL, type ShownLeftOut } from './exposure.js';
import type { Options } from './options.js';
import { LEVELS_NEEDED } from './spot.js';
import { isAnswered, type ShownSpot } from './tables.js';

/** All that sentences are made of. */
export interface Findings {
  readonly options: Options;
  readonly spots: readonly ShownSpot[];
  readonly leftOut: ShownLeftOut;
  readonly hiddenCells: number;
}

const level = (value: number): string => `${Number(decimals(value, 2))} %`;

function answer({ spots }: Findings): string[] {
  const all = spots.find(({ practitioner }) => practitioner === ALL);
  if (all === undefined) return ['No patient spent time at a known discount: nothing can be said about levels.'];
  if (!isAnswered(all) || all.best === null)
    return [`Not enough data for a sweet spot: fewer than ${LEVELS_NEEDED} levels have enough orders and patients.`];
  const others = all.notWorse.filter((one) => one !== all.best);
  const worse = all.levels.filter(({ verdict }) => verdict === 'worse').map(({ percent }) => percent);
  const lowest = Math.min(...all.notWorse);
  return [
    others.length === 0
      ? `Best level ${level(all.best)}; every other level with enough orders is shown to be worse.`
      : `Best level ${level(all.best)}; levels ${listing(others.map(level))} are not shown to be worse; the lowest of them${lowest === all.best ? ' and the best' : ''}, ${level(lowest)}, costs least.`,
    ...(worse.length === 0
      ? ['No level is shown to be worse than the best one.']
      : [`Shown to be worse: ${listing(worse.map(level))}.`]),
    all.reducedFrom === null
      ? 'No level above the best one is shown to be worse: returns are not shown to fall.'
      : `Reduced returns from ${level(all.reducedFrom)} on.`,
  ];
}

function peakLine({ spots, options }: Findings): string[] {
  const all = spots.find(({ practitioner }) => practitioner === ALL);
  if (all === undefined || !isAnswered(all)) return [];
  if (all.curve?.reported !== true)
    return [
      'No peak within the discounts that were given: the curve through the levels does not turn inside them with certainty.',
    ];
  const { peak, low, high } = all.curve;
  return [
    `A curve through the levels peaks at ${decimals(peak!, 1)} % (${percentText(options.confidence)}: ${decimals(low!, 1)} to ${decimals(high!, 1)}).`,
  ];
}

function practitionerLine({ spots }: Findings): string[] {
  const single = spots.filter(({ practitioner }) => practitioner !== ALL);
  if (single.length === 0) return [];
  const told = single.filter(isAnswered);
  if (told.length === 0)
    return [
      `None of ${counted(single.length, 'practitioner')} has ${LEVELS_NEEDED} levels with enough data: no sweet spot per practitioner can be told.`,
    ];
  const words = told
    .slice(0, 3)
    .map(
      (spot) =>
        `${spot.name}: best ${level(spot.best!)}, lowest not shown to be worse ${level(Math.min(...spot.notWorse))}`,
    );
  return [
    `${told.length} of ${counted(single.length, 'practitioner')} ${told.length === 1 ? 'has' : 'have'} enough data: ${words.join('; ')}${told.length > 3 ? '; the others stand in the table' : ''}.`,
  ];
}

/** The report in at most ten lines; the first one answers its question. */
function summarise(findings: Findings): string[] {
  const { leftOut, hiddenCells } = findings;
  const out = leftOut.none !== 0 || leftOut.unknown !== 0;
  const say = (n: number | null): string => (n === null ? '*' : String(n));
  return [
    ...answer(findings),
    ...peakLine(findings),
    ...practitionerLine(findings),
    ...(!out
      ? []
      : [
          `Left out: orders without a discount in force ${say(leftOut.none)}, orders whose discount the log does not know ${say(leftOut.unknown)}.`,
        ]),
    ...(hiddenCells === 0 ? [] : [`Hidden for small numbers: ${counted(hiddenCells, 'cell')}.`]),
  ];
}

const SPOKEN = {
  doubt: 'Patients at different discounts differ in more than the discount.',
  next: 'Look at what the same patients did after their discount changed (discount-impact).',
};

/** What the report says, the answer first. */
export function tell(findings: Findings): Told {
  const [text = 'Nothing to report.', ...more] = summarise(findings);
  return { ...SPOKEN, findings: [{ id: 'best-level', verdict: 'cannot-tell', ...WITHOUT_SIZE, text }], more };
}

/** Definitions, warnings and what the replay has to say. */
export function notesOf({ options, leftOut }: Findings, replayNotes: readonly string[]): string[] {
  const { small } = options;
  return [
    `Order: one row of orders in its last state at the end of the replay; counted where its status is ${listing(options.statuses)}. Amount: ${options.amount}.`,
    'Time at a discount: from its change (or the registration, where that is later) until the next change, the leaving of the patient, or as of. Time before the first change that the log shows is at no level, nor is time without a discount.',
    'Revenue per patient-month = net revenue of a level / time that patients spent at it (month = 30.4375 days): a discount may bring more orders, which the average order value does not show.',
    `Errors are between patients; levels are taken as independent samples, although a patient may have been at several. Worse: one-sided z against the best level, Holm p below 0.05, among levels with ${options.minOrders} orders and ${options.minPatients} patients.`,
    `An order stands at its own discount and with the practitioner of its patient at that time. Orders at a discount at which the log shows no time of the patient are left out${leftOut.withoutTime === null ? '' : `: ${leftOut.withoutTime}`}.`,
    ...(small.profile === 'off'
      ? []
      : [
          `Numbers made from 1 to ${small.k - 1} patients are hidden (*), and the next smallest where a total would give them away.`,
        ]),
    ...replayNotes,
  ];
}
