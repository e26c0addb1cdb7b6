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
      'choices_expected',
      'By chance',
      'statistic',
      'Orders with the brand if these patients chose as all do, given how much they order.',
      true,
    ),
    column(
      'lift_patients',
      'Lift',
      'statistic',
      "The brand's share among these patients / its share among all, each patient counted once where habits are strong.",
    ),
    column(
      'lift_shrunk',
      'Lift, cautious',
      'statistic',
      'The same drawn to 1 by what chance alone would make of it (empirical Bayes): the order of the table.',
      true,
    ),
    column('lift_low', 'From', 'statistic', 'Lower end of its interval.'),
    column('lift_high', 'To', 'statistic', 'Upper end of it.'),
    column(
      'score',
      'Score',
      'statistic',
      'How far from chance, as a standard normal value; patients dealt anew to practitioners are chance.',
    ),
    column(
      'p_patients',
      'p (patients)',
      'p',
      'p of that for all pairs together, towards the side where it stands; empty below 5 patients or 5 by chance.',
    ),
    column(
      'verdict',
      'Shown',
      'text',
      'more or fewer than chance once patients are counted, or not shown; empty where not tested.',
      true,
    ),
    column(
      'expected',
      'Expected',
      'statistic',
      'Orders that there would be by chance: those of the practitioner x those of the brand / all.',
    ),
    column('lift', 'Lift (orders)', 'statistic', 'Orders / expected.'),
    column('shrunk_lift', 'Shrunk lift', 'statistic', `(Orders + ${prior}) / (expected + ${prior}).`),
    column(
      'adjusted_residual',
      'Residual',
      'statistic',
      '(Orders - expected) / its standard error (Haberman), if orders of one patient were independent.',
    ),
    column('p', 'p', 'p', 'Two-sided p of the residual; empty below 5 expected orders.'),
    column('q', 'q', 'p', 'p for all pairs together (Benjamini-Hochberg).'),
    column('net_revenue', 'Net revenue', 'money', 'Of the lines of the brand.'),
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
      const by = pair.byPatients;
      const cells: Cell[] = [
        ...[
          Number(pair.orders),
          pair.patients,
          by.expected,
          by.lift,
          by.shrunk,
          by.low,
          by.high,
          by.score,
          by.p,
          pair.verdict,
        ],
        ...[pair.expected, pair.lift, pair.shrunkLift, pair.adjustedResidual],
        ...[pair.p, pair.q, ratio(pair.net, CENTS), ratio(pair.net, pair.practitionerSide.net)],
      ];
      const shown = pair.hidden ? cells.map(() => SUPPRESSED) : cells;
      return [practitionerName(pair, options, order), pair.brandSide.name, pair.brand, ...shown, pair.hidden] as Cell[];
    });
  return {
    name: 'pairs',
    title: titled('Pairs, most above chance first', options.small),
    columns: columnsOf(options),
    rows,
    unit: 'patient; order for p and q',
  };
}

/** Cautious lifts of the practitioners and brands with most orders; hidden pairs and those that are not tested are empty. */
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
    const values = row.map(({ hidden, verdict, byPatients }) => (hidden || verdict === null ? null : byPatients.score));
    return { name: row[0] === undefined ? id : practitionerName(row[0], options, order), values };
  });
  return [
    {
      name: 'scores',
      title: titled('More or fewer than chance, patients counted: scores', options.small),
      kind: 'heat',
      xLabel: 'Brand',
      yLabel: 'Practitioner',
      unit: 'statistic',
      labels: columns.map(({ name }) => name),
      series,
      description: `Scores of the ${series.length} practitioners and ${columns.length} brands with most orders: above 0 more than chance, below less; with so many pairs some pass 3 by chance. Hidden pairs and those that are not tested are empty.`,
    },
  ];
}
