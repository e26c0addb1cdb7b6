import type { ReportColumn, Unit } from '../report.js';

function column(name: string, label: string, unit: Unit, help: string, terminal = false): ReportColumn {
  return terminal ? { name, label, unit, help, terminal } : { name, label, unit, help };
}

const HIDDEN = column(
  'suppressed',
  'Hidden',
  'bool',
  'True where the numbers are hidden because few patients stand behind them.',
);
const NOTE = column('note', 'Note', 'text', 'Why a number is missing or weak.');

/** Columns of the table `levels`. */
export const LEVEL_COLUMNS: readonly ReportColumn[] = [
  column(
    'discount_pct',
    'Discount %',
    'percent-points',
    'Discount in force when the order was placed, in per cent; or the words none and unknown.',
    true,
  ),
  column('orders', 'Orders', 'count', 'Counted orders at this level.', true),
  column('patients', 'Patients', 'count', 'Distinct patients behind them.', true),
  column('practitioners', 'Practitioners', 'count', 'Distinct practitioners of these orders.'),
  column('net_revenue', 'Net revenue', 'money', 'Sum of the amounts.'),
  column('aov', 'AOV', 'money', 'Average order value: net revenue / orders.', true),
  column('median', 'Median', 'money', 'Half of the orders are worth less (interpolated, type 7).'),
  column('p25', 'Lower quartile', 'money', 'A quarter of the orders are worth less (type 7).'),
  column('p75', 'Upper quartile', 'money', 'Three quarters of the orders are worth less (type 7).'),
  column('sd', 'Std deviation', 'money', 'Standard deviation of the amounts, divisor n - 1.'),
  column(
    'se_iid',
    'Error if independent',
    'money',
    'Standard error of the AOV if all orders were independent: sd / sqrt(n).',
  ),
  column('se', 'Error', 'money', 'Standard error of the AOV, orders of one patient taken together.'),
  column('ci_low', 'From', 'money', 'Lower end of the interval of the AOV.', true),
  column('ci_high', 'To', 'money', 'Upper end of the interval of the AOV.', true),
  column('skewed', 'Skewed', 'bool', 'Amounts so skewed that the t interval is too short: orders <= 25 * G1^2.'),
  column('n_enough', 'Enough', 'bool', 'Enough orders and patients to be tested.', true),
  column(
    'aov_gross',
    'AOV before discount',
    'money',
    'What the orders would have cost without the discount, divided by their number; the notes say how it is made.',
  ),
  column('share_of_orders', 'Share of orders', 'share', 'Orders at this level / all counted orders.', true),
  HIDDEN,
  NOTE,
];

/** Columns of the table `jumps`. */
export const JUMP_COLUMNS: readonly ReportColumn[] = [
  column('from_pct', 'From %', 'percent-points', 'The lower discount of the pair.', true),
  column('to_pct', 'To %', 'percent-points', 'The next higher discount with enough orders.', true),
  column('jump', 'Jump', 'money', 'AOV at the higher discount minus AOV at the lower one.', true),
  column('jump_rel', 'Jump, relative', 'share', 'Jump / AOV at the lower discount.'),
  column('ci_low', 'From', 'money', 'Lower end of the interval of the jump.'),
  column('ci_high', 'To', 'money', 'Upper end of the interval of the jump.'),
  column('p', 'p', 'p', 'p of no difference, orders of one patient taken together.'),
  column('p_holm', 'p (Holm)', 'p', 'The same, adjusted for the number of jumps in the table.'),
  column('welch_t', 'Welch t', 'statistic', "Welch's t, all orders taken as independent."),
  column('welch_df', 'Welch df', 'statistic', 'Its degrees of freedom.'),
  column('welch_p', 'Welch p', 'p', 'Its p.'),
  column('welch_p_holm', 'Welch p (Holm)', 'p', 'The same, adjusted for the number of jumps in the table.'),
  column('rank', 'Rank', 'count', '1 for the largest rise; equal jumps share a rank.'),
  column('skipped', 'Skipped', 'text', 'Levels between the two that have too few orders or are hidden.'),
  column('step', 'Same patients', 'money', 'The jump between orders of the same patients, months taken out.', true),
  column('step_low', 'From', 'money', 'Lower end of its interval.'),
  column('step_high', 'To', 'money', 'Upper end of its interval.'),
  column('step_se', 'Error (step)', 'money', 'Its standard error (CR2, by patient).'),
  column('step_df', 'df (step)', 'statistic', 'Its degrees of freedom (Satterthwaite).'),
  column('step_p', 'p (step)', 'p', 'p of no step.'),
  column('step_p_holm', 'p (step, Holm)', 'p', 'The same, adjusted for the number of steps in the table.'),
  column(
    'step_without_one_low',
    'Least without one',
    'money',
    'The least that the step comes to when any one patient is left out.',
  ),
  column('step_without_one_high', 'Most without one', 'money', 'The most that it comes to.'),
  column('step_verdict', 'Shown', 'text', 'rise or fall where the same patients show it beyond chance.', true),
  HIDDEN,
];

