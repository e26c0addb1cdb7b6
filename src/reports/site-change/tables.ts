import { titled } from '../../disclosure/small-numbers.js';
import { column } from '../column.js';
import { type Cell, type Chart, type ReportColumn, type ReportTable, SUPPRESSED, type Unit } from '../report.js';
import type { Analysis } from './analyse.js';
import type { Measure, Options } from './options.js';

/** How the measures are told. */
export const MEASURES: Readonly<Record<Measure, { readonly words: string; readonly unit: Unit }>> = {
  net_revenue: { words: 'Net revenue', unit: 'money' },
  orders: { words: 'Orders', unit: 'statistic' },
  aov: { words: 'Average order value', unit: 'money' },
  new_patients: { words: 'New patients', unit: 'statistic' },
};

function methodColumns(unit: Unit): readonly ReportColumn[] {
  return [
    column('change_at', 'Change', 'date', 'The day of the change; it counts as after.', true),
    column('method', 'Method', 'text', 'ar1 is the headline; before-after takes trend and season for an effect.', true),
    column('effect_per_day', 'Effect a day', unit, 'Total / days after.', true),
    column('effect_total', 'Effect total', unit, 'Over all days from the change on.', true),
    column('relative_effect', 'Relative', 'share', 'Total / what the model expects without the change.', true),
    column('se', 'SE', unit, 'Standard error of the total.'),
    column('ci_low', 'From', unit, 'Lower end of the interval of the total.', true),
    column('ci_high', 'To', unit, 'Upper end of it.', true),
    column('p', 'p', 'p', 'p of no effect.', true),
    column('days_before', 'Days before', 'count', 'Complete days before the change.'),
    column('days_after', 'Days after', 'count', 'Complete days from the change on.'),
  ];
}

/** The table `methods`: one row per change and method. */
export function methodTable(analyses: readonly Analysis[], options: Options): ReportTable {
  const { words, unit } = MEASURES[options.measure];
  const rows = analyses.flatMap(({ change, results, series }) =>
    results.map((one): Cell[] => [
      ...[change, one.method, one.perDay, one.total, one.relative, one.error, one.low, one.high, one.p],
      ...[series.changeDay, series.days - series.changeDay],
    ]),
  );
  return {
    name: 'methods',
    title: titled(`${words} a day: what the change did`, options.small),
    columns: methodColumns(unit),
    rows,
    unit: 'day',
  };
}

const CHECKS: readonly ReportColumn[] = [
  column('change_at', 'Change', 'date', 'The day of the change.', true),
  column('check', 'Check', 'text', 'What is looked at.', true),
  column(
    'value',
    'Value',
    'statistic',
    'phi and Durbin-Watson of the residuals; effect a day at days on which nothing was changed; trend of the difference to the control.',
    true,
  ),
  column('p', 'p', 'p', 'Should not be small.', true),
];

/** The table `checks`: residuals, placebo days, and the trend before the change. */
export function checkTable(analyses: readonly Analysis[], options: Options): ReportTable {
  const rows = analyses.flatMap(({ change, fit, placebos, trendBefore }): Cell[][] => [
    ...(fit === null
      ? []
      : [
          [change, 'phi', fit.phi, null],
          [change, 'Durbin-Watson', fit.durbinWatson, null],
        ]),
    ...placebos.map(({ day, perDay, p }): Cell[] => [change, `placebo ${day}`, perDay, p]),
    ...(trendBefore === null ? [] : [[change, 'trend of the difference before', trendBefore.value, trendBefore.p]]),
  ]);
  return { name: 'checks', title: titled('Can it be believed?', options.small), columns: CHECKS, rows, unit: 'day' };
}

/** The table `days`: what was measured and what the model says. */
export function dayTable(analyses: readonly Analysis[], hidden: ReadonlySet<string>, options: Options): ReportTable {
  const { words, unit } = MEASURES[options.measure];
  const columns = [
    column('change_at', 'Change', 'date', 'Of which change.', true),
    column('day', 'Day', 'date', 'A complete day.', true),
    column('after', 'After', 'bool', 'From the change on.', true),
    column('value', words, unit, 'As measured.', true),
    column('fitted', 'Model', unit, 'What the model says (ar1).', true),
    column('expected', 'Without change', unit, 'What it expects without the change.', true),
    column('expected_low', 'From', unit, 'Lower end of the interval of that.'),
    column('expected_high', 'To', unit, 'Upper end of it.'),
    column('suppressed', 'Hidden', 'bool', 'True where the value is hidden because few patients stand behind it.'),
  ];
  const rows = analyses.flatMap(({ change, days, values, fitted, expected, series }) =>
    days.map(({ day }, t): Cell[] => [
      ...[change, day, t >= series.changeDay],
      hidden.has(day) ? SUPPRESSED : values[t]!,
      ...[fitted[t]!, expected[t]?.value ?? null, expected[t]?.low ?? null, expected[t]?.high ?? null],
      hidden.has(day),
    ]),
  );
  return { name: 'days', title: titled('Day by day', options.small), columns, rows };
}

/** Per change: the series, the fitted line, and what was expected without the change, with its band. */
export function chartsOf(
  analyses: readonly Analysis[],
  hidden: ReadonlySet<string>,
  options: Options,
): readonly Chart[] {
  const { words, unit } = MEASURES[options.measure];
  return analyses.map(({ change, days, values, fitted, expected, series }, i) => ({
    name: `series-${i + 1}`,
    title: titled(`${words} a day around ${change}`, options.small),
    kind: 'lines',
    xLabel: `Day (change on ${change})`,
    yLabel: words,
    unit,
    labels: days.map(({ day }) => day),
    series: [
      { name: 'measured', values: days.map(({ day }, t) => (hidden.has(day) ? null : values[t]!)) },
      { name: 'model', values: fitted },
      ...(['value', 'low', 'high'] as const).map((end) => ({
        name: end === 'value' ? 'without the change' : `its interval ${end === 'low' ? 'from' : 'to'}`,
        values: days.map((_, t) => (t < series.changeDay ? null : (expected[t]?.[end] ?? null))),
        quiet: true,
        ...(end !== 'value' && { band: end }),
      })),
    ],
    description: `${words} of ${days.length} days, the line of the model, and from ${change} on what it expects without the change, with its ${options.confidence * 100} % interval.`,
  }));
}
