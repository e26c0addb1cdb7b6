import { termsOf } from '../../reports/glossary.js';
import { closingNotes, type Report } from '../../reports/report.js';
import { provenanceLines } from '../provenance-text.js';
import { wrap } from '../text-width.js';
import { headerName } from './data-sheet.js';
import type { Sheet, SheetCell } from './sheet.js';

type Row = readonly (SheetCell | null)[];

/** The sheet `Notes`: definitions and warnings, then what every column of every table means. */
export function notesSheet(report: Report, sheetNames: readonly string[], banner?: string): Sheet {
  const heights = new Map<number, number>();
  const merges: string[] = [];
  const rows: Row[] = [];
  const line = (value: string, style: SheetCell['style']): void => {
    merges.push(`A${rows.length + 1}:E${rows.length + 1}`);
    heights.set(rows.length, Math.max(1, wrap(value, 125).length) * 15 + (style === 'heading' ? 5 : 0));
    rows.push([{ value, style }]);
  };
  if (banner !== undefined) line(banner, 'banner');
  line('Notes', 'heading');
  for (const note of closingNotes(report)) line(note, 'wrapped');
  line(
    'A star (*) is hidden because too few patients stand behind it. An empty cell is missing, which is not 0.',
    'wrapped',
  );
  rows.push([]);
  line('Columns', 'heading');
  rows.push(['Sheet', 'Column', 'Heading', 'Unit', 'Meaning'].map((value) => ({ value, style: 'header' })));
  for (const [i, table] of report.tables.entries()) {
    for (const column of table.columns) {
      heights.set(rows.length, Math.max(1, wrap(column.help, 68).length) * 15);
      const texts = [sheetNames[i]!, headerName(column), column.label, column.unit, column.help];
      rows.push(texts.map((value) => ({ value, style: 'wrapped' })));
    }
  }
  return {
    name: 'Notes',
    rows,
    widths: [18, 24, 24, 14, 70],
    heights,
    merges,
    gridLines: false,
    ...(banner === undefined ? {} : { banner }),
  };
}

/** The sheet `Glossary`: the technical words of the report in plain ones; null where it has none. */
export function glossarySheet(report: Report, banner?: string): Sheet | null {
  const terms = termsOf(report);
  if (terms.length === 0) return null;
  const header = ['Word', 'Meaning'].map((value): SheetCell => ({ value, style: 'header' }));
  const warning: (SheetCell | null)[] = banner === undefined ? [] : [null, { value: banner, style: 'banner-line' }];
  const rows = terms.map(
    ({ term, meaning }): Row => [
      { value: term, style: 'text' },
      { value: meaning, style: 'wrapped' },
    ],
  );
  return {
    name: 'Glossary',
    rows: [[...header, ...warning], ...rows],
    widths: [28, 110],
    heights: new Map(terms.map(({ meaning }, i) => [i + 1, 15 * Math.max(1, wrap(meaning, 105).length)])),
    freezeHeader: true,
    ...(banner === undefined ? {} : { banner }),
  };
}

/** The sheet `Provenance`: where the numbers come from, one part a row. */
export function provenanceSheet(report: Report, manifestName?: string, banner?: string): Sheet {
  const entries = [
    { name: 'report', value: report.id },
    ...report.provenance,
    ...(manifestName === undefined ? [] : [{ name: 'manifest', value: manifestName }]),
  ];
  const header = ['Entry', 'Part', 'Value'].map((value): SheetCell => ({ value, style: 'header' }));
  const warning: (SheetCell | null)[] = banner === undefined ? [] : [null, { value: banner, style: 'banner-line' }];
  const rows = entries.flatMap((entry) =>
    provenanceLines(entry).map(
      ([part, value], i): Row => [
        { value: i === 0 ? entry.name : '', style: 'text' },
        { value: part, style: 'text' },
        { value, style: 'text' },
      ],
    ),
  );
  return {
    name: 'Provenance',
    rows: [[...header, ...warning], ...rows],
    widths: [26, 30, 110],
    // A spreadsheet does not find the height of a wrapped word by itself.
    heights: new Map(rows.map((row, i) => [i + 1, 15 * Math.max(1, wrap(String(row[2]?.value), 105).length)])),
    freezeHeader: true,
    ...(banner === undefined ? {} : { banner }),
  };
}
