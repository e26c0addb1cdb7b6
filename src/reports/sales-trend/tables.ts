import { titled } from '../../disclosure/small-numbers.js';
import { ratio } from '../../statistics/exact.js';
import { CENTS } from '../../statistics/mean.js';
import { relativeChanges, trailingMeans } from '../../statistics/period-changes.js';
import { column } from '../column.js';
import { NET_AMOUNT } from '../order-lines.js';
import { type Cell, type Chart, type ReportColumn, type ReportTable, SUPPRESSED } from '../report.js';
import type { ShownPeriod } from './hiding.js';
import type { Options } from './options.js';
import type { Trend } from './trend.js';

/** Periods of the trailing mean. */
const TRAILING = 3;

/** Lag of `yoy`; other units have no whole number of them in a year. */
const MONTHS_OF_A_YEAR = 12;

/** A period with what is computed from its neighbours; null where it cannot be. */
export interface TrendRow {
  readonly period: ShownPeriod;
  readonly ma3: number | null;
  readonly mom: number | null;
  readonly yoy: number | null;
  /** True where a hidden period stands behind the number. */
  readonly hiddenMa3: boolean;
  readonly hiddenMom: boolean;
  readonly hiddenYoy: boolean;
}

/** Changes and trailing means of all periods. */
export function rowsOf(periods: readonly ShownPeriod[], options: Options): readonly TrendRow[] {
  const totals = periods.map(({ net, complete }) => ({ total: net, complete }));
  const ma3 = trailingMeans(totals, TRAILING);
  const mom = relativeChanges(totals, 1);
  const yoy = options.grain === 'month' ? relativeChanges(totals, MONTHS_OF_A_YEAR) : periods.map(() => null);
  const hidden = (i: number): boolean => periods[i]?.hidden === true;
  return periods.map((period, i) => ({
    period,
    ma3: ma3[i]!,
    mom: mom[i]!,
    yoy: yoy[i]!,
    hiddenMa3: hidden(i) || hidden(i - 1) || hidden(i - 2),
    hiddenMom: hidden(i) || hidden(i - 1),
    hiddenYoy: hidden(i) || hidden(i - MONTHS_OF_A_YEAR),
  }));
}

function columnsOf({ grain }: Options): readonly ReportColumn[] {
  const word = grain[0]!.toUpperCase() + grain.slice(1);
  return [
    column(grain, word, 'date', `First day of the ${grain}.`, true),
    column(
      'complete',
      'Complete',
      'bool',
      `The whole ${grain} lies between the first order and the end of the log.`,
      true,
    ),
    column('orders', 'Orders', 'count', 'Counted orders.', true),
    column('patients', 'Patients', 'count', 'Distinct patients behind them.', true),
    column('new_patients', 'New patients', 'count', `Patients whose first counted order lies in the ${grain}.`),
    column('units', 'Units', 'count', 'Sum of the quantities of all lines; empty where the input has no order lines.'),
    column('gross', 'Before discount', 'money', 'What the orders would have cost without a discount.'),
    column('discount_given', 'Discount given', 'money', 'Before discount minus net revenue.'),
    column('net_revenue', 'Net revenue', 'money', 'Sum of the amounts.', true),
    column('aov', 'AOV', 'money', 'Average order value: net revenue / orders.', true),
    column('ma3', 'Mean of 3', 'money', `Mean net revenue of this and the two ${grain}s before, all complete.`),
    column('mom', `Change to ${grain} before`, 'share', `Net revenue / that of the ${grain} before - 1.`, true),
    column('yoy', 'Change to year before', 'share', 'Net revenue / that of twelve months before - 1; months only.'),
    column('suppressed', 'Hidden', 'bool', 'True where the numbers are hidden because few patients stand behind them.'),
  ];
}

