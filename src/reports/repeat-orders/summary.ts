import { isTold } from '../../disclosure/pool-steps.js';
import { eventShare } from '../../statistics/kaplan-meier.js';
import { gapSummary } from '../../statistics/occasion-gaps.js';
import { share, wilson } from '../../statistics/proportions.js';
import { type Told, WITHOUT_SIZE } from '../finding.js';
import { counted, decimals, listing, percentText, pText } from '../words.js';
import { type Findings, hiddenRepeats } from './findings.js';
import { groupName } from './tables.js';

const percent = (value: number): string => `${decimals(value * 100, 1)} %`;

function rateLine({ counts, options }: Findings): string[] {
  const hidden = hiddenRepeats(counts.repeat, options.small.k);
  const told = counts.repeat.filter(({ eligible }, i) => eligible > 0 && !hidden[i]);
  const row = told.find(({ days }) => days === options.at) ?? told.at(-1);
  if (row === undefined) return ['No repeat rate can be told: too few patients were followed long enough.'];
  const { low, high } = wilson({ k: row.repeated, n: row.eligible }, options.confidence);
  const interval = `${percentText(options.confidence)}: ${percent(low!)} to ${percent(high!)}`;
  return [
    `Within ${row.days} days ${percent(share({ k: row.repeated, n: row.eligible })!)} of patients come back (${interval}); ${counted(row.eligible, 'patient')} followed that long.`,
  ];
}

function curveLine({ curve, pooled, options }: Findings): string {
  const km = eventShare(curve, options.at);
  const median =
    curve.medianDays === null
      ? 'half of them have not come back within the time followed (median not reached)'
      : `half of them are back by day ${curve.medianDays}`;
  const told = km !== null && !km.beyondFollowUp && isTold(curve.steps, pooled, options.at);
  const words = !told ? '' : `${percent(km.share)} by day ${options.at}, `;
  return `With all patients, also those followed briefly (Kaplan-Meier): ${words}${median}.`;
}

function groupLines({ groups, test, options }: Findings): string[] {
  if (options.by === 'none') return [];
  if (test?.p == null) return [`By ${options.by}: not tested, there are not two groups to compare.`];
  const told = groups
    .filter(({ hiddenRate }) => !hiddenRate)
    .flatMap((group) => {
      const km = eventShare(group.curve, options.at);
      return km === null || km.beyondFollowUp ? [] : [{ name: groupName(group, groups, options), rate: km.share }];
    })
    .sort((a, b) => b.rate - a.rate || (a.name < b.name ? -1 : 1));
  const sure = test.p < 1 - options.confidence;
  const range =
    told.length < 2
      ? ''
      : `; by day ${options.at} from ${percent(told.at(-1)!.rate)} (${told.at(-1)!.name}) to ${percent(told[0]!.rate)} (${told[0]!.name})`;
  return [
    sure
      ? `It depends on the ${options.by} of the first order (log-rank p ${pText(test.p)}, ${groups.length} groups${range}).`
      : `By ${options.by}, no difference can be told from chance (log-rank p ${pText(test.p)}, ${groups.length} groups${range}).`,
  ];
}

function gapLine({ counts, options }: Findings): string[] {
  if (counts.gapPatients < 2 * options.small.k || counts.gapPatients === 0) return [];
  const { n, median } = gapSummary(counts.gaps);
  return [
    `Days between two purchases: median ${decimals(median!, 0)}, of ${counted(n, 'finished gap')}; unfinished ones are longer.`,
  ];
}

/** The report in at most ten lines; the first one answers its question. */
function summarise(findings: Findings, hiddenCells: number): string[] {
  const { counts } = findings;
  if (counts.all.patients === 0)
    return ['There is no counted order of a patient: nothing can be said about who comes back.'];
  return [
    ...rateLine(findings),
    curveLine(findings),
    ...groupLines(findings),
    ...gapLine(findings),
    'Satisfaction is not in the data: the table of proxies shows what may go with it, and measures none of it.',
    ...(hiddenCells === 0 ? [] : [`Hidden for small numbers: ${counted(hiddenCells, 'cell')}.`]),
  ];
}

const SPOKEN = {
  doubt: 'The first order in the log need not be the first order of a patient.',
  next: 'Look at the table of cohorts.',
};

/** What the report says, the answer first. */
export function tell(findings: Findings, hiddenCells: number): Told {
  const [text = 'Nothing to report.', ...more] = summarise(findings, hiddenCells);
  return { ...SPOKEN, findings: [{ id: 'repeat', verdict: 'cannot-tell', ...WITHOUT_SIZE, text }], more };
}

/** Definitions, warnings and what the replay has to say. */
export function notesOf({ counts, options }: Findings, timeZone: string, replayNotes: readonly string[]): string[] {
  const { small, by } = options;
  const whose = {
    none: '',
    practitioner: 'the practitioner whom it counts for',
    brand: 'the brand of its line with most revenue',
    discount: 'the discount in force',
  };
  return [
    `Order: one row of orders in its last state at the end of the replay; counted where its status is ${listing(options.statuses)}. All counted orders of a patient on one calendar day in ${timeZone} are one purchase.`,
    ...(counts.withoutPatient === 0
      ? []
      : [
          `Counted orders without a patient are left out${small.profile === 'off' ? ` (${counts.withoutPatient})` : ''}: nobody can be said to have come back.`,
        ]),
    'The first purchase is the first in the log: a patient who bought before it began counts as new.',
    'rate: patients whose first purchase is younger are in neither number. km_rate uses everybody; it is empty beyond the time that anybody was followed.',
    'time_to_second: a follow-up that ends on a day with purchases is still at risk that day.',
    ...(small.profile === 'off'
      ? []
      : ['In time_to_second days are pooled until no number of purchases or of ends of follow-up is small.']),
    'Days between purchases are finished gaps only, so too short: who has not come back yet is not in them.',
    ...(by === 'none' ? [] : [`Groups: ${whose[by]} of the first counted order; each patient is in one group.`]),
    'Refunded and cancelled shares take orders as independent; they are of all orders, also pending ones.',
    ...(small.profile === 'off'
      ? []
      : [
          `Numbers made from 1 to ${small.k - 1} patients are hidden (*), and the next smallest where a total would give them away; so are shares that leave 1 to ${small.k - 1} patients on the other side.`,
        ]),
    ...replayNotes,
  ];
}
