import type { ReportColumn, ReportTable } from '../../reports/report.js';
import { cellText, isNumeric } from '../cell.js';
import { displayWidth, wrap } from '../text-width.js';
import type { Sheet, SheetCell } from './sheet.js';
import { typedCell } from './typed-cell.js';

/** Rows looked at for the width of a column. */
const MEASURED = 500;

/** The machine name; a time says its zone, because a spreadsheet's own times have none. */
export function headerName(column: ReportColumn): string {
  return column.unit === 'timestamp' ? `${column.name} (UTC)` : column.name;
}

/** The sheet of one table: machine names as header of a native table, headings and meanings as hints on them. */
export function dataSheet(table: ReportTable, name: string, banner?: string): Sheet {
  const names = table.columns.map(headerName);
  const header = table.columns.map(
    (c, i): SheetCell => ({ value: names[i]!, style: isNumeric(c.unit) ? 'header-right' : 'header' }),
  );
  const warning: (SheetCell | null)[] = banner === undefined ? [] : [null, { value: banner, style: 'banner-line' }];
  const rows = table.rows.map((row) => table.columns.map((column, i) => typedCell(row[i] ?? null, column.unit)));
  const widths = table.columns.map((column, i) => columnWidth(table, column, i));
  return {
    name,
    rows: [[...header, ...warning], ...rows],
    widths,
    heights: rowHeights(rows, widths),
    freezeHeader: true,
    hints: table.columns.map((c, column) => ({ column, title: c.label, text: c.help })),
    // A native table needs a row below its header.
    ...(rows.length > 0
      ? { table: { name: tableName(table.name), columns: names, firstRow: 0, lastRow: rows.length } }
      : { filter: true }),
    ...(banner === undefined ? {} : { banner }),
  };
}

/** Heights of the rows with a text that takes several lines: not every spreadsheet finds them by itself. */
export function rowHeights(
  rows: readonly (readonly (SheetCell | null)[])[],
  widths: readonly number[],
  first = 1,
): Map<number, number> {
  const heights = new Map<number, number>();
  for (const [r, row] of rows.entries()) {
    const lines = row.map((cell, i) =>
      typeof cell?.value === 'string' && cell.value.length > widths[i]! - 2
        ? wrap(cell.value, Math.max(1, widths[i]! - 2)).length
        : 1,
    );
    const most = Math.max(1, ...lines);
    if (most > 1) heights.set(first + r, Math.min(400, most * 15));
  }
  return heights;
}

/** A table's name in formulas: never one that could be read as a cell (`T1`). */
function tableName(name: string): string {
  return `tbl_${name.replace(/[^A-Za-z0-9_]/g, '_')}`.slice(0, 200);
}

function columnWidth(table: ReportTable, column: ReportColumn, index: number): number {
  const texts = table.rows.slice(0, MEASURED).map((row) => cellText(row[index] ?? null, column.unit, 'people'));
  // Room for the filter button beside the name.
  const widest = Math.max(displayWidth(headerName(column)) + 4, ...texts.map((t) => displayWidth(t) + 2));
  return Math.min(60, Math.max(9, widest));
}
