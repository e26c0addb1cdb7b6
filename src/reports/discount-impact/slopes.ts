import type { Engine } from '../../engine/engine.js';
import type { Cell, ReportTable } from '../report.js';
import { SUPPRESSED } from '../report.js';
import { titled } from '../small-numbers.js';
import { naiveSlope, type Slope, withinSlope } from '../statistics/slopes.js';
import { isSmall } from '../statistics/suppression.js';
import { SLOPE_COLUMNS } from './columns.js';
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
  /** Patients at two or more discounts; null where it does not apply or may not be shown. */
  readonly varying: number | typeof SUPPRESSED | null;
}

/** The three slopes over the visible discounts: a hidden level would show in a slope that is known to all digits. */
export async function computeSlopes(
  engine: Engine,
  levels: readonly ShownLevel[],
  options: Options,
): Promise<SlopeRow[]> {
  const shown = levels.filter(({ sums, hidden }) => sums.kind === 'discount' && !hidden).map(({ sums }) => sums.level);
  const { patient, practitioner, behind } = await readSlopeFacts(engine, shown);
  const { k } = options.small;
  const patients = Number(patient.products.clusters);
  const few = isSmall(patients, k);
  const varying = patient.pools.reduce((sum, pool) => sum + Number(pool.varying), 0);
  const tellsOfFew = isSmall(varying, k) || isSmall(patients - varying, k);
  const withoutFew = isSmall(behind.without, k);
  return [
    {
      row: 'naive',
      clusterName: 'patients',
      slope: naiveSlope(patient.products, options.confidence),
      hidden: few,
      sizeHidden: few,
      varying: null,
    },
    {
      row: 'within patient',
      clusterName: 'patients',
      slope: withinSlope(patient.pools, options.confidence),
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
}

/** `too few patients for this error`, or null where there are enough clusters. */
export function tooFewClusters({ slope, clusterName, sizeHidden }: SlopeRow): string | null {
  if (sizeHidden || slope.clusters >= CLUSTERS_NEEDED) return null;
  return `too few ${clusterName} for this error`;
}

function cells(row: SlopeRow): readonly Cell[] {
  const { slope, hidden, sizeHidden } = row;
  const made = [slope.slope, slope.error, slope.t, slope.df, slope.p, slope.low, slope.high];
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
