import { type Chart, isSeries, type PointChart, type SeriesChart, type Unit } from '../../reports/report.js';
import { wrap } from '../text-width.js';
import { type ChartSource, figureColumns } from './chart.js';
import type { Anchor, Sheet, SheetCell } from './sheet.js';
import { typedCell } from './typed-cell.js';
import { cellName } from './xml.js';

/** Rows and columns that a picture takes on the sheet `Charts`. */
const CHART = { rows: 23, columns: 9 };

type Row = readonly (SheetCell | null)[];

/** The sheet, the charts that are drawn on it, and where their figures stand. */
export interface ChartsSheet {
  readonly sheet: Sheet;
  readonly drawn: readonly { readonly chart: Chart; readonly source: ChartSource }[];
}

/**
 * The sheet `Charts`: the pictures one below the other, and under them the figures of each. Excel has no heat map: its figures
 * are shaded where they stand, and stand first.
 */
export function chartsSheet(charts: readonly Chart[], banner?: string): ChartsSheet {
  const rows: Row[] = banner === undefined ? [] : [[{ value: banner, style: 'banner-line' }], []];
  const heights = new Map<number, number>();
  const shaded: { range: string; signed: boolean }[] = [];
  const head = (chart: Chart): void => {
    rows.push([{ value: chart.title, style: 'heading' }], [{ value: chart.description, style: 'muted' }]);
  };
  /** Rows of figures under their heading; gives where the first and the last stand. */
  const figures = (chart: Chart): { readonly first: number; readonly last: number } => {
    const lines = isSeries(chart) ? seriesRows(chart) : pointRows(chart);
    const high = (lines[0] ?? []).map((cell, i) => wrap(String(cell?.value ?? ''), i === 0 ? 15 : 10).length);
    heights.set(rows.length, 15 * Math.max(1, ...high) + 3);
    const first = rows.length + 1;
    rows.push(...lines, []);
    return { first, last: Math.max(first, first + lines.length - 2) };
  };
  for (const chart of charts.filter(isHeat)) {
    head(chart);
    const { first, last } = figures(chart);
    const signed = chart.series.some(({ values }) => values.some((value) => value !== null && value < 0));
    shaded.push({ range: `${cellName(1, first)}:${cellName(chart.labels.length, last)}`, signed });
  }
  const native = charts.filter((chart) => !isHeat(chart));
  const anchors = native.map((chart, i): Anchor => {
    head(chart);
    const top = rows.length;
    while (rows.length < top + CHART.rows + 1) rows.push([]);
    const place = { fromColumn: 0, fromRow: top, toColumn: CHART.columns, toRow: top + CHART.rows };
    return { chart: i, name: chart.title, description: chart.description, ...place };
  });
  const drawn = native.map((chart) => {
    rows.push([{ value: `Figures: ${chart.title}`, style: 'heading' }]);
    return { chart, source: { sheet: 'Charts', ...figures(chart) } };
  });
  if (charts.length === 0) rows.push([{ value: 'Nothing to draw.', style: 'muted' }]);
  const sheet: Sheet = {
    name: 'Charts',
    rows,
    heights,
    widths: [18, ...Array.from({ length: 15 }, () => 12)],
    gridLines: false,
    anchors,
    shaded,
    ...(banner === undefined ? {} : { banner }),
  };
  return { sheet, drawn };
}

function isHeat(chart: Chart): chart is SeriesChart & { readonly kind: 'heat' } {
  return chart.kind === 'heat';
}

function headerRow(labels: readonly string[]): Row {
  return labels.map((value, i) => ({ value, style: i === 0 ? 'header' : 'header-right' }));
}

/** A row per label, a column per series; of a heat map the other way round, as it is drawn elsewhere. */
function seriesRows(chart: SeriesChart): Row[] {
  const cell = (value: number | null | undefined): SheetCell | null => typedCell(value ?? null, chart.unit);
  if (isHeat(chart)) {
    const rows = chart.series.map(
      ({ name, values }): Row => [{ value: name, style: 'text' }, ...chart.labels.map((_, i) => cell(values[i]))],
    );
    return [headerRow([chart.yLabel, ...chart.labels]), ...rows];
  }
  const rows = chart.labels.map(
    (label, i): Row => [{ value: label, style: 'text' }, ...chart.series.map(({ values }) => cell(values[i]))],
  );
  return [headerRow([chart.xLabel, ...chart.series.map(({ name }) => name)]), ...rows];
}

/** What sets the area of a dot is a count, or time. */
function weightUnit(weight: number | undefined): Unit {
  return Number.isInteger(weight) ? 'count' : 'money';
}

function pointRows(chart: PointChart): Row[] {
  const columns = figureColumns(chart);
  const rows = chart.points.map(
    (point): Row => [
      { value: point.label, style: 'text' },
      ...columns.map(({ key, of }) =>
        typedCell(of(point) ?? null, key === 'weight' ? weightUnit(of(point)) : chart.unit),
      ),
    ],
  );
  return [headerRow([chart.xLabel, ...columns.map(({ heading }) => heading)]), ...rows];
}