function cellsOf({ period, ...row }: TrendRow, options: Options): readonly Cell[] {
  const shown = (cell: Cell, hidden = period.hidden): Cell => (hidden ? SUPPRESSED : cell);
  const comparable = options.amount === NET_AMOUNT && period.gross !== null;
  const given = comparable ? ratio(period.gross! - period.net, CENTS) : null;
  return [
    period.start,
    period.complete,
    shown(Number(period.orders)),
    shown(Number(period.patients)),
    shown(Number(period.newPatients), period.newHidden),
    shown(period.units === null ? null : Number(period.units)),
    shown(period.gross === null ? null : ratio(period.gross, CENTS)),
    shown(given),
    shown(ratio(period.net, CENTS)),
    shown(ratio(period.net, period.orders * CENTS)),
    shown(row.ma3, row.hiddenMa3),
    shown(row.mom, row.hiddenMom),
    shown(row.yoy, row.hiddenYoy),
    period.hidden || period.newHidden,
  ];
}

/** The table `periods`. */
export function periodTable(rows: readonly TrendRow[], options: Options): ReportTable {
  const title = titled(`Sales by ${options.grain}`, options.small);
  return { name: 'periods', title, columns: columnsOf(options), rows: rows.map((row) => cellsOf(row, options)) };
}

const TREND_COLUMNS: readonly ReportColumn[] = [
  column('test', 'Test', 'text', 'How the trend is tested, or its slope estimated.', true),
  column('n', 'Periods', 'count', 'Complete periods.', true),
  column('statistic', 'z', 'statistic', 'z of the test, corrected for ties and for continuity.', true),
  column('p', 'p', 'p', 'p of no trend.', true),
  column('tau', 'tau', 'statistic', "Kendall's tau."),
  column('slope', 'Slope', 'money', 'Change of net revenue per day: a period, or a year for the seasonal test.', true),
  column('ci_low', 'From', 'money', 'Lower end of its interval.', true),
  column('ci_high', 'To', 'money', 'Upper end of its interval.', true),
];

/** The table `trend`; empty where nothing was tested. */
export function trendTable(trend: Trend, options: Options): ReportTable {
  const title = titled(`Trend of net revenue per day`, options.small);
  if (trend.kind === 'none') return { name: 'trend', title, columns: TREND_COLUMNS, rows: [] };
  const { n, test, line, seasonal } = trend;
  const rows: Cell[][] = [
    ['Mann-Kendall', n, test.z, test.p, test.tau, null, null, null],
    ['Theil-Sen', n, null, null, null, line.slope, line.low, line.high],
    ...(seasonal === null
      ? []
      : [['seasonal Mann-Kendall', n, seasonal.z, seasonal.p, null, seasonal.slope, null, null]]),
  ];
  return { name: 'trend', title, columns: TREND_COLUMNS, rows, unit: options.grain };
}

/** Net revenue by period, and its trailing mean; hidden periods are left out. */
export function chartsOf(rows: readonly TrendRow[], options: Options): readonly Chart[] {
  const shown = rows.filter(({ period }) => !period.hidden);
  const left =
    rows.length === shown.length
      ? ''
      : ` Left out because few patients stand behind them: ${rows.length - shown.length}.`;
  return [
    {
      xLabel: options.grain,
      yLabel: 'Net revenue',
      unit: 'money',
      name: 'net-revenue',
      title: titled(`Net revenue by ${options.grain}`, options.small),
      kind: 'bar',
      lineLabel: `Mean of three complete ${options.grain}s`,
      points: shown.map(({ period, ma3, hiddenMa3 }) => ({
        label: options.grain === 'month' ? period.start.slice(0, 7) : period.start,
        value: ratio(period.net, CENTS)!,
        ...(ma3 !== null && !hiddenMa3 && { line: ma3 }),
      })),
      description: `Net revenue of ${shown.length} ${options.grain}s, a column each; the line is the mean of a complete ${options.grain} and the two before it.${left}`,
    },
  ];
}
