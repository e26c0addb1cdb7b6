import { parser as xmlParser } from 'sax';

/** Days between 1899-12-30, from which spreadsheets count, and 1970-01-01; in workbooks of old Macs the count begins 1904-01-01. */
const EPOCH = 25_569;
const EPOCH_1904 = 24_107;
const DAY = 86_400_000;
/** Built-in formats of dates and times in every workbook. */
const DATE_FORMATS = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47]);

/** What the parts of a workbook beside its sheets say of cells. */
export interface CellFacts {
  readonly strings: readonly string[];
  /** True for the styles that show a number as a date. */
  readonly dates: readonly boolean[];
  readonly from1904: boolean;
}

/** Walks through the elements of an XML text. */
export function walkXml(
  text: string,
  on: {
    open?: (name: string, attributes: { readonly [name: string]: string }) => void;
    text?: (text: string) => void;
    close?: (name: string) => void;
  },
): void {
  const parser = xmlParser(true, {});
  const local = (name: string): string => name.slice(name.indexOf(':') + 1);
  parser.onopentag = ({ name, attributes }) =>
    on.open?.(local(name), attributes as { readonly [name: string]: string });
  parser.ontext = parser.oncdata = (piece) => on.text?.(piece);
  parser.onclosetag = (name) => on.close?.(local(name));
  parser.onerror = (error) => {
    throw error;
  };
  parser.write(text).close();
}

/** The texts that cells share, without the readings that East Asian workbooks add. */
export function sharedStrings(xml: string): readonly string[] {
  const strings: string[] = [];
  let current = '';
  let [inText, reading] = [false, false];
  walkXml(xml, {
    open(name) {
      if (name === 'si') current = '';
      else if (name === 't') inText = true;
      else if (name === 'rPh') reading = true;
    },
    text(piece) {
      if (inText && !reading) current += piece;
    },
    close(name) {
      if (name === 't') inText = false;
      else if (name === 'rPh') reading = false;
      else if (name === 'si') strings.push(current);
    },
  });
  return strings;
}

/** Which cell styles show dates. */
export function dateStyles(xml: string): readonly boolean[] {
  const formats = new Map<number, string>();
  const dates: boolean[] = [];
  let inCells = false;
  walkXml(xml, {
    open(name, attributes) {
      if (name === 'numFmt') formats.set(Number(attributes.numFmtId), attributes.formatCode ?? '');
      else if (name === 'cellXfs') inCells = true;
      else if (name === 'xf' && inCells) {
        const id = Number(attributes.numFmtId ?? 0);
        dates.push(DATE_FORMATS.has(id) || isDateFormat(formats.get(id) ?? ''));
      }
    },
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return dates;
}

function isDateFormat(code: string): boolean {
  const bare = code.replace(/"[^"]*"|\[[^\]]*\]|\\./g, '');
  return /[dy]/i.test(bare) || /h+:m|m+:s/i.test(bare);
}

/** The cells of a sheet as texts: dates in ISO 8601, numbers with at most the 15 digits that a spreadsheet keeps, empty cells null. */
export function sheetRows(xml: string, facts: CellFacts): readonly (readonly (string | null)[])[] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  let cell: { at: number; type: string; style: number } | null = null;
  let value = '';
  let inValue = false;
  walkXml(xml, {
    open(name, attributes) {
      if (name === 'row') row = [];
      else if (name === 'c') {
        cell = { at: columnOf(attributes.r, row.length), type: attributes.t ?? 'n', style: Number(attributes.s ?? 0) };
        value = '';
      } else if (name === 'v' || name === 't') inValue = true;
    },
    text(piece) {
      if (inValue) value += piece;
    },
    close(name) {
      if (name === 'v' || name === 't') inValue = false;
      else if (name === 'row') rows.push(row);
      else if (name === 'c' && cell !== null) {
        while (row.length < cell.at) row.push(null);
        row[cell.at] = cellText(cell.type, value, facts.dates[cell.style] === true, facts);
      }
    },
  });
  return rows;
}

function columnOf(place: string | undefined, next: number): number {
  const letters = /^[A-Z]+/.exec(place ?? '')?.[0];
  if (letters === undefined) return next;
  return [...letters].reduce((at, letter) => at * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function cellText(type: string, value: string, isDate: boolean, { strings, from1904 }: CellFacts): string | null {
  if (value === '' || type === 'e') return null;
  if (type === 's') return strings[Number(value)] ?? null;
  if (type === 'b') return value === '1' ? 'true' : 'false';
  if (type !== 'n') return value;
  return isDate ? serialDate(Number(value), from1904 ? EPOCH_1904 : EPOCH) : shortNumber(value);
}

/** A count of days as a date, with its time where it has one. */
function serialDate(serial: number, epoch: number): string {
  if (!Number.isFinite(serial)) return String(serial);
  const iso = new Date(Math.round((serial - epoch) * DAY)).toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.replace('T', ' ').replace(/(\.000)?Z$/, '');
}

/** Spreadsheets keep 15 digits and write 17: 80.5 may stand as 80.500000000000014. */
function shortNumber(text: string): string {
  if (!/[.eE]/.test(text)) return text;
  const short = Number(Number(text).toPrecision(15));
  return /e/.test(String(short)) ? text : String(short);
}
