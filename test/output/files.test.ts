import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { render } from '../../src/cli/report-job.js';
import { BANNER } from '../../src/disclosure/small-numbers.js';
import { formulaSafe, tableCsv } from '../../src/output/csv.js';
import { csv, json } from '../../src/output/forms.js';
import { reportHtml } from '../../src/output/html.js';
import { SCRIPT } from '../../src/output/html-style.js';
import { formForPath, outputForms, pathOf } from '../../src/output/index.js';
import { markdownText, reportMarkdown } from '../../src/output/markdown.js';
import type { ReportTable } from '../../src/reports/report.js';
import { readXlsx } from './read-back.js';
import { EMPTY, PLAIN, SAMPLE } from './sample-report.js';

const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

describe('every form', () => {
  it('is in a sorted list, with an ending of its own and help', () => {
    const names = outputForms.map((f) => f.name);
    expect(names).toEqual([...names].sort());
    const endings = outputForms.flatMap((f) => f.endings);
    expect(new Set(endings).size).toBe(endings.length);
    for (const form of outputForms) expect(form.help.length).toBeGreaterThan(20);
  });

  // The bytes of a database file differ from run to run; its content is tested in database.test.ts.
  it.each(outputForms.filter((f) => f.name !== 'duckdb').map((f) => [f.name, f] as const))(
    '%s writes the same bytes twice, also for a report without rows',
    async (_name, form) => {
      for (const report of [SAMPLE, EMPTY]) {
        const [a, b] = [await form.write(report, PLAIN), await form.write(structuredCloneReport(report), PLAIN)];
        expect(a.length).toBe(b.length);
        for (const [i, file] of a.entries())
          expect(Buffer.from(file.bytes).equals(Buffer.from(b[i]!.bytes))).toBe(true);
      }
    },
  );

  it.each(outputForms.filter((f) => f.binary !== true).map((f) => [f.name, f] as const))(
    '%s ends with a line end and has no tabs or carriage returns',
    async (_name, form) => {
      const files = await form.write(SAMPLE, PLAIN);
      for (const file of files) {
        expect(decode(file.bytes).endsWith('\n')).toBe(true);
        expect(decode(file.bytes)).not.toMatch(/[\r\t]/);
      }
    },
  );

  it('is found by the ending of a path', () => {
    expect(formForPath('out/Report.JSON')).toBe(json);
    expect(formForPath('a.csv')).toBe(csv);
    expect(formForPath('a.txt')).toMatchObject({ name: 'terminal' });
    expect(formForPath('a.xslx')).toMatchObject({
      code: 'unknown-output-form',
      found: '.xslx',
      help: 'Did you mean .xlsx?',
    });
    expect(formForPath('a.xls')).toMatchObject({ help: 'Did you mean .xlsx?' });
    expect(formForPath('report')).toMatchObject({ code: 'unknown-output-form', found: '(no ending)' });
    expect(pathOf('dir.v2/report.csv', { suffix: '.jumps' })).toBe('dir.v2/report.jumps.csv');
    expect(pathOf('dir.v2/report', { suffix: '.jumps' })).toBe('dir.v2/report.jumps');
  });
});

describe('a report that hides nothing', () => {
  const report = { ...SAMPLE, banner: BANNER };
  const rendered = async (form: string): Promise<Uint8Array> =>
    (await render(report, { path: '-', form, layout: PLAIN }, undefined))[0]!.content!;

  it('says so first on a page and in a text, and on every sheet', async () => {
    expect(decode(await rendered('terminal')).startsWith('! SMALL NUMBERS ARE NOT HIDDEN')).toBe(true);
    expect(decode(await rendered('html'))).toContain(`<main>\n<p class="banner">${BANNER}</p>`);
    expect(JSON.parse(decode(await rendered('json')))).toMatchObject({ banner: BANNER });
    const { sheets } = readXlsx(await rendered('xlsx'));
    for (const [name, rows] of sheets)
      expect([name, rows[0]!.map(({ text }) => text)]).toEqual([name, expect.arrayContaining([BANNER])]);
  });
});

/** A copy made of new objects, so that nothing can be cached by identity. */
function structuredCloneReport(report: typeof SAMPLE): typeof SAMPLE {
  return { ...report, tables: report.tables.map((t) => ({ ...t, rows: t.rows.map((r) => [...r]) })) };
}

