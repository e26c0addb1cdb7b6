import { enoughForQuantiles, titled } from '../../disclosure/small-numbers.js';
import { clusteredError, clusteredInterval } from '../../statistics/clustered-mean.js';
import { ratio } from '../../statistics/exact.js';
import { CENTS, type Interval, independentError, mean, sampleDeviation, total } from '../../statistics/mean.js';
import { type Quarter, quartile } from '../../statistics/quantile.js';
import { hallInterval, isSkewed } from '../../statistics/skewness.js';
import type { Cell, ChartPoint, PointChart, ReportTable } from '../report.js';
import { SUPPRESSED } from '../report.js';
import { LEVEL_COLUMNS } from './columns.js';
import type { ShownLevel } from './hiding.js';
import type { Options } from './options.js';
import type { LevelSums } from './sums.js';

/** The level as printed: a number of per cent, or `none`, or `unknown`. */
export function levelCell({ kind, level }: Pick<LevelSums, 'kind' | 'level'>): number | string {
  return kind === 'discount' ? ratio(level, 100n)! : kind;
}

/** The level in a sentence: `7.5 %`, `none`. */
export function levelText(sums: Pick<LevelSums, 'kind' | 'level'>): string {
  return sums.kind === 'discount' ? `${levelCell(sums)} %` : sums.kind;
}

/** Does the level have the orders and patients that a test asks for? */
export function hasEnough({ power, clusters }: LevelSums, options: Options): boolean {
  return power.n >= BigInt(options.minOrders) && clusters.clusters >= BigInt(options.minPatients);
}

/** The interval of the level's AOV that the user asked for. */
function levelInterval(sums: LevelSums, options: Options): Interval {
  return options.interval === 'hall'
    ? hallInterval(sums.power, options.confidence)
    : clusteredInterval(sums.clusters, options.confidence);
}

/** AOV before the discount: exact sum of net / (1 - discount/100) over the orders, divided by their number. */
function grossMean({ gross, power }: LevelSums): number | null {
  return gross === null ? null : ratio(gross.numerator, gross.denominator * power.n * CENTS);
}

function quartiles(sums: LevelSums, options: Options): readonly Cell[] {
  const order: readonly Quarter[] = [2, 1, 3];
  if (!enoughForQuantiles(Number(sums.clusters.clusters), options.small)) return order.map(() => SUPPRESSED);
  return order.map((quarter) => quartile(sums.quartiles[quarter]));
}

/** The cells of a shown level, in the order of LEVEL_COLUMNS. */
export function visibleRow(sums: LevelSums, options: Options, share: Cell): readonly Cell[] {
  const { power, clusters } = sums;
  const interval = levelInterval(sums, options);
  const enough = hasEnough(sums, options);
  return [
    levelCell(sums),
    Number(power.n),
    Number(clusters.clusters),
    sums.practitioners,
    total(power),
    mean(power),
    ...quartiles(sums, options),
    sampleDeviation(power),
    independentError(power),
    clusteredError(clusters),
    interval.low,
    interval.high,
    isSkewed(power),
    enough,
    grossMean(sums),
    share,
    false,
    enough ? null : 'too few',
  ];
}

/** A hidden row keeps its level and says why; everything made from its patients is hidden. */
export function hiddenRow(sums: LevelSums): readonly Cell[] {
  return LEVEL_COLUMNS.map(({ name }) => {
    if (name === 'discount_pct') return levelCell(sums);
    if (name === 'suppressed') return true;
    return name === 'note' ? 'hidden (small numbers)' : SUPPRESSED;
  });
}

/** The table `levels`; `orders` is the number of all counted orders, null where that may not be shown. */
export function levelTable(levels: readonly ShownLevel[], orders: number | null, options: Options): ReportTable {
  const row = ({ sums, hidden }: ShownLevel): readonly Cell[] => {
    if (hidden) return hiddenRow(sums);
    return visibleRow(sums, options, orders === null ? SUPPRESSED : ratio(sums.power.n, BigInt(orders)));
  };
  const unit = options.interval === 'hall' ? 'patient (the interval of Hall: order)' : 'patient';
  const title = titled('Average order value by discount', options.small);
  return { name: 'levels', title, columns: LEVEL_COLUMNS, rows: levels.map(row), unit };
}

function point(sums: LevelSums, options: Options): ChartPoint {
  const { low, high } = levelInterval(sums, options);
  const base = { label: String(levelCell(sums)), value: mean(sums.power)!, weight: Number(sums.power.n) };
  return low === null || high === null ? base : { ...base, low, high };
}

/** AOV with its interval by level, area by orders; hidden levels are left out. */
export function levelChart(levels: readonly ShownLevel[], options: Options): PointChart {
  const points = levels.filter(({ hidden }) => !hidden).map(({ sums }) => point(sums, options));
  const missing = levels.length - points.length;
  const left = missing === 0 ? '' : ` Left out because few patients stand behind them: ${missing}.`;
  return {
    name: 'aov-by-discount',
    title: titled('Average order value by discount', options.small),
    kind: 'interval',
    xLabel: 'Discount in force, %',
    yLabel: 'Average order value',
    unit: 'money',
    points,
    description: `Average order value with its interval at ${points.length} levels of discount; the larger the dot, the more orders.${left}`,
  };
}
