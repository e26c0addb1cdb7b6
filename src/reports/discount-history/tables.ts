import { titled } from '../../disclosure/small-numbers.js';
import { ratio } from '../../statistics/exact.js';
import { type MixChange, mixChange } from '../../statistics/mix-change.js';
import { LEVEL_COLUMNS } from '../discount-impact/columns.js';
import { hiddenRow, levelChart, visibleRow } from '../discount-impact/levels.js';
import type { Options } from '../discount-impact/options.js';
import type { LevelSums } from '../discount-impact/sums.js';
import { type Cell, type Chart, type ReportColumn, type ReportTable, SUPPRESSED } from '../report.js';
import { at, levelKeys, type ShownYear } from './hiding.js';

/** The word of the rows over all levels of a year. */
const ALL = 'all';

/** The change of the AOV from one year with orders to the next calendar year; null where it may not be shown. */
export interface YearChange {
  readonly from: ShownYear;
  readonly to: ShownYear;
  readonly change: MixChange | null;
}

const YEAR: readonly ReportColumn[] = [
  { name: 'year', label: 'Year', unit: 'id', help: 'Calendar year of the order.', terminal: true },
  {
    name: 'complete',
    label: 'Complete',
    unit: 'bool',
    help: 'The whole year lies between the first order and the end of the log.',
  },
];
const SHARE: ReportColumn = {
  name: 'share_of_year_orders',
  label: 'Share of year',
  unit: 'share',
  help: 'Orders at this level / all counted orders of the year.',
  terminal: true,
};
/** Shown in the files; a terminal shows the share of the year instead. */
const NARROW = new Set(['n_enough', 'share_of_orders']);

const COLUMNS: readonly ReportColumn[] = [
  ...YEAR,
  ...LEVEL_COLUMNS.map(({ terminal, ...column }) =>
    terminal && !NARROW.has(column.name) ? { ...column, terminal } : column,
  ),
  SHARE,
];

function share(sums: LevelSums, orders: bigint | null): Cell {
  return orders === null ? SUPPRESSED : ratio(sums.power.n, orders);
}

function rowsOf(year: ShownYear, total: bigint | null, options: Options): readonly (readonly Cell[])[] {
  const inYear = year.allHidden ? null : year.all.power.n;
  const row = (sums: LevelSums, hidden: boolean): readonly Cell[] => [
    String(year.year),
    year.complete,
    ...(hidden ? hiddenRow(sums) : visibleRow(sums, options, share(sums, total))),
    hidden ? SUPPRESSED : share(sums, inYear),
  ];
  const [first, second, , ...rest] = row(year.all, year.allHidden);
  return [...year.levels.map((sums, i) => row(sums, year.hidden[i]!)), [first!, second!, ALL, ...rest]];
}

/** The table `levels`: a row per year and level, and one per year over all levels. */
export function yearTable(years: readonly ShownYear[], options: Options): ReportTable {
  const total = years.some(({ allHidden }) => allHidden) ? null : years.reduce((sum, { all }) => sum + all.power.n, 0n);
  return {
    name: 'levels',
    title: titled('Average order value by year and discount', options.small),
    columns: COLUMNS,
    rows: years.flatMap((year) => rowsOf(year, total, options)),
    unit: options.interval === 'hall' ? 'patient (the interval of Hall: order)' : 'patient',
  };
}

/** Changes between neighbouring years that both have orders. */
export function changesOf(years: readonly ShownYear[]): readonly YearChange[] {
  const sums = (year: ShownYear, key: Parameters<typeof at>[1]) => {
    const found = at(year, key);
    return { n: found?.power.n ?? 0n, sum: found?.power.sum ?? 0n };
  };
  return years.flatMap((to, i) => {
    const from = years[i - 1];
    if (from === undefined || from.year !== to.year - 1) return [];
    if (from.allHidden || to.allHidden) return [{ from, to, change: null }];
    const keys = levelKeys([from, to]);
    return [{ from, to, change: mixChange(keys.map((key) => ({ before: sums(from, key), after: sums(to, key) }))) }];
  });
}

const CHANGE_COLUMNS: readonly ReportColumn[] = [
  { name: 'from_year', label: 'From', unit: 'id', help: 'The earlier year.', terminal: true },
  { name: 'to_year', label: 'To', unit: 'id', help: 'The year after it.', terminal: true },
  { name: 'complete', label: 'Complete', unit: 'bool', help: 'Both years are complete.', terminal: true },
  {
    name: 'change',
    label: 'Change of AOV',
    unit: 'money',
    help: 'AOV of the later year minus that of the earlier.',
    terminal: true,
  },
  {
    name: 'within_level',
    label: 'Within levels',
    unit: 'money',
    help: 'What changed at each level, weighted by the mean of both years shares.',
    terminal: true,
  },
  {
    name: 'mix',
    label: 'Mix',
    unit: 'money',
    help: 'What moved between levels, at the mean of both years AOVs. within_level + mix = change.',
    terminal: true,
  },
  {
    name: 'pooled_levels',
    label: 'Pooled',
    unit: 'count',
    help: 'Levels that one of the years lacks, pooled as one (other).',
  },
  { name: 'suppressed', label: 'Hidden', unit: 'bool', help: 'True where few patients stand behind one of the years.' },
];

/** The table `changes`. */
export function changeTable(changes: readonly YearChange[], options: Options): ReportTable {
  const rows = changes.map(({ from, to, change }): readonly Cell[] => {
    const cells: readonly Cell[] =
      change === null
        ? [SUPPRESSED, SUPPRESSED, SUPPRESSED, SUPPRESSED]
        : [change.change, change.withinLevel, change.mix, change.pooled];
    return [String(from.year), String(to.year), from.complete && to.complete, ...cells, change === null];
  });
  const title = titled('Change of the average order value from year to year', options.small);
  return { name: 'changes', title, columns: CHANGE_COLUMNS, rows };
}

/** One picture per year, all of the same kind. */
export function yearCharts(years: readonly ShownYear[], options: Options): readonly Chart[] {
  const charts = years.map((year) => {
    const levels = year.levels.map((sums, i) => ({ sums, hidden: year.hidden[i]! }));
    const chart = levelChart(levels, options);
    return { ...chart, name: `${chart.name}-${year.year}`, title: `${chart.title}, ${year.year}` };
  });
  // Small multiples are compared: they have one scale.
  const inSight = charts.flatMap(({ points }) => points.flatMap((p) => [p.low ?? p.value, p.high ?? p.value]));
  return charts.map((chart) => ({ ...chart, inSight }));
}
