import type { Finding } from './finding.js';

/** A value hidden for small numbers: printed `*`, grey in a workbook, `"*"` in JSON. */
export const SUPPRESSED = Symbol.for('pharmabi.suppressed');

/** One cell: null is "missing" (never 0), SUPPRESSED is "hidden". Times are ISO 8601 text in UTC, dates `YYYY-MM-DD`. */
export type Cell = string | number | boolean | null | typeof SUPPRESSED;

/**
 * How a column is read: `money` 2 decimals, `share` a fraction with 4 decimals (shown as per cent to people), `statistic` 4,
 * `p` 4 with `<0.0001`, `count` an integer, `id` text even where it looks like a number.
 */
export type Unit = (typeof UNITS)[number];

/** All units: what a report of a user's own may give to a column. */
export const UNITS = [
  'money',
  'share',
  'statistic',
  'p',
  'count',
  'percent-points',
  'number',
  'text',
  'id',
  'bool',
  'date',
  'timestamp',
] as const;

/** A column of a report table: its name for programs, its heading for people, and how its values are read. */
export interface ReportColumn {
  /** Machine name of the specification: `snake_case`, unique in its table. */
  readonly name: string;
  /** Heading for people. */
  readonly label: string;
  readonly unit: Unit;
  /** What the number means, one sentence. */
  readonly help: string;
  /** Shown on a terminal of 80 columns (the rest is in the files). */
  readonly terminal?: boolean;
}

/** A table of a report: one row per grain, no totals inside. */
export interface ReportTable {
  /** Machine name: key in JSON, part of file names (`levels`, `jumps`, `slopes`). */
  readonly name: string;
  readonly title: string;
  readonly columns: readonly ReportColumn[];
  /** In the order of `columns`. */
  readonly rows: readonly (readonly Cell[])[];
  /** The independent unit of its errors, said under the table ("patient", "practitioner"). */
  readonly unit?: string;
}

/** What every chart has. Marks that are hidden or missing are left out. */
interface ChartFrame {
  readonly name: string;
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly unit: Unit;
  /** What the picture shows, in a sentence: its alternative text. */
  readonly description: string;
  /** Values that the axis holds beside the chart's own, so that charts side by side have one scale. */
  readonly inSight?: readonly number[];
}

/** One mark per category. `interval`: a dot with its interval, point area by `weight`; `line` and `bar` by category. */
export interface PointChart extends ChartFrame {
  readonly kind: 'interval' | 'line' | 'bar';
  readonly points: readonly ChartPoint[];
  /** Bars only: what the line over them is, where their points have a `line`. */
  readonly lineLabel?: string;
}

/**
 * Several series over the same categories. `lines`: one line each; `stacked`: a column per category, a part per series;
 * `heat`: a row per series, a cell per category, shaded by its value (two colours where values have two signs).
 */
export interface SeriesChart extends ChartFrame {
  readonly kind: 'lines' | 'stacked' | 'heat';
  readonly labels: readonly string[];
  readonly series: readonly ChartSeries[];
}

/** A chart as data: every output form draws the same one. */
export type Chart = PointChart | SeriesChart;

/** One series, a value for each label; null leaves a gap. `quiet` ones (limits, a forecast) are drawn dashed and grey. */
export interface ChartSeries {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly quiet?: boolean;
  /** Edge of a band; a chart has both or none. */
  readonly band?: 'low' | 'high';
}

/** Does the chart have several series? */
export function isSeries(chart: Chart): chart is SeriesChart {
  return 'series' in chart;
}

/** Is there anything to draw? */
export function hasMarks(chart: Chart): boolean {
  if (!isSeries(chart)) return chart.points.length > 0;
  return chart.series.some(({ values }) => values.some((value) => value !== null));
}

/** One mark of a chart, in the unit of its chart; `low` and `high` are the ends of its interval, `weight` sets its area. */
export interface ChartPoint {
  readonly label: string;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly weight?: number;
  /** Where a line over the bars passes (a cumulative share, a trailing mean), in the same unit. */
  readonly line?: number;
  /** Single values behind it, drawn as small dots. */
  readonly dots?: readonly number[];
}

/** One line of the provenance block, in order: `inputs`, `order`, `as of`, `counted statuses`, ... */
export interface ProvenanceEntry {
  readonly name: string;
  readonly value:
    | string
    | number
    | boolean
    | null
    | readonly string[]
    | Readonly<Record<string, string | number | boolean | null>>;
}

/** What a report says, before any output form: one value for all of them. */
export interface Report {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  readonly order: 'event-time' | 'as-published';
  /** ISO 8601 with milliseconds in UTC, or null where the input holds no event. */
  readonly asOf: string | null;
  readonly tables: readonly ReportTable[];
  /** What was found, the headline first; empty where a report only lists (one of a user's own, a difference of two runs). */
  readonly findings: readonly Finding[];
  /** What could make the headline wrong, one sentence; empty where there is no headline. */
  readonly doubt: string;
  /** What to do or to look at next, one sentence; empty where there is no headline. */
  readonly next: string;
  /** The report in lines: headline, doubt, next, then the rest. */
  readonly summary: readonly string[];
  readonly notes: readonly string[];
  /** The sentence on cause that belongs beside the answer; null where a report has none. */
  readonly caveat: string | null;
  /** A warning for every page and sheet; null where there is none. */
  readonly banner: string | null;
  readonly charts: readonly Chart[];
  readonly provenance: readonly ProvenanceEntry[];
  /** Of a book: the reports that it is made of; everything in them stands above too. */
  readonly parts?: readonly Report[];
}

/** The notes with the caveat at their end: where no place beside the answer is left for it. */
export function closingNotes({ notes, caveat }: Pick<Report, 'notes' | 'caveat'>): readonly string[] {
  return caveat === null ? notes : [...notes, caveat];
}
