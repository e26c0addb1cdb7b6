import { printedCounts, shownCounts } from '../../disclosure/shown-counts.js';
import { ratio } from '../../statistics/exact.js';
import { CENTS } from '../../statistics/mean.js';
import { MEASURES } from '../daily.js';
import type { ReportContext } from '../definition.js';
import { excludedOrders } from '../excluded.js';
import { type Column, ends, field, hiding, type Made, suppressedColumn, table } from '../kit.js';
import { dropLineSums, hasLines, NET_AMOUNT, prepareLineSums } from '../order-lines.js';
import { orderProvenance } from '../provenance.js';
import type { Cell, Chart, ReportTable } from '../report.js';
import { dropOrders, hidePeriods, prepareOrders, readGrossBasis, readPeriods, readTrendDays } from './data.js';
import type { Options } from './index.js';
import { notesOf, tell } from './summary.js';
import {
  type Direction,
  directionOf,
  type Growth,
  type PeriodTests,
  periodTests,
  rowsOf,
  type Split,
  splitsOf,
  type TrendRow,
} from './trend.js';

function periodTable(rows: readonly TrendRow[], options: Options): ReportTable {
  const { grain } = options;
  const given = ({ period: { gross, net } }: TrendRow): Cell =>
    options.amount === NET_AMOUNT && gross !== null ? ratio(gross - net, CENTS) : null;
  const always = { hidden: () => false };
  const columns: readonly Column<TrendRow>[] = [
    field(
      grain,
      grain[0]!.toUpperCase() + grain.slice(1),
      'date',
      `First day of the ${grain}.`,
      ({ period }) => period.start,
      { ...always, screen: true },
    ),
    field(
      'complete',
      'Complete',
      'bool',
      `The whole ${grain} lies between the first order and the end of the log.`,
      ({ period }) => period.complete,
      { ...always, screen: true },
    ),
    field('orders', 'Orders', 'count', 'Counted orders.', ({ period }) => Number(period.orders), { screen: true }),
    field('patients', 'Patients', 'count', 'Distinct patients behind them.', ({ period }) => Number(period.patients)),
    field(
      'new_patients',
      'New patients',
      'count',
      `Patients whose first counted order lies in the ${grain}.`,
      ({ period }) => Number(period.newPatients),
      { hidden: ({ period }) => period.newHidden },
    ),
    field(
      'units',
      'Units',
      'count',
      'Sum of the quantities of all lines; empty where the input has no order lines.',
      ({ period }) => (period.units === null ? null : Number(period.units)),
    ),
    field('gross', 'Before discount', 'money', 'What the orders would have cost without a discount.', ({ period }) =>
      period.gross === null ? null : ratio(period.gross, CENTS),
    ),
    field('discount_given', 'Discount given', 'money', 'Before discount minus net revenue.', given),
    field('net_revenue', 'Net revenue', 'money', 'Sum of the amounts.', ({ period }) => ratio(period.net, CENTS), {
      screen: true,
    }),
    field(
      'aov',
      'Average order',
      'money',
      'Average order value: net revenue / orders.',
      ({ period }) => ratio(period.net, period.orders * CENTS),
      { screen: true },
    ),
    field(
      'ma3',
      'Mean of 3',
      'money',
      `Mean net revenue of this and the two ${grain}s before, all complete.`,
      ({ ma3 }) => ma3,
      { hidden: (row) => row.hiddenMa3 },
    ),
    field(
      'mom',
      `Change to ${grain} before`,
      'share',
      `Net revenue / that of the ${grain} before - 1; both complete.`,
      ({ mom }) => mom,
      { hidden: (row) => row.hiddenMom, screen: true },
    ),
    field(
      'yoy',
      'Change to year before',
      'share',
      'Net revenue / that of twelve months before - 1; months only, both complete.',
      ({ yoy }) => yoy,
      { hidden: (row) => row.hiddenYoy },
    ),
    { ...suppressedColumn<TrendRow>(({ period }) => period.hidden || period.newHidden), ...always },
  ];
  return table(
    'periods',
    `Sales by ${grain}`,
    options,
    hiding(({ period }) => period.hidden, columns),
    rows,
  );
}

function growthTable(direction: Direction, options: Options): ReportTable {
  const columns: readonly Column<Growth>[] = [
    field('measure', 'Measure', 'text', 'What is followed from day to day.', ({ measure }) => MEASURES[measure].words, {
      screen: true,
    }),
    field(
      'growth',
      'A month',
      'share',
      'Growth a month, of a line on the log scale through all complete days, weekdays and a yearly wave taken out.',
      ({ rate }) => rate,
      { screen: true },
    ),
    ...ends<Growth>('share', 'its interval', (row) => row, { screen: true }),
    field('p', 'p', 'p', 'p of no growth.', ({ p }) => p),
    field('p_holm', 'p Holm', 'p', 'The same, corrected for the two measures beside revenue.', ({ pHolm }) => pHolm),
  ];
  return table('growth', 'Growth a month', options, columns, direction.kind === 'told' ? direction.growth : [], 'day');
}

