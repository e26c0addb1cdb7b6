import { type Finding, noAnswer, type Told } from '../finding.js';
import { counted, decimals, listing, percentText, signedMoney } from '../words.js';
import { ALL, type ShownLeftOut } from './exposure.js';
import type { Options } from './options.js';
import type { SameLevels } from './same-level.js';
import { LEVELS_NEEDED } from './spot.js';
import { answerOf, type ShownSpot } from './tables.js';

/** All that sentences are made of. */
export interface Findings {
  readonly options: Options;
  readonly spots: readonly ShownSpot[];
  readonly leftOut: ShownLeftOut;
  readonly hiddenCells: number;
}

const level = (value: number): string => `${Number(decimals(value, 2))} %`;

function perPointText({ perPoint: { value, low, high } }: SameLevels): string {
  if (value === null || low === null || high === null) return '';
  return ` Compared with themselves, patients brought ${signedMoney(value)} a month for each point more (${signedMoney(low)} to ${signedMoney(high)}).`;
}

/** What the same patients bring at each level; never what different patients do. */
function bestLevel({ spots, options }: Findings): Finding {
  const all = spots.find(({ practitioner }) => practitioner === ALL);
  if (all === undefined)
    return noAnswer(
      'best-level',
      'No patient spent time at a known discount: nothing can be said about levels.',
      'no time at a known discount',
    );
  const { same } = all;
  const answer = answerOf(same);
  if (same === null || answer === null) {
    const reason = `fewer than ${LEVELS_NEEDED} levels have enough orders of patients who were at two of them`;
    return noAnswer('best-level', `No discount can be called best: ${reason}.`, reason);
  }
  const { best, notWorse, worse } = answer;
  const about = { best, not_worse: notWorse.join(', '), worse: worse.join(', ') };
  const { value, low, high } = same.perPoint;
  const numbers = { size: value, low, high, unit: 'money', about } as const;
  if (worse.length === 0) {
    const text = `No discount can be called best: the same patients are not shown to bring less at any of the ${notWorse.length} that are compared.${perPointText(same)}`;
    return { id: 'best-level', verdict: 'cannot-tell', direction: 'none', ...numbers, text };
  }
  const others = notWorse.filter((one) => one !== best);
  const text =
    others.length === 0
      ? `The same patients bring most a month at ${level(best)}; every other level is shown to be worse (${percentText(options.confidence)} sure).`
      : `The best discount is among ${listing(notWorse.map(level))}: at ${listing(worse.map(level))} the same patients are shown to bring less a month than at ${level(best)} (${percentText(options.confidence)} sure).`;
  return { id: 'best-level', verdict: 'shown', direction: 'mixed', ...numbers, text: text + perPointText(same) };
}

function practitionerLine({ spots }: Findings): string[] {
  const single = spots.filter(({ practitioner }) => practitioner !== ALL).length;
  if (single === 0) return [];
  return [
    `No answer for ${single === 1 ? 'the one practitioner' : `each of ${counted(single, 'practitioner')}`}: too few patients of one practitioner change their discount to compare them with themselves.`,
  ];
}

function leftOutLine({ leftOut }: Findings): string[] {
  if (leftOut.none === 0 && leftOut.unknown === 0) return [];
  const say = (n: number | null): string => (n === null ? '*' : String(n));
  return [
    `Left out: orders without a discount in force ${say(leftOut.none)}, orders whose discount the log does not know ${say(leftOut.unknown)}.`,
  ];
}

/** What the report says, the answer first. */
export function tell(findings: Findings): Told {
  const { hiddenCells } = findings;
  return {
    findings: [bestLevel(findings)],
    doubt: 'A discount that is changed because a patient buys more or less would look like an effect of the discount.',
    next: 'To learn which discount pays, change the discounts of some patients on purpose, and look here again after some months.',
    more: [
      ...practitionerLine(findings),
      ...leftOutLine(findings),
      ...(hiddenCells === 0 ? [] : [`Hidden for small numbers: ${counted(hiddenCells, 'cell')}.`]),
    ],
  };
}

/** Definitions, warnings and what the replay has to say. */
export function notesOf({ options, leftOut }: Findings, replayNotes: readonly string[]): string[] {
  const { small } = options;
  return [
    `Order: one row of orders in its last state at the end of the replay; counted where its status is ${listing(options.statuses)}. Amount: ${options.amount}.`,
    'Time at a discount: from its change (or the registration, where that is later) until the next change, the leaving of the patient, or as of. Time before the first change that the log shows is at no level, nor is time without a discount.',
    'Verdict: what the same patients bring a month at each level, calendar months taken out (effects of patients and months, time as weight, errors by patient), each level against the best one, one chance of error for all pairs.',
    'Revenue per patient-month = net revenue of a level / time that patients spent at it (month = 30.4375 days): a discount may bring more orders, which the average order value does not show.',
    `Errors are between patients; levels are taken as independent samples, although a patient may have been at several. Verdict between patients: one-sided z against the best level, Holm p below 0.05, among levels with ${options.minOrders} orders and ${options.minPatients} patients.`,
    `An order stands at its own discount and with the practitioner of its patient at that time. Orders at a discount at which the log shows no time of the patient are left out${leftOut.withoutTime === null ? '' : `: ${leftOut.withoutTime}`}.`,
    ...(small.profile === 'off'
      ? []
      : [
          `Numbers made from 1 to ${small.k - 1} patients are hidden (*), and the next smallest where a total would give them away.`,
        ]),
    ...replayNotes,
  ];
}
