import { closingNotes, type ProvenanceEntry, type Report } from '../reports/report.js';
import { firstScreen, hasFirstScreen } from './first-screen.js';
import type { OutputOptions } from './form.js';
import { provenanceText } from './provenance-text.js';
import { chartLines } from './terminal-chart.js';
import { tableLines } from './terminal-table.js';
import { cut, terminalSafe, wrap } from './text-width.js';

/** Widest line of running text; longer lines are hard to read. */
const PROSE = 100;

/**
 * The report as text of at most `width` columns: one screen with the answer; with `details` the answer first, then pictures, tables, notes
 * and origin.
 */
export function terminalText(report: Report, options: OutputOptions): string {
  if (options.details !== true && hasFirstScreen(report)) return `${firstScreen(report, options).join('\n')}\n`;
  const width = Math.max(20, options.width);
  const prose = Math.min(width, PROSE);
  const bold = (text: string): string => (options.colour ? `\u001b[1m${text}\u001b[22m` : text);
  const dim = (text: string): string => (options.colour ? `\u001b[2m${text}\u001b[22m` : text);
  const heading = (text: string): readonly string[] => ['', ...wrap(terminalSafe(text), prose).map(bold)];
  const paragraph = (text: string, first: string, rest: string): readonly string[] =>
    wrap(terminalSafe(text), prose, first, rest);
  const banner = report.banner === null ? [] : paragraph(report.banner, '! ', '! ').map(bold);
  const notes = closingNotes(report);
  const lines = [
    ...banner,
    ...wrap(terminalSafe(report.title), prose).map(bold),
    ...paragraph(report.question, '', ''),
    ...paragraph(`As of ${report.asOf ?? '(no event)'}, order ${report.order}`, '', '').map(dim),
    '',
    ...(report.summary.length === 0
      ? ['  (no answer: nothing to report)']
      : report.summary.flatMap((s) => paragraph(s, '  ', '    '))),
    ...report.charts.flatMap((c) => [...heading(c.title), ...chartLines(c, width, options.ascii)]),
    ...report.tables.flatMap((t) => [...heading(t.title), ...tableLines(t, width, options.ascii)]),
    ...(notes.length === 0 ? [] : [...heading('Notes'), ...notes.flatMap((n) => paragraph(n, '- ', '  '))]),
    ...heading('Origin'),
    ...report.provenance.map((e) => dim(origin(e, prose, options.ascii))),
    ...(options.manifestName === undefined
      ? []
      : [dim(cut(`  manifest: ${options.manifestName}`, prose, options.ascii))]),
  ];
  return `${lines.join('\n')}\n`;
}

/** One line per entry: here it only says where the numbers come from, the files hold it whole. */
function origin(entry: ProvenanceEntry, width: number, ascii: boolean): string {
  return cut(`  ${terminalSafe(entry.name)}: ${terminalSafe(provenanceText(entry))}`, width, ascii);
}
