import { titled } from '../../disclosure/small-numbers.js';
import { column } from '../column.js';
import { type Cell, type Chart, type ReportColumn, type ReportTable, SUPPRESSED } from '../report.js';
import { ALL } from './exposure.js';
import type { Options } from './options.js';
import type { SameLevel, SameLevels, SameVerdict } from './same-level.js';
import { LEVELS_NEEDED, type Spot, type SpotLevel } from './spot.js';

/** What is told of a practitioner with too few levels. */
const NO_ANSWER = 'not enough data for a sweet spot';

/** A spot with the decision which of its levels are shown, and the name that it goes by. */
export interface ShownSpot extends Spot {
  readonly name: string;
  readonly hidden: readonly boolean[];
  /** Of the whole shop: what the same patients bring at each level; null where nothing can be compared. */
  readonly same: SameLevels | null;
}

const COLUMNS: readonly ReportColumn[] = [
  column('practitioner', 'Practitioner', 'id', 'Of the patient at that time; all: the whole shop.', true),
  column('discount_pct', 'Discount %', 'percent-points', 'The discount in force.', true),
  column('patients', 'Patients', 'count', 'Distinct patients who spent time at it.', true),
  column('patient_months', 'Patient-months', 'statistic', 'Time that they spent at it: days / 30.4375.'),
  column('orders', 'Orders', 'count', 'Counted orders of that time.', true),
  column('orders_per_patient_month', 'Orders a month', 'statistic', 'Orders / patient-months.'),
  column('aov', 'AOV', 'money', 'Net revenue / orders.'),
  column('net_revenue', 'Net revenue', 'money', 'Sum of the amounts.'),
  column(
    'revenue_per_patient_month',
    'Revenue a month',
    'money',
    'Net revenue / patient-months: what a patient brings.',
    true,
  ),
  column('se', 'SE', 'money', 'Its standard error, between patients.'),
  column('ci_low', 'From', 'money', 'Lower end of its interval (t over patients).'),
  column('ci_high', 'To', 'money', 'Upper end of it.'),
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
    'verdict_between',
    'Verdict between patients',
    'text',
    'best, not shown to be worse, worse, or too few by z; who is given which discount is left in. Nothing of whom has fewer than three levels with enough data.',
  ),
  column(
    'below_best',
    'Below the best',
    'money',
    'What the same patients bring less a month at this level than at the best one, calendar months taken out.',
    true,
  ),
  column('below_low', 'From', 'money', 'Lower end of its interval (t, CR2).'),
  column('below_high', 'To', 'money', 'Upper end of it.'),
  column('below_se', 'Error (below)', 'money', 'Its standard error, by patient.'),
  column('below_df', 'df (below)', 'statistic', 'Its degrees of freedom (Satterthwaite).'),
  column(
    'p_best',
    'p (best)',
    'p',
    'p that this level is as good as the best, for all pairs of levels together (Bonferroni).',
  ),
  column(
    'verdict',
    'Verdict',
    'text',
    'best, not shown to be worse, or worse among the same patients; of the whole shop alone.',
    true,
  ),
  column('suppressed', 'Hidden', 'bool', 'True where the numbers are hidden because few patients stand behind them.'),
];

function sameCells(found: SameLevel | undefined, isAll: boolean): readonly Cell[] {
  const below = found?.below ?? null;
  const verdict = found?.verdict ?? (isAll ? 'not compared' : null);
  return [
    below?.value ?? null,
    below?.low ?? null,
    below?.high ?? null,
    below?.error ?? null,
    below?.df ?? null,
    found?.p ?? null,
    verdict,
  ];
}

function levelCells(
  level: SpotLevel,
  hidden: boolean,
  answered: boolean,
  options: Options,
  same: readonly Cell[],
): Cell[] {
  const told = answered || !level.enough;
  const cells: Cell[] = [
    ...[Number(level.sums.clusters), level.patientMonths, Number(level.sums.orders), level.ordersPerPatientMonth],
    ...[level.aov, level.netRevenue, level.revenuePerPatientMonth, level.error, level.low, level.high, level.enough],
    ...[options.margin ? level.marginPerPatientMonth : null, level.marginal],
    ...(told ? [level.z, level.pHolm, level.verdict] : [null, null, NO_ANSWER]),
    ...same,
  ];
  return hidden ? cells.map(() => SUPPRESSED) : cells;
}

