import { titled } from '../../disclosure/small-numbers.js';
import { isSmall } from '../../disclosure/suppression.js';
import type { Engine } from '../../engine/engine.js';
import { holm } from '../../statistics/holm.js';
import { type SlopeDifference, slopeDifference } from '../../statistics/slope-difference.js';
import { naiveSlope, type Slope, withinSlope } from '../../statistics/slopes.js';
import type { Cell, ReportTable } from '../report.js';
import { SUPPRESSED } from '../report.js';
import { DIFFERENCE_COLUMNS, SLOPE_COLUMNS } from './columns.js';
import type { ShownLevel } from './hiding.js';
import type { Options } from './options.js';
import { readSlopeFacts } from './slope-sums.js';

/** Below this many clusters a clustered error is not to be trusted. */
export const CLUSTERS_NEEDED = 20;

/** A row of the table `slopes`; `hidden` where few patients make the slope, `sizeHidden` where `n` would tell of few. */
export interface SlopeRow {
  readonly row: 'naive' | 'within patient' | 'within practitioner';
  readonly clusterName: 'patients' | 'practitioners';
  readonly slope: Slope;
  readonly hidden: boolean;
  readonly sizeHidden: boolean;
  /** p for the three slopes together (Holm). */
  readonly holm: number | null;
  /** Patients at two or more discounts; null where it does not apply or may not be shown. */
  readonly varying: number | typeof SUPPRESSED | null;
}

/** The slopes, and how far the one over all orders is from the one within patients. */
export interface Slopes {
  readonly rows: readonly SlopeRow[];
  readonly difference: SlopeDifference;
  readonly differenceHidden: boolean;
}

/** The three slopes over the visible discounts: a hidden level would show in a slope that is known to all digits. */
export async function computeSlopes(engine: Engine, levels: readonly ShownLevel[], options: Options): Promise<Slopes> {
  const shown = levels.filter(({ sums, hidden }) => sums.kind === 'discount' && !hidden).map(({ sums }) => sums.level);
  const { patient, practitioner, behind } = await readSlopeFacts(engine, shown);
  const { k } = options.small;
  const patients = Number(patient.products.clusters);
  const few = isSmall(patients, k);
  const varying = patient.pools.reduce((sum, pool) => sum + Number(pool.varying), 0);
  const tellsOfFew = isSmall(varying, k) || isSmall(patients - varying, k);
  const withoutFew = isSmall(behind.without, k);
  const naive = naiveSlope(patient.products, options.confidence);
  const within = withinSlope(patient.pools, options.confidence);
  const rows: Omit<SlopeRow, 'holm'>[] = [
    {
      row: 'naive',
      clusterName: 'patients',
      slope: naive,
      hidden: few,
      sizeHidden: few,
      varying: null,
    },
    {
      row: 'within patient',
      clusterName: 'patients',
      slope: within,
      hidden: isSmall(varying, k),
      sizeHidden: few,
      varying: tellsOfFew ? SUPPRESSED : varying,
    },
    {
      row: 'within practitioner',
      clusterName: 'practitioners',
      slope: withinSlope(practitioner.pools, options.confidence),
      hidden: isSmall(behind.varying, k),
      sizeHidden: few || withoutFew,
      varying: null,
    },
  ];
  const adjusted = holm(rows.map(({ slope, hidden }) => (hidden ? null : slope.p)));
  return {
    rows: rows.map((row, i) => ({ ...row, holm: adjusted[i]! })),
    difference: slopeDifference(naive, within, patient.products, patient.pools, options.confidence),
    differenceHidden: few || isSmall(varying, k),
  };
}

/** `too few patients for this error`, or null where there are enough clusters. */
export function tooFewClusters({ slope, clusterName, sizeHidden }: SlopeRow): string | null {
  if (sizeHidden || slope.clusters >= CLUSTERS_NEEDED) return null;
  return `too few ${clusterName} for this error`;
}

function cells(row: SlopeRow): readonly Cell[] {
  const { slope, hidden, sizeHidden } = row;
  const made = [slope.slope, slope.error, slope.t, slope.df, slope.p, row.holm, slope.low, slope.high];
  const size = [slope.n, slope.clusters];
  const note = hidden
    ? 'hidden (small numbers)'
    : slope.slope === null
      ? 'not computed: no two discounts to compare'
      : tooFewClusters(row);
  return [
    row.row,
    ...made.map((value) => (hidden ? SUPPRESSED : value)),
    ...size.map((value) => (sizeHidden ? SUPPRESSED : value)),
    row.varying,
    hidden,
    note,
  ];
}

/** The table `slope_difference`: one row, or none where there is nothing to compare. */
export function differenceTable({ difference: one, differenceHidden }: Slopes, options: Options): ReportTable {
  const made = [one.difference, one.error, one.t, one.df, one.p, one.low, one.high];
  const row = [
    'naive - within patient',
    ...made.map((value) => (differenceHidden ? SUPPRESSED : value)),
    differenceHidden,
  ];
  return {
    name: 'slope_difference',
    title: titled('Do orders of all patients say something else than those of one?', options.small),
    columns: DIFFERENCE_COLUMNS,
    rows: one.difference === null ? [] : [row],
    unit: 'patient',
  };
}

/** The table `slopes`. */
export function slopeTable(rows: readonly SlopeRow[], options: Options): ReportTable {
  const title = titled('Is it the discount or the customers? Change of the amount per percentage point', options.small);
  return {
    name: 'slopes',
    title,
    columns: SLOPE_COLUMNS,
    rows: rows.map(cells),
    unit: 'patient; practitioner in the last row',
  };
}
