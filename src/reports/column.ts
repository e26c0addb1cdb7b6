import { type ReportColumn, type ReportTable, SUPPRESSED, type Unit } from './report.js';

/** A column of a report table; `terminal` where it belongs on a screen of 80 columns. */
export function column(name: string, label: string, unit: Unit, help: string, terminal = false): ReportColumn {
  return terminal ? { name, label, unit, help, terminal } : { name, label, unit, help };
}

/** How many cells of a report are hidden for small numbers. */
export function hiddenCellsOf(tables: readonly ReportTable[]): number {
  return tables.flatMap((table) => table.rows.flat()).filter((cell) => cell === SUPPRESSED).length;
}
