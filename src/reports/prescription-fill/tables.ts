import { titled } from '../../disclosure/small-numbers.js';
import { isSmall } from '../../disclosure/suppression.js';
import { daysBetween } from '../../statistics/fill-shares.js';
import { FILL_STATUSES, type FillCounts } from '../../statistics/prescription-fills.js';
import { share, wilson } from '../../statistics/proportions.js';
import { column } from '../column.js';
import { isoTime } from '../provenance.js';
import { type Cell, type Chart, type ReportColumn, type ReportTable, SUPPRESSED } from '../report.js';
import type { Findings } from './findings.js';
import type { Options } from './options.js';

const hide = (hidden: boolean, cells: readonly Cell[]): Cell[] => cells.map((cell) => (hidden ? SUPPRESSED : cell));

const HIDDEN = column(
  'suppressed',
  'Hidden',
  'bool',
  'True where numbers are hidden because few patients stand behind them.',
);

const OUTCOMES: readonly ReportColumn[] = [
  column('outcome', 'Outcome', 'text', 'Of prescriptions whose validity is over and that were not cancelled.', true),
  column('k', 'With it', 'count', 'Prescriptions, items or units with the outcome.', true),
  column('n', 'All', 'count', 'All matured prescriptions, their items, or their units.', true),
  column('share', 'Share', 'share', 'With it / all.', true),
  column('ci_low', 'From', 'share', 'Lower end of its interval (Wilson); prescriptions only.', true),
  column('ci_high', 'To', 'share', 'Upper end of it.', true),
  HIDDEN,
];

/** The table `matured`: shares of the outcomes, then items ordered of items and units filled of units prescribed. */
export function maturedTable({ shares, counts, hiddenShares, options }: Findings): ReportTable {
  const { filledAtOnce, filledOverTime, partlyFilled, notFilled } = shares;
  const outcomes = [
    ['filled at once', filledAtOnce],
    ['filled over time', filledOverTime],
    ['partly filled', partlyFilled],
    ['not filled', notFilled],
  ] as const;
  const matured = counts.matured.filter((one) => one.matured && one.status !== 'cancelled');
  const sum = (name: keyof FillCounts): number => matured.reduce((all, one) => all + Number(one[name]), 0);
  const rows = [
    ...outcomes.map(([name, one]): Cell[] => [
      name,
      ...hide(hiddenShares, [one.k, one.n, one.share, one.low, one.high]),
      hiddenShares,
    ]),
    ...(
      [
        ['items ordered', sum('itemsOrdered'), sum('items'), shares.itemsOrdered],
        ['quantity filled', sum('quantityFilled'), sum('quantityPrescribed'), shares.quantityFilled],
      ] as const
    ).map(([name, k, n, part]): Cell[] => [name, ...hide(hiddenShares, [k, n, part]), null, null, hiddenShares]),
  ];
  return {
    name: 'matured',
    title: titled('What becomes of prescriptions', options.small),
    columns: OUTCOMES,
    rows,
    unit: 'prescription',
  };
}

const STATUSES: readonly ReportColumn[] = [
  column('status', 'Status', 'text', 'What became of them; the first rule that matches.', true),
  column('matured', 'Matured', 'bool', 'Their validity is over.', true),
  column('prescriptions', 'Prescriptions', 'count', 'How many.', true),
  column('patients', 'Patients', 'count', 'Distinct patients behind them.', true),
  HIDDEN,
];

/** The table `statuses`: all prescriptions, open ones too. */
export function statusTable({ counts, hiddenStatuses, options }: Findings): ReportTable {
  const rows = counts.statuses
    .map((one, i) => ({ ...one, hidden: hiddenStatuses[i]! }))
    .sort(
      (a, b) =>
        FILL_STATUSES.indexOf(a.status) - FILL_STATUSES.indexOf(b.status) || Number(b.matured) - Number(a.matured),
    )
    .map((one): Cell[] => [
      one.status,
      one.matured,
      ...hide(one.hidden, [one.prescriptions, one.patients]),
      one.hidden,
    ]);
  return { name: 'statuses', title: titled('All prescriptions by status', options.small), columns: STATUSES, rows };
}

