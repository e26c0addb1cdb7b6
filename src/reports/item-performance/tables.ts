import { titled } from '../../disclosure/small-numbers.js';
import { ratio } from '../../statistics/exact.js';
import { CENTS } from '../../statistics/mean.js';
import { type Column, field, hiding, suppressedColumn, table } from '../kit.js';
import type { Chart, ReportTable } from '../report.js';
import type { Facts } from './facts.js';
import type { Grain } from './grain.js';
import type { Options } from './options.js';
import type { RankedItem, Ranking } from './ranking.js';

/** Marks of a chart: more cannot be told apart. */
const MOST_MARKS = 30;

/** The table `brands` or `products`. */
export function itemTable(
  { rows }: Ranking,
  facts: Facts,
  grain: Grain,
  options: Options,
  compared: boolean,
): ReportTable {
  const { one, many, title } = grain;
  const { repeatDays: days } = options;
  const screen = { screen: true };
  const always = { hidden: () => false };
  const money = (cents: bigint | null): number | null => (cents === null ? null : ratio(cents, CENTS));
  const rate = { hidden: ({ item }: RankedItem) => item.hiddenRate };
  const soon = { hidden: ({ item }: RankedItem) => item.hiddenWithin };
  const before = { hidden: ({ item }: RankedItem) => compared && item.hiddenBefore };
  const columns: readonly Column<RankedItem>[] = [
    field('rank', 'Rank', 'count', 'By net revenue, among the rows shown.', (row) => row.rank, screen),
    field('id', 'ID', 'id', `The ${one} in the database.`, ({ item }) => item.id, always),
    field('name', 'Name', 'text', `What the ${one} is called now.`, ({ item }) => item.name, { ...always, ...screen }),
    field(
      'orders',
      'Orders',
      'count',
      'Counted orders with at least one line of it.',
      ({ item }) => item.orders,
      screen,
    ),
    field('patients', 'Patients', 'count', 'Distinct patients behind them.', ({ item }) => item.patients),
    field(
      'practitioners',
      'Practitioners',
      'count',
      'Distinct practitioners of the orders, else of their patients.',
      ({ item }) => item.practitioners,
    ),
    field('lines', 'Lines', 'count', 'Lines of counted orders.', ({ item }) => item.lines),
    field('units', 'Units', 'count', 'Sum of their quantities.', ({ item }) => Number(item.units)),
    field(
      'net_revenue',
      'Net revenue',
      'money',
      'Sum of quantity * unit price.',
      ({ item }) => money(item.net),
      screen,
    ),
    field('share', 'Share', 'share', 'Of the net revenue of all rows.', (row) => row.share, screen),
    field(
      'rank_low',
      'Rank from',
      'count',
      'The best place that it may have by chance: whoever is ahead of it beyond chance stays ahead.',
      ({ places }) => places?.low ?? null,
    ),
    field(
      'rank_high',
      'Rank to',
      'count',
      'The worst place that it may have by chance.',
      ({ places }) => places?.high ?? null,
    ),
    field(
      'cumulative_share',
      'Cumulative',
      'share',
      'Share of this row and those above it.',
      (row) => row.cumulativeShare,
    ),
    field(
      'abc',
      'ABC',
      'text',
      'A while the rows above make less than 80 %, B less than 95 %, else C.',
      ({ abc }) => abc,
    ),
    field(
      'discount_given',
      'Discount given',
      'money',
      'Quantity * recommended price as of the order, minus net revenue.',
      ({ item }) => money(item.discountGiven),
    ),
    field(
      'repeat_patients',
      'Repeat patients',
      'count',
      'Patients with two orders of it or more.',
      ({ item }) => item.repeatPatients,
      { hidden: ({ item }) => item.hiddenRepeats },
    ),
    field(
      'repeat_rate',
      'Repeat rate',
      'share',
      `Of patients whose first order of it is ${days} days old or older: who ever ordered it again. Longer followed ones had more time.`,
      (row) => row.repeatRate,
      rate,
    ),
    field('ci_low', 'From', 'share', 'Lower end of its interval (Wilson).', ({ low }) => low, rate),
    field('ci_high', 'To', 'share', 'Upper end of its interval (Wilson).', ({ high }) => high, rate),
    field(
      'repeat_within',
      `Again in ${days} days`,
      'share',
      `Of the same patients: who ordered it again within ${days} days of the first order of it, the same time for all.`,
      ({ within }) => within.rate,
      { ...soon, screen: !compared },
    ),
    field('within_low', 'From', 'share', 'Lower end of its interval (Wilson).', ({ within }) => within.low, soon),
    field('within_high', 'To', 'share', 'Upper end of its interval (Wilson).', ({ within }) => within.high, soon),
    field(
      'returned_units',
      'Returned units',
      'count',
      'Units of refunded orders; empty where no order is refunded.',
      ({ item }) => (facts.refunds ? Number(item.returned.units) : null),
      { hidden: ({ item }) => facts.refunds && item.hiddenReturns },
    ),
    field(
      'net_revenue_previous',
      'Net revenue before',
      'money',
      'Of the same length of time before; empty without --days.',
      ({ item }) => (compared ? money(item.before.net) : null),
      before,
    ),
    field('growth', 'Growth', 'share', 'Net revenue / that before - 1.', (row) => (compared ? row.growth : null), {
      ...before,
      screen: compared,
    }),
    {
      ...suppressedColumn<RankedItem>(
        ({ item }) =>
          item.hidden ||
          item.hiddenRepeats ||
          item.hiddenRate ||
          item.hiddenWithin ||
          (facts.refunds && item.hiddenReturns) ||
          (compared && item.hiddenBefore),
      ),
      ...always,
    },
  ];
  return table(
    many,
    `${title}: by net revenue`,
    options,
    hiding(({ item }) => item.hidden, columns),
    rows,
    'patient',
  );
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
