import { isTold } from '../../disclosure/pool-steps.js';
import { isSmall } from '../../disclosure/suppression.js';
import { eventShare } from '../../statistics/kaplan-meier.js';
import { share, wilson } from '../../statistics/proportions.js';
import { type Finding, noAnswer, type Told, WITHOUT_SIZE } from '../finding.js';
import { counted, countText, decimals, listing, pText, shareText } from '../words.js';
import { type Findings, hiddenRepeats } from './findings.js';
import { SEEN_LATER } from './occasions.js';
import { groupName } from './tables.js';

const percent = (value: number): string => `${decimals(value * 100, 1)} %`;

/** The row at the day of the comparison, or the last one that can be told. */
function toldRow({ counts, options }: Findings) {
  const hidden = hiddenRepeats(counts.repeat, options.small.k);
  const told = counts.repeat.flatMap((row, i) =>
    row.eligible > 0 && !hidden[i] ? [{ ...row, later: counts.later[i]! }] : [],
  );
  return told.find(({ days }) => days === options.at) ?? told.at(-1);
}

function rateFinding(findings: Findings): Finding {
  const { counts, options } = findings;
  const row = toldRow(findings);
  if (counts.all.patients === 0)
    return noAnswer(
      'repeat',
      'There is no counted order of a patient: nothing can be said about who comes back.',
      'no patient',
    );
  if (row === undefined)
    return noAnswer(
      'repeat',
      'How many patients come back cannot be told: too few were followed long enough.',
      'few patients',
    );
  const one = { k: row.repeated, n: row.eligible };
  const { low, high } = wilson(one, options.confidence);
  const rate = share(one)!;
  const text = `${shareText(rate)} of patients order again within ${row.days} days of their first order (anything from ${shareText(low!)} to ${shareText(high!)} fits; ${countText(row.eligible)} patients were followed that long).`;
  return {
    id: 'repeat',
    verdict: 'shown',
    direction: 'none',
    size: rate,
    low,
    high,
    unit: 'share',
    text,
    about: { days: row.days },
  };
}

function gapFinding({ counts, options }: Findings): Finding[] {
  if (counts.gapPatients < 2 * options.small.k || counts.patientMedian === null) return [];
  const text = `Half of the patients who came back wait ${decimals(counts.patientMedian, 0)} days or more between two orders, each patient counted once.`;
  return [{ ...WITHOUT_SIZE, id: 'gap', verdict: 'shown', size: counts.patientMedian, text }];
}

function doubtOf(findings: Findings): string {
  const row = toldRow(findings);
  const begins = 'The log begins in the middle: the first order in it need not be the first of a patient';
  if (row === undefined) return `${begins}.`;
  const { later, eligible, repeated } = row;
  const parts = [
    later.eligible,
    later.repeated,
    later.eligible - later.repeated,
    eligible - later.eligible,
    repeated - later.repeated,
  ];
  const rest = eligible - repeated - later.eligible + later.repeated;
  if (later.eligible === 0 || [...parts, rest].some((n) => isSmall(n, findings.options.small.k)))
    return `${begins}, and old patients look new.`;
  return `${begins}. Of those first seen after its first ${SEEN_LATER} days, who are new for sure, ${shareText(later.repeated / later.eligible)} of ${countText(later.eligible)} did.`;
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

/** What the report says. */
export function tell(findings: Findings, hiddenCells: number): Told {
  const [gap] = gapFinding(findings);
  return {
    findings: [rateFinding(findings), ...(gap === undefined ? [] : [gap])],
    doubt: doubtOf(findings),
    next:
      gap === undefined
        ? 'Next, see in the picture how the share who came back grows with the days.'
        : `Next, see how soon: ${gap.text[0]!.toLowerCase()}${gap.text.slice(1)}`,
    more: [
      ...(findings.counts.all.patients === 0 ? [] : [curveLine(findings), ...groupLines(findings)]),
      'Satisfaction is not in the data: the table of proxies shows what may go with it, and measures none of it.',
      ...(hiddenCells === 0 ? [] : [`Hidden because few patients stand behind them: ${counted(hiddenCells, 'cell')}.`]),
    ],
  };
}

/** Definitions and warnings. */
export function notesOf({ counts, options }: Findings, timeZone: string): string[] {
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
  ];
}
