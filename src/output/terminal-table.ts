import Table from 'cli-table3';
import type { ReportColumn, ReportTable } from '../reports/report.js';
import { cellText, isNumeric } from './cell.js';
import { cut, displayWidth, terminalSafe, wrap } from './text-width.js';

/** Rows a terminal table has at most: cli-table3 takes seconds for thousands, and nobody reads them. */
const MOST_ROWS = 30;

/** Widest text cell; the rest of it is in the files. */
const WIDEST_TEXT = 32;

interface Shown {
  readonly column: ReportColumn;
  readonly header: readonly string[];
  readonly cells: readonly string[];
  readonly width: number;
}

/** A table as lines within `width` columns, with a word on what it leaves out. Nothing is left out silently, but where it is
 * `bare`: then whoever asks says so. */
export function tableLines(table: ReportTable, width: number, ascii: boolean, bare = false): readonly string[] {
  const rows = table.rows.slice(0, MOST_ROWS);
  const wanted = table.columns.some((c) => c.terminal === true)
    ? table.columns.filter((c) => c.terminal === true)
    : table.columns;
  const candidates = wanted.map((column) => shownColumn(column, table.columns.indexOf(column), rows, ascii));
  // Where not all columns fit, one that says the same in every row is said once, below.
  const full = tableWidth(candidates) <= width;
  const same = full || rows.length < 2 ? [] : candidates.filter(isConstant);
  const shown = fitting(
    candidates.filter((c) => !same.includes(c)),
    width,
  );
  const kept = new Set([...shown, ...same].map((s) => s.column));
  const lines = table.rows.length === 0 ? ['  (no rows)'] : render(shown, rows.length, ascii);
  const once = same.map((c) => `${c.column.label}: ${c.cells[0]}`);
  const said = once.length === 0 ? [] : wrap(`In every row ${once.join(', ')}.`, width, '  ', '  ');
  return [...lines, ...said, ...(bare ? [] : leftOut(table, kept, rows.length, width))];
}

function tableWidth(columns: readonly Shown[]): number {
  return columns.reduce((sum, c) => sum + c.width + 2, 0);
}

/** A name or date that is the same in every row. */
function isConstant({ column, cells }: Shown): boolean {
  return !isNumeric(column.unit) && cells[0] !== '' && cells.every((cell) => cell === cells[0]);
}

/** Ends of intervals, which say nothing one without the other. */
const PAIRS: ReadonlyMap<string, string> = new Map([
  ['ci_low', 'ci_high'],
  ['revenue_month_ci_low', 'revenue_month_ci_high'],
  ['km_ci_low', 'km_ci_high'],
  ['expected_low', 'expected_high'],
]);

function shownColumn(column: ReportColumn, index: number, rows: ReportTable['rows'], ascii: boolean): Shown {
  const cells = rows.map((row) =>
    cut(terminalSafe(cellText(row[index] ?? null, column.unit, 'people')), WIDEST_TEXT, ascii),
  );
  const data = Math.max(1, ...cells.map(displayWidth));
  const label = terminalSafe(column.label);
  const longest = Math.max(...label.split(' ').map(displayWidth));
  const lineWidth = Math.max(data, longest);
  const header = wrap(label, lineWidth);
  return { column, header, cells, width: Math.max(data, ...header.map(displayWidth)) };
}

/** Columns from the left as long as they fit, intervals whole or not at all; the first always stands. */
function fitting(columns: readonly Shown[], width: number): readonly Shown[] {
  const kept: Shown[] = [];
  for (const [i, c] of columns.entries()) {
    const end = columns.find((other) => other.column.name === PAIRS.get(c.column.name));
    const wanted = end === undefined ? [c] : [c, end];
    if (kept.includes(c)) continue;
    if (
      [...PAIRS.values()].includes(c.column.name) &&
      columns.slice(0, i).some((o) => PAIRS.get(o.column.name) === c.column.name)
    )
      continue;
    if (i === 0 || tableWidth([...kept, ...wanted]) <= width) kept.push(...wanted);
  }
  return columns.filter((c) => kept.includes(c));
}

function render(shown: readonly Shown[], count: number, ascii: boolean): readonly string[] {
  const line = ascii ? '-' : '─';
  const none = {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
  };
  const table = new Table({
    chars: { ...none, left: '', right: '', middle: '', mid: line, 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    style: { head: [], border: [], 'padding-left': 2, 'padding-right': 0 },
    colAligns: shown.map((s) => (isNumeric(s.column.unit) ? 'right' : 'left')),
    colWidths: shown.map((s) => s.width + 2),
  });
  const height = Math.max(...shown.map((s) => s.header.length));
  table.push(shown.map((s) => [...Array.from({ length: height - s.header.length }, () => ''), ...s.header].join('\n')));
  for (let i = 0; i < count; i += 1) table.push(shown.map((s) => s.cells[i]!));
  // cli-table3 rules off every row; only the rule under the header helps reading.
  const lines = table.toString().split('\n');
  const rule = new RegExp(`^${line}+$`);
  return lines.filter((text, i) => i === height || !rule.test(text)).map((text) => text.trimEnd());
}

function leftOut(table: ReportTable, kept: ReadonlySet<ReportColumn>, rows: number, width: number): readonly string[] {
  const missing = table.columns.filter((c) => !kept.has(c)).map((c) => c.name);
  const notes: string[] = [];
  if (table.unit !== undefined) notes.push(`Independent unit of the errors: ${terminalSafe(table.unit)}.`);
  if (table.rows.length > rows)
    notes.push(`${table.rows.length - rows} more rows not shown (of ${table.rows.length}); they are in the files.`);
  if (missing.length > 0) notes.push(`Only in the files: ${missing.join(', ')}.`);
  return notes.flatMap((note) => wrap(note, width, '  ', '  '));
}
