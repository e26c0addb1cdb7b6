import { stringify } from 'csv-stringify/sync';
import type { Report, ReportTable } from '../reports/report.js';
import { cellText, isNumeric } from './cell.js';
import type { OutputFile, OutputOptions } from './form.js';

/** Signs with which a spreadsheet takes a text for a formula. */
const FORMULA = /^[=+\-@\r]/;
const PLAIN_NUMBER = /^[+-]?\d+([.,]\d+)?$/;

/**
 * A text that no spreadsheet runs as a formula: a leading `'` where it starts like one, also behind a separator inside it
 * (Excel may split at another separator than the file's). Plain numbers stay.
 */
export function formulaSafe(text: string): string {
  const inner = text
    .split(/([,;\t\n])/)
    .map((part, i) => (i % 2 === 0 && FORMULA.test(part) && !PLAIN_NUMBER.test(part) ? `'${part}` : part))
    .join('');
  return inner.startsWith('\t') ? `'${inner}` : inner;
}

/** One table as CSV text: header of machine names, `.` decimals, empty = missing, `*` = hidden. */
export function tableCsv(table: ReportTable, options: Pick<OutputOptions, 'csvFor' | 'bom'>): string {
  const excel = options.csvFor !== undefined;
  const comma = options.csvFor === 'excel-comma';
  const rows = table.rows.map((row) =>
    table.columns.map((column, i) => {
      const cell = row[i] ?? null;
      const text = cellText(cell, column.unit, 'file');
      if (typeof cell === 'string' && column.unit !== 'date' && column.unit !== 'timestamp') return formulaSafe(text);
      // A semicolon file is opened where the comma is decimal; a point there turns 12.5 into a date.
      return comma && typeof cell === 'number' && isNumeric(column.unit) ? text.replace('.', ',') : text;
    }),
  );
  return stringify([table.columns.map((c) => c.name), ...rows], {
    bom: excel || options.bom === true,
    delimiter: comma ? ';' : ',',
    record_delimiter: excel ? '\r\n' : '\n',
    quoted_match: comma ? /[";\t\r\n]/ : /[",;\t\r\n]/,
    quoted_empty: false,
  });
}

/** A report as CSV: the first table in the target, each further table in a file of its own beside it. */
export function csvFiles(report: Report, options: Pick<OutputOptions, 'csvFor' | 'bom'>): readonly OutputFile[] {
  const encoder = new TextEncoder();
  return report.tables.map((table, i) => ({
    suffix: i === 0 ? '' : `.${table.name}`,
    bytes: encoder.encode(tableCsv(table, options)),
  }));
}