const PRESCRIPTIONS: readonly ReportColumn[] = [
  column(
    'prescription_id',
    'Prescription',
    'id',
    'A pseudonym of its id: tells prescriptions apart, and is another one in another export.',
    true,
  ),
  column('issued_at', 'Issued', 'timestamp', 'When it was issued.', true),
  column('valid_until', 'Valid until', 'timestamp', 'First instant after its validity.'),
  column('items', 'Items', 'count', 'Items prescribed.', true),
  column('items_ordered', 'Ordered', 'count', 'Items of which anything was ordered.', true),
  column('items_filled', 'Filled', 'count', 'Items of which all was ordered.', true),
  column('quantity_prescribed', 'Prescribed', 'count', 'Units prescribed.'),
  column('quantity_filled', 'Units', 'count', 'Units ordered, at most those prescribed.'),
  column('orders', 'Orders', 'count', 'Counted orders that fill it.', true),
  column('days_to_first_order', 'Days to first', 'statistic', 'Days from its issue.'),
  column('days_to_full_fill', 'Days to full', 'statistic', 'Days from its issue until all was ordered.'),
  column('status', 'Status', 'text', 'What became of it.', true),
  column('matured', 'Matured', 'bool', 'Its validity is over.'),
];

/** The table `prescriptions`: a row stands for one patient, so it has rows only where nothing is hidden. */
export function prescriptionTable({ counts, options }: Findings): ReportTable {
  const rows = counts.fills.map((fill): Cell[] => [
    ...[fill.hash, isoTime(Number(fill.issuedAt)), isoTime(Number(fill.validEnd))],
    ...[fill.items, fill.itemsOrdered, fill.itemsFilled, fill.prescribed, fill.filled, fill.orders],
    ...[daysBetween(fill.issuedAt, fill.firstAt), daysBetween(fill.issuedAt, fill.fullAt)],
    ...[fill.status, fill.matured],
  ]);
  return { name: 'prescriptions', title: titled('Each prescription', options.small), columns: PRESCRIPTIONS, rows };
}

const CURVE: readonly ReportColumn[] = [
  column('until', 'Until', 'text', 'The first order, or the full fill.', true),
  column('day', 'Day', 'count', 'Whole days since the issue; the last one where days are pooled.', true),
  column('from_day', 'From day', 'count', 'The first of the pooled days.'),
  column('at_risk', 'At risk', 'count', 'Prescriptions followed so long without it.', true),
  column('events', 'With it', 'count', 'On these days.', true),
  column('censored', 'Follow-up ends', 'count', 'Withdrawn, or the log ends.', true),
  column('survival', 'Not yet', 'share', 'Share without it after the day.', true),
  column('ci_low', 'From', 'share', 'Lower end of its interval (log-log, Greenwood).', true),
  column('ci_high', 'To', 'share', 'Upper end of it.', true),
];

/** The table `time_to_fill`. */
export function curveTable({ first, full, options }: Findings): ReportTable {
  const rows = (
    [
      ['first order', first],
      ['full fill', full],
    ] as const
  ).flatMap(([until, { pooled }]) =>
    pooled.map((step): Cell[] => [
      until,
      step.day,
      step.from,
      step.atRisk,
      step.events,
      step.censored,
      step.survival,
      step.low,
      step.high,
    ]),
  );
  return {
    name: 'time_to_fill',
    title: titled('Time to the first order and to the full fill', options.small),
    columns: CURVE,
    rows,
    unit: 'prescription',
  };
}

const REPEATS: readonly ReportColumn[] = [
  column('prescriptions', 'Prescriptions', 'count', 'With repeats.', true),
  column('items', 'Items', 'count', 'Their items.', true),
  column('fills_used', 'Fills used', 'count', 'Whole quantities ordered, at most those allowed.', true),
  column('fills_allowed', 'Fills allowed', 'count', 'Repeats + 1 for each item.', true),
  column('share', 'Share', 'share', 'Used / allowed, open prescriptions included.', true),
];

/** The table `repeats`: one row, or none where no prescription has repeats. */
export function repeatTable({ counts, options }: Findings): ReportTable {
  const { prescriptions, patients, items, used, allowed } = counts.repeats;
  const told = hide(isSmall(patients, options.small.k), [
    prescriptions,
    items,
    used,
    allowed,
    share({ k: used, n: allowed }),
  ]);
  return {
    name: 'repeats',
    title: titled('Repeats', options.small),
    columns: REPEATS,
    rows: prescriptions === 0 ? [] : [told],
  };
}

