import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { DiagnosticError } from '../../src/diagnostics/diagnostic.js';
import { xlsx } from '../../src/output/forms.js';
import { sheetNames, workbookOf } from '../../src/output/xlsx/index.js';
import { workbookParts } from '../../src/output/xlsx/package.js';
import { dateSerial, timestampSerial } from '../../src/output/xlsx/typed-cell.js';
import { cellName, cellXml, columnLetters } from '../../src/output/xlsx/xml.js';
import type { Report } from '../../src/reports/report.js';
import { EMPTY, PLAIN, SAMPLE } from './sample-report.js';

/** Fails at the first tag that is not closed in turn, a bare `&`, a quote out of place, or a character that XML forbids. */
function assertWellFormed(xml: string): void {
  expect(xml.startsWith('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n')).toBe(true);
  const open: string[] = [];
  let at = xml.indexOf('\n') + 1;
  const token = /<\/([\w:]+)>|<([\w:]+)((?: [\w:]+="[^"<]*")*)(\/?)>|([^<]+)/y;
  for (; at < xml.length; at = token.lastIndex) {
    token.lastIndex = at;
    const match = token.exec(xml);
    if (match === null) throw new Error(`not XML at ${at}: ${xml.slice(at, at + 60)}`);
    if (match[1] !== undefined) expect(open.pop()).toBe(match[1]);
    else if (match[2] !== undefined && match[4] === '') open.push(match[2]);
    expect(match[0]).not.toMatch(/&(?!(amp|lt|gt|quot);)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
  }
  expect(open).toEqual([]);
}

const bytesOf = async (report: Report, banner?: string): Promise<Uint8Array> =>
  (
    await xlsx.write(report, { ...PLAIN, manifestName: 'manifest.json', ...(banner === undefined ? {} : { banner }) })
  )[0]!.bytes;

describe('the archive', () => {
  it.each([
    ['sample', SAMPLE],
    ['empty', EMPTY],
  ] as const)('of the %s report holds well-formed parts that refer to each other', async (_name, report) => {
    const files = unzipSync(await bytesOf(report, 'Not <hidden> & "open"'));
    const names = Object.keys(files);
    expect(names[0]).toBe('[Content_Types].xml');
    for (const name of names) assertWellFormed(strFromU8(files[name]!));
    for (const name of names.filter((n) => n.endsWith('.rels'))) {
      const folder = name.replace(/_rels\/[^/]*$/, '');
      for (const [, target] of strFromU8(files[name]!).matchAll(/Target="([^"]+)"/g)) {
        expect(names).toContain(new URL(target!, `file:///${folder}`).pathname.slice(1));
      }
    }
    const listed = [...strFromU8(files['[Content_Types].xml']!).matchAll(/PartName="\/([^"]+)"/g)].map((m) => m[1]!);
    expect([...listed].sort()).toEqual(names.filter((n) => !n.endsWith('.rels') && n !== '[Content_Types].xml').sort());
  });

  it('is the same bytes in another time zone', async () => {
    const zone = process.env.TZ;
    const first = Buffer.from(await bytesOf(SAMPLE));
    try {
      process.env.TZ = 'Pacific/Kiritimati';
      expect(Buffer.from(await bytesOf(SAMPLE)).equals(first)).toBe(true);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
    // The date of the first member: 1980-01-01, 00:00.
    expect(first.readUInt32LE(10)).toBe(0x00210000);
  });

  it('keeps the children of a sheet and of a chart in the order of the schema', () => {
    const parts = workbookParts(workbookOf({ ...SAMPLE, banner: 'b' }, {}));
    const sheetOrder = [
      'sheetPr',
      'dimension',
      'sheetViews',
      'sheetFormatPr',
      'cols',
      'sheetData',
      'autoFilter',
      'mergeCells',
      'dataValidations',
      'pageMargins',
      'pageSetup',
      'headerFooter',
      'ignoredErrors',
      'drawing',
      'tableParts',
    ];
    for (const [name, xml] of parts)
      if (name.startsWith('xl/worksheets/sheet')) expectOrder(childrenOf(xml, 'worksheet'), sheetOrder);
    const chart = parts.get('xl/charts/chart1.xml')!;
    expectOrder(childrenOf(chart, 'c:ser'), [
      'c:idx',
      'c:order',
      'c:tx',
      'c:spPr',
      'c:marker',
      'c:dPt',
      'c:errBars',
      'c:cat',
      'c:val',
      'c:smooth',
    ]);
    expectOrder(childrenOf(chart, 'c:errBars'), [
      'c:errDir',
      'c:errBarType',
      'c:errValType',
      'c:noEndCap',
      'c:plus',
      'c:minus',
      'c:spPr',
    ]);
    expectOrder(childrenOf(chart, 'c:valAx'), [
      'c:axId',
      'c:scaling',
      'c:delete',
      'c:axPos',
      'c:majorGridlines',
      'c:title',
      'c:numFmt',
      'c:majorTickMark',
      'c:minorTickMark',
      'c:tickLblPos',
      'c:spPr',
      'c:crossAx',
      'c:crosses',
      'c:crossBetween',
      'c:majorUnit',
    ]);
  });
});

function childrenOf(xml: string, parent: string): readonly string[] {
  const from = xml.indexOf(`<${parent}`);
  const body = xml.slice(xml.indexOf('>', from) + 1, xml.indexOf(`</${parent}>`));
  const found: string[] = [];
  let depth = 0;
  for (const [, close, name, empty] of body.matchAll(/<(\/?)([\w:]+)[^>]*?(\/?)>/g)) {
    if (close === '/') depth -= 1;
    else {
      if (depth === 0) found.push(name!);
      if (empty !== '/') depth += 1;
    }
  }
  return found;
}

function expectOrder(children: readonly string[], order: readonly string[]): void {
  const places = children.map((c) => order.indexOf(c));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
}

describe('limits', () => {
  it('refuses rows and characters that a sheet cannot hold', async () => {
    const table = SAMPLE.tables[2]!;
    const tall = { ...SAMPLE, tables: [{ ...table, rows: new Array(1_048_576).fill(table.rows[0]!) }] };
    const wide = {
      ...SAMPLE,
      tables: [
        {
          ...table,
          rows: [
            ['x', 1, 1],
            ['y'.repeat(32_768), 1, 1],
          ],
        },
      ],
    };
    const codes = async (report: Report): Promise<readonly string[]> =>
      xlsx.write(report, PLAIN).then(
        () => [],
        (error: unknown) => (error as DiagnosticError).diagnostics.map((d) => `${d.code} ${d.message}`),
      );
    expect(await codes(tall)).toEqual([
      'xlsx-too-many-rows The table slopes has 1048576 rows; a sheet of XLSX holds 1048575.',
    ]);
    expect((await codes(wide))[0]).toMatch(/^xlsx-cell-too-long Row 2 of the table slopes/);
  });

  it('gives sheets legal names, each once', () => {
    const named = (...tables: string[]): readonly string[] =>
      sheetNames({ ...SAMPLE, tables: ['levels', ...tables].map((name) => ({ ...SAMPLE.tables[2]!, name })) });
    expect(named('time_to_second', 'notes', 'NOTES', 'a/b:c')).toEqual([
      'Data',
      'Time To Second',
      'Notes 2',
      'NOTES 3',
      'A B C',
    ]);
    const long = named('x'.repeat(40), 'x'.repeat(50));
    expect(long.slice(1).map((n) => n.length)).toEqual([31, 31]);
    expect(new Set(long).size).toBe(3);
  });

  it('counts columns in letters', () => {
    expect([0, 25, 26, 701, 702, 16_383].map(columnLetters)).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA', 'XFD']);
    expect(cellName(1, 0)).toBe('B1');
  });

  it('counts days as a spreadsheet does', () => {
    // 45351 is what Excel and LibreOffice show for =DATEVALUE("2024-02-29").
    expect(dateSerial('2024-02-29')).toBe(45351);
    expect(dateSerial('1900-03-01')).toBe(61);
    expect(dateSerial('1899-12-31')).toBeNull();
    expect(dateSerial('soon')).toBeNull();
    expect(timestampSerial('2024-02-29T12:00:00.000Z')).toBe(45351.5);
  });

  it('escapes what XML cannot hold so that it reads back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const back = cellXml(text)
          .replace(/&lt;/g, '<')
          .replace(/&gt;/g, '>')
          .replace(/&quot;/g, '"')
          .replace(/&amp;/g, '&')
          .replace(/_x([0-9A-F]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
        expect(back).toBe(text);
        assertWellFormed(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<t>${cellXml(text)}</t>`);
      }),
    );
    expect(cellXml('_x0041_')).toBe('_x005F_x0041_');
  });
});

const READ_BACK = `
import json, sys, warnings
warnings.simplefilter('error')
from openpyxl import load_workbook
book = load_workbook(sys.argv[1])
out = {'names': book.sheetnames, 'sheets': {}, 'created': str(book.properties.created)}
for sheet in book:
    out['sheets'][sheet.title] = {
        'freeze': sheet.freeze_panes, 'charts': len(sheet._charts), 'merged': len(sheet.merged_cells.ranges),
        'tables': {t.name: [t.ref, [c.name for c in t.tableColumns]] for t in sheet.tables.values()},
        'cells': [[[str(c.value), c.data_type, c.number_format, c.fill.fgColor.rgb] if c.value is not None else None for c in row] for row in sheet.iter_rows()],
    }
print(json.dumps(out))
`;

interface ReadBack {
  readonly names: readonly string[];
  readonly created: string;
  readonly sheets: Readonly<
    Record<
      string,
      {
        freeze: string | null;
        charts: number;
        merged: number;
        tables: Record<string, [string, string[]]>;
        cells: ([string, string, string, string] | null)[][];
      }
    >
  >;
}

const hasOpenpyxl = spawnSync('python3', ['-c', 'import openpyxl']).status === 0;
if (!hasOpenpyxl) console.warn('skipped: reading XLSX back needs python3 with openpyxl (pip install openpyxl)');

describe.skipIf(!hasOpenpyxl)('read back by openpyxl', () => {
  it('has typed cells, tables, charts and frozen headers', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'xlsx-'));
    try {
      const path = join(folder, 'report.xlsx');
      writeFileSync(path, await bytesOf(SAMPLE));
      const run = spawnSync('python3', ['-c', READ_BACK, path], { encoding: 'utf8', maxBuffer: 1 << 26 });
      expect(run.stderr).toBe('');
      const book = JSON.parse(run.stdout) as ReadBack;
      expect(book.names).toEqual(['Summary', 'Data', 'Jumps', 'Slopes', 'Charts', 'Notes', 'Glossary', 'Provenance']);
      expect(book.created).toBe('1980-01-01 00:00:00');
      const data = book.sheets.Data!;
      expect(data).toMatchObject({ freeze: 'A2', merged: 0, charts: 0 });
      expect(data.tables).toEqual({ tbl_levels: ['A1:K11', SAMPLE.tables[0]!.columns.map((c) => c.name)] });
      expect(data.cells[1]!.map((c) => c?.slice(0, 3))).toEqual([
        ['0', 's', '@'],
        ['812', 'n', '#,##0'],
        ['402', 'n', '#,##0'],
        ['61234.5', 'n', '#,##0.00'],
        ['75.411945812807', 'n', '#,##0.00'],
        ['71.9', 'n', '#,##0.00'],
        ['78.92', 'n', '#,##0.00'],
        ['41.25', 'n', '0.0000'],
        ['0.17139', 'n', '0.00%'],
        ['True', 'b', '"TRUE";"TRUE";"FALSE"'],
        ['False', 'b', '"TRUE";"TRUE";"FALSE"'],
      ]);
      expect(data.cells[8]![4]).toEqual(['*', 's', '@', 'FFE7E6E6']);
      expect(data.cells[8]![9]).toBeNull();
      const jumps = book.sheets.Jumps!.cells;
      expect(jumps[0]![5]![0]).toBe('first_order (UTC)');
      expect(jumps[1]!.slice(5).map((c) => c?.slice(0, 2))).toEqual([
        ['2024-02-29 12:00:00.500000', 'd'],
        ['2024-02-29 00:00:00', 'd'],
        ['000123', 's'],
        ['=1+1', 's'],
      ]);
      expect(jumps[2]!.slice(7).map((c) => c?.slice(0, 2))).toEqual([
        ['12345678901234567890', 's'],
        ['Ärztin, "Nord"\nund 東京', 's'],
      ]);
      expect([book.sheets.Summary!.charts, book.sheets.Charts!.charts]).toEqual([1, 1]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
