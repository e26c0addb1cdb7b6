import { type Cell, SUPPRESSED, type Unit } from '../../reports/report.js';
import { isNumeric } from '../cell.js';
import type { SheetCell } from './sheet.js';
import { styleOf } from './styles.js';

/** Spreadsheets keep 15 digits; longer integers are shown as text so that no digit is lost. */
const MOST_EXACT = 1e15;

const DAY = 86_400_000;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/;
/** Serial of 1900-03-01: before it Excel counts a leap day that never was, and LibreOffice does not. */
const FIRST_SERIAL = 61;

/** A cell of a report as a typed cell: numbers stay numbers, dates become serials, hidden is a grey `*`, missing nothing. */
export function typedCell(cell: Cell, unit: Unit): SheetCell | null {
  if (cell === null) return null;
  if (cell === SUPPRESSED) return { value: '*', style: 'hidden' };
  if (typeof cell === 'boolean') return { value: cell, style: 'bool' };
  if (typeof cell === 'number') {
    const exact = Number.isFinite(cell) && !(Number.isInteger(cell) && Math.abs(cell) >= MOST_EXACT);
    if (!exact || unit === 'id' || unit === 'text') return { value: String(cell), style: 'text' };
    return { value: cell, style: styleOf(unit) };
  }
  const serial = unit === 'date' ? dateSerial(cell) : unit === 'timestamp' ? timestampSerial(cell) : null;
  if (serial !== null) return { value: serial, style: styleOf(unit) };
  return { value: cell, style: isNumeric(unit) ? 'word' : 'text' };
}

/** Days since 1899-12-30 of a date `YYYY-MM-DD`; null where a spreadsheet has no such day. */
export function dateSerial(text: string): number | null {
  const match = DATE.exec(text);
  if (match === null) return null;
  return known(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])));
}

/** Days and their fraction since 1899-12-30 of an ISO 8601 time in UTC. */
export function timestampSerial(text: string): number | null {
  return TIMESTAMP.test(text) ? known(Date.parse(text)) : null;
}

function known(milliseconds: number): number | null {
  const serial = milliseconds / DAY + 25_569;
  return Number.isNaN(serial) || serial < FIRST_SERIAL ? null : serial;
}