/** The name a group goes by: outsiders see practitioners as numbers. */
export function groupName(
  label: string,
  groups: Findings['groups'],
  { by, small }: Pick<Options, 'by' | 'small'>,
): string {
  if (by !== 'practitioner' || small.profile !== 'external' || label.startsWith('(')) return label;
  return `#${groups.findIndex((one) => one.label === label) + 1}`;
}

/** The table `groups` of `--by`. */
export function groupTable({ groups, options }: Findings): ReportTable {
  const columns = [
    column(
      'group',
      options.by[0]!.toUpperCase() + options.by.slice(1),
      'id',
      `The ${options.by} of the prescription.`,
      true,
    ),
    column('prescriptions', 'Prescriptions', 'count', 'Matured ones, not cancelled.', true),
    column('patients', 'Patients', 'count', 'Distinct patients behind them.', true),
    column('filled', 'Filled', 'count', 'At once or over time.', true),
    column('filled_share', 'Share', 'share', 'Filled / prescriptions.', true),
    column('ci_low', 'From', 'share', 'Lower end of its interval (Wilson).', true),
    column('ci_high', 'To', 'share', 'Upper end of it.', true),
    column('at_once', 'At once', 'count', 'Filled at once.'),
    column('at_once_share', 'At once share', 'share', 'Filled at once / prescriptions.'),
    HIDDEN,
  ];
  const rows = groups.map((group): Cell[] => {
    const of = (k: number) => ({ k, n: group.prescriptions });
    const { low, high } = wilson(of(group.filled), options.confidence);
    const rates: Cell[] = [group.filled, share(of(group.filled)), low, high, group.atOnce, share(of(group.atOnce))];
    return [
      groupName(group.label, groups, options),
      ...hide(group.hidden, [group.prescriptions, group.patients]),
      ...hide(group.hiddenRates, rates),
      group.hiddenRates,
    ];
  });
  return {
    name: 'groups',
    title: titled(`Filled prescriptions by ${options.by}`, options.small),
    columns,
    rows,
    unit: 'prescription',
  };
}

/** Statuses per month of issue, open ones quiet; and the two curves. */
export function chartsOf({ counts, hiddenMonths, first, full, options }: Findings): readonly Chart[] {
  const months = [...new Set(counts.months.map(({ month }) => month))];
  const shown = counts.months.filter((_, i) => !hiddenMonths[i]);
  const stack: Chart = {
    name: 'statuses',
    title: titled('Prescriptions by month of issue', options.small),
    kind: 'stacked',
    xLabel: 'Month of issue',
    yLabel: 'Prescriptions',
    unit: 'count',
    labels: months.map((month) => month.slice(0, 7)),
    series: FILL_STATUSES.map((status) => ({
      name: status,
      values: months.map(
        (month) => shown.find((one) => one.month === month && one.status === status)?.prescriptions ?? null,
      ),
      quiet: status.endsWith('-open'),
    })),
    description: `Prescriptions of ${months.length} months by what became of them. Hidden numbers are left out, so columns may be too short.`,
  };
  const end = Math.max(-1, ...[first, full].map(({ pooled }) => pooled.at(-1)?.day ?? -1));
  const stride = end > 400 ? 7 : 1;
  const days = Array.from({ length: Math.floor(end / stride) + 1 }, (_, i) => i * stride);
  const curve: Chart = {
    name: 'time-to-fill',
    title: titled('Prescriptions not yet ordered, and not yet filled', options.small),
    kind: 'lines',
    xLabel: 'Days since the issue',
    yLabel: 'Share of prescriptions',
    unit: 'share',
    labels: days.map(String),
    series: [
      {
        name: 'no order yet',
        values: days.map((day) => first.pooled.findLast((step) => step.day <= day)?.survival ?? 1),
      },
      {
        name: 'not filled yet',
        values: days.map((day) => full.pooled.findLast((step) => step.day <= day)?.survival ?? 1),
      },
    ],
    description: `Kaplan-Meier curves of the time to the first order and to the full fill over ${end + 1} days.`,
  };
  return counts.months.length === 0 ? [] : [stack, curve];
}
