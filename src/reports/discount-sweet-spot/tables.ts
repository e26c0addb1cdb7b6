import { titled } from '../../disclosure/small-numbers.js';
import { column } from '../column.js';
import { type Cell, type Chart, type ReportColumn, type ReportTable, SUPPRESSED } from '../report.js';
import { ALL } from './exposure.js';
import type { Options } from './options.js';
import { LEVELS_NEEDED, type Spot, type SpotLevel } from './spot.js';

/** What is told of a practitioner with too few levels. */
const NO_ANSWER = 'not enough data for a sweet spot';

/** A spot with the decision which of its levels are shown, and the name that it goes by. */
export interface ShownSpot extends Spot {
  readonly name: string;
  readonly hidden: readonly boolean[];
}

const COLUMNS: readonly ReportColumn[] = [
  column('practitioner', 'Practitioner', 'id', 'Of the patient at that time; all: the whole shop.', true),
  column('discount_pct', 'Discount %', 'percent-points', 'The discount in force.', true),
  column('patients', 'Patients', 'count', 'Distinct patients who spent time at it.', true),
  column('patient_months', 'Patient-months', 'statistic', 'Time that they spent at it: days / 30.4375.'),
  column('orders', 'Orders', 'count', 'Counted orders of that time.', true),
  column('orders_per_patient_month', 'Orders a month', 'statistic', 'Orders / patient-months.'),
  column('aov', 'AOV', 'money', 'Net revenue / orders.', true),
  column('net_revenue', 'Net revenue', 'money', 'Sum of the amounts.'),
  column(
    'revenue_per_patient_month',
    'Revenue a month',
    'money',
    'Net revenue / patient-months: what a patient brings.',
    true,
  ),
  column('se', 'SE', 'money', 'Its standard error, between patients.'),
  column('ci_low', 'From', 'money', 'Lower end of its interval (t over patients).', true),
  column('ci_high', 'To', 'money', 'Upper end of it.', true),
  column('n_enough', 'Enough', 'bool', 'Enough orders and patients to be compared.'),
  column(
    'margin_per_patient_month',
    'Margin a month',
    'money',
    'Net revenue less wholesale prices, per patient-month; empty without --margin wholesale.',
  ),
  column(
    'marginal',
    'Marginal',
    'money',
    'What a further percentage point brings against the level before, per patient-month.',
  ),
  column('z', 'z', 'statistic', 'One-sided against the best level.'),
  column('p_holm', 'p (Holm)', 'p', 'Its p, for all levels of the practitioner together.'),
  column(
    'verdict',
    'Verdict',
    'text',
    'best, not shown to be worse, worse, or too few; nothing of whom has fewer than three levels with enough data.',
    true,
  ),
  column('suppressed', 'Hidden', 'bool', 'True where the numbers are hidden because few patients stand behind them.'),
];

function levelCells(level: SpotLevel, hidden: boolean, answered: boolean, options: Options): Cell[] {
  const told = answered || !level.enough;
  const cells: Cell[] = [
    ...[Number(level.sums.clusters), level.patientMonths, Number(level.sums.orders), level.ordersPerPatientMonth],
    ...[level.aov, level.netRevenue, level.revenuePerPatientMonth, level.error, level.low, level.high, level.enough],
    ...[options.margin ? level.marginPerPatientMonth : null, level.marginal],
    ...(told ? [level.z, level.pHolm, level.verdict] : [null, null, NO_ANSWER]),
  ];
  return hidden ? cells.map(() => SUPPRESSED) : cells;
}

/** The table `levels`. What a hidden level and its neighbour have between them is hidden too. */
export function levelTable(spots: readonly ShownSpot[], options: Options): ReportTable {
  const marginal = COLUMNS.findIndex(({ name }) => name === 'marginal');
  const rows = spots.flatMap(({ name, levels, hidden, answered }) =>
    levels.map((level, i): Cell[] => {
      const row = [name, level.percent, ...levelCells(level, hidden[i]!, answered, options), hidden[i]!];
      return hidden[i - 1] === true ? row.map((cell, at) => (at === marginal ? SUPPRESSED : cell)) : row;
    }),
  );
  return {
    name: 'levels',
    title: titled('What a patient brings in a month, by discount', options.small),
    columns: COLUMNS,
    rows,
    unit: 'patient',
  };
}