/** Columns of the table `slopes`. */
export const SLOPE_COLUMNS: readonly ReportColumn[] = [
  column('row', 'Comparison', 'text', 'Orders of whom are compared: all, of one patient, of one practitioner.', true),
  column('slope', 'Slope', 'money', 'Change of the amount per percentage point of discount.', true),
  column('se', 'Error', 'money', 'Its standard error, clustered by patient or practitioner.', true),
  column('t', 't', 'statistic', 'slope / se.'),
  column('df', 'df', 'count', 'Degrees of freedom: clusters - 1.'),
  column('p', 'p', 'p', 'p of no slope.', true),
  column('p_holm', 'p (Holm)', 'p', 'The same, adjusted for the slopes in the table.'),
  column('ci_low', 'From', 'money', 'Lower end of the interval of the slope.', true),
  column('ci_high', 'To', 'money', 'Upper end of the interval of the slope.', true),
  column('n', 'Orders', 'count', 'Orders at a known discount.', true),
  column('clusters', 'Clusters', 'count', 'Patients, or practitioners, behind them.', true),
  column(
    'patients_with_two_levels',
    'At two or more',
    'count',
    'Patients with orders at two or more discounts: only they move the slope within patient.',
  ),
  HIDDEN,
  NOTE,
];

/** Columns of the table `slope_difference`. */
export const DIFFERENCE_COLUMNS: readonly ReportColumn[] = [
  column('comparison', 'Comparison', 'text', 'Which slopes are compared.', true),
  column('difference', 'Difference', 'money', 'Slope over all orders minus slope within patients.', true),
  column('se', 'Error', 'money', 'Its standard error, orders of one patient taken together.', true),
  column('t', 't', 'statistic', 'difference / se.'),
  column('df', 'df', 'count', 'Degrees of freedom: patients - 1.'),
  column('p', 'p', 'p', 'p of equal slopes (Hausman, clustered).', true),
  column('ci_low', 'From', 'money', 'Lower end of the interval of the difference.', true),
  column('ci_high', 'To', 'money', 'Upper end of it.', true),
  HIDDEN,
];

/** Columns of the table `same_patients`. */
export const SAME_COLUMNS: readonly ReportColumn[] = [
  column(
    'compared',
    'Compared',
    'text',
    'same: orders of one patient, months taken out; all: orders of all patients as they are.',
  ),
  column('measure', 'What', 'text', 'net: the amount; gross: before the discount; lines: how many an order has.', true),
  column('orders_of', 'Orders', 'text', 'all, or those without and with a line that fills a prescription.', true),
  column(
    'slope',
    'Per point',
    'statistic',
    'Change per percentage point of discount between orders of the same patient, months taken out.',
    true,
  ),
  column('se', 'Error', 'statistic', 'Its standard error (CR2, by patient).'),
  column('df', 'df', 'statistic', 'Its degrees of freedom (Satterthwaite).'),
  column('p', 'p', 'p', 'p of no change.', true),
  column('ci_low', 'From', 'statistic', 'Lower end of its interval.', true),
  column('ci_high', 'To', 'statistic', 'Upper end of its interval.', true),
  column('n', 'Counted', 'count', 'Orders behind it.'),
  column('patients', 'Patients', 'count', 'Patients behind it.'),
  column(
    'effective_patients',
    'Patients that count',
    'statistic',
    'How many equal patients would tell as much (effective number of clusters).',
  ),
  column(
    'without_largest',
    'Without the largest',
    'statistic',
    'The slope without the patient who has most of these orders.',
  ),
  column(
    'without_one_low',
    'Least without one',
    'statistic',
    'The least that the slope comes to when any one patient is left out.',
  ),
  column('without_one_high', 'Most without one', 'statistic', 'The most that it comes to.'),
  HIDDEN,
];
