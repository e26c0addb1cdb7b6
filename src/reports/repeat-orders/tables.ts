import { isTold } from '../../disclosure/pool-steps.js';
import { enoughForQuantiles, titled } from '../../disclosure/small-numbers.js';
import { isSmall } from '../../disclosure/suppression.js';
import { ratio } from '../../statistics/exact.js';
import { eventShare } from '../../statistics/kaplan-meier.js';
import { CENTS } from '../../statistics/mean.js';
import { gapSummary } from '../../statistics/occasion-gaps.js';
import { share, wilson } from '../../statistics/proportions.js';
import { column } from '../column.js';
import { isoTime } from '../provenance.js';
import { type Cell, type Chart, type ReportColumn, type ReportTable, SUPPRESSED } from '../report.js';
import { type Findings, hiddenRepeats, type ShownGroup } from './findings.js';
import type { ShareCounts } from './occasions.js';
import type { Options } from './options.js';

const hide = (hidden: boolean, cells: readonly Cell[]): Cell[] => cells.map((cell) => (hidden ? SUPPRESSED : cell));

const HIDDEN = column(
  'suppressed',
  'Hidden',
  'bool',
  'True where numbers are hidden because few patients stand behind them.',
);

const REPEAT: readonly ReportColumn[] = [
  column('days', 'Days', 'count', 'Within so many days of the first purchase.', true),
  column('eligible', 'Eligible', 'count', 'Patients whose first purchase is at least so old.', true),
  column('repeated', 'Came back', 'count', 'Those of them with a second purchase within so many days.', true),
  column('rate', 'Rate', 'share', 'Came back / eligible.', true),
  column('ci_low', 'From', 'share', 'Lower end of its interval (Wilson).', true),
  column('ci_high', 'To', 'share', 'Upper end of it.', true),
  column(
    'km_rate',
    'KM rate',
    'share',
    'The same by Kaplan-Meier: all patients, also those with little follow-up.',
    true,
  ),
  column('km_ci_low', 'KM from', 'share', 'Lower end of its interval (log-log, Greenwood).'),
  column('km_ci_high', 'KM to', 'share', 'Upper end of it.'),
  column(
    'later_eligible',
    'Seen later',
    'count',
    'Eligible patients first seen 90 days or more after the first order of the log: before, old patients look new.',
  ),
  column('later_rate', 'Rate seen later', 'share', 'The rate of those.'),
  HIDDEN,
];

/** The table `repeat`. */
export function repeatTable({ counts, curve, pooled, options }: Findings): ReportTable {
  const { k } = options.small;
  const hiddenRows = hiddenRepeats(counts.repeat, k);
  const rows = counts.repeat.map(({ days, eligible, repeated }, i): Cell[] => {
    const { low, high } = wilson({ k: repeated, n: eligible }, options.confidence);
    const km = eventShare(curve, days);
    const known = km !== null && !km.beyondFollowUp;
    const hidden = hiddenRows[i]!;
    const told: Cell[] = [eligible, repeated, share({ k: repeated, n: eligible }), low, high];
    const curved: Cell[] = known ? [km.share, km.low, km.high] : [null, null, null];
    const late = counts.later[i]!;
    // The others are the rest: few of either would be told.
    const few = [
      late.eligible,
      late.repeated,
      late.eligible - late.repeated,
      eligible - late.eligible,
      repeated - late.repeated,
      eligible - repeated - late.eligible + late.repeated,
    ];
    const lateHidden = hidden || few.some((n) => isSmall(n, k));
    return [
      ...[days, ...hide(hidden, told), ...hide(known && !isTold(curve.steps, pooled, days), curved)],
      ...hide(lateHidden, [late.eligible, share({ k: late.repeated, n: late.eligible })]),
      hidden,
    ];
  });
  return { name: 'repeat', title: titled('Who comes back', options.small), columns: REPEAT, rows, unit: 'patient' };
}

