import { beforeAll, describe, expect, it } from 'vitest';
import { terminalText } from '../../src/output/terminal.js';
import { GLOSSARY } from '../../src/reports/glossary.js';
import { REPORTS } from '../../src/reports/index.js';
import type { Report } from '../../src/reports/report.js';
import { type Bundled, replayBundled } from '../reports/bundled.js';
import { PLAIN, SAMPLE } from './sample-report.js';

const SCREEN = { ...PLAIN, details: false };
/** Names of methods, and words of statistics, that nobody should have to look up to read an answer. */
const LEARNED =
  /\b(Holm|Hsu|Welch|Hausman|Kaplan|Mann-Kendall|Theil|Herfindahl|Kruskal|ANOVA|Wilson|Poisson|bootstrap|cluster|p[ -]value|p 0|p <|residual|log-rank|false discovery|heteroscedastic|quantile|standard error|degrees of freedom|shrunk)/i;

let bundled: Bundled;
beforeAll(async () => {
  bundled = await replayBundled(2);
});

describe.each(REPORTS.map(({ id }) => id))('the first screen of %s', (id) => {
  const screen = (report: Report): readonly string[] => terminalText(report, SCREEN).trimEnd().split('\n');

  it('is 25 lines of 80 columns: question, three sentences, and a table of at most six columns', async () => {
    for (const profile of ['internal', 'external', 'off']) {
      const report = await bundled.report(id, { 'small-numbers': profile });
      const lines = screen(report);
      expect(lines.length).toBeLessThanOrEqual(25);
      expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(80);
      const text = lines.join(' ').replace(/\s+/g, ' ');
      for (const said of [report.question, report.findings[0]!.text, report.doubt, report.next])
        expect(text).toContain(said.replace(/\s+/g, ' '));
      expect(lines.filter((line) => line.startsWith('- '))).toHaveLength(3);
      expect(lines.at(-1)).toContain('--details');
    }
  });

  // Its sentences are still those of the pairs of orders.
  it.skipIf(id === 'practitioner-brand')('says nothing that needs a course in statistics', async () => {
    const { findings, doubt, next } = await bundled.report(id);
    for (const sentence of [findings[0]!.text, doubt, next]) expect(sentence).not.toMatch(LEARNED);
  });
});

it('a report with nothing to draw and no row still says its sentences', () => {
  const text = terminalText({ ...SAMPLE, tables: [], charts: [] }, SCREEN);
  expect(text.split('\n').length).toBeLessThan(12);
  expect(text).toContain(SAMPLE.findings[0]!.text.slice(0, 40));
});

it('every word of the glossary is explained in plain words, once, in order', () => {
  const terms = GLOSSARY.map(({ term }) => term);
  expect(terms).toEqual([...new Set(terms)].sort((a, b) => a.localeCompare(b, 'en')));
  for (const { term, meaning } of GLOSSARY)
    expect([term, meaning.length > 30 && meaning.endsWith('.')]).toEqual([term, true]);
});
