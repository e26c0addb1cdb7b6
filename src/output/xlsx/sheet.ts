import { type StyleName, styleNumber } from './styles.js';
import { cellName, cellXml, columnLetters, XML_HEADER, xmlText } from './xml.js';

/** One cell: a typed value with its look. */
export interface SheetCell {
  readonly value: string | number | boolean;
  readonly style: StyleName;
}

/** A native table over rows of a sheet: header in `firstRow`, one name per column. */
export interface SheetTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly firstRow: number;
  readonly lastRow: number;
}

/** A picture on a sheet: chart number (from 0 over the workbook) and the cells that it covers. */
export interface Anchor {
  readonly chart: number;
  readonly name: string;
  readonly description: string;
  readonly fromColumn: number;
  readonly fromRow: number;
  readonly toColumn: number;
  readonly toRow: number;
}

/** A hint shown when a header cell is selected: heading for people and meaning. */
export interface Hint {
  readonly column: number;
  readonly title: string;
  readonly text: string;
}

/** A worksheet before XML. Rows and columns count from 0; a missing cell is empty. */
export interface Sheet {
  readonly name: string;
  readonly rows: readonly (readonly (SheetCell | null)[])[];
  readonly widths: readonly number[];
  readonly heights?: ReadonlyMap<number, number>;
  /** Row 0 stays in sight. */
  readonly freezeHeader?: boolean;
  readonly gridLines?: boolean;
  readonly table?: SheetTable;
  /** Filter buttons where a sheet has a header but no native table (those need a row). */
  readonly filter?: boolean;
  readonly merges?: readonly string[];
  /** Ranges whose numbers are shaded by their value: blue above 0, and where they are `signed` orange below. */
  readonly shaded?: readonly { readonly range: string; readonly signed: boolean }[];
  readonly hints?: readonly Hint[];
  /** Cells that lead to another sheet. */
  readonly links?: readonly { readonly cell: string; readonly sheet: string }[];
  readonly anchors?: readonly Anchor[];
  /** Printed at the top of every page. */
  readonly banner?: string;
}

/** `xl/worksheets/sheetN.xml`. The order of elements is that of the schema; Excel refuses any other. */
export function sheetXml(sheet: Sheet, active: boolean): string {
  const columns = Math.max(1, ...sheet.rows.map((r) => r.length));
  const rows = Math.max(1, sheet.rows.length);
  const range = `A1:${cellName(columns - 1, rows - 1)}`;
  return [
    XML_HEADER,
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">',
    `<sheetPr>${sheet.banner === undefined ? '' : '<tabColor rgb="FFC00000"/>'}<pageSetUpPr fitToPage="1"/></sheetPr>`,
    `<dimension ref="${range}"/>`,
    views(sheet, active),
    '<sheetFormatPr defaultRowHeight="15"/>',
    `<cols>${sheet.widths.map((w, i) => `<col min="${i + 1}" max="${i + 1}" width="${w}" customWidth="1"/>`).join('')}</cols>`,
    '<sheetData>',
    ...sheet.rows.map((row, i) => rowXml(row, i, sheet.heights?.get(i))),
    '</sheetData>',
    sheet.filter === true ? `<autoFilter ref="A1:${columnLetters(columns - 1)}1"/>` : '',
    list(
      'mergeCells',
      (sheet.merges ?? []).map((m) => `<mergeCell ref="${m}"/>`),
    ),
    ...(sheet.shaded ?? []).map(shadeXml),
    list('dataValidations', (sheet.hints ?? []).map(hintXml)),
    linksXml(sheet),
    '<pageMargins left="0.5" right="0.5" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>',
    '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>',
    headerFooter(sheet),
    `<ignoredErrors><ignoredError sqref="${range}" numberStoredAsText="1"/></ignoredErrors>`,
    (sheet.anchors ?? []).length > 0 ? '<drawing r:id="rId1"/>' : '',
    sheet.table === undefined ? '' : '<tableParts count="1"><tablePart r:id="rId2"/></tableParts>',
    '</worksheet>',
  ].join('');
}

