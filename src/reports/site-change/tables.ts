import { type Day, MEASURES } from '../daily.js';
import type { ReportContext } from '../definition.js';
import { excludedOrders } from '../excluded.js';
import { type Column, ends, field, type Made, suppressedColumn, table } from '../kit.js';
import { orderProvenance } from '../provenance.js';
import type { Chart, ReportTable } from '../report.js';
import { type Analysis, analyse, type MethodResult } from './analyse.js';
import { dropOrders, hideDays, prepareOrders, readCompleteDays } from './days.js';
import type { ChangeEffect } from './effect.js';
import type { Options } from './options.js';
import { notesOf, tell } from './summary.js';
import { type Judged, judge } from './verdict.js';

function effectTable(judged: readonly Judged[], options: Options): ReportTable {
  const of = (row: Judged): ChangeEffect => row.effect;
  const columns: readonly Column<Judged>[] = [
    field('change_at', 'Change', 'date', 'The day of the change; it counts as after.', ({ change }) => change, {
      screen: true,
    }),
    field('measure', 'Measure', 'text', 'What is measured each day.', (row) => MEASURES[of(row).measure].words, {
      screen: true,
    }),
    field(
      'change',
      'Change by',
      'share',
      'Against what was to be expected without it: trend, weekdays, season and other events taken out.',
      (row) => of(row).relative,
      { screen: true },
    ),
    ...ends<Judged>('share', 'its interval', of, { screen: true }),
    field(
      'smallest',
      'Smallest seen',
      'share',
      'A change so large would be seen in four of five such comparisons.',
      (row) => of(row).smallest,
      { screen: true },
    ),
    field(
      'verdict',
      'Verdict',
      'text',
      'shown, ruled-out (a change of more than a tenth), or cannot-tell.',
      ({ verdict }) => verdict,
    ),
    field(
      'per_day',
      'A day',
      'statistic',
      'The change in the unit of the measure, mean of the days after.',
      (row) => of(row).perDay,
    ),
    field('p', 'p', 'p', 'p of no change.', (row) => of(row).p),
    field(
      'p_holm',
      'p Holm',
      'p',
      'The same, corrected for several changes, and for the measures beside the one asked for.',
      ({ pHolm }) => pHolm,
    ),
    field(
      'stands',
      'Stands',
      'bool',
      'It stays without the last two or four weeks before the change; empty where it is not beyond chance.',
      (row) => of(row).stands,
    ),
    field(
      'season',
      'Season',
      'share',
      'How likely a yearly season is behind the series; 1 where it is shorter than a year.',
      (row) => of(row).season,
    ),
    field('days_before', 'Days before', 'count', 'Open days before the change.', (row) => of(row).before),
    field('days_after', 'Days after', 'count', 'Open days from the change on.', (row) => of(row).after),
    field('days_left_out', 'Left out', 'count', 'Closed days, holidays and promotions.', (row) => of(row).leftOut),
  ];
  return table('effect', 'What the change did', options, columns, judged, 'day');
}

type MethodRow = MethodResult & { readonly change: string; readonly before: number; readonly after: number };

function methodTable(analyses: readonly Analysis[], options: Options): ReportTable {
  const { words, unit } = MEASURES[options.measure];
  const columns: readonly Column<MethodRow>[] = [
    field('change_at', 'Change', 'date', 'The day of the change; it counts as after.', ({ change }) => change, {
      screen: true,
    }),
    field(
      'method',
      'Method',
      'text',
      'On the raw scale: ar1 takes a season for an effect, before-after also a trend.',
      ({ method }) => method,
      { screen: true },
    ),
    field('effect_per_day', 'Effect a day', unit, 'Total / days after.', ({ perDay }) => perDay, { screen: true }),
    field('effect_total', 'Effect total', unit, 'Over all days from the change on.', ({ total }) => total, {
      screen: true,
    }),
    field(
      'relative_effect',
      'Relative',
      'share',
      'Total / what the model expects without the change.',
      ({ relative }) => relative,
      { screen: true },
    ),
    field('se', 'SE', unit, 'Standard error of the total.', ({ error }) => error),
    ...ends<MethodRow>(unit, 'the interval of the total', (row) => row, { screen: true }),
    field('p', 'p', 'p', 'p of no effect.', ({ p }) => p, { screen: true }),
    field('days_before', 'Days before', 'count', 'Complete days before the change.', ({ before }) => before),
    field('days_after', 'Days after', 'count', 'Complete days from the change on.', ({ after }) => after),
  ];
  const rows = analyses.flatMap(({ change, results, series }) =>
    results.map((one) => ({ ...one, change, before: series.changeDay, after: series.days - series.changeDay })),
  );
  return table('methods', `${words} a day by other methods`, options, columns, rows, 'day');
}

interface Check {
  readonly change: string;
  readonly check: string;
  readonly value: number;
  readonly p: number | null;
}

function checkTable(analyses: readonly Analysis[], options: Options): ReportTable {
  const columns: readonly Column<Check>[] = [
    field('change_at', 'Change', 'date', 'The day of the change.', ({ change }) => change, { screen: true }),
    field('check', 'Check', 'text', 'What is looked at.', ({ check }) => check, { screen: true }),
    field(
      'value',
      'Value',
      'statistic',
      'Change (a share) at days on which nothing was changed; phi and Durbin-Watson of the residuals, and effects a day, of ar1; trend of the difference to the control.',
      ({ value }) => value,
      { screen: true },
    ),
    field('p', 'p', 'p', 'Should not be small.', ({ p }) => p, { screen: true }),
  ];
  const rows = analyses.flatMap(({ change, effects, fit, placebos, trendBefore }): Check[] => [
    ...(effects[0]?.placebos ?? []).map(({ day, relative, p }) => ({
      change,
      check: `no change on ${day}`,
      value: relative,
      p,
    })),
    ...(fit === null
      ? []
      : [
          { change, check: 'phi', value: fit.phi, p: null },
          { change, check: 'Durbin-Watson', value: fit.durbinWatson, p: null },
        ]),
    ...placebos.map(({ day, perDay, p }) => ({ change, check: `placebo ${day}`, value: perDay, p })),
    ...(trendBefore === null
      ? []
      : [{ change, check: 'trend of the difference before', value: trendBefore.value, p: trendBefore.p }]),
  ]);
  return table('checks', 'Can it be believed?', options, columns, rows, 'day');
}

