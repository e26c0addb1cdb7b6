import { createHash } from 'node:crypto';
import { termsOf } from '../reports/glossary.js';
import { type Chart, hasMarks, type Report, type ReportTable, SUPPRESSED } from '../reports/report.js';
import { cellText, isNumeric } from './cell.js';
import { chartSvg } from './chart-svg.js';
import type { OutputOptions } from './form.js';
import { SCRIPT, STYLE } from './html-style.js';
import { provenanceText } from './provenance-text.js';
import { pageText } from './xml-text.js';

function tableHtml(table: ReportTable, level: Level): string {
  const head = table.columns
    .map(
      (c) =>
        `<th scope="col"${isNumeric(c.unit) ? ' class="n"' : ''} title="${pageText(`${c.name}: ${c.help}`)}">${pageText(c.label)}</th>`,
    )
    .join('');
  const rows = table.rows.map((row) => {
    const cells = table.columns.map((c, i) => {
      const cell = row[i] ?? null;
      const text = pageText(cellText(cell, c.unit, 'people'));
      const whole = c.unit === 'date' || c.unit === 'timestamp' ? 'd' : '';
      const classes = [isNumeric(c.unit) ? 'n' : whole, cell === SUPPRESSED ? 'hidden' : '']
        .filter((n) => n !== '')
        .join(' ');
      const named = classes === '' ? '' : ` class="${classes}"`;
      const exact = typeof cell === 'number' ? ` data-v="${cell}"` : '';
      return i === 0 ? `<th scope="row"${named}${exact}>${text}</th>` : `<td${named}${exact}>${text}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  const unit =
    table.unit === undefined ? '' : `<caption>Independent unit of the errors: ${pageText(table.unit)}</caption>`;
  return `<h${level}>${pageText(table.title)}</h${level}>\n<div class="wide" tabindex="0" role="region" aria-label="${pageText(table.title)}"><table>${unit}<thead><tr>${head}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table></div>`;
}

function chartHtml(chart: Chart, id: string, level: Level): string {
  return `<h${level}>${pageText(chart.title)}</h${level}>\n<figure><div class="wide" tabindex="0" role="group" aria-label="${pageText(`Picture: ${chart.title}`)}">${chartSvg(chart, id)}</div><figcaption class="soft">${pageText(chart.description)}</figcaption></figure>`;
}

/** The level of the headings of tables and charts: one deeper in a book. */
type Level = 2 | 3;

const list = (items: readonly string[]): string => `<ul>${items.map((s) => `<li>${pageText(s)}</li>`).join('')}</ul>`;

/** Answer, charts, tables and notes of one report. `id` keeps the ids of its charts apart from those of others. */
function bodyHtml(report: Report, id: string, level: Level): readonly string[] {
  const { caveat } = report;
  return [
    `<div class="answer">${list(report.summary)}${caveat === null ? '' : `<p class="soft">${pageText(caveat)}</p>`}</div>`,
    ...report.charts.filter(hasMarks).map((chart, i) => chartHtml(chart, `${id}chart${i + 1}`, level)),
    ...report.tables.map((table) => tableHtml(table, level)),
    ...(report.notes.length === 0 ? [] : [`<h${level}>Notes</h${level}>\n${list(report.notes)}`]),
  ];
}

/** A book: its contents with links, then a section per report. */
function partsHtml(book: Report, parts: readonly Report[]): readonly string[] {
  const links = parts.map(
    (part) => `<li><a href="#${part.id}">${pageText(part.title)}</a>: ${pageText(part.question)}</li>`,
  );
  return [
    `<nav aria-label="Reports"><ul>${links.join('')}</ul></nav>`,
    `<div class="answer">${list(book.summary)}</div>`,
    ...book.tables.slice(0, 1).map((table) => tableHtml(table, 2)),
    ...parts.flatMap((part) => [
      `<section id="${part.id}" aria-labelledby="${part.id}-title"><h2 id="${part.id}-title">${pageText(part.title)}</h2>`,
      `<p>${pageText(part.question)}</p>`,
      ...bodyHtml(part, `${part.id}-`, 3),
      '</section>',
    ]),
  ];
}

/** The technical words of the page, at its foot. */
function glossaryHtml(report: Report): readonly string[] {
  const terms = termsOf(report).map(({ term, meaning }) => `<dt>${pageText(term)}</dt><dd>${pageText(meaning)}</dd>`);
  return terms.length === 0 ? [] : [`<h2>Words</h2>\n<dl>${terms.join('\n')}</dl>`];
}

/** The report as one HTML file: a script that only sorts tables, nothing fetched, readable without its style, light and dark, fit for paper. */
export function reportHtml(report: Report, options: Pick<OutputOptions, 'manifestName'>): string {
  const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = `default-src 'none'; style-src ${digest(STYLE)}; script-src ${digest(SCRIPT)}; base-uri 'none'; form-action 'none'`;
  const manifest = options.manifestName === undefined ? [] : [{ name: 'manifest', value: options.manifestName }];
  const about = [...report.provenance, ...manifest].map(
    (e) => `<dt>${pageText(e.name)}</dt><dd>${pageText(provenanceText(e))}</dd>`,
  );
  return `${[
    '<!DOCTYPE html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${pageText(report.title)}</title><style>${STYLE}</style></head><body><main>`,
    ...(report.banner === null ? [] : [`<p class="banner">${pageText(report.banner)}</p>`]),
    `<h1>${pageText(report.title)}</h1>`,
    `<p>${pageText(report.question)}</p>`,
    `<p class="soft">As of ${pageText(report.asOf ?? '(no event)')}, order ${report.order}</p>`,
    ...(report.parts === undefined ? bodyHtml(report, '', 2) : partsHtml(report, report.parts)),
    ...glossaryHtml(report),
    `<h2>About</h2>\n<dl>${about.join('\n')}</dl>`,
    `</main><script>${SCRIPT}</script></body></html>`,
  ].join('\n')}\n`;
}