const ANSWERS: readonly ReportColumn[] = [
  column('practitioner', 'Practitioner', 'id', 'all: the whole shop.', true),
  column('levels_enough', 'Levels', 'count', 'Levels with enough orders and patients.', true),
  column('best_pct', 'Best %', 'percent-points', 'The level with the largest revenue per patient-month.', true),
  column('not_worse', 'Not shown to be worse', 'text', 'These and the best one; the lowest of them costs least.', true),
  column('lowest_not_worse_pct', 'Lowest %', 'percent-points', 'The lowest of them.', true),
  column(
    'reduced_returns_from_pct',
    'Worse from %',
    'percent-points',
    'First level above the best one that is shown to be worse.',
    true,
  ),
  column('answer', 'Answer', 'text', `From ${LEVELS_NEEDED} levels on.`, true),
];

/** A spot's answer in words; null where one of its compared levels is hidden or there are too few. */
export function isAnswered({ answered, hidden, levels }: ShownSpot): boolean {
  return answered && levels.every(({ enough }, i) => !enough || !hidden[i]);
}

/** The table `answers`: one row per practitioner. */
export function answerTable(spots: readonly ShownSpot[], options: Options): ReportTable {
  const rows = spots.map((spot): Cell[] => {
    const enough = spot.levels.filter((level, i) => level.enough && !spot.hidden[i]).length;
    if (!isAnswered(spot)) return [spot.name, enough, null, null, null, null, NO_ANSWER];
    return [
      ...[spot.name, enough, spot.best, spot.notWorse.join(', '), Math.min(...spot.notWorse), spot.reducedFrom],
      'see the verdicts',
    ];
  });
  return { name: 'answers', title: titled('Best levels', options.small), columns: ANSWERS, rows, unit: 'patient' };
}

const CURVE: readonly ReportColumn[] = [
  column('b0', 'b0', 'statistic', 'R = b0 + b1*level + b2*level^2, weights 1/se^2.', true),
  column('b1', 'b1', 'statistic', 'Money per patient-month and percentage point.', true),
  column('b2', 'b2', 'statistic', 'Negative where the curve bends down.', true),
  column('z_b2', 'z of b2', 'statistic', 'A peak is told below -1.96 only.', true),
  column('peak_pct', 'Peak %', 'percent-points', 'Where it turns; empty unless it may be told.', true),
  column('ci_low', 'From', 'percent-points', 'Lower end of its interval (delta method).', true),
  column('ci_high', 'To', 'percent-points', 'Upper end of it.', true),
];

/** The table `curve`: of the whole shop; no row below three levels, or where one of them is hidden. */
export function curveTable(all: ShownSpot | undefined, options: Options): ReportTable {
  const curve = all !== undefined && isAnswered(all) ? all.curve : null;
  const told = curve?.reported === true;
  const rows: Cell[][] =
    curve === null
      ? []
      : [
          [
            ...curve.coefficients,
            curve.curvatureZ,
            ...(told ? [curve.peak, curve.low, curve.high] : [null, null, null]),
          ],
        ];
  return { name: 'curve', title: titled('Is there a peak?', options.small), columns: CURVE, rows, unit: 'patient' };
}

const MARKS: Readonly<Partial<Record<SpotLevel['verdict'], string>>> = { best: ' *', 'not shown to be worse': ' +' };

/** Revenue per patient-month with its interval by level; the best level has a star, those not shown to be worse a plus. */
export function chartsOf(spots: readonly ShownSpot[], options: Options): readonly Chart[] {
  const all = spots.find(({ practitioner }) => practitioner === ALL);
  const points = (all?.levels ?? []).flatMap((level, i) => {
    const { revenuePerPatientMonth: value, low, high } = level;
    if (value === null || all!.hidden[i]) return [];
    const label = `${level.percent}${MARKS[level.verdict] ?? ''}`;
    return [{ label, value, ...(low !== null && high !== null && { low, high }), weight: level.patientMonths }];
  });
  return [
    {
      name: 'revenue-by-level',
      title: titled('Net revenue per patient and month, by discount', options.small),
      kind: 'interval',
      xLabel: 'Discount % (* best, + not shown to be worse)',
      yLabel: 'Revenue per patient-month',
      unit: 'money',
      points,
      description: `What a patient brings in a month at each of ${points.length} discounts, with its interval; larger dots stand for more time. The best level has a star, levels not shown to be worse a plus.`,
    },
  ];
}