interface DayRow {
  readonly change: string;
  readonly day: Day;
  readonly after: boolean;
  readonly value: number;
  readonly fitted: number | null;
  readonly expected: Analysis['expected'][number] | undefined;
  readonly line: ChangeEffect['line'][number] | undefined;
}

function dayRows({ change, days, values, fitted, expected, series, effects }: Analysis): readonly DayRow[] {
  const lines = new Map((effects[0]?.line ?? []).map((one) => [one.day, one]));
  return days.map((day, t) => ({
    ...{ change, day, after: t >= series.changeDay, value: values[t]! },
    ...{ fitted: fitted[t]!, expected: expected[t], line: lines.get(day.day) },
  }));
}

function dayTable(analyses: readonly Analysis[], hidden: ReadonlySet<string>, options: Options): ReportTable {
  const { words, unit } = MEASURES[options.measure];
  const isHidden = ({ day }: DayRow): boolean => hidden.has(day.day);
  const columns: readonly Column<DayRow>[] = [
    field('change_at', 'Change', 'date', 'Of which change.', ({ change }) => change, { screen: true }),
    field('day', 'Day', 'date', 'A complete day.', ({ day }) => day.day, { screen: true }),
    field('after', 'After', 'bool', 'From the change on.', ({ after }) => after, { screen: true }),
    field('value', words, unit, 'As measured.', ({ value }) => value, { hidden: isHidden, screen: true }),
    field(
      'model',
      'Model',
      unit,
      'What the model of the headline says; empty on days that are left out.',
      ({ line }) => line?.model ?? null,
      { screen: true },
    ),
    field(
      'without_change',
      'Without change',
      unit,
      'What it expects without the change.',
      ({ line }) => line?.expected ?? null,
      { screen: true },
    ),
    field('fitted', 'Model ar1', unit, 'What ar1 says.', ({ fitted }) => fitted),
    field(
      'expected',
      'Without change, ar1',
      unit,
      'What ar1 expects without the change.',
      ({ expected }) => expected?.value ?? null,
    ),
    field('expected_low', 'From', unit, 'Lower end of the interval of that.', ({ expected }) => expected?.low ?? null),
    field('expected_high', 'To', unit, 'Upper end of it.', ({ expected }) => expected?.high ?? null),
    suppressedColumn(isHidden),
  ];
  return table('days', 'Day by day', options, columns, analyses.flatMap(dayRows));
}

/** Per change: the series, the line of the model, and what was to be expected without the change. */
function chartsOf(analyses: readonly Analysis[], hidden: ReadonlySet<string>, options: Options): readonly Chart[] {
  const { words, unit } = MEASURES[options.measure];
  return analyses.map((analysis, i) => {
    const { change } = analysis;
    const rows = dayRows(analysis);
    return {
      ...{ name: `series-${i + 1}`, title: table('', `${words} a day around ${change}`, options, [], []).title },
      ...{ kind: 'lines', xLabel: `Day (change on ${change})`, yLabel: words, unit },
      labels: rows.map(({ day }) => day.day),
      series: [
        { name: 'measured', values: rows.map(({ day, value }) => (hidden.has(day.day) ? null : value)) },
        { name: 'model', values: rows.map(({ line }) => line?.model ?? null) },
        {
          name: 'without the change',
          values: rows.map(({ after, line }) => (after ? (line?.expected ?? null) : null)),
          quiet: true,
        },
      ],
      description: `${words} of ${rows.length} days, the line of the model, and from ${change} on what it expects without the change.`,
    };
  });
}

/** Makes the report. */
export async function makeSite(context: ReportContext, options: Options): Promise<Made> {
  try {
    await prepareOrders(context, options);
    const days = await readCompleteDays(context);
    const hidden = await hideDays(context, days, options);
    const all = options.changes.map((change) => analyse(days, change, options));
    const analyses = all.flatMap((one) => ('why' in one ? [] : [one]));
    const failed = all.flatMap((one) => ('why' in one ? [one] : []));
    const judged = judge(analyses, options);
    const excluded = await excludedOrders(context, 'ORDERS_PLACED', options);
    const { control } = options;
    return {
      tables: [
        effectTable(judged, options),
        methodTable(analyses, options),
        checkTable(analyses, options),
        dayTable(analyses, hidden, options),
      ],
      charts: chartsOf(analyses, hidden, options),
      tell: (hiddenCells) => tell({ options, analyses, judged, failed, hiddenCells }),
      notes: notesOf(options, context.replay.timeZone),
      provenance: (hiddenCells) => [
        { name: 'changes', value: options.changes },
        { name: 'measure', value: options.measure },
        { name: 'window', value: options.window ?? 'all complete days' },
        { name: 'control', value: control === null ? 'none' : `${control.kind}=${control.value}` },
        { name: 'holidays', value: options.holidays },
        {
          name: 'events',
          value: options.events.map(({ from, to, name }) => `${from}${to === null ? '' : ` to ${to}`}: ${name}`),
        },
        excluded,
        ...orderProvenance(options, hiddenCells),
      ],
    };
  } finally {
    await dropOrders(context);
  }
}