const CURVE: readonly ReportColumn[] = [
  column('day', 'Day', 'count', 'Days since the first purchase; the last one where days are pooled.', true),
  column('from_day', 'From day', 'count', 'The first of the pooled days.'),
  column('at_risk', 'At risk', 'count', 'Patients followed so long without a second purchase before it.', true),
  column('events', 'Second purchases', 'count', 'On these days.', true),
  column('censored', 'Follow-up ends', 'count', 'Patients whose follow-up ends on these days without one.', true),
  column('survival', 'Not back', 'share', 'Share without a second purchase after the day.', true),
  column('ci_low', 'From', 'share', 'Lower end of its interval (log-log, Greenwood).', true),
  column('ci_high', 'To', 'share', 'Upper end of it.', true),
];

/** The table `time_to_second`. */
export function curveTable({ pooled, options }: Findings): ReportTable {
  const rows = pooled.map((step): Cell[] => [
    ...[step.day, step.from, step.atRisk, step.events, step.censored, step.survival, step.low, step.high],
  ]);
  return {
    name: 'time_to_second',
    title: titled('Time to the second purchase', options.small),
    columns: CURVE,
    rows,
    unit: 'patient',
  };
}

const COHORTS: readonly ReportColumn[] = [
  column('cohort', 'First purchase', 'date', 'Month of the first purchase.', true),
  column('months_since_first', 'Months later', 'count', '0 is the month itself.', true),
  column('cohort_size', 'Cohort', 'count', 'Patients who came first in that month.', true),
  column('patients', 'Patients', 'count', 'Those of them who bought in this month.', true),
  column('retention', 'Retention', 'share', 'Patients / cohort.', true),
  column('complete', 'Complete', 'bool', 'The month had ended when the log did.', true),
  HIDDEN,
];

/** The table `cohorts`; cells that cannot be observed yet are no rows. */
export function cohortTable({ cohorts, options }: Findings): ReportTable {
  const rows = cohorts.map((cell): Cell[] => [
    ...[cell.cohort, cell.months],
    ...hide(cell.hiddenSize, [cell.size]),
    ...hide(cell.hidden, [cell.patients, share({ k: cell.patients, n: cell.size })]),
    ...[cell.complete, cell.hidden || cell.hiddenSize],
  ]);
  return {
    name: 'cohorts',
    title: titled('Cohorts by month of the first purchase', options.small),
    columns: COHORTS,
    rows,
    unit: 'patient',
  };
}

const GAPS: readonly ReportColumn[] = [
  column('n', 'Gaps', 'count', 'Finished gaps between two purchases of a patient.', true),
  column('patients', 'Patients', 'count', 'Patients with a gap.', true),
  column('mean', 'Mean', 'statistic', 'Days.', true),
  column('p25', 'P25', 'statistic', 'A quarter of the gaps is shorter; days.', true),
  column('median', 'Median', 'statistic', 'Half of the gaps are shorter; days.', true),
  column('p75', 'P75', 'statistic', 'A quarter of the gaps is longer; days.', true),
  column(
    'patient_median',
    'Median patient',
    'statistic',
    "The middle of the patients' own middle gaps: each patient counts once; days.",
    true,
  ),
];

/** The table `gaps`: one row. */
export function gapTable({ counts, options }: Findings): ReportTable {
  const gaps = gapSummary(counts.gaps);
  const hidden = isSmall(counts.gapPatients, options.small.k);
  const quartiles = hide(hidden || !enoughForQuantiles(counts.gapPatients, options.small), [
    gaps.p25,
    gaps.median,
    gaps.p75,
    counts.patientMedian,
  ]);
  const rows =
    counts.gapPatients === 0 ? [] : [[...hide(hidden, [gaps.n, counts.gapPatients, gaps.mean]), ...quartiles]];
  return { name: 'gaps', title: titled('Days between purchases', options.small), columns: GAPS, rows };
}

const FREQUENCY: readonly ReportColumn[] = [
  column('orders', 'Orders', 'count', 'Counted orders of a patient.', true),
  column('patients', 'Patients', 'count', 'Patients with so many.', true),
  column('share', 'Share', 'share', 'Of all patients with an order.', true),
  HIDDEN,
];

