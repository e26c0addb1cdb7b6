import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisOf } from '../../src/output/axis.js';
import { terminalText } from '../../src/output/terminal.js';
import { chartLines } from '../../src/output/terminal-chart.js';
import { tableLines } from '../../src/output/terminal-table.js';
import { cut, displayWidth, terminalSafe, wrap } from '../../src/output/text-width.js';
import { type PointChart, type ReportTable, SUPPRESSED } from '../../src/reports/report.js';
import { EMPTY, PLAIN, SAMPLE, SAMPLE_CHART } from './sample-report.js';

const lines = (text: string): readonly string[] => text.split('\n');

describe('the page', () => {
  it.each([40, 60, 80, 100, 200])('fits %i columns', (width) => {
    for (const ascii of [false, true]) {
      for (const line of lines(terminalText(SAMPLE, { ...PLAIN, width, ascii })))
        expect(displayWidth(line)).toBeLessThanOrEqual(width);
    }
  });

  it('says the answer before the picture, the picture before the tables, the origin last', () => {
    const text = terminalText(SAMPLE, PLAIN);
    const order = [
      'Discount impact',
      'How does',
      'As of 2025',
      'The average order is worth',
      '├',
      'Order value by discount level',
      'Notes',
      'Origin',
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBe(0);
  });

  it('means the same without colour', () => {
    const coloured = terminalText(SAMPLE, { ...PLAIN, colour: true });
    expect(coloured).toContain('\u001b[1mDiscount impact\u001b[22m');
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(terminalText(SAMPLE, PLAIN));
    expect(terminalText(SAMPLE, PLAIN)).not.toContain('\u001b');
  });

  it('has only ASCII of its own with --ascii', () => {
    const plainTexts = { ...SAMPLE, tables: [SAMPLE.tables[0]!, SAMPLE.tables[2]!] };
    expect(terminalText(plainTexts, { ...PLAIN, ascii: true })).toMatch(/^[\n -~]*$/);
  });

  it('says so where there is nothing', () => {
    const text = terminalText({ ...EMPTY, banner: 'Small numbers are not hidden.' }, PLAIN);
    expect(text).toContain('! Small numbers are not hidden.');
    expect(text).toContain('nothing to draw');
    expect(text.match(/\(no rows\)/g)).toHaveLength(3);
    expect(text).toContain('(no event)');
  });

  it('lets no data speak to the terminal', () => {
    const evil = '\u001b]0;owned\u0007 \u009b2J \u202egnp';
    const table: ReportTable = { ...SAMPLE.tables[2]!, rows: [[evil, 1, 1]] };
    const text = terminalText({ ...SAMPLE, title: evil, summary: [evil], tables: [table] }, PLAIN);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text).toContain('\ufffd]0;owned\ufffd');
  });
});

describe('the picture', () => {
  const chart: PointChart = {
    ...SAMPLE_CHART,
    points: [
      { label: '0', value: 50, low: 0, high: 100 },
      { label: '5', value: 75, low: 50, high: 100 },
      { label: 'none', value: 25 },
    ],
  };

  it('puts dots and whiskers on a shared axis', () => {
    expect(chartLines(chart, 60, false)).toEqual([
      // 28 columns for 0 to 100: 50 stands at 13.5, shown in column 14; 25 at 6.75, shown in column 7.
      '     0 ├─────────────●────────────┤  50.00 ( 0.00 to 100.00)',
      '     5               ├─────●──────┤  75.00 (50.00 to 100.00)',
      '  none        ●                      25.00',
      '       0            50          100',
      '       Discount % down, Average order value across',
    ]);
    expect(chartLines(chart, 60, true)[0]).toBe('     0 |-------------o------------|  50.00 ( 0.00 to 100.00)');
  });

  it('draws bars from zero, also below it', () => {
    const bars: PointChart = {
      ...chart,
      kind: 'bar',
      unit: 'count',
      points: [
        { label: 'a', value: 100 },
        { label: 'b', value: -100 },
        { label: 'c', value: 0 },
      ],
    };
    const drawn = chartLines(bars, 40, true).slice(0, 3);
    const zero = drawn[2]!.indexOf('|');
    expect(drawn[0]!.indexOf('#')).toBe(zero);
    expect(drawn[1]!.lastIndexOf('#')).toBe(zero);
  });

  it('has round ticks around every value', () => {
    const value = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 9 }),
        fc.constantFrom('interval' as const, 'bar' as const, 'line' as const),
        (values, kind) => {
          const axis = axisOf({ ...SAMPLE_CHART, kind, points: values.map((v) => ({ label: '', value: v })) });
          const slack = axis.step * 1e-6;
          expect(axis.low).toBeLessThanOrEqual(Math.min(...values) + slack);
          expect(axis.high).toBeGreaterThanOrEqual(Math.max(...values) - slack);
          expect(axis.high).toBeGreaterThan(axis.low);
          expect(axis.ticks.length).toBeLessThanOrEqual(12);
          expect(axis.step.toExponential()).toMatch(/^(1|2|2\.5|5)e/);
          if (kind === 'bar') expect(axis.low <= 0 && axis.high >= 0).toBe(true);
        },
      ),
    );
  });
});

describe('tables', () => {
  it('says what is left out', () => {
    const shown = tableLines(SAMPLE.tables[0]!, 50, false).join(' ').replace(/\s+/g, ' ');
    expect(shown).toContain('Only in the files: ci_low, ci_high, sd, share_of_orders, n_enough, suppressed.');
    expect(shown).toContain('Independent unit of the errors: patient.');
  });

  it('stops at 30 rows and counts the others', () => {
    const many: ReportTable = {
      ...SAMPLE.tables[2]!,
      rows: Array.from({ length: 1234 }, (_, i) => [`row ${i}`, i, 0.5]),
    };
    const shown = tableLines(many, 80, false);
    expect(shown.filter((l) => /^ {2}row \d/.test(l))).toHaveLength(30);
    expect(shown.at(-1)).toBe('  1204 more rows not shown (of 1234); they are in the files.');
  });

  it('aligns numbers at the right, also below wide characters', () => {
    const columns = SAMPLE.tables[2]!.columns;
    const table: ReportTable = {
      ...SAMPLE.tables[2]!,
      rows: [
        ['東京', 1.5, 0.25],
        ['Ärztin', -12345.5, SUPPRESSED],
      ],
    };
    const rows = tableLines(table, 80, false).filter((l) => /東京|Ärztin/.test(l));
    expect(columns).toHaveLength(3);
    expect(rows.map((r) => displayWidth(r))).toEqual([displayWidth(rows[0]!), displayWidth(rows[0]!)]);
    expect(rows[0]).toMatch(/1\.5000 +0\.2500$/);
    expect(rows[1]).toMatch(/-12345\.5000 +\*$/);
  });
});

describe('text', () => {
  it('is wrapped without losing a word', () => {
    const word = fc.string({ minLength: 1, maxLength: 12 }).filter((w) => !/\s/.test(w));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 20 }), fc.integer({ min: 16, max: 60 }), (words, width) => {
        const wrapped = wrap(words.join(' '), width, '- ', '  ');
        for (const line of wrapped) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        expect(wrapped.map((l) => l.slice(2)).join(' ')).toBe(words.join(' '));
      }),
    );
  });

  it('is cut with a mark', () => {
    expect(cut('abcdef', 6)).toBe('abcdef');
    expect(cut('abcdefg', 6)).toBe('abcde…');
    expect(cut('東京都庁', 5, true)).toBe('東京~');
    expect(terminalSafe('a\r\nb\tc\u0000')).toBe('a b c\ufffd');
  });
});