function textTable(rows: readonly (readonly string[])[]): ReportTable {
  const columns = [1, 2].map((i) => ({ name: `txt${i}`, label: `Text ${i}`, unit: 'text' as const, help: 'A text.' }));
  return { name: 'texts', title: 'Texts', columns, rows };
}

describe('CSV', () => {
  it('has one file per table, read back by another reader', async () => {
    const files = await csv.write(SAMPLE, PLAIN);
    expect(files.map((f) => f.suffix)).toEqual(['', '.jumps', '.slopes']);
    const rows = parse(Buffer.from(files[0]!.bytes), { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(10);
    expect(rows[0]).toMatchObject({
      discount_pct: '0',
      orders: '812',
      net_revenue: '61234.50',
      aov: '75.41',
      share_of_orders: '0.1714',
      n_enough: 'true',
    });
    expect(rows[7]).toMatchObject({ discount_pct: '20', orders: '*', aov: '*', n_enough: '', suppressed: 'true' });
    expect(decode(files[1]!.bytes)).toBe(
      'from_pct,to_pct,jump,jump_rel,p,first_order,since,example_id,remark\n' +
        "0,3,0.93,0.0123,0.7800,2024-02-29T12:00:00.500Z,2024-02-29,000123,'=1+1\n" +
        '3,5,4.03,0.0528,0.0310,2024-03-01T00:00:00.000Z,2024-03-01,12345678901234567890,"Ärztin, ""Nord""\nund 東京"\n' +
        '12.5,15,-2.68,-0.0125,<0.0001,,,1E5,\n',
    );
  });

  it('has mark and CRLF for Excel, and semicolons and decimal commas where a comma is decimal', () => {
    const plain = tableCsv(SAMPLE.tables[1]!, { csvFor: 'excel' });
    expect(plain.startsWith('\ufefffrom_pct,to_pct,')).toBe(true);
    expect(plain.split('\r\n')[1]).toBe("0,3,0.93,0.0123,0.7800,2024-02-29T12:00:00.500Z,2024-02-29,000123,'=1+1");
    const text = tableCsv(SAMPLE.tables[1]!, { csvFor: 'excel-comma' });
    expect(text.startsWith('\ufefffrom_pct;to_pct;')).toBe(true);
    expect(text.split('\r\n')[1]).toBe("0;3;0,93;0,0123;0,7800;2024-02-29T12:00:00.500Z;2024-02-29;000123;'=1+1");
    expect(tableCsv(SAMPLE.tables[2]!, { bom: true }).startsWith('\ufeffrow,slope,p\n')).toBe(true);
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+49 30 123', "'+49 30 123"],
    ['-12.5', '-12.5'],
    ['+3', '+3'],
    ['-2+cmd', "'-2+cmd"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t'=1"],
    ['a\t=1', "a\t'=1"],
    [',=1', ",'=1"],
    ['\r=1', "'\r=1"],
    ['a;=1+1', "a;'=1+1"],
    ['a,-b', "a,'-b"],
    ['a=b', 'a=b'],
    ['', ''],
  ])('makes %j the text %j', (text, safe) => {
    expect(formulaSafe(text)).toBe(safe);
  });

  it('never lets a text begin like a formula, whichever separator a reader takes', () => {
    const part = fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', ',', ';', '"', 'a', '1', '.', ' ');
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 8 }).map((p) => p.join('')),
        (text) => {
          for (const piece of formulaSafe(text).split(/[,;\t\n]/))
            expect(piece).not.toMatch(/^[=@+\-\r](?!\d+([.,]\d+)?$)/);
        },
      ),
    );
  });

  it('gives back every harmless text', () => {
    const harmless = fc.string({ unit: 'binary' }).filter((t) => formulaSafe(t) === t);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(harmless, harmless), { minLength: 1, maxLength: 5 }),
        fc.constantFrom(undefined, 'excel' as const, 'excel-comma' as const),
        (rows, csvFor) => {
          const text = tableCsv(textTable(rows), csvFor === undefined ? {} : { csvFor });
          const read = parse(text, {
            bom: csvFor !== undefined,
            delimiter: csvFor === 'excel-comma' ? ';' : ',',
            record_delimiter: csvFor === undefined ? '\n' : '\r\n',
          });
          expect(read.slice(1)).toEqual(rows);
        },
      ),
    );
  });
});