function views(sheet: Sheet, active: boolean): string {
  const grid = sheet.gridLines === false ? ' showGridLines="0"' : '';
  const selected = active ? ' tabSelected="1"' : '';
  if (sheet.freezeHeader !== true) return `<sheetViews><sheetView${grid}${selected} workbookViewId="0"/></sheetViews>`;
  const pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>';
  return `<sheetViews><sheetView${grid}${selected} workbookViewId="0">${pane}<selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews>`;
}

function rowXml(row: readonly (SheetCell | null)[], index: number, height: number | undefined): string {
  const cells = row.map((cell, column) => (cell === null ? '' : cellElement(cell, cellName(column, index)))).join('');
  const size = height === undefined ? '' : ` ht="${height}" customHeight="1"`;
  return `<row r="${index + 1}"${size}>${cells}</row>`;
}

function cellElement(cell: SheetCell, name: string): string {
  const start = `<c r="${name}" s="${styleNumber(cell.style)}"`;
  if (typeof cell.value === 'number') return `${start}><v>${Object.is(cell.value, -0) ? 0 : cell.value}</v></c>`;
  if (typeof cell.value === 'boolean') return `${start} t="b"><v>${cell.value ? 1 : 0}</v></c>`;
  return `${start} t="inlineStr"><is><t xml:space="preserve">${cellXml(cell.value)}</t></is></c>`;
}

function list(element: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `<${element} count="${items.length}">${items.join('')}</${element}>`;
}

function shadeXml({ range, signed }: NonNullable<Sheet['shaded']>[number], index: number): string {
  const points = `${signed ? '<cfvo type="min"/>' : ''}<cfvo type="num" val="0"/><cfvo type="max"/>`;
  const colours = [...(signed ? ['FFF4B183'] : []), 'FFFFFFFF', 'FF9DC3E6']
    .map((rgb) => `<color rgb="${rgb}"/>`)
    .join('');
  return `<conditionalFormatting sqref="${range}"><cfRule type="colorScale" priority="${index + 1}"><colorScale>${points}${colours}</colorScale></cfRule></conditionalFormatting>`;
}

function linksXml({ links = [] }: Sheet): string {
  const items = links.map(({ cell, sheet }) => {
    const place = `'${sheet.replaceAll("'", "''")}'!A1`;
    return `<hyperlink ref="${cell}" location="${xmlText(place)}" display="${xmlText(sheet)}"/>`;
  });
  return items.length === 0 ? '' : `<hyperlinks>${items.join('')}</hyperlinks>`;
}

/** Excel takes 32 characters of title and 255 of text. */
function hintXml(hint: Hint): string {
  const title = xmlText([...hint.title].slice(0, 32).join(''));
  const body = xmlText([...hint.text].slice(0, 255).join(''));
  return `<dataValidation allowBlank="1" showInputMessage="1" promptTitle="${title}" prompt="${body}" sqref="${cellName(hint.column, 0)}"/>`;
}

function headerFooter(sheet: Sheet): string {
  // In these codes `&` starts a command; it is written twice.
  const code = (text: string): string => xmlText(text.replaceAll('&', '&&')).slice(0, 200);
  const header = sheet.banner === undefined ? '' : `<oddHeader>&amp;C${code(sheet.banner)}</oddHeader>`;
  return `<headerFooter>${header}<oddFooter>&amp;L${code(sheet.name)}&amp;R&amp;P / &amp;N</oddFooter></headerFooter>`;
}

/** `xl/tables/tableN.xml`. */
export function tableXml(table: SheetTable, id: number): string {
  const range = `A${table.firstRow + 1}:${cellName(table.columns.length - 1, table.lastRow)}`;
  const columns = table.columns.map((name, i) => `<tableColumn id="${i + 1}" name="${xmlText(name)}"/>`).join('');
  return `${XML_HEADER}<table xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" id="${id}" name="${xmlText(table.name)}" displayName="${xmlText(table.name)}" ref="${range}" totalsRowShown="0"><autoFilter ref="${range}"/><tableColumns count="${table.columns.length}">${columns}</tableColumns><tableStyleInfo name="TableStyleLight1" showFirstColumn="0" showLastColumn="0" showRowStripes="1" showColumnStripes="0"/></table>`;
}
