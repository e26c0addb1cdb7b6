import { visible } from '../diagnostics/visible.js';
import { type Chart, closingNotes, type Report, type ReportTable } from '../reports/report.js';
import { cellText, isNumeric } from './cell.js';
import type { OutputOptions } from './form.js';
import { provenanceText } from './provenance-text.js';
import { chartLines } from './terminal-chart.js';

/** A text on one line in which Markdown finds no markup, no HTML and no column end. */
export function markdownText(text: string): string {
  return visible(text.replace(/\s+/g, ' '))
    .replace(/[\\`*_[\]<>|#~]/g, (c) => `\\${c}`)
    .replace(/&/g, '&amp;');
}

function tableMarkdown(table: ReportTable): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    `## ${markdownText(table.title)}`,
    '',
    line(table.columns.map((c) => markdownText(c.label))),
    line(table.columns.map((c) => (isNumeric(c.unit) ? '---:' : ':---'))),
    ...table.rows.map((row) =>
      line(table.columns.map((c, i) => markdownText(cellText(row[i] ?? null, c.unit, 'people')))),
    ),
    '',
    ...(table.unit === undefined ? [] : [`Independent unit of the errors: ${markdownText(table.unit)}.`, '']),
  ];
}

function chartMarkdown(chart: Chart): readonly string[] {
  const drawing = chartLines(chart, 80, false).map((l) => visible(l).replaceAll('`', "'"));
  return [`## ${markdownText(chart.title)}`, '', markdownText(chart.description), '', '```text', ...drawing, '```', ''];
}

/** The report as Markdown; pictures are text, so the file stands alone. */
export function reportMarkdown(report: Report, options: Pick<OutputOptions, 'manifestName'>): string {
  const list = (items: readonly string[]): readonly string[] =>
    items.length === 0 ? [] : [...items.map((s) => `- ${s}`), ''];
  const origin = report.provenance.map((e) => `${markdownText(e.name)}: ${markdownText(provenanceText(e))}`);
  const notes = closingNotes(report);
  const lines = [
    ...(report.banner === null ? [] : [`> **${markdownText(report.banner)}**`, '']),
    `# ${markdownText(report.title)}`,
    '',
    markdownText(report.question),
    '',
    `As of ${report.asOf ?? '(no event)'}, order ${report.order}.`,
    '',
    ...list(report.summary.map(markdownText)),
    ...report.charts.flatMap(chartMarkdown),
    ...report.tables.flatMap(tableMarkdown),
    ...(notes.length === 0 ? [] : ['## Notes', '', ...list(notes.map(markdownText))]),
    '## Origin',
    '',
    ...list([
      ...origin,
      ...(options.manifestName === undefined ? [] : [`manifest: ${markdownText(options.manifestName)}`]),
    ]),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}