describe('JSON', () => {
  it('holds everything, with full doubles and stable keys', async () => {
    const text = decode((await json.write(SAMPLE, PLAIN))[0]!.bytes);
    const document = JSON.parse(text) as Record<string, never>;
    expect(Object.keys(document)).toEqual([
      'schema',
      'report',
      'title',
      'question',
      'order',
      'asOf',
      'findings',
      'doubt',
      'next',
      'summary',
      'tables',
      'columns',
      'notes',
      'caveat',
      'charts',
      'provenance',
    ]);
    expect(document).toMatchObject({
      schema: 'pharmabi.report/1',
      report: 'discount-impact',
      asOf: '2025-12-31T22:58:10.123Z',
      provenance: { 'hidden cells': 9, 'excluded orders': { cancelled: 31 } },
    });
    const levels = (document.tables as unknown as Record<string, Record<string, unknown>[]>).levels!;
    expect(levels[0]!.aov).toBe(75.411945812807);
    expect(levels[7]).toMatchObject({ aov: '*', orders: '*', n_enough: null });
    expect(text).toBe(`${JSON.stringify(document, null, 2)}\n`);
  });

  it('names numbers that JSON has no digits for', async () => {
    const odd: ReportTable = { ...SAMPLE.tables[2]!, rows: [['x', Number.NaN, Number.NEGATIVE_INFINITY]] };
    const document = JSON.parse(decode((await json.write({ ...SAMPLE, tables: [odd] }, PLAIN))[0]!.bytes)) as {
      tables: { slopes: unknown };
    };
    expect(document.tables.slopes).toEqual([{ row: 'x', slope: 'NaN', p: '-Infinity' }]);
  });
});

describe('HTML and Markdown', () => {
  const evil = { ...SAMPLE, title: '<script>alert(1)</script> & "co"', summary: ['a | b `c` <b>'] };

  it('is one page that fetches nothing, and runs its own sorting alone', () => {
    const page = reportHtml({ ...evil, banner: 'not hidden' }, {});
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;co&quot;');
    const [before, script = '', ...more] = page.split('<script>');
    expect([more, before!.includes('<script')]).toEqual([[], false]);
    expect(script.split('</script>')).toEqual([SCRIPT, expect.stringMatching(/^<\/body><\/html>\n$/)]);
    expect(script).not.toMatch(/fetch|XMLHttp|import|eval|innerHTML|location|https?:/);
    expect(before).not.toMatch(/<link|<img|@import|url\(|\son[a-z]+=|style="/);
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/);
    expect(page).toContain("default-src 'none'");
    expect(page).toContain('<p class="banner">not hidden</p>');
    expect(page.match(/<circle/g)).toHaveLength(9);
    expect(page.match(/<th scope="row"/g)).toHaveLength(16);
  });

  it.each(['style', 'script'])('has its %s allowed by the hash in its policy', async (kind) => {
    const page = reportHtml(SAMPLE, {});
    const inside = new RegExp(`<${kind}>(.*?)</${kind}>`, 's').exec(page)![1]!;
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(inside))).toString(
      'base64',
    );
    expect(page).toContain(`${kind}-src 'sha256-${digest}'`);
  });

  it('opens and closes every element of HTML in turn', () => {
    const open: string[] = [];
    for (const [, close, name, empty] of reportHtml(SAMPLE, {}).matchAll(/<(\/?)([a-zA-Z][a-zA-Z0-9]*)[^>]*?(\/?)>/g)) {
      if (empty === '/' || name === 'meta') continue;
      if (close === '/') expect(open.pop()).toBe(name);
      else open.push(name!);
    }
    expect(open).toEqual([]);
  });

  it('keeps Markdown markup out of texts', () => {
    expect(markdownText('a|b *c* <d> [e](f)\ng & #h')).toBe('a\\|b \\*c\\* \\<d\\> \\[e\\](f) g &amp; \\#h');
    const rows = reportMarkdown(SAMPLE, {})
      .split('\n')
      .filter((l) => l.startsWith('| '));
    expect(rows).toHaveLength(10 + 3 + 3 + 3 * 2);
    expect(rows[0]!.split(' | ')).toHaveLength(11);
  });
});
