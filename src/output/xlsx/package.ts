import { zipSync } from 'fflate';
import type { Chart } from '../../reports/report.js';
import { type ChartSource, chartXml, drawingXml } from './chart.js';
import { type Sheet, sheetXml, tableXml } from './sheet.js';
import { stylesXml } from './styles.js';
import { XML_HEADER, xmlText } from './xml.js';

/** A workbook before bytes. Every sheet may draw any chart. */
export interface Workbook {
  readonly title: string;
  readonly subject: string;
  readonly sheets: readonly Sheet[];
  readonly charts: readonly { readonly chart: Chart; readonly source: ChartSource }[];
}

/** The date of the document's properties and of every member of the archive: a fixed one, so that equal reports are equal bytes. */
const FIXED_DATE = '1980-01-01T00:00:00Z';

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const CONTENT = 'application/vnd.openxmlformats-officedocument';

/** The bytes of a workbook. fflate is plain JavaScript: the same bytes on every processor, which zlib does not promise. */
export function workbookBytes(book: Workbook): Uint8Array {
  const parts = workbookParts(book);
  const encoder = new TextEncoder();
  const names = [...parts.keys()].filter((n) => n !== '[Content_Types].xml').sort();
  const files = Object.fromEntries(
    ['[Content_Types].xml', ...names].map((name) => [name, encoder.encode(parts.get(name)!)]),
  );
  // The archive holds local time: a date made of local parts is the same text in every zone.
  return zipSync(files, { level: 6, mtime: new Date(1980, 0, 1) });
}

/** Every part of the archive by its name. */
export function workbookParts(book: Workbook): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  const types: string[] = [];
  const add = (name: string, type: string, xml: string): void => {
    parts.set(name, xml);
    types.push(`<Override PartName="/${name}" ContentType="${type}"/>`);
  };
  add('xl/workbook.xml', `${CONTENT}.spreadsheetml.sheet.main+xml`, workbookXml(book));
  add('xl/styles.xml', `${CONTENT}.spreadsheetml.styles+xml`, stylesXml());
  let charts = 0;
  for (const [i, sheet] of book.sheets.entries()) {
    const n = i + 1;
    add(`xl/worksheets/sheet${n}.xml`, `${CONTENT}.spreadsheetml.worksheet+xml`, sheetXml(sheet, i === 0));
    const links: string[] = [];
    const anchors = sheet.anchors ?? [];
    if (anchors.length > 0) {
      links.push(relation('rId1', 'drawing', `../drawings/drawing${n}.xml`));
      add(`xl/drawings/drawing${n}.xml`, `${CONTENT}.drawing+xml`, drawingXml(anchors));
      const pictures = anchors.map((anchor, k) => {
        charts += 1;
        const { chart, source } = book.charts[anchor.chart]!;
        add(`xl/charts/chart${charts}.xml`, `${CONTENT}.drawingml.chart+xml`, chartXml(chart, source));
        return relation(`rId${k + 1}`, 'chart', `../charts/chart${charts}.xml`);
      });
      parts.set(`xl/drawings/_rels/drawing${n}.xml.rels`, relations(pictures));
    }
    if (sheet.table !== undefined) {
      links.push(relation('rId2', 'table', `../tables/table${n}.xml`));
      add(`xl/tables/table${n}.xml`, `${CONTENT}.spreadsheetml.table+xml`, tableXml(sheet.table, n));
    }
    if (links.length > 0) parts.set(`xl/worksheets/_rels/sheet${n}.xml.rels`, relations(links));
  }
  add('docProps/core.xml', 'application/vnd.openxmlformats-package.core-properties+xml', coreXml(book));
  add('docProps/app.xml', `${CONTENT}.extended-properties+xml`, appXml());
  parts.set('xl/_rels/workbook.xml.rels', workbookRelations(book));
  parts.set('_rels/.rels', rootRelations());
  parts.set('[Content_Types].xml', contentTypes(types));
  return parts;
}

function workbookXml(book: Workbook): string {
  const sheets = book.sheets
    .map((s, i) => `<sheet name="${xmlText(s.name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`)
    .join('');
  const titles = book.sheets.flatMap((s, i) =>
    s.freezeHeader === true
      ? [
          `<definedName name="_xlnm.Print_Titles" localSheetId="${i}">${xmlText(`'${s.name.replaceAll("'", "''")}'!$1:$1`)}</definedName>`,
        ]
      : [],
  );
  const names = titles.length === 0 ? '' : `<definedNames>${titles.join('')}</definedNames>`;
  return `${XML_HEADER}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${OFFICE}"><workbookPr defaultThemeVersion="124226"/><bookViews><workbookView xWindow="0" yWindow="0" windowWidth="28800" windowHeight="15000" activeTab="0"/></bookViews><sheets>${sheets}</sheets>${names}<calcPr calcId="0"/></workbook>`;
}

function relation(id: string, kind: string, target: string): string {
  return `<Relationship Id="${id}" Type="${OFFICE}/${kind}" Target="${target}"/>`;
}

function relations(items: readonly string[]): string {
  return `${XML_HEADER}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${items.join('')}</Relationships>`;
}

function workbookRelations(book: Workbook): string {
  const sheets = book.sheets.map((_, i) => relation(`rId${i + 1}`, 'worksheet', `worksheets/sheet${i + 1}.xml`));
  return relations([...sheets, relation(`rId${book.sheets.length + 1}`, 'styles', 'styles.xml')]);
}

function rootRelations(): string {
  const core = 'http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties';
  return relations([
    relation('rId1', 'officeDocument', 'xl/workbook.xml'),
    `<Relationship Id="rId2" Type="${core}" Target="docProps/core.xml"/>`,
    relation('rId3', 'extended-properties', 'docProps/app.xml'),
  ]);
}

function contentTypes(overrides: readonly string[]): string {
  const defaults = `<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`;
  return `${XML_HEADER}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${defaults}${overrides.join('')}</Types>`;
}

function coreXml(book: Workbook): string {
  const date = (name: string): string => `<dcterms:${name} xsi:type="dcterms:W3CDTF">${FIXED_DATE}</dcterms:${name}>`;
  return `${XML_HEADER}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${xmlText(book.title)}</dc:title><dc:subject>${xmlText(book.subject)}</dc:subject><dc:creator>pharmabi</dc:creator>${date('created')}${date('modified')}</cp:coreProperties>`;
}

function appXml(): string {
  return `${XML_HEADER}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>pharmabi</Application></Properties>`;
}
