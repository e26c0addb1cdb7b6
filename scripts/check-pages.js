// Opens the page of every report over the bundled data, and the book, in Chromium: axe-core finds no violation (light, dark, 390 px wide),
// nothing is requested, no error in the console, tables sort by keyboard. `node scripts/check-pages.js TOOLS CHROMIUM [PICTURES]`: TOOLS is a
// folder with playwright-core and axe-core in its node_modules; with PICTURES a PNG of each is left there. Needs a build.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { outputForms } from '../dist/output/index.js';
import { bookOf } from '../dist/reports/book.js';
import { bundledReports } from './bundled-reports.js';

const [tools, chromium, pictures] = process.argv.slice(2);
if (chromium === undefined) throw new Error('usage: node scripts/check-pages.js TOOLS CHROMIUM [PICTURES]');
const required = createRequire(pathToFileURL(join(tools, 'x.js')));
const { chromium: browserType } = required('playwright-core');
const AXE = readFileSync(required.resolve('axe-core/axe.min.js'), 'utf8');

/** Ways to look at a page. */
const VIEWS = [
  { name: 'light-1280', viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  { name: 'dark-390', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
];

/** axe-core takes minutes for thousands of cells that are all alike; each kind of cell is among the first and the last rows. */
const ROWS = 12;
const shortened = (report) => ({
  ...report,
  tables: report.tables.map((table) => ({
    ...table,
    rows: [...table.rows.slice(0, ROWS), ...table.rows.slice(ROWS).slice(-ROWS)],
  })),
  ...(report.parts !== undefined && { parts: report.parts.map(shortened) }),
});

const faults = [];
const fault = (page, text) => faults.push(`${page}: ${text}`);

/** Sorts a table with the keyboard alone and says what was wrong. */
async function sortByKeyboard(page) {
  return await page.evaluate(() => {
    const table = [...document.querySelectorAll('table')].find((one) => one.tBodies[0].rows.length > 2);
    if (table === undefined) return null;
    const head = [...table.tHead.rows[0].cells].findIndex((cell) => cell.classList.contains('n'));
    const button = table.tHead.rows[0].cells[Math.max(0, head)].querySelector('button');
    button.focus();
    if (document.activeElement !== button) return 'a heading cannot be reached by keyboard';
    button.click();
    const cell = button.closest('th');
    if (cell.getAttribute('aria-sort') !== 'ascending') return 'a sorted column does not say so';
    const values = [...table.tBodies[0].rows].map((row) => Number(row.cells[cell.cellIndex].dataset.v));
    const known = values.filter((value) => !Number.isNaN(value));
    return known.every((value, i) => i === 0 || known[i - 1] <= value) ? null : 'rows do not stand in order';
  });
}

async function look(browser, path, name, view) {
  const context = await browser.newContext({
    viewport: view.viewport,
    colorScheme: view.colorScheme,
    bypassCSP: false,
  });
  const page = await context.newPage();
  const where = `${name} (${view.name})`;
  page.on('request', (request) => {
    if (request.url() !== pathToFileURL(path).href) fault(where, `requests ${request.url()}`);
  });
  page.on('console', (message) => message.type() === 'error' && fault(where, `console: ${message.text()}`));
  page.on('pageerror', (error) => fault(where, `script: ${error.message}`));
  await page.goto(pathToFileURL(path).href);
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (sideways > 1) fault(where, `is ${sideways} px wider than the window`);
  const unsorted = await sortByKeyboard(page);
  if (unsorted !== null) fault(where, unsorted);
  if (pictures !== undefined && name !== 'all')
    await page.screenshot({ path: join(pictures, `${name}-${view.name}.png`), fullPage: true });
  await context.close();
  // axe-core is a script of somebody else's: the page's policy must let it in.
  const tested = await browser.newContext({ viewport: view.viewport, colorScheme: view.colorScheme, bypassCSP: true });
  const other = await tested.newPage();
  await other.goto(pathToFileURL(path).href);
  await other.addScriptTag({ content: AXE });
  const { violations } = await other.evaluate(() => globalThis.axe.run());
  for (const { id, help, nodes } of violations)
    fault(where, `axe ${id}: ${help} (${nodes.length}): ${nodes[0].html.slice(0, 160)}`);
  await tested.close();
}

const folder = mkdtempSync(join(tmpdir(), 'pharmabi-pages-'));
if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
const browser = await browserType.launch({ executablePath: chromium, args: ['--no-sandbox'] });
let looked = 0;
try {
  const reports = (await bundledReports()).map(({ report }) => report);
  const html = outputForms.find((form) => form.name === 'html');
  for (const report of [...reports, bookOf(reports, [{ id: 'left-out', why: 'it is an example.' }])]) {
    const [{ bytes }] = await html.write(shortened(report), {
      width: 80,
      colour: false,
      ascii: false,
      manifestName: 'm.json',
    });
    const path = join(folder, `${report.id}.html`);
    writeFileSync(path, bytes);
    for (const view of VIEWS) {
      await look(browser, path, report.id, view);
      looked += 1;
    }
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
for (const text of faults) console.error(text);
console.log(`pages: ${looked} views of 12 pages, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
