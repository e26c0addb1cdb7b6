/** A table found among the rows of a sheet, and what of the sheet is no part of it. */
export interface SheetTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** Rows above the header and below the table that are not empty. */
  readonly above: number;
  readonly below: number;
}

/** A heading is a word; what looks like a number or a date is none. */
const NUMBER = /^[-+]?[\d.,:/ TZ-]+$/;
const TOTAL =
  /^(grand total|sub-?total|total|totals|sum|summe|gesamt|gesamtsumme|zwischensumme|total general|totale|suma|ukupno|összesen)\b:?/i;

/**
 * The table of a sheet: its header is the first row that names (nearly) as many columns as the widest row has, each by another
 * word; a title above it and a total below it are no rows. Null where no row is a header.
 */
export function tableOf(sheet: readonly (readonly (string | null)[])[]): SheetTable | null {
  const width = Math.max(0, ...sheet.slice(0, 200).map(filled));
  const at = sheet.findIndex((row) => isHeader(row, width));
  if (at < 0) return null;
  const titles = sheet[at]!.map((cell) => (cell ?? '').trim());
  const kept = titles.flatMap((title, column) => (title === '' ? [] : [column]));
  const header = kept.map((column) => titles[column]!);
  const rows = sheet.slice(at + 1).filter((row) => filled(row) > 0);
  const isRow = (row: readonly (string | null)[]): boolean => !isTotal(row, kept);
  return {
    header,
    rows: rows.filter(isRow).map((row) => kept.map((column) => row[column] ?? null)),
    above: sheet.slice(0, at).filter((row) => filled(row) > 0).length,
    below: rows.filter((row) => !isRow(row)).length,
  };
}

function filled(row: readonly (string | null)[]): number {
  return row.filter((cell) => cell !== null && cell.trim() !== '').length;
}

function isHeader(row: readonly (string | null)[], width: number): boolean {
  const names = row
    .filter((cell): cell is string => cell !== null && cell.trim() !== '')
    .map((cell) => cell.trim().toLowerCase());
  if (names.length === 0 || names.length * 10 < width * 8 || (width > 1 && names.length < 2)) return false;
  return new Set(names).size === names.length && names.every((name) => !NUMBER.test(name) && name.length < 128);
}

/** A row that says "Total" where others have their key: it is a sum of rows, and no row. */
function isTotal(row: readonly (string | null)[], columns: readonly number[]): boolean {
  const first = columns.map((column) => (row[column] ?? '').trim()).find((cell) => cell !== '');
  return first !== undefined && TOTAL.test(first) && filled(row) < columns.length;
}
