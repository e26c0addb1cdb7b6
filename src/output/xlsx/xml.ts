import { xmlText } from '../xml-text.js';

export { xmlText } from '../xml-text.js';

/** The declaration that every part starts with. */
export const XML_HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** A cell's text in the escapes of spreadsheets: control characters as `_x0001_`, a literal `_x0001_` kept apart. */
export function cellXml(text: string): string {
  const escaped = text
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(
      /[\u0000-\u0008\u000b\u000c\r\u000e-\u001f\ufffe\uffff]/g,
      (c) => `_x${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
    );
  return xmlText(escaped);
}

/** The letters of a column counted from 0: 0 is A, 26 is AA. */
export function columnLetters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : columnLetters(Math.floor(index / 26) - 1) + last;
}

/** A cell's name from column and row counted from 0: (1, 0) is B1. */
export function cellName(column: number, row: number): string {
  return `${columnLetters(column)}${row + 1}`;
}

/** An absolute range of a sheet for formulas of charts: `'Charts'!$A$2:$A$9`. */
export function absoluteRange(sheet: string, column: number, firstRow: number, lastRow: number): string {
  const letters = columnLetters(column);
  return `'${sheet.replaceAll("'", "''")}'!$${letters}$${firstRow + 1}:$${letters}$${lastRow + 1}`;
}
