/** The style of a page: one text, so that its digest can stand in the page's security policy. Contrast is at least 4.5 to 1. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--paper:#fff;--line:#d0d7de;--accent:#1f4e8c;--warn:#a40e26;--head:#eef2f8}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4af;--paper:#0d1117;--line:#30363d;--accent:#79b0ff;--warn:#ff8f9c;--head:#161b22}}
body{margin:0 auto;max-width:66rem;padding:1.5rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{margin:0}h2{margin:2rem 0 .5rem}.soft{color:var(--soft)}.banner{border:2px solid var(--warn);color:var(--warn);padding:.5rem 1rem;font-weight:700}
.answer{border-left:4px solid var(--accent);padding:.25rem 0 .25rem 1.25rem;font-size:1.1rem}
.wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}caption{text-align:left;color:var(--soft)}
th,td{padding:.3rem .7rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}thead th{background:var(--head);vertical-align:bottom}thead button{all:unset;cursor:pointer}thead button:focus-visible,.wide:focus-visible,a:focus-visible{outline:3px solid var(--accent);outline-offset:2px}th[aria-sort=ascending] button::after{content:" \\2191"}th[aria-sort=descending] button::after{content:" \\2193"}
nav ul{columns:2;padding-left:1.2rem}a{color:var(--accent)}section{margin-top:3rem;border-top:2px solid var(--line)}
.n{text-align:right;white-space:nowrap}.d{white-space:nowrap}.hidden{color:var(--soft)}
tbody th{position:sticky;left:0;background:var(--paper)}
svg{width:100%;height:auto;max-width:48rem}@media (max-width:40rem){svg{min-width:38rem}body{padding:1rem}nav ul{columns:1}}svg text{fill:var(--ink);font:13px system-ui,sans-serif}svg .name{fill:var(--soft)}svg .small{font-size:11px}figure{margin:1rem 0}
.grid{stroke:var(--line)}.zero{stroke:var(--soft)}.dot,.bar{fill:var(--accent)}.whisker,.line{fill:none;stroke:var(--accent);stroke-width:2}
.one{fill:none;stroke:var(--soft)}.series{fill:none;stroke-width:2}.quiet{stroke:var(--soft);stroke-dasharray:5 4}.over{fill:var(--paper);stroke:#b35900;stroke-width:2}.band{fill:var(--soft);fill-opacity:.22}.part{stroke:none}.part.quiet{fill:#9aa4af}.part.quiet.q1{fill:#c9d1d9}
.s0{stroke:#1f6fb4}.s1{stroke:#b35900}.s2{stroke:#2e7d32}.s3{stroke:#8e44ad}.s4{stroke:#8a6d00}.s5{stroke:#b03060}
.part.s0{fill:#1f6fb4}.part.s1{fill:#d98324}.part.s2{fill:#3f9b52}.part.s3{fill:#9b6fb8}.part.s4{fill:#c2a83e}.part.s5{fill:#c7658a}
.heat.above{fill:#2f7fc4}.heat.below{fill:#d0663a}
dt{font-weight:600}dd{margin:0 0 .4rem 1.5rem;overflow-wrap:anywhere}
@page{size:A4 landscape;margin:12mm}
@media print{:root{color-scheme:light;--ink:#000;--soft:#444;--paper:#fff;--line:#bbb;--accent:#1f4e8c;--head:#eee}body{max-width:none;padding:0;font-size:11px}.wide{overflow:visible}table{font-size:8px}th,td{padding:.12rem .3rem}tbody th{position:static}figure{break-inside:avoid}svg{max-width:32rem}h2,h3{break-after:avoid}tr,svg{break-inside:avoid}thead{display:table-header-group}}
`;

/**
 * The only script of a page: a header cell becomes a button that sorts its table by the values of its cells (`data-v`, else text;
 * hidden and then empty cells last). Without it the page is the same but for that.
 */
export const SCRIPT = `
for (const table of document.querySelectorAll('table')) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const up = head.getAttribute('aria-sort') !== 'ascending';
      heads.forEach((other) => other.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
      const value = (row) => row.cells[column].dataset.v ?? row.cells[column].textContent;
      const rank = (text) => (text === '' ? 2 : text === '*' ? 1 : 0);
      const compare = (a, b) => {
        if (rank(a) + rank(b) > 0) return rank(a) - rank(b);
        const order = Number.isNaN(Number(a)) || Number.isNaN(Number(b)) ? (a < b ? -1 : a > b ? 1 : 0) : Number(a) - Number(b);
        return up ? order : -order;
      };
      const rows = [...table.tBodies[0].rows].sort((a, b) => compare(value(a), value(b)));
      table.tBodies[0].append(...rows);
    });
  });
}
`;
