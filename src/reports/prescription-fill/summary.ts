import { isTold } from '../../disclosure/pool-steps.js';
import type { SmallNumbers } from '../../disclosure/small-numbers.js';
import { isSmall } from '../../disclosure/suppression.js';
import { eventShare } from '../../statistics/kaplan-meier.js';
import { share } from '../../statistics/proportions.js';
import { noAnswer, type Told } from '../finding.js';
import { counted, countText, decimals, listing, shareText } from '../words.js';
import type { Supplies } from './adherence.js';
import { type Behind, ORDERED } from './counts.js';
import { type Findings, TOLD_DAY } from './findings.js';
import { type OrderedShare, orderedFindings } from './ordered.js';
import { groupName } from './tables.js';

const percent = (value: number): string => `${decimals(value * 100, 1)} %`;

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

function onceLine({ shares, hiddenShares }: Findings): string[] {
  const { filledAtOnce: once, filledOverTime: time } = shares;
  if (hiddenShares || once.n === 0) return [];
  return [`Filled in the full quantity: ${shareText(once.share!)} at once, ${shareText(time.share!)} over time.`];
}

function doubtOf({ counts, hiddenStatuses, shares }: Findings): string {
  // With the rows that are shown, the number of open ones would tell the hidden ones.
  const hidden = counts.statuses.some(({ matured }, i) => !matured && hiddenStatuses[i]);
  const open =
    hidden || shares.openExcluded === 0 ? 'Those still valid' : `${countText(shares.openExcluded)} still valid`;
  return `${open} and those withdrawn are left out, as their end is not known or not the patient's doing; what a patient bought elsewhere is not in the log.`;
}

/** What the report says: what was asked (is every product ordered?) first, then the full quantity. */
export function tell(findings: Findings, ordered: readonly OrderedShare[], hiddenCells: number): Told {
  const { counts } = findings;
  const matured = ORDERED.reduce((n, kind) => n + counts.ordered[kind].prescriptions, 0);
  const curve = curveLine(findings);
  const all = orderedFindings(ordered, matured);
  return {
    findings:
      counts.statuses.length === 0
        ? [noAnswer('every-product', 'There is no prescription: nothing can be said about filling.', 'no prescription')]
        : all,
    doubt: doubtOf(findings),
    next:
      all[1] === undefined
        ? 'Next, see how long it takes until the first order, in the picture.'
        : `Next, see how much of each: ${all[1].text[0]!.toLowerCase()}${all[1].text.slice(1)}`,
    more: [
      ...onceLine(findings),
      ...unitsLine(findings),
      ...curve,
      ...groupLine(findings),
      ...repeatLine(findings),
      ...(hiddenCells === 0 ? [] : [`Hidden because few patients stand behind them: ${counted(hiddenCells, 'cell')}.`]),
    ],
  };
}

/** How many, unless few patients stand behind them. */
function told({ prescriptions, patients }: Behind, { k }: SmallNumbers): string {
  return isSmall(patients, k) ? '*' : String(prescriptions);
}

/** Definitions and warnings. */
export function notesOf({ counts, options }: Findings, supplies: Supplies | null, timeZone: string): string[] {
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
  ];
}
