import { titled } from '../../disclosure/small-numbers.js';
import { ratio } from '../../statistics/exact.js';
import { CENTS } from '../../statistics/mean.js';
import { column } from '../column.js';
import { type Cell, type Chart, type ReportColumn, type ReportTable, SUPPRESSED } from '../report.js';
import type { Facts } from './facts.js';
import type { Grain } from './grain.js';
import type { Options } from './options.js';
import type { RankedItem, Ranking } from './ranking.js';

/** Marks of a chart: more cannot be told apart. */
const MOST_MARKS = 30;

function columnsOf({ one }: Grain, { repeatDays }: Options): readonly ReportColumn[] {
  return [
    column('rank', 'Rank', 'count', 'By net revenue, among the rows shown.', true),
    column('id', 'ID', 'id', `The ${one} in the database.`),
    column('name', 'Name', 'text', `What the ${one} is called now.`, true),
    column('orders', 'Orders', 'count', 'Counted orders with at least one line of it.', true),
    column('patients', 'Patients', 'count', 'Distinct patients behind them.', true),
    column('practitioners', 'Practitioners', 'count', 'Distinct practitioners of the orders, else of their patients.'),
    column('lines', 'Lines', 'count', 'Lines of counted orders.'),
    column('units', 'Units', 'count', 'Sum of their quantities.', true),
    column('net_revenue', 'Net revenue', 'money', 'Sum of quantity * unit price.', true),
    column('share', 'Share', 'share', 'Of the net revenue of all rows.', true),
    column('cumulative_share', 'Cumulative', 'share', 'Share of this row and those above it.'),
    column('abc', 'ABC', 'text', 'A while the rows above make less than 80 %, B less than 95 %, else C.', true),
    column(
      'discount_given',
      'Discount given',
      'money',
      'Quantity * recommended price as of the order, minus net revenue.',
    ),
    column('repeat_patients', 'Repeat patients', 'count', 'Patients with two orders of it or more.'),
    column(
      'repeat_rate',
      'Repeat rate',
      'share',
      `Of patients whose first order of it is ${repeatDays} days old or older: who ordered it again.`,
      true,
    ),
    column('ci_low', 'From', 'share', 'Lower end of its interval (Wilson).'),
    column('ci_high', 'To', 'share', 'Upper end of its interval (Wilson).'),
    column('returned_units', 'Returned units', 'count', 'Units of refunded orders; empty where no order is refunded.'),
    column(
      'net_revenue_previous',
      'Net revenue before',
      'money',
      'Of the same length of time before; empty without --days.',
    ),
    column('growth', 'Growth', 'share', 'Net revenue / that before - 1.'),
    column('suppressed', 'Hidden', 'bool', 'True where numbers are hidden because few patients stand behind them.'),
  ];
}

function cellsOf(row: RankedItem, facts: Facts, compared: boolean): readonly Cell[] {
  const { item } = row;
  const shown = (cell: Cell, hidden = item.hidden): Cell => (hidden ? SUPPRESSED : cell);
  const before = compared ? ratio(item.before.net, CENTS) : null;
  return [
    shown(row.rank),
    item.id,
    item.name,
    ...[item.orders, item.patients, item.practitioners, item.lines, Number(item.units)].map((n) => shown(n)),
    shown(ratio(item.net, CENTS)),
    shown(row.share),
    shown(row.cumulativeShare),
    shown(row.abc),
    shown(item.discountGiven === null ? null : ratio(item.discountGiven, CENTS)),
    shown(item.repeatPatients, item.hiddenRepeats),
    ...[row.repeatRate, row.low, row.high].map((value) => shown(value, item.hiddenRate)),
    facts.refunds ? shown(Number(item.returned.units), item.hiddenReturns) : null,
    compared ? shown(before, item.hiddenBefore) : null,
    compared ? shown(row.growth, item.hiddenBefore) : null,
    item.hidden ||
      item.hiddenRepeats ||
      item.hiddenRate ||
      (facts.refunds && item.hiddenReturns) ||
      (compared && item.hiddenBefore),
  ];
}

/** The table `brands` or `products`. */
export function itemTable(
  { rows }: Ranking,
  facts: Facts,
  grain: Grain,
  options: Options,
  compared: boolean,
): ReportTable {
  return {
    name: grain.many,
    title: titled(`${grain.title}: by net revenue`, options.small),
    columns: columnsOf(grain, options),
    rows: rows.map((row) => cellsOf(row, facts, compared)),
    unit: 'patient',
  };
}

/** Pareto: the share of each row, and of all rows up to it; hidden rows are left out. */
export function chartsOf({ rows }: Ranking, grain: Grain, options: Options): readonly Chart[] {
  const shown = rows.filter(({ item, share }) => !item.hidden && share !== null);
  const drawn = shown.slice(0, MOST_MARKS);
  const left = rows.length - shown.length;
  const hidden = left === 0 ? '' : ` Left out because few patients stand behind them: ${left}.`;
  const first = drawn.length < shown.length ? `The first ${drawn.length} of ${shown.length}` : `All ${drawn.length}`;
  return [
    {
      name: 'share',
      title: titled(`Share of net revenue by ${grain.one}, and what the first ones add up to`, options.small),
      kind: 'bar',
      xLabel: grain.one,
      yLabel: 'Share of net revenue',
      unit: 'share',
      lineLabel: 'Cumulative share',
      points: drawn.map(({ label, share, cumulativeShare }) => ({
        label,
        value: share!,
        ...(cumulativeShare !== null && { line: cumulativeShare }),
      })),
      description: `${first} ${grain.many}, largest first: a bar for the share of net revenue of each, a line for the share of all up to it.${hidden}`,
    },
  ];
}