/** The table `frequency`. */
export function frequencyTable({ frequency, counts, options }: Findings): ReportTable {
  const n = counts.frequency.reduce((sum, { patients }) => sum + patients, 0);
  const rows = frequency.map((row): Cell[] => [
    row.orders,
    ...hide(row.hidden, [row.patients, share({ k: row.patients, n })]),
    row.hidden,
  ]);
  return {
    name: 'frequency',
    title: titled('Patients by number of orders', options.small),
    columns: FREQUENCY,
    rows,
    unit: 'patient',
  };
}

const PATIENTS: readonly ReportColumn[] = [
  column('patient', 'Patient', 'id', 'A number by first order: it is no id of the database.', true),
  column('orders', 'Orders', 'count', 'Counted orders.', true),
  column('net_revenue', 'Net revenue', 'money', 'Sum of their amounts.', true),
  column('first_order', 'First order', 'timestamp', 'When the first of them was placed.', true),
  column('last_order', 'Last order', 'timestamp', 'When the last of them was placed.', true),
];

/** The table `patients`: a row is one patient, so it stands only where nothing is hidden. */
export function patientTable({ counts, options }: Findings): ReportTable {
  const rows = counts.patients.map(({ orders, net, first, last }, i): Cell[] => [
    `#${i + 1}`,
    orders,
    net === null ? null : ratio(net, CENTS),
    isoTime(Number(first)),
    isoTime(Number(last)),
  ]);
  return { name: 'patients', title: titled('Each patient', options.small), columns: PATIENTS, rows };
}

const PROXIES: readonly ReportColumn[] = [
  column('proxy', 'Proxy', 'text', 'What may go with satisfaction; none of it measures it.', true),
  column('of', 'Of', 'text', 'What is counted.', true),
  column('n', 'All', 'count', 'How many.', true),
  column('k', 'With it', 'count', 'How many with the property.', true),
  column('share', 'Share', 'share', 'With it / all.', true),
  column('ci_low', 'From', 'share', 'Lower end of its interval (Wilson).', true),
  column('ci_high', 'To', 'share', 'Upper end of it.', true),
  HIDDEN,
];

/** The table `proxies`. */
export function proxyTable({ counts, options }: Findings): ReportTable {
  const last = counts.repeat.at(-1);
  const kept: ShareCounts = { k: last?.repeated ?? 0, n: last?.eligible ?? 0, patients: last?.repeated ?? 0 };
  const list: readonly (readonly [string, string, ShareCounts])[] = [
    [`came back within ${last?.days ?? 0} days`, 'patients followed so long', kept],
    ['refunded', 'orders of any status', counts.refunded],
    ['cancelled', 'orders of any status', counts.cancelled],
    ['last gap longer than the mean of those before', 'patients with 3 purchases or more', counts.slower],
  ];
  const rows = list.map(([proxy, of, one]): Cell[] => {
    const { low, high } = wilson(one, options.confidence);
    const { k } = options.small;
    const hidden =
      (one === kept && hiddenRepeats(counts.repeat, k).at(-1) === true) ||
      isSmall(one.patients, k) ||
      isSmall(one.n, k) ||
      isSmall(one.n - one.k, k);
    return [proxy, of, ...hide(hidden, [one.n, one.k, share(one), low, high]), hidden];
  });
  return {
    name: 'proxies',
    title: titled('In place of satisfaction, which is not in the data', options.small),
    columns: PROXIES,
    rows,
  };
}

/** The name a group goes by: outsiders see practitioners as numbers. */
export function groupName(
  { group }: ShownGroup,
  groups: readonly ShownGroup[],
  { by, small }: Pick<Options, 'by' | 'small'>,
): string {
  if (by !== 'practitioner' || small.profile !== 'external' || group.startsWith('(')) return group;
  return `#${groups.findIndex((one) => one.group === group) + 1}`;
}

