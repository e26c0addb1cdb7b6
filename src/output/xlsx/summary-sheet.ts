import type { Report, ReportColumn, ReportTable } from '../../reports/report.js';
import { isNumeric } from '../cell.js';
import { displayWidth, wrap } from '../text-width.js';
import { rowHeights } from './data-sheet.js';
import type { Anchor, Sheet, SheetCell } from './sheet.js';
import { typedCell } from './typed-cell.js';
import { cellName } from './xml.js';

/** Columns under the text, each this many characters wide. */
const WIDTH = 12;
const LEAST_COLUMNS = 7;
/** Rows of the first table shown here; the rest is on `Data`. */
const MOST_ROWS = 30;
/** Rows and columns that the picture covers. */
const CHART = { rows: 22, columns: 9 };

/**
 * The first sheet: question, answer with the sentence on cause, main figures under readable headings, and the first native chart
 * beside them. `parts` tells the first sheet of each
 * report of a book; `pictures` counts the charts of the report, also those that are shaded cells on the sheet `Charts`.
 */
export function summarySheet(
  report: Report,
  dataName: string,
  pictures: number,
  parts: ReadonlyMap<string, string>,
  manifestName?: string,
  banner?: string,
): Sheet {
  const first = report.tables[0];
  const columns = first === undefined ? [] : peopleColumns(first);
  const span = Math.max(LEAST_COLUMNS, columns.length);
  const widths = Array.from({ length: span }, (_, i) => columnWidth(columns[i], first));
  // A column's width counts digits; words take less.
  const characters = widths.reduce((sum, width) => sum + width, 0) * 1.1;
  const page = new Map<number, number>();
  const links: { cell: string; sheet: string }[] = [];
  const merges: string[] = [];
  const rows: (SheetCell | null)[][] = [];
  const line = (value: string, style: SheetCell['style'], size = 11): void => {
    const lines = wrap(value, Math.floor((characters * 11) / size)).length;
    merges.push(`${cellName(0, rows.length)}:${cellName(span - 1, rows.length)}`);
    page.set(rows.length, Math.max(1, lines) * Math.ceil(size * 1.4));
    rows.push([{ value, style }]);
  };
  if (banner !== undefined) line(banner, 'banner');
  line(report.title, 'title', 18);
  line(report.question, 'question');
  line(`As of ${report.asOf ?? '(no event)'} (UTC), replayed in order ${report.order}`, 'muted');
  rows.push([]);
  const top = rows.length;
  line('Answer', 'heading', 13);
  for (const sentence of report.summary) line(sentence, 'wrapped');
  if (report.summary.length === 0) line('Nothing to report.', 'wrapped');
  if (report.caveat !== null) line(report.caveat, 'question');
  if (report.charts.length === 0 && pictures > 0) line('Picture: sheet Charts.', 'muted');
  if (first !== undefined) {
    rows.push([]);
    line(first.title, 'heading', 13);
    const height = Math.max(1, ...columns.map(([c]) => wrap(c.label, WIDTH - 1).length));
    page.set(rows.length, height * 15 + 3);
    rows.push(columns.map(([c]) => ({ value: c.label, style: isNumeric(c.unit) ? 'header-right' : 'header' })));
    const cells = first.rows
      .slice(0, MOST_ROWS)
      .map((row) => columns.map(([c, i]) => typedCell(row[i] ?? null, c.unit)));
    for (const [row, height] of rowHeights(cells, widths, rows.length)) page.set(row, height);
    for (const line of cells) {
      const sheet = parts.get(String(line[0]?.value));
      if (sheet !== undefined) links.push({ cell: cellName(0, rows.length), sheet });
      rows.push(sheet === undefined ? line : [{ value: String(line[0]?.value), style: 'link' }, ...line.slice(1)]);
    }
    const more = first.rows.length - MOST_ROWS;
    line(
      `${more > 0 ? `${more} more rows and all` : 'All'} columns: sheet ${dataName}. What they mean: sheet Notes.`,
      'muted',
    );
  }
  if (manifestName !== undefined) line(`How to make this file again: ${manifestName}`, 'muted');
  const anchors: readonly Anchor[] = report.charts.slice(0, 1).map((c) => ({
    chart: 0,
    name: c.title,
    description: c.description,
    fromColumn: span + 1,
    fromRow: top,
    toColumn: span + 1 + CHART.columns,
    toRow: Math.max(top + CHART.rows - report.summary.length, top + 14),
  }));
  return {
    name: 'Summary',
    rows,
    widths: [...widths, 3],
    heights: page,
    merges,
    gridLines: false,
    links,
    anchors,
    ...(banner === undefined ? {} : { banner }),
  };
}

function peopleColumns(table: ReportTable): readonly (readonly [ReportColumn, number])[] {
  const all = table.columns.map((column, i) => [column, i] as const);
  const chosen = all.filter(([column]) => column.terminal === true);
  return (chosen.length > 0 ? chosen : all).slice(0, 10);
}

function columnWidth(column: readonly [ReportColumn, number] | undefined, table: ReportTable | undefined): number {
  if (column === undefined || table === undefined || isNumeric(column[0].unit)) return WIDTH;
  const texts = table.rows
    .slice(0, MOST_ROWS)
    .map((row) => (typeof row[column[1]] === 'string' ? displayWidth(row[column[1]] as string) : 0));
  return Math.min(30, Math.max(WIDTH, ...texts.map((t) => t + 2)));
}
