import { createHash } from 'node:crypto';
import { type Chart, hasMarks, type Report, type ReportTable, SUPPRESSED } from '../reports/report.js';
import { cellText, isNumeric } from './cell.js';
import { chartSvg } from './chart-svg.js';
import type { OutputOptions } from './form.js';
import { provenanceText } from './provenance-text.js';
import { xmlText } from './xml-text.js';

const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--paper:#fff;--line:#d0d7de;--accent:#1f4e8c;--warn:#a40e26;--head:#eef2f8}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4af;--paper:#0d1117;--line:#30363d;--accent:#79b0ff;--warn:#ff8f9c;--head:#161b22}}
body{margin:0 auto;max-width:66rem;padding:1.5rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{margin:0}h2{margin:2rem 0 .5rem}.soft{color:var(--soft)}.banner{border:2px solid var(--warn);color:var(--warn);padding:.5rem 1rem;font-weight:700}
.answer{border-left:4px solid var(--accent);padding:.25rem 0 .25rem 1.25rem;font-size:1.1rem}
.wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}caption{text-align:left;color:var(--soft)}
th,td{padding:.3rem .7rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}thead th{background:var(--head);vertical-align:bottom}
.n{text-align:right;white-space:nowrap}.hidden{color:var(--soft)}
svg{width:100%;height:auto;max-width:48rem}svg text{fill:var(--ink);font:13px system-ui,sans-serif}svg .name{fill:var(--soft)}
.grid{stroke:var(--line)}.zero{stroke:var(--soft)}.dot,.bar{fill:var(--accent)}.whisker,.line{fill:none;stroke:var(--accent);stroke-width:2}
.one{fill:none;stroke:var(--soft)}.series{fill:none;stroke-width:2}.quiet{stroke:var(--soft);stroke-dasharray:5 4}.part{stroke:none}.part.quiet{fill:var(--line)}
.s0{stroke:#1f6fb4}.s1{stroke:#b35900}.s2{stroke:#2e7d32}.s3{stroke:#8e44ad}.s4{stroke:#8a6d00}.s5{stroke:#b03060}
.part.s0{fill:#1f6fb4}.part.s1{fill:#d98324}.part.s2{fill:#3f9b52}.part.s3{fill:#9b6fb8}.part.s4{fill:#c2a83e}.part.s5{fill:#c7658a}
.heat.above{fill:#2f7fc4}.heat.below{fill:#d0663a}
dt{font-weight:600}dd{margin:0 0 .4rem 1.5rem;overflow-wrap:anywhere}
@media print{:root{color-scheme:light;--ink:#000;--soft:#444;--paper:#fff;--line:#bbb;--accent:#1f4e8c;--head:#eee}body{max-width:none;padding:0;font-size:11px}.wide{overflow:visible}tr,svg{break-inside:avoid}thead{display:table-header-group}}
`;

function tableHtml(table: ReportTable): string {
  const head = table.columns
    .map(
      (c) =>
        `<th scope="col"${isNumeric(c.unit) ? ' class="n"' : ''} title="${xmlText(`${c.name}: ${c.help}`)}">${xmlText(c.label)}</th>`,
    )
    .join('');
  const rows = table.rows.map((row) => {
    const cells = table.columns.map((c, i) => {
      const cell = row[i] ?? null;
      const text = xmlText(cellText(cell, c.unit, 'people'));
      const classes = [isNumeric(c.unit) ? 'n' : '', cell === SUPPRESSED ? 'hidden' : '']
        .filter((n) => n !== '')
        .join(' ');
      const named = classes === '' ? '' : ` class="${classes}"`;
      return i === 0 ? `<th scope="row"${named}>${text}</th>` : `<td${named}>${text}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  const unit =
    table.unit === undefined ? '' : `<caption>Independent unit of the errors: ${xmlText(table.unit)}</caption>`;
  return `<h2>${xmlText(table.title)}</h2>\n<div class="wide" tabindex="0" role="region" aria-label="${xmlText(table.title)}"><table>${unit}<thead><tr>${head}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table></div>`;
}

function chartHtml(chart: Chart, index: number): string {
  return `<h2>${xmlText(chart.title)}</h2>\n<figure>${chartSvg(chart, `chart${index + 1}`)}<figcaption class="soft">${xmlText(chart.description)}</figcaption></figure>`;
}

/** The report as one HTML file: no script, nothing fetched, readable without its style, light and dark, fit for paper. */
export function reportHtml(report: Report, options: Pick<OutputOptions, 'manifestName' | 'banner'>): string {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const list = (items: readonly string[]): string => `<ul>${items.map((s) => `<li>${xmlText(s)}</li>`).join('')}</ul>`;
  const manifest = options.manifestName === undefined ? [] : [{ name: 'manifest', value: options.manifestName }];
  const about = [...report.provenance, ...manifest].map(
    (e) => `<dt>${xmlText(e.name)}</dt><dd>${xmlText(provenanceText(e))}</dd>`,
  );
  return `${[
    '<!DOCTYPE html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${xmlText(report.title)}</title><style>${STYLE}</style></head><body><main>`,
    ...(options.banner === undefined ? [] : [`<p class="banner">${xmlText(options.banner)}</p>`]),
    `<h1>${xmlText(report.title)}</h1>`,
    `<p>${xmlText(report.question)}</p>`,
    `<p class="soft">As of ${xmlText(report.asOf ?? '(no event)')}, order ${report.order}</p>`,
    `<div class="answer">${list(report.summary)}</div>`,
    ...report.charts.filter(hasMarks).map(chartHtml),
    ...report.tables.map(tableHtml),
    ...(report.notes.length === 0 ? [] : [`<h2>Notes</h2>\n${list(report.notes)}`]),
    `<h2>About</h2>\n<dl>${about.join('\n')}</dl>`,
    '</main></body></html>',
  ].join('\n')}\n`;
}