function splitTable(splits: readonly Split[], options: Options): ReportTable {
  const columns: readonly Column<Split>[] = [
    field('against', 'Against', 'text', 'What the last complete period is compared with.', ({ against }) => against, {
      screen: true,
      hidden: () => false,
    }),
    field('from', 'From', 'date', 'First day of the earlier period.', ({ from }) => from.start, {
      hidden: () => false,
    }),
    field('to', 'To', 'date', 'First day of the later period.', ({ to }) => to.start, { hidden: () => false }),
    field(
      'change',
      'Change',
      'money',
      'Net revenue of the later period minus that of the earlier one; the parts add up to it.',
      ({ change }) => change,
      { screen: true },
    ),
    field('by_patients', 'Patients', 'money', 'Of it by more or fewer patients.', ({ patients }) => patients, {
      screen: true,
    }),
    field(
      'by_orders',
      'Orders each',
      'money',
      'By more or fewer orders of a patient.',
      ({ ordersPerPatient }) => ordersPerPatient,
      { screen: true },
    ),
    field(
      'by_basket',
      'Units an order',
      'money',
      'By more or fewer units in an order; empty without order lines.',
      ({ basket }) => basket,
      { screen: true },
    ),
    field(
      'by_value',
      'Prices and mix',
      'money',
      'By what a unit (without order lines: an order) brings: prices, discounts, which products.',
      ({ value }) => value,
      { screen: true },
    ),
  ];
  return table(
    'split',
    'What moved',
    options,
    hiding((row) => row.hidden, columns),
    splits,
  );
}

interface TestRow {
  readonly test: string;
  readonly n: number;
  readonly cells: readonly Cell[];
}

function testTable(tests: PeriodTests | null, options: Options): ReportTable {
  const cell =
    (at: number) =>
    (row: TestRow): Cell =>
      row.cells[at]!;
  const columns: readonly Column<TestRow>[] = [
    field('test', 'Test', 'text', 'How the trend is tested, or its slope estimated.', ({ test }) => test, {
      screen: true,
    }),
    field('n', 'Periods', 'count', 'Complete periods.', ({ n }) => n, { screen: true }),
    field('statistic', 'z', 'statistic', 'z of the test, corrected for ties and for continuity.', cell(0), {
      screen: true,
    }),
    field('p', 'p', 'p', 'p of no trend.', cell(1), { screen: true }),
    field('tau', 'tau', 'statistic', "Kendall's tau.", cell(2)),
    field(
      'slope',
      'Slope',
      'money',
      'Change of net revenue per day: a period, or a year for the seasonal test.',
      cell(3),
      { screen: true },
    ),
    field('ci_low', 'From', 'money', 'Lower end of its interval.', cell(4), { screen: true }),
    field('ci_high', 'To', 'money', 'Upper end of its interval.', cell(5), { screen: true }),
  ];
  const rows: TestRow[] = [];
  if (tests !== null) {
    const { n, test, line, seasonal } = tests;
    rows.push({ test: 'Mann-Kendall', n, cells: [test.z, test.p, test.tau, null, null, null] });
    rows.push({ test: 'Theil-Sen', n, cells: [null, null, null, line.slope, line.low, line.high] });
    if (seasonal !== null)
      rows.push({
        test: 'seasonal Mann-Kendall',
        n,
        cells: [seasonal.z, seasonal.p, null, seasonal.slope, null, null],
      });
  }
  return table('trend', 'Trend of net revenue per day over the periods', options, columns, rows, options.grain);
}

function chartOf(rows: readonly TrendRow[], { grain }: Options, title: string): Chart {
  const shown = rows.filter(({ period }) => !period.hidden);
  const hidden = rows.length - shown.length;
  const left = hidden === 0 ? '' : ` Left out because few patients stand behind them: ${hidden}.`;
  return {
    ...{ xLabel: grain, yLabel: 'Net revenue', unit: 'money', name: 'net-revenue', title, kind: 'bar' },
    lineLabel: `Mean of three complete ${grain}s`,
    points: shown.map(({ period, ma3, hiddenMa3 }) => ({
      label: `${grain === 'month' ? period.start.slice(0, 7) : period.start}${period.complete ? '' : ' (part)'}`,
      value: ratio(period.net, CENTS)!,
      ...(ma3 !== null && !hiddenMa3 && { line: ma3 }),
    })),
    description: `Net revenue of ${shown.length} ${grain}s, a column each; the line is the mean of a complete ${grain} and the two before it.${left}`,
  };
}

/** Makes the report. */
export async function makeTrend(context: ReportContext, options: Options): Promise<Made> {
  const lined = hasLines(context);
  try {
    if (lined) await prepareLineSums(context);
    await prepareOrders(context, options);
    const periods = await hidePeriods(context, await readPeriods(context, options), options);
    const rows = rowsOf(periods, options);
    const direction = directionOf(await readTrendDays(context), options);
    const splits = splitsOf(periods, options);
    const basis = await readGrossBasis(context);
    const excluded = await excludedOrders(context, 'ORDERS_WITH_DISCOUNT', options);
    const main = periodTable(rows, options);
    return {
      tables: [
        main,
        growthTable(direction, options),
        splitTable(splits, options),
        testTable(periodTests(periods, options), options),
      ],
      charts: [chartOf(rows, options, main.title.replace('Sales', 'Net revenue'))],
      tell: (hiddenCells) => tell({ options, rows, direction, splits, hiddenCells }),
      notes: notesOf(options, basis, lined, context.replay.timeZone),
      provenance: (hiddenCells) => [
        { name: 'by', value: options.grain },
        { name: 'before discount by', value: printedCounts(shownCounts(basis, options.small)) },
        excluded,
        ...orderProvenance(options, hiddenCells),
      ],
    };
  } finally {
    await dropOrders(context);
    await dropLineSums(context);
  }
}
