import { isTold } from '../../disclosure/pool-steps.js';
import type { SmallNumbers } from '../../disclosure/small-numbers.js';
import { isSmall } from '../../disclosure/suppression.js';
import { eventShare } from '../../statistics/kaplan-meier.js';
import { share } from '../../statistics/proportions.js';
import { type Told, WITHOUT_SIZE } from '../finding.js';
import { counted, decimals, listing, percentText } from '../words.js';
import type { Supplies } from './adherence.js';
import type { Behind } from './counts.js';
import { type Findings, TOLD_DAY } from './findings.js';
import { groupName } from './tables.js';

const percent = (value: number): string => `${decimals(value * 100, 1)} %`;

function answer({ shares, hiddenShares, hiddenStatuses, options, counts }: Findings): string {
  const { filledAtOnce: once, filledOverTime: time, partlyFilled: partly, notFilled: none, openExcluded } = shares;
  if (once.n === 0)
    return `No prescription has matured: ${counted(
      counts.statuses.reduce((n, one) => n + one.prescriptions, 0),
      'prescription',
    )} are still valid or cancelled, and what becomes of them is not known yet.`;
  // With the rows that are shown, the number of open ones would tell the hidden ones.
  const openHidden = counts.statuses.some(({ matured }, i) => !matured && hiddenStatuses[i]);
  const open = openHidden ? 'those still valid are left out' : `${openExcluded} are still valid and left out`;
  if (hiddenShares) return 'The shares of matured prescriptions are hidden: few patients stand behind one of them.';
  const say = (name: string, one: typeof once): string => `${percent(one.share!)} ${name}`;
  const interval = `${percentText(options.confidence)}: ${percent(once.low!)} to ${percent(once.high!)}`;
  return `Of ${counted(once.n, 'matured prescription')} ${say('are filled at once', once)} (${interval}), ${say('over time', time)}, ${say('partly', partly)}, ${say('not at all', none)}; ${open}.`;
}

function unitsLine({ shares, hiddenShares }: Findings): string[] {
  if (hiddenShares || shares.itemsOrdered === null || shares.quantityFilled === null) return [];
  return [
    `Of their items ${percent(shares.itemsOrdered)} are ordered, of the quantities prescribed ${percent(shares.quantityFilled)}.`,
  ];
}

function curveLine({ first, full }: Findings): string[] {
  const words = (
    [
      ['a first order', first],
      ['the full fill', full],
    ] as const
  ).flatMap(([name, { curve, pooled }]) => {
    const month = eventShare(curve, TOLD_DAY);
    if (month === null || month.beyondFollowUp || !isTold(curve.steps, pooled, TOLD_DAY)) return [];
    const median = curve.medianDays === null ? 'median not reached' : `median ${counted(curve.medianDays, 'day')}`;
    return [`${name} within ${TOLD_DAY} days for ${percent(month.share)} (${median})`];
  });
  return words.length === 0 ? [] : [`Over all prescriptions, open ones too (Kaplan-Meier): ${listing(words)}.`];
}

function groupLine({ groups, options }: Findings): string[] {
  if (options.by === 'none') return [];
  const told = groups
    .filter(({ hiddenRates }) => !hiddenRates)
    .map((group) => ({ ...group, rate: share({ k: group.filled, n: group.prescriptions })! }))
    .sort((a, b) => b.rate - a.rate || (a.label < b.label ? -1 : 1));
  if (told.length < 2) return [`By ${options.by}: fewer than two groups can be shown.`];
  const [top, low] = [told[0]!, told.at(-1)!];
  return [
    `By ${options.by}: filled from ${percent(low.rate)} (${groupName(low.label, groups, options)}) to ${percent(top.rate)} (${groupName(top.label, groups, options)}); intervals stand in the table, and no test is made.`,
  ];
}

function repeatLine({ counts, options }: Findings): string[] {
  const { prescriptions, patients, used, allowed } = counts.repeats;
  if (prescriptions === 0 || isSmall(patients, options.small.k)) return [];
  return [`Repeats: ${used} of ${allowed} allowed fills used (${percent(share({ k: used, n: allowed })!)}).`];
}

/** The report in at most ten lines; the first one answers its question. */
function summarise(findings: Findings, hiddenCells: number): string[] {
  if (findings.counts.statuses.length === 0) return ['There is no prescription: nothing can be said about filling.'];
  return [
    answer(findings),
    ...unitsLine(findings),
    ...curveLine(findings),
    ...groupLine(findings),
    ...repeatLine(findings),
    ...(hiddenCells === 0 ? [] : [`Hidden for small numbers: ${counted(hiddenCells, 'cell')}.`]),
  ];
}

/** How many, unless few patients stand behind them. */
function told({ prescriptions, patients }: Behind, { k }: SmallNumbers): string {
  return isSmall(patients, k) ? '*' : String(prescriptions);
}

const SPOKEN = {
  doubt: 'Only prescriptions that have run out are counted.',
  next: 'Look at the curve of time to the first order.',
};

/** What the report says, the answer first. */
export function tell(findings: Findings, hiddenCells: number): Told {
  const [text = 'Nothing to report.', ...more] = summarise(findings, hiddenCells);
  return { ...SPOKEN, findings: [{ id: 'fill', verdict: 'cannot-tell', ...WITHOUT_SIZE, text }], more };
}

/** Definitions, warnings and what the replay has to say. */
export function notesOf(
  { counts, options }: Findings,
  supplies: Supplies | null,
  timeZone: string,
  replayNotes: readonly string[],
): string[] {
  const { small } = options;
  const once =
    options.atOnceHours === 0
      ? 'at the instant of its first order'
      : `within ${options.atOnceHours} hours of its first order`;
  return [
    `Lines of orders count whose status is ${listing(options.statuses)}. An item is ordered with any quantity, filled with all that was prescribed for one fill; a prescription is filled at once when its last item is complete ${once}.`,
    `Validity ends at 00:00 of the day after valid_until in ${timeZone}. Prescriptions without one (${told(counts.assumedEnd, small)}) are taken to hold ${options.validityDays} days.`,
    'Shares are of matured prescriptions only: filled ones are known early, unfilled ones only at the end of their validity, so open ones would make filling look likelier.',
    ...(counts.withoutItems.prescriptions === 0
      ? []
      : [`Prescriptions without an item (${told(counts.withoutItems, small)}) count as not filled.`]),
    'Items that were taken off a prescription that still holds need not be filled. Orders that name no prescription item fill nothing.',
    supplies === null
      ? 'Days late, PDC and MPR are not computed: the input or the pipeline has no days of supply (prescription_items.days_supply).'
      : 'A course is an item with repeats and days of supply, from its first fill to the end of the validity, the withdrawal or the log. PDC: days covered / days, early fills carried over; MPR: days supplied / days. Days late = day of a fill - (day of the fill before + its days of supply).',
    ...(small.profile === 'off'
      ? [
          'prescription_id is a pseudonym under a secret that follows from all prescriptions read: only who has them can make it again.',
        ]
      : [
          `Each prescription is one patient's: the table of single ones is empty (--small-numbers off fills it). Numbers made from 1 to ${small.k - 1} patients are hidden (*), and the next smallest where a total would give them away; in time_to_fill days are pooled, and a curve is left out whose totals would tell a hidden status.`,
        ]),
    'Intervals take prescriptions as independent; patients with several make them too short.',
    ...replayNotes,
  ];
}