/** The table `groups` of `--by`. */
export function groupTable({ groups, options }: Findings): ReportTable {
  const columns = [
    column(
      'group',
      options.by[0]!.toUpperCase() + options.by.slice(1),
      'id',
      `The ${options.by} of the first order.`,
      true,
    ),
    column('patients', 'Patients', 'count', 'Patients whose first order it was.', true),
    column('km_rate', 'KM rate', 'share', `Came back by day ${options.at}, by Kaplan-Meier.`, true),
    column('ci_low', 'From', 'share', 'Lower end of its interval (log-log, Greenwood).', true),
    column('ci_high', 'To', 'share', 'Upper end of it.', true),
    HIDDEN,
  ];
  const rows = groups.map((group: ShownGroup): Cell[] => {
    const km = eventShare(group.curve, options.at);
    const known = km !== null && !km.beyondFollowUp;
    const rate: Cell[] = known ? [km.share, km.low, km.high] : [null, null, null];
    return [
      groupName(group, groups, options),
      ...hide(group.hidden, [group.patients]),
      ...hide(group.hiddenRate, rate),
      group.hiddenRate,
    ];
  });
  return {
    name: 'groups',
    title: titled(`Who comes back, by ${options.by}`, options.small),
    columns,
    rows,
    unit: 'patient',
  };
}

const TEST: readonly ReportColumn[] = [
  column('test', 'Test', 'text', 'Of equal curves in all groups, also hidden ones.', true),
  column('groups', 'Groups', 'count', 'Groups compared.', true),
  column('chi_square', 'Chi-square', 'statistic', 'Its statistic.', true),
  column('df', 'df', 'count', 'Degrees of freedom.', true),
  column('p', 'p', 'p', 'p of equal curves.', true),
];

/** The table `test` of `--by`. */
export function testTable({ groups, test, options }: Findings): ReportTable {
  const rows: Cell[][] = test === null ? [] : [['log-rank', groups.length, test.chiSquare, test.df, test.p]];
  return {
    name: 'test',
    title: titled(`Does it depend on the ${options.by}?`, options.small),
    columns: TEST,
    rows,
    unit: 'patient',
  };
}

/** Longer curves are drawn by week. */
const MOST_DAYS = 400;

/** The curve day by day (it stays where nothing is told), and the cohorts as a heat map. */
export function chartsOf(findings: Findings): readonly Chart[] {
  const { pooled, options } = findings;
  const end = pooled.at(-1)?.day ?? -1;
  const stride = end > MOST_DAYS ? 7 : 1;
  const days = Array.from({ length: Math.floor(end / stride) + 1 }, (_, i) => i * stride);
  const at = (day: number) => pooled.findLast((step) => step.day <= day);
  const curve: Chart = {
    name: 'time-to-second',
    title: titled('Patients who have not come back', options.small),
    kind: 'lines',
    xLabel: 'Days since the first purchase',
    yLabel: 'Share without a second purchase',
    unit: 'share',
    labels: days.map(String),
    series: [
      { name: 'not back yet', values: days.map((day) => at(day)?.survival ?? 1) },
      { name: 'interval from', values: days.map((day) => at(day)?.low ?? 1), quiet: true, band: 'low' },
      { name: 'interval to', values: days.map((day) => at(day)?.high ?? 1), quiet: true, band: 'high' },
    ],
    description: `Kaplan-Meier curve of the time to the second purchase over ${end + 1} days, with its ${options.confidence * 100} % interval.`,
  };
  const starts = [...new Set(findings.cohorts.map(({ cohort }) => cohort))];
  const most = Math.max(-1, ...findings.cohorts.map(({ months }) => months));
  const labels = Array.from({ length: most + 1 }, (_, i) => String(i));
  const heat: Chart = {
    name: 'cohorts',
    title: titled('Retention by cohort', options.small),
    kind: 'heat',
    xLabel: 'Months since the first purchase',
    yLabel: 'Month of the first purchase',
    unit: 'share',
    labels,
    series: starts.map((cohort) => ({
      name: cohort.slice(0, 7),
      values: labels.map((_, months) => {
        const cell = findings.cohorts.find((one) => one.cohort === cohort && one.months === months);
        return cell === undefined || cell.hidden || cell.hiddenSize ? null : share({ k: cell.patients, n: cell.size });
      }),
    })),
    description: `Share of each month's new patients who bought again in each later month: ${starts.length} cohorts. Hidden and not yet observed cells are empty.`,
  };
  return pooled.length === 0 ? [] : [curve, heat];
}
