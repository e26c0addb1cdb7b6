import { type Chart, hasMarks, isSeries, type Report, type ReportTable } from '../reports/report.js';
import type { OutputOptions } from './form.js';
import { chartLines } from './terminal-chart.js';
import { tableLines } from './terminal-table.js';
import { terminalSafe, wrap } from './text-width.js';

/** What is seen at once: lines of a small terminal. */
const LINES = 25;
/** Columns of the main table. */
const COLUMNS = 6;
/** Fewest lines of a picture, with its axis; for less it is left out. */
const LEAST = 5;
/** The picture takes this part of the room at most, and less where the table would have fewer rows than these. */
const PART = 0.65;
const ROWS = 3;
const RULE = /^[-─]+$/;

/** The latest rows of a table in time, the first of any other. */
function someRows({ columns, rows }: ReportTable, most: number): ReportTable['rows'] {
  const isSeries = columns[0]?.unit === 'date' && new Set(rows.map(([first]) => first)).size === rows.length;
  return isSeries ? rows.slice(-most) : rows.slice(0, most);
}

/** A table as far as it is a main one: its most important columns and first rows, nothing beside them. */
function mainTable(table: ReportTable, width: number, ascii: boolean, lines: number): readonly string[] {
  const chosen = table.columns.flatMap((column, at) => (column.terminal === true ? [{ column, at }] : []));
  const wanted = (chosen.length > 0 ? chosen : table.columns.map((column, at) => ({ column, at }))).slice(0, COLUMNS);
  const shown = (rows: number): readonly string[] =>
    tableLines(
      {
        name: table.name,
        title: table.title,
        columns: wanted.map(({ column }) => column),
        rows: someRows(table, rows).map((row) => wanted.map(({ at }) => row[at] ?? null)),
      },
      width,
      ascii,
      true,
    );
  for (let rows = Math.min(table.rows.length, lines); rows > 0; rows -= 1) {
    const made = shown(rows);
    if (made.length <= lines) return made;
  }
  return [];
}

/** The end of a series in time, the start of a ranking. */
function fewerPoints(chart: Chart, most: number): Chart {
  if (isSeries(chart) || chart.points.length <= most) return chart;
  const isTime = /^\d{4}-\d\d/.test(chart.points[0]?.label ?? '');
  return { ...chart, points: isTime ? chart.points.slice(-most) : chart.points.slice(0, most) };
}

function picture(chart: Chart | undefined, width: number, ascii: boolean, lines: number): readonly string[] {
  if (chart === undefined || !hasMarks(chart) || lines < LEAST) return [];
  for (let most = lines; most >= 2; most -= 1) {
    const made = chartLines(fewerPoints(chart, most), width, ascii, most);
    if (made.length <= lines) return made;
  }
  return [];
}

/** What the rest of the report is asked with. */
function footer(report: Report, table: ReportTable | undefined, rows: number): string {
  const left = table === undefined ? 0 : table.rows.length - rows;
  return `${left > 0 ? `${left} more rows, all` : 'All'} tables and notes: --details, or --out ${report.id}.xlsx`;
}

/**
 * The report on one screen of 25 lines: its question, three sentences (the answer, what could make it wrong, what to look at next), one picture,
 * and the main columns of the main table. What does not fit is said to be elsewhere.
 */
export function firstScreen(report: Report, options: OutputOptions): readonly string[] {
  const width = Math.max(20, options.width);
  const prose = Math.min(width, 100);
  const bold = (text: string): string => (options.colour ? `\u001b[1m${text}\u001b[22m` : text);
  const dim = (text: string): string => (options.colour ? `\u001b[2m${text}\u001b[22m` : text);
  const paragraph = (text: string, first = '', rest = ''): readonly string[] =>
    wrap(terminalSafe(text), prose, first, rest);
  const [headline] = report.findings;
  const banner = report.banner === null ? [] : paragraph(report.banner, '! ', '! ').map(bold);
  const head = [
    ...banner,
    ...paragraph(report.question).map(bold),
    ...[headline?.text ?? '', report.doubt, report.next].flatMap((text) => paragraph(text, '- ', '  ')),
  ];
  const table = report.tables.find(({ rows }) => rows.length > 0);
  const [chart] = report.charts;
  // One line goes to the footer, one to the title of each of the two.
  const room = Math.max(0, LINES - head.length - 1);
  let drawn: readonly string[] = [];
  let lines: readonly string[] = [];
  const rowsOf = (made: readonly string[]): number =>
    Math.max(0, made.length - made.findIndex((line) => RULE.test(line)) - 1);
  for (let most = Math.ceil(room * PART); ; most -= 1) {
    drawn = picture(chart, width, options.ascii, most);
    const used = drawn.length === 0 ? 0 : drawn.length + 1;
    lines = table === undefined ? [] : mainTable(table, width, options.ascii, room - used - 1);
    if (drawn.length === 0 || rowsOf(lines) >= Math.min(ROWS, table?.rows.length ?? 0)) break;
  }
  const rows = lines.length === 0 ? 0 : rowsOf(lines);
  return [
    ...head,
    ...(drawn.length === 0 ? [] : [bold(cutLine(chart!.title, prose)), ...drawn]),
    ...(lines.length === 0 ? [] : [bold(cutLine(table!.title, prose)), ...lines]),
    dim(cutLine(footer(report, table, rows), prose)),
  ];
}

/** The first line of a text that may be too long for one. */
function cutLine(text: string, width: number): string {
  return wrap(terminalSafe(text), width)[0] ?? '';
}

/** Has the report an answer that fits on a screen? A book, a difference of two runs and a report of a user's own are shown whole. */
export function hasFirstScreen(report: Report): boolean {
  return report.findings.length > 0 && report.parts === undefined;
}