/** The table `levels`. What a hidden level and its neighbour have between them is hidden too. */
export function levelTable(spots: readonly ShownSpot[], options: Options): ReportTable {
  const marginal = COLUMNS.findIndex(({ name }) => name === 'marginal');
  const rows = spots.flatMap(({ name, practitioner, levels, hidden, answered, same }) =>
    levels.map((level, i): Cell[] => {
      const row = [
        name,
        level.percent,
        ...levelCells(
          level,
          hidden[i]!,
          answered,
          options,
          sameCells(
            same?.levels.find((one) => one.level === level.level),
            practitioner === ALL,
          ),
        ),
        hidden[i]!,
      ];
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
  column('best_pct', 'Best %', 'percent-points', 'The level at which the same patients bring most a month.', true),
  column('not_worse', 'Not shown to be worse', 'text', 'These and the best one; the lowest of them costs least.', true),
  column('lowest_not_worse_pct', 'Lowest %', 'percent-points', 'The lowest of them.', true),
  column(
    'reduced_returns_from_pct',
    'Worse from %',
    'percent-points',
    'From this level on every one above the best is shown to be worse.',
    true,
  ),
  column('answer', 'Answer', 'text', `From ${LEVELS_NEEDED} levels on.`, true),
];

/** Are the levels of the spot enough, and none of them hidden? */
export function isAnswered({ answered, hidden, levels }: ShownSpot): boolean {
  return answered && levels.every(({ enough }, i) => !enough || !hidden[i]);
}

/** What the same patients say of the levels, in percentage points; null without a best level. */
export interface SameAnswer {
  readonly best: number;
  readonly notWorse: readonly number[];
  readonly worse: readonly number[];
  /** The first level from which on every compared one above the best is shown to be worse; null where there is none. */
  readonly reducedFrom: number | null;
}

/** Reads the answer off the verdicts; null below three levels that are compared. */
export function answerOf(same: SameLevels | null): SameAnswer | null {
  const compared = (same?.levels ?? []).filter(({ verdict }) => verdict !== 'not compared');
  const best = compared.find(({ verdict }) => verdict === 'best');
  if (best === undefined || compared.length < LEVELS_NEEDED) return null;
  const percent = ({ level }: SameLevel): number => Number(level) / 100;
  const above = compared.filter(({ level }) => level > best.level);
  const last = above.findLastIndex(({ verdict }) => verdict !== 'worse');
  return {
    best: percent(best),
    notWorse: compared.filter(({ verdict }) => verdict !== 'worse').map(percent),
    worse: compared.filter(({ verdict }) => verdict === 'worse').map(percent),
    reducedFrom: above[last + 1] === undefined ? null : percent(above[last + 1]!),
  };
}

/** The table `answers`: of the whole shop. Of one practitioner too few patients change their discount to tell. */
export function answerTable(spots: readonly ShownSpot[], options: Options): ReportTable {
  const rows = spots
    .filter(({ practitioner }) => practitioner === ALL)
    .map((spot): Cell[] => {
      const enough = spot.levels.filter((level, i) => level.enough && !spot.hidden[i]).length;
      const answer = answerOf(spot.same);
      if (answer === null) return [spot.name, enough, null, null, null, null, NO_ANSWER];
      const { best, notWorse, reducedFrom } = answer;
      return [spot.name, enough, best, notWorse.join(', '), Math.min(...notWorse), reducedFrom, 'see the verdicts'];
    });
  return { name: 'answers', title: titled('Best levels', options.small), columns: ANSWERS, rows, unit: 'patient' };
}

const PER_POINT: readonly ReportColumn[] = [
  column(
    'slope',
    'A point',
    'money',
    'Change of what the same patients bring a month for each percentage point, calendar months taken out.',
    true,
  ),
  column('ci_low', 'From', 'money', 'Lower end of its interval.', true),
  column('ci_high', 'To', 'money', 'Upper end of it.', true),
  column('se', 'Error', 'money', 'Its standard error (CR2, by patient).'),
  column('df', 'df', 'statistic', 'Its degrees of freedom (Satterthwaite).'),
  column('p', 'p', 'p', 'p of no change.', true),
  column(
    'patients_at_two',
    'Patients at two',
    'count',
    'Patients who were at two or more of these discounts: only they tell anything.',
    true,
  ),
];

/** The table `per_point`: one row, or none where nothing can be compared. */
export function perPointTable(all: ShownSpot | undefined, options: Options): ReportTable {
  const same = all?.same ?? null;
  const rows: Cell[][] =
    same === null || same.perPoint.value === null
      ? []
      : [
          [
            same.perPoint.value,
            same.perPoint.low,
            same.perPoint.high,
            same.perPoint.error,
            same.perPoint.df,
            same.perPoint.p,
            same.movers,
          ],
        ];
  const title = titled('What the same patients bring more a month for each point', options.small);
  return { name: 'per_point', title, columns: PER_POINT, rows, unit: 'patient' };
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

const MARKS: Readonly<Partial<Record<SameVerdict, string>>> = { best: ' *', 'not shown to be worse': ' +' };

/** Revenue per patient-month with its interval by level; the best level has a star, those not shown to be worse a plus. */
export function chartsOf(spots: readonly ShownSpot[], options: Options): readonly Chart[] {
  const all = spots.find(({ practitioner }) => practitioner === ALL);
  const points = (all?.levels ?? []).flatMap((level, i) => {
    const { revenuePerPatientMonth: value, low, high } = level;
    if (value === null || all!.hidden[i]) return [];
    const label = `${level.percent}${MARKS[all?.same?.levels.find((one) => one.level === level.level)?.verdict ?? 'not compared'] ?? ''}`;
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
