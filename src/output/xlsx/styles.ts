import type { Unit } from '../../reports/report.js';
import { XML_HEADER, xmlText } from './xml.js';

/** Looks of cells, by what they say. The position in this list is the style's number in the file. */
const STYLES = [
  { name: 'plain' },
  { name: 'title', font: 1 },
  { name: 'question', font: 2, wrap: true },
  { name: 'heading', font: 3 },
  { name: 'wrapped', wrap: true },
  { name: 'header', font: 4, fill: 2, border: 1, wrap: true, align: 'left', format: '@' },
  { name: 'header-right', font: 4, fill: 2, border: 1, wrap: true, align: 'right', format: '@' },
  { name: 'text', format: '@', wrap: true, align: 'left' },
  // A word among numbers (none, unknown) stands where they stand.
  { name: 'word', format: '@', align: 'right' },
  { name: 'hidden', font: 5, fill: 3, align: 'center', format: '@' },
  { name: 'banner', font: 6, fill: 4, wrap: true },
  { name: 'muted', font: 2 },
  { name: 'money', format: '#,##0.00' },
  { name: 'share', format: '0.00%' },
  { name: 'statistic', format: '0.0000' },
  { name: 'p', format: '[<0.0001]"<0.0001";0.0000' },
  { name: 'count', format: '#,##0' },
  { name: 'number', format: 'General' },
  { name: 'date', format: 'yyyy-mm-dd', align: 'left' },
  { name: 'timestamp', format: 'yyyy-mm-dd hh:mm:ss.000', align: 'left' },
  // Excel shows TRUE and FALSE by itself; LibreOffice showed 1 in the format General.
  { name: 'bool', format: '"TRUE";"TRUE";"FALSE"', align: 'left' },
  { name: 'banner-line', font: 6 },
  { name: 'link', font: 7, align: 'left' },
] as const satisfies readonly Style[];

interface Style {
  readonly name: string;
  readonly font?: number;
  readonly fill?: number;
  readonly border?: number;
  readonly wrap?: boolean;
  readonly align?: 'left' | 'right' | 'center';
  readonly format?: string;
}

/** A look that a cell can have. */
export type StyleName = (typeof STYLES)[number]['name'];

const NUMBER_OF: ReadonlyMap<string, number> = new Map(STYLES.map((style, i) => [style.name, i]));

/** The number of a style in `xl/styles.xml`. */
export function styleNumber(name: StyleName): number {
  return NUMBER_OF.get(name)!;
}

/** The look of a value of this unit. */
export function styleOf(unit: Unit): StyleName {
  switch (unit) {
    case 'text':
    case 'id':
      return 'text';
    case 'percent-points':
      return 'number';
    default:
      return unit;
  }
}

/** Excel's code of a number format, for axes of charts. */
export function formatCode(unit: Unit): string {
  const style: Style | undefined = STYLES.find((s) => s.name === styleOf(unit));
  return style?.format === undefined || style.format === '@' ? 'General' : style.format;
}

const FONTS = [
  '<font><sz val="11"/><name val="Calibri"/><family val="2"/></font>',
  '<font><b/><sz val="18"/><color rgb="FF1F3864"/><name val="Calibri"/><family val="2"/></font>',
  '<font><i/><sz val="11"/><color rgb="FF595959"/><name val="Calibri"/><family val="2"/></font>',
  '<font><b/><sz val="13"/><color rgb="FF1F3864"/><name val="Calibri"/><family val="2"/></font>',
  '<font><b/><sz val="11"/><color rgb="FF1F3864"/><name val="Calibri"/><family val="2"/></font>',
  '<font><sz val="11"/><color rgb="FF7F7F7F"/><name val="Calibri"/><family val="2"/></font>',
  '<font><b/><sz val="11"/><color rgb="FF9C0006"/><name val="Calibri"/><family val="2"/></font>',
  '<font><u/><sz val="11"/><color rgb="FF0563C1"/><name val="Calibri"/><family val="2"/></font>',
];

const FILLS = [
  '<fill><patternFill patternType="none"/></fill>',
  '<fill><patternFill patternType="gray125"/></fill>',
  solid('FFDDE6F2'),
  solid('FFE7E6E6'),
  solid('FFFFE5E5'),
];

function solid(colour: string): string {
  return `<fill><patternFill patternType="solid"><fgColor rgb="${colour}"/><bgColor indexed="64"/></patternFill></fill>`;
}

const BORDERS = [
  '<border><left/><right/><top/><bottom/><diagonal/></border>',
  '<border><left/><right/><top/><bottom style="thin"><color rgb="FF8EA9DB"/></bottom><diagonal/></border>',
];

/** Number formats that spreadsheets know by a fixed number; own ones start at 164. */
const BUILT_IN: ReadonlyMap<string, number> = new Map([
  ['General', 0],
  ['#,##0', 3],
  ['#,##0.00', 4],
  ['0.00%', 10],
  ['@', 49],
]);

/** `xl/styles.xml`. */
export function stylesXml(): string {
  const styles: readonly Style[] = STYLES;
  const own = [...new Set(styles.flatMap((s) => (s.format === undefined || BUILT_IN.has(s.format) ? [] : [s.format])))];
  const formatId = (format = 'General'): number => BUILT_IN.get(format) ?? 164 + own.indexOf(format);
  const formats = own.map((code) => `<numFmt numFmtId="${formatId(code)}" formatCode="${xmlText(code)}"/>`).join('');
  const xfs = styles.map((s) => cellFormat(s, formatId(s.format))).join('');
  return `${XML_HEADER}<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="${own.length}">${formats}</numFmts><fonts count="${FONTS.length}">${FONTS.join('')}</fonts><fills count="${FILLS.length}">${FILLS.join('')}</fills><borders count="${BORDERS.length}">${BORDERS.join('')}</borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="${styles.length}">${xfs}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles><dxfs count="0"/><tableStyles count="0" defaultTableStyle="TableStyleMedium2" defaultPivotStyle="PivotStyleLight16"/></styleSheet>`;
}

function cellFormat(style: Style, formatId: number): string {
  const { font = 0, fill = 0, border = 0 } = style;
  // Without an indent a text sticks to the number in the column before it.
  const indent = style.align === 'left' ? ' indent="1"' : '';
  const align = style.align === undefined ? '' : ` horizontal="${style.align}"${indent}`;
  const wrap = style.wrap === true ? ' wrapText="1"' : '';
  const open = `<xf numFmtId="${formatId}" fontId="${font}" fillId="${fill}" borderId="${border}" xfId="0"`;
  const applied = 'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"';
  // Everything stands at the top, so that a row of one wrapped text still reads as a row.
  return `${open} ${applied}><alignment${align} vertical="top"${wrap}/></xf>`;
}
