import { type Chart, type ChartPoint, isSeries, type PointChart, type SeriesChart } from '../../reports/report.js';
import { CHART_COLUMNS, type ChartSource, reach } from './chart.js';
import type { Anchor, Sheet, SheetCell } from './sheet.js';
import { typedCell } from './typed-cell.js';
import { cellName } from './xml.js';

/** Rows that a picture takes on the sheet `Charts`. */
const CHART_ROWS = 24;

type Row = readonly (SheetCell | null)[];

/** The sheet, the charts that are drawn on it, and where their figures stand. */
export interface ChartsSheet {
  readonly sheet: Sheet;
  readonly drawn: readonly { readonly chart: Chart; readonly source: ChartSource }[];
}

/**
 * The sheet `Charts`: the figures of each chart with its picture beside them. Excel has no heat map: its figures are shaded
 * where they stand.
 */
export function chartsSheet(charts: readonly Chart[], banner?: string): ChartsSheet {
  const rows: Row[] = banner === undefined ? [] : [[{ value: banner, style: 'banner-line' }], []];
  const drawn: { chart: Chart; source: ChartSource }[] = [];
  const anchors: Anchor[] = [];
  const shaded: string[] = [];
  const heights = new Map<number, number>();
  for (const chart of charts) {
    const top = rows.length;
    rows.push([{ value: chart.title, style: 'heading' }], [{ value: chart.description, style: 'muted' }]);
    heights.set(rows.length, 33);
    rows.push(...(isSeries(chart) ? seriesRows(chart) : pointRows(chart)));
    const first = top + 3;
    const last = Math.max(first, rows.length - 1);
    const width = isSeries(chart) ? chart.series.length + 1 : 7;
    if (chart.kind === 'heat') {
      shaded.push(`${cellName(1, first)}:${cellName(width - 1, last)}`);
      rows.push([], []);
      continue;
    }
    anchors.push({
      chart: drawn.length,
      name: chart.title,
      description: chart.description,
      fromColumn: width + 1,
      fromRow: top + 2,
      toColumn: width + 11,
      toRow: top + CHART_ROWS,
    });
    drawn.push({ chart, source: { sheet: 'Charts', first, last } });
    while (rows.length < top + CHART_ROWS + 2) rows.push([]);
  }
  if (charts.length === 0) rows.push([{ value: 'Nothing to draw.', style: 'muted' }]);
  const sheet: Sheet = {
    name: 'Charts',
    rows,
    heights,
    widths: [18, 14, 14, 14, 14, 14, 12, ...(charts.every(isSeries) ? [] : [3])],
    gridLines: false,
    anchors,
    shaded,
    ...(banner === undefined ? {} : { banner }),
  };
  return { sheet, drawn };
}

function headerRow(labels: readonly string[]): Row {
  return labels.map((value, i) => ({ value, style: i === 0 ? 'header' : 'header-right' }));
}

/** A row per label, a column per series. */
function seriesRows(chart: SeriesChart): Row[] {
  const rows = chart.labels.map(
    (label, i): Row => [
      { value: label, style: 'text' },
      ...chart.series.map(({ values }) => typedCell(values[i] ?? null, chart.unit)),
    ],
  );
  return [headerRow([chart.xLabel, ...chart.series.map(({ name }) => name)]), ...rows];
}

function pointRows(chart: PointChart): Row[] {
  const interval = ['Interval from', 'Interval to', 'Down to lower end', 'Up to upper end', 'Weight'];
  return [headerRow([chart.xLabel, chart.yLabel, ...interval]), ...chart.points.map((point) => pointRow(chart, point))];
}

function pointRow(chart: PointChart, point: ChartPoint): Row {
  const { minus, plus } = reach(point);
  const row: (SheetCell | null)[] = [{ value: point.label, style: 'text' }];
  const put = (column: number, value: number | undefined): void => {
    row[column] =
      value === undefined ? null : typedCell(value, column === CHART_COLUMNS.weight ? 'number' : chart.unit);
  };
  put(CHART_COLUMNS.value, point.value);
  put(CHART_COLUMNS.low, point.low);
  put(CHART_COLUMNS.high, point.high);
  put(CHART_COLUMNS.minus, minus);
  put(CHART_COLUMNS.plus, plus);
  put(CHART_COLUMNS.weight, point.weight);
  return row;
}
