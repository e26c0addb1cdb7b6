import { titled } from '../../disclosure/small-numbers.js';
import { ratio } from '../../statistics/exact.js';
import { CENTS, type Interval, NO_INTERVAL } from '../../statistics/mean.js';
import { median } from '../../statistics/median.js';
import { deviationOf, meanInterval, type Sample, sampleOf } from '../../statistics/sample.js';
import { column } from '../column.js';
import { type Cell, type Chart, type ReportColumn, type ReportTable, SUPPRESSED } from '../report.js';
import type { Options } from './options.js';
import { MEASURES, type MeasureTests, valuesOf } from './tests.js';
import type { TypeSums, Unit } from './units.js';

/** A type with the decision whether it is shown. */
export type ShownType = TypeSums & { readonly hidden: boolean };
/** A practitioner with the decision what of it is shown. */
export type ShownUnit = Unit & { readonly hidden: boolean; readonly hiddenRepeat: boolean };

function measureColumns(name: string, words: string): ReportColumn[] {
  const suffix = name === 'aov' ? '' : '_revenue_month';
  const ci = name === 'aov' ? '' : 'revenue_month_';
  return [
    column(
      `mean_${name === 'aov' ? 'aov' : 'revenue_month'}`,
      `Mean ${words}`,
      'money',
      `Mean over practitioners of their ${words}.`,
      true,
    ),
    column(
      `median_${name === 'aov' ? 'aov' : 'revenue_month'}`,
      `Median ${words}`,
      'money',
      'The middle practitioner.',
    ),
    column(`sd${suffix || '_aov'}`, `SD ${words}`, 'money', 'Standard deviation between practitioners.'),
    column(
      `${ci}ci_low`,
      'From',
      'money',
      'Lower end of the interval of the mean: t over practitioners.',
      name === 'aov',
    ),
    column(`${ci}ci_high`, 'To', 'money', 'Upper end of it.', name === 'aov'),
  ];
}

const TYPE_COLUMNS: readonly ReportColumn[] = [
  column(
    'type',
    'Type',
    'text',
    'Type of the practitioner; (none): orders without one; (unknown): the log tells no type.',
    true,
  ),
  column('practitioners', 'Practitioners', 'count', 'Practitioners with a counted order while of this type.'),
  column('practitioners_used', 'Used', 'count', 'Those with enough orders to be compared.', true),
  column('patients', 'Patients', 'count', 'Distinct patients behind the orders.', true),
  column('orders', 'Orders', 'count', 'Counted orders.', true),
  column('net_revenue', 'Net revenue', 'money', 'Sum of their amounts.'),
  column('aov_pooled', 'AOV pooled', 'money', 'Net revenue / orders: practitioners with many orders weigh more.', true),
  ...measureColumns('aov', 'AOV'),
  ...measureColumns('revenue', 'revenue a month'),
  column('compared', 'Compared', 'bool', 'False where too few practitioners are left for a test: "too few".'),
  column('suppressed', 'Hidden', 'bool', 'True where the numbers are hidden because few patients stand behind them.'),
];

/** An interval over fewer practitioners than a test needs would be nearly as wide as the numbers go. */
function intervalOf(sample: Sample, options: Options): Interval {
  return sample.n < options.minPractitioners ? NO_INTERVAL : meanInterval(sample, options.confidence);
}

function summaryCells(values: readonly number[], options: Options): Cell[] {
  const sample = sampleOf(values);
  const { low, high } = intervalOf(sample, options);
  return [sample.mean, median(values), deviationOf(sample), low, high];
}

/** The table `types`. */
export function typeTable(types: readonly ShownType[], units: readonly Unit[], options: Options): ReportTable {
  const rows = types.map((type): Cell[] => {
    const used = units.filter((unit) => unit.used && unit.type === type.type);
    const cells: Cell[] = [
      ...[type.practitioners, used.length, type.patients, type.orders],
      ratio(type.net, CENTS),
      ratio(type.net, BigInt(type.orders) * CENTS),
      ...[MEASURES[0]!, MEASURES[2]!].flatMap((measure) => summaryCells(valuesOf(units, type.type, measure), options)),
    ];
    const shown = type.hidden ? cells.map(() => SUPPRESSED) : cells;
    return [type.type, ...shown, used.length >= options.minPractitioners, type.hidden] as Cell[];
  });
  return {
    name: 'types',
    title: titled('By type of practitioner', options.small),
    columns: TYPE_COLUMNS,
    rows,
    unit: 'practitioner',
  };
}

/** The table `practitioners`: ids only among colleagues; outsiders see them numbered by what is shown of them. */
export function unitTable(units: readonly ShownUnit[], options: Options): ReportTable {
  const named = options.small.profile !== 'external';
  const order = named ? units : [...units].sort((a, b) => Number(a.hidden) - Number(b.hidden) || b.aov - a.aov);
  const rows = order.map((unit, i): Cell[] => {
    const shown = (cell: Cell, hidden = unit.hidden): Cell => (hidden ? SUPPRESSED : cell);
    return [
      named ? unit.practitioner : `#${i + 1}`,
      unit.type,
      ...[unit.orders, unit.patients, unit.months].map((n) => shown(n)),
      shown(ratio(unit.net, CENTS)),
      ...[unit.aov, unit.ordersPerMonth, unit.revenuePerMonth].map((value) => shown(value)),
      shown(unit.repeatShare, unit.hiddenRepeat),
      unit.used,
      unit.hidden || unit.hiddenRepeat,
    ];
  });
  return { name: 'practitioners', title: titled('Practitioners', options.small), columns: unitColumns(options), rows };
}

