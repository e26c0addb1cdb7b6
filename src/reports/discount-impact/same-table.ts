import { titled } from '../../disclosure/small-numbers.js';
import { isSmall } from '../../disclosure/suppression.js';
import { ratio } from '../../statistics/exact.js';
import { CENTS } from '../../statistics/mean.js';
import type { ReportContext } from '../definition.js';
import { type Cell, type ReportTable, SUPPRESSED } from '../report.js';
import { SAME_COLUMNS } from './columns.js';
import type { Findings } from './findings.js';
import type { ShownLevel } from './hiding.js';
import { judge } from './judge.js';
import { neighbours, rounded, withoutOne } from './jumps.js';
import type { Options } from './options.js';
import { readPanel } from './panel.js';
import { type SamePatients, type SamePatientsSlope, samePatients } from './same-patients.js';

type Same = Pick<Findings, 'same' | 'judged' | 'worth'>;

/** Compares orders of the same patients over the visible discounts; after `prepareOrders`. Nothing where few patients were at two. */
export async function compareSame(
  context: ReportContext,
  levels: readonly ShownLevel[],
  options: Options,
): Promise<Same> {
  const shown = levels.filter(({ sums, hidden }) => sums.kind === 'discount' && !hidden).map(({ sums }) => sums);
  const all = shown.reduce((sum, { power }) => ({ n: sum.n + power.n, y: sum.y + power.sum }), { n: 0n, y: 0n });
  const worth = ratio(all.y, all.n * CENTS) ?? 0;
  const compared = {
    levels: shown.map(({ level }) => level),
    pairs: neighbours(levels, options).map(({ from, to }) => [from.level, to.level] as const),
  };
  const panel = await readPanel(context, options, compared.levels);
  const same = panel === null ? null : samePatients(panel, compared, options.confidence);
  if (same === null || isSmall(same.varying, options.small.k) || isSmall(same.slopes[0]!.patients, options.small.k))
    return { same: null, judged: null, worth };
  return { same, judged: judge(same, worth, options.confidence), worth };
}

/** Slopes of a part of the orders are hidden where few patients stand behind it or behind what it leaves of the whole. */
function hiddenParts({ slopes }: SamePatients, { small }: Options): ReadonlySet<string> {
  const parts = slopes.filter(({ measure, orders }) => measure === 'net' && orders !== 'all');
  return new Set(parts.some(({ patients }) => isSmall(patients, small.k)) ? parts.map(({ orders }) => orders) : []);
}

/** The table `same_patients`. */
export function sameTable(same: SamePatients | null, options: Options): ReportTable {
  const hidden = same === null ? new Set() : hiddenParts(same, options);
  const row = (
    compared: string,
    { measure, orders, n, patients, estimate, withoutLargest }: SamePatientsSlope,
  ): readonly Cell[] => {
    const { value, error, df, p, low, high, effective, leaveOneOut } = estimate;
    const places = measure === 'lines' ? 4 : 2;
    const cells: readonly Cell[] = [
      ...([value, error, df, p, low, high, n, patients, effective] as const),
      ...rounded([withoutLargest], options, places),
      ...withoutOne(leaveOneOut, options, places),
    ];
    const isHidden = hidden.has(orders);
    const shown: readonly Cell[] = isHidden ? cells.map(() => SUPPRESSED) : cells;
    return [compared, measure, orders, ...shown, isHidden];
  };
  const rows = same === null ? [] : [...same.slopes.map((slope) => row('same', slope)), row('all', same.naive)];
  const title = titled('What the same patients do: change per percentage point of discount', options.small);
  return { name: 'same_patients', title, columns: SAME_COLUMNS, rows, unit: 'patient' };
}
