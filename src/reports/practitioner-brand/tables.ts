import { titled } from '../../disclosure/small-numbers.js';
import { ratio } from '../../statistics/exact.js';
import { CENTS } from '../../statistics/mean.js';
import { column } from '../column.js';
import { type Cell, type Chart, type ReportColumn, type ReportTable, SUPPRESSED } from '../report.js';
import type { JudgedPair } from './judge.js';
import type { Options } from './options.js';
import type { Pairs } from './pairs.js';

/** Practitioners and brands of the heat map: more cannot be told apart. */
const MOST = 20;

function columnsOf({ prior }: Options): readonly ReportColumn[] {
  return [
    column('practitioner', 'Practitioner', 'id', 'Its id in the database; (none): orders without one.', true),
    column('brand', 'Brand', 'text', 'What the brand is called now; (unknown): the log does not tell.', true),
    column('brand_id', 'Brand ID', 'id', 'The brand in the database.'),
    column('orders', 'Orders', 'count', 'Counted orders of the practitioner with the brand.', true),
    column('patients', 'Patients', 'count', 'Distinct patients behind them.'),
    column(
      'expected',
      'Expected',
      'statistic',
      'Orders that there would be by chance: those of the practitioner x those of the brand / all.',
      true,
    ),
    column('lift', 'Lift', 'statistic', 'Orders / expected.'),
    column(
      'shrunk_lift',
      'Shrunk lift',
      'statistic',
      `(Orders + ${prior}) / (expected + ${prior}): the order of the table.`,
      true,
    ),
    column(
      'adjusted_residual',
      'Residual',
      'statistic',
      '(Orders - expected) / its standard error (Haberman); about -2 to 2 by chance.',
      true,
    ),
    column('p', 'p', 'p', 'Two-sided p of the residual; empty below 5 expected orders.'),
    column('q', 'q', 'p', 'p for all pairs together (Benjamini-Hochberg).', true),
    column('net_revenue', 'Net revenue', 'money', 'Of the lines of the brand.', true),
    column('share_of_practitioner', 'Share', 'share', "Of the net revenue of the practitioner's lines."),
    column('suppressed', 'Hidden', 'bool', 'True where the numbers are hidden because few patients stand behind them.'),
  ];
}

/** The name a practitioner goes by: outsiders see none. */
export function practitionerName(pair: JudgedPair, { small }: Options, order: ReadonlyMap<string, number>): string {
  if (small.profile !== 'external' || pair.practitioner.startsWith('(')) return pair.practitioner;
  return `#${order.get(pair.practitioner)}`;
}

/** Numbers of practitioners for outsiders: by place in the table, which depends on nothing that is hidden. */
export function numbered(pairs: readonly JudgedPair[]): ReadonlyMap<string, number> {
  const ids = new Set(pairs.map(({ practitioner }) => practitioner));
  return new Map([...ids].map((id, i) => [id, i + 1]));
}

/** The table `pairs`. */
export function pairTable(pairs: readonly JudgedPair[], options: Options): ReportTable {
  const order = numbered(pairs);
  const rows = pairs
    .filter(({ enough }) => options.all || enough)
    .map((pair): Cell[] => {
      const cells: Cell[] = [
        ...[Number(pair.orders), pair.patients, pair.expected, pair.lift, pair.shrunkLift, pair.adjustedResidual],
        ...[pair.p, pair.q, ratio(pair.net, CENTS), ratio(pair.net, pair.practitionerSide.net)],
      ];
      const shown = pair.hidden ? cells.map(() => SUPPRESSED) : cells;
      return [practitionerName(pair, options, order), pair.brandSide.name, pair.brand, ...shown, pair.hidden] as Cell[];
    });
  return {
    name: 'pairs',
    title: titled('Pairs by shrunk lift', options.small),
    columns: columnsOf(options),
    rows,
    unit: 'order',
  };
}

/** Residuals of the practitioners and brands with most orders; hidden pairs and those with few expected orders are empty. */
export function chartsOf(
  { practitioners, brands }: Pairs,
  pairs: readonly JudgedPair[],
  options: Options,
): readonly Chart[] {
  const order = numbered(pairs);
  const found = new Map(pairs.map((pair) => [`${pair.practitioner}\n${pair.brand}`, pair]));
  const columns = brands.slice(0, MOST);
  const series = practitioners.slice(0, MOST).map(({ id }) => {
    const row = columns.map((brand) => found.get(`${id}\n${brand.id}`)!);
    const values = row.map(({ hidden, enough, adjustedResidual }) => (hidden || !enough ? null : adjustedResidual));
    return { name: row[0] === undefined ? id : practitionerName(row[0], options, order), values };
  });
  return [
    {
      name: 'residuals',
      title: titled('More or less than chance: adjusted residuals', options.small),
      kind: 'heat',
      xLabel: 'Brand',
      yLabel: 'Practitioner',
      unit: 'statistic',
      labels: columns.map(({ name }) => name),
      series,
      description: `Adjusted residuals of the ${series.length} practitioners and ${columns.length} brands with most orders: above 2 more than chance, below -2 less. Hidden pairs and those with fewer than 5 expected orders are empty.`,
    },
  ];
}