function unitColumns({ repeatDays }: Options): readonly ReportColumn[] {
  return [
    column(
      'practitioner',
      'Practitioner',
      'id',
      'Its id in the database; a number without meaning for outsiders.',
      true,
    ),
    column('type', 'Type', 'text', 'What the practitioner was at these orders.', true),
    column('orders', 'Orders', 'count', 'Counted orders.', true),
    column('patients', 'Patients', 'count', 'Distinct patients behind them.', true),
    column('active_months', 'Active months', 'count', 'Calendar months with a counted order.'),
    column('net_revenue', 'Net revenue', 'money', 'Sum of their amounts.'),
    column('aov', 'AOV', 'money', 'Net revenue / orders.', true),
    column('orders_per_month', 'Orders a month', 'statistic', 'Orders / active months.', true),
    column('revenue_per_month', 'Revenue a month', 'money', 'Net revenue / active months.', true),
    column(
      'repeat_share',
      'Repeat share',
      'share',
      `Of patients whose first order with the practitioner is ${repeatDays} days old: who came back within ${repeatDays} days.`,
      true,
    ),
    column('used', 'Compared', 'bool', 'Enough orders to be compared.'),
    column('suppressed', 'Hidden', 'bool', 'True where numbers are hidden because few patients stand behind them.'),
  ];
}

const TEST_COLUMNS: readonly ReportColumn[] = [
  column('measure', 'Measure', 'text', 'What practitioners are compared by.', true),
  column('test', 'Test', 'text', "Welch's analysis of variance (means), or Kruskal-Wallis (ranks).", true),
  column('types', 'Types', 'count', 'Types with enough practitioners.', true),
  column('statistic', 'Statistic', 'statistic', 'F, or H.', true),
  column('df1', 'df1', 'statistic', 'Degrees of freedom: types - 1.', true),
  column('df2', 'df2', 'statistic', 'Degrees of freedom of the denominator (F only).', true),
  column('p', 'p', 'p', 'p of no difference between types.', true),
  column(
    'ruled_out_above',
    'Ruled out above',
    'statistic',
    'A larger difference between any two types does not fit the data (in the unit of the measure; Welch intervals of all pairs, Bonferroni).',
  ),
];

/** The table `tests`; empty cells where a test cannot be made. */
export function testTable(tests: readonly MeasureTests[], options: Options): ReportTable {
  const rows = tests.flatMap(({ measure, types, anova, ranks, ruledOutAbove }): Cell[][] => [
    [
      measure.name,
      'Welch ANOVA',
      types.length,
      anova?.f ?? null,
      anova?.df1 ?? null,
      anova?.df2 ?? null,
      anova?.p ?? null,
      ruledOutAbove,
    ],
    [measure.name, 'Kruskal-Wallis', types.length, ranks?.h ?? null, ranks?.df ?? null, null, ranks?.p ?? null, null],
  ]);
  return {
    name: 'tests',
    title: titled('Do the types differ?', options.small),
    columns: TEST_COLUMNS,
    rows,
    unit: 'practitioner',
  };
}

const PAIR_COLUMNS: readonly ReportColumn[] = [
  column('measure', 'Measure', 'text', 'What practitioners are compared by.', true),
  column('from_type', 'From', 'text', 'The first type.', true),
  column('to_type', 'To', 'text', 'The second type.', true),
  column(
    'difference',
    'Difference',
    'statistic',
    'Mean of the second minus mean of the first, in the unit of the measure.',
    true,
  ),
  column('ci_low', 'CI low', 'statistic', 'Lower end of its interval (Welch).'),
  column('ci_high', 'CI high', 'statistic', 'Upper end of it.'),
  column('t', 't', 'statistic', "Welch's t."),
  column('df', 'df', 'statistic', 'Its degrees of freedom.'),
  column('p', 'p', 'p', 'Two-sided p.'),
  column('p_holm', 'p (Holm)', 'p', 'The same, for all pairs of the measure together.', true),
];

/** The table `pairs`: of three types or more. */
export function pairTable(tests: readonly MeasureTests[], options: Options): ReportTable {
  const rows = tests.flatMap(({ measure, types, pairs }): Cell[][] =>
    types.length < 3
      ? []
      : pairs.map((pair) => [
          ...[measure.name, pair.from, pair.to, pair.difference, pair.low, pair.high],
          ...[pair.t, pair.df, pair.p, pair.pHolm],
        ]),
  );
  return {
    name: 'pairs',
    title: titled('Which types differ?', options.small),
    columns: PAIR_COLUMNS,
    rows,
    unit: 'practitioner',
  };
}

/** Mean AOV with its interval by type, one dot per practitioner; hidden types and practitioners are left out. */
export function chartsOf(types: readonly ShownType[], units: readonly ShownUnit[], options: Options): readonly Chart[] {
  const shown = types.filter(({ hidden }) => !hidden);
  const points = shown.flatMap(({ type }) => {
    const sample = sampleOf(valuesOf(units, type, MEASURES[0]!));
    const { low, high } = intervalOf(sample, options);
    const dots = valuesOf(
      units.filter(({ hidden }) => !hidden),
      type,
      MEASURES[0]!,
    ).sort((a, b) => a - b);
    return sample.mean === null
      ? []
      : [
          {
            label: type,
            value: sample.mean,
            ...(low !== null && high !== null && { low, high }),
            weight: sample.n,
            dots,
          },
        ];
  });
  return [
    {
      name: 'aov-by-type',
      title: titled('Average order value by type of practitioner', options.small),
      kind: 'interval',
      xLabel: 'Type',
      yLabel: 'AOV',
      unit: 'money',
      points,
      description: `The mean over practitioners of their average order value, with its interval, for ${points.length} types; one small dot per practitioner.`,
    },
  ];
}
