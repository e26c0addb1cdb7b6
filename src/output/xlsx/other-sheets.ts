import type { Chart, Report } from '../../reports/report.js';
import { provenanceLines } from '../provenance-text.js';
import { wrap } from '../text-width.js';
import { CHART_COLUMNS, type ChartSource, reach } from './chart.js';
import { headerName } from './data-sheet.js';
import type { Anchor, Sheet, SheetCell } from './sheet.js';
import { typedCell } from './typed-cell.js';

/** Rows that a picture takes on the sheet `Charts`. */
const CHART_ROWS = 24;

type Row = readonly (SheetCell | null)[];

/** The sheet `Charts`: the figures of each chart with its picture beside them, and where each chart's figures stand. */
export function chartsSheet(
  charts: readonly Chart[],
  banner?: string,
): { readonly sheet: Sheet; readonly sources: readonly ChartSource[] } {
  const rows: Row[] = banner === undefined ? [] : [[{ value: banner, style: 'banner-line' }], []];
  const sources: ChartSource[] = [];
  const anchors: Anchor[] = [];
  const heights = new Map<number, number>();
  for (const [i, chart] of charts.entries()) {
    const top = rows.length;
    rows.push(
      [{ value: chart.title, style: 'heading' }],
      [{ value: chart.description, style: 'muted' }],
      chartHeader(chart),
    );
    const first = rows.length;
    heights.set(first - 1, 33);
    for (const point of chart.points) rows.push(chartRow(chart, point));
    sources.push({ sheet: 'Charts', first, last: Math.max(first, rows.length - 1) });
    anchors.push({
      chart: i,
      name: chart.title,
      description: chart.description,
      fromColumn: 8,
      fromRow: top + 2,
      toColumn: 18,
      toRow: top + CHART_ROWS,
    });
    while (rows.length < top + CHART_ROWS + 2) rows.push([]);
  }
  if (charts.length === 0) rows.push([{ value: 'Nothing to draw.', style: 'muted' }]);
  const sheet: Sheet = {
    name: 'Charts',
    rows,
    heights,
    widths: [18, 14, 14, 14, 14, 14, 12, 3],
    gridLines: false,
    anchors,
    ...(banner === undefined ? {} : { banner }),
  };
  return { sheet, sources };
}

function chartHeader(chart: Chart): Row {
  const labels = [
    chart.xLabel,
    chart.yLabel,
    'Interval from',
    'Interval to',
    'Down to lower end',
    'Up to upper end',
    'Weight',
  ];
  return labels.map((value, i) => ({ value, style: i === 0 ? 'header' : 'header-right' }));
}

function chartRow(chart: Chart, point: Chart['points'][number]): Row {
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

/** The sheet `Notes`: definitions and warnings, then what every column of every table means. */
export function notesSheet(report: Report, sheetNames: readonly string[], banner?: string): Sheet {
  const heights = new Map<number, number>();
  const merges: string[] = [];
  const rows: Row[] = [];
  const line = (value: string, style: SheetCell['style']): void => {
    merges.push(`A${rows.length + 1}:E${rows.length + 1}`);
    heights.set(rows.length, Math.max(1, wrap(value, 125).length) * 15 + (style === 'heading' ? 5 : 0));
    rows.push([{ value, style }]);
  };
  if (banner !== undefined) line(banner, 'banner');
  line('Notes', 'heading');
  for (const note of report.notes) line(note, 'wrapped');
  line(
    'A star (*) is hidden because too few patients stand behind it. An empty cell is missing, which is not 0.',
    'wrapped',
  );
  rows.push([]);
  line('Columns', 'heading');
  rows.push(['Sheet', 'Column', 'Heading', 'Unit', 'Meaning'].map((value) => ({ value, style: 'header' })));
  for (const [i, table] of report.tables.entries()) {
    for (const column of table.columns) {
      heights.set(rows.length, Math.max(1, wrap(column.help, 68).length) * 15);
      const texts = [sheetNames[i]!, headerName(column), column.label, column.unit, column.help];
      rows.push(texts.map((value) => ({ value, style: 'wrapped' })));
    }
  }
  return {
    name: 'Notes',
    rows,
    widths: [18, 24, 24, 14, 70],
    heights,
    merges,
    gridLines: false,
    ...(banner === undefined ? {} : { banner }),
  };
}

/** The sheet `Provenance`: where the numbers come from, one part a row. */
export function provenanceSheet(report: Report, manifestName?: string, banner?: string): Sheet {
  const entries = [
    { name: 'report', value: report.id },
    ...report.provenance,
    ...(manifestName === undefined ? [] : [{ name: 'manifest', value: manifestName }]),
  ];
  const header = ['Entry', 'Part', 'Value'].map((value): SheetCell => ({ value, style: 'header' }));
  const warning: (SheetCell | null)[] = banner === undefined ? [] : [null, { value: banner, style: 'banner-line' }];
  const rows = entries.flatMap((entry) =>
    provenanceLines(entry).map(
      ([part, value], i): Row => [
        { value: i === 0 ? entry.name : '', style: 'text' },
        { value: part, style: 'text' },
        { value, style: 'text' },
      ],
    ),
  );
  return {
    name: 'Provenance',
    rows: [[...header, ...warning], ...rows],
    widths: [26, 30, 90],
    freezeHeader: true,
    ...(banner === undefined ? {} : { banner }),
  };
}
