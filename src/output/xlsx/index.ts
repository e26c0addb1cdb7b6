import { type Diagnostic, DiagnosticError, EXIT } from '../../diagnostics/diagnostic.js';
import { hasMarks, type Report } from '../../reports/report.js';
import type { OutputOptions } from '../form.js';
import { problem } from '../target.js';
import { chartsSheet } from './charts-sheet.js';
import { dataSheet } from './data-sheet.js';
import { glossarySheet, notesSheet, provenanceSheet } from './other-sheets.js';
import { type Workbook, workbookBytes } from './package.js';
import { summarySheet } from './summary-sheet.js';

/** What one sheet holds at most: rows under a header, columns, characters of a cell. */
const LIMITS = { rows: 1_048_575, columns: 16_384, characters: 32_767 } as const;

/** Sheets that every workbook has. */
const FIXED_SHEETS = ['Summary', 'Data', 'Charts', 'Notes', 'Glossary', 'Provenance'];

/** The workbook of a report: `Summary`, `Data` and one sheet per further table, `Charts`, `Notes`, `Glossary`, `Provenance`. */
export function workbookOf(report: Report, options: Pick<OutputOptions, 'manifestName'>): Workbook {
  const { manifestName } = options;
  const banner = report.banner ?? undefined;
  const names = sheetNames(report);
  const glossary = glossarySheet(report, banner);
  // A chart without a visible point has no figures to refer to.
  const { sheet: charts, drawn } = chartsSheet(report.charts.filter(hasMarks), banner);
  return {
    title: report.title,
    subject: report.question,
    sheets: [
      summarySheet(
        // A book has no one picture; its answers stand above, so the contents need not repeat them.
        report.parts === undefined ? { ...report, charts: drawn.map(({ chart }) => chart) } : contentsOnly(report),
        names[0] ?? 'Data',
        report.charts.filter(hasMarks).length,
        firstSheets(report, names),
        manifestName,
        banner,
      ),
      ...report.tables.map((table, i) => dataSheet(table, names[i]!, banner)),
      charts,
      notesSheet(report, names, banner),
      ...(glossary === null ? [] : [glossary]),
      provenanceSheet(report, manifestName, banner),
    ],
    charts: drawn,
  };
}

/** A book without its pictures, its first table cut to what leads on: report, question, and why one is left out. */
function contentsOnly(book: Report): Report {
  const [contents, ...others] = book.tables;
  if (contents === undefined) return { ...book, charts: [] };
  const kept = contents.columns.flatMap((column, i) => (column.name === 'answer' ? [] : [i]));
  const columns = kept.map((i) => ({ ...contents.columns[i]!, terminal: true }));
  const rows = contents.rows.map((row) => kept.map((i) => row[i] ?? null));
  return { ...book, charts: [], tables: [{ ...contents, columns, rows }, ...others] };
}

/** The sheet on which each report of a book begins. */
function firstSheets(report: Report, names: readonly string[]): ReadonlyMap<string, string> {
  let at = 1;
  return new Map(
    (report.parts ?? []).flatMap(({ id, tables }) => {
      const name = names[at];
      at += tables.length;
      return name === undefined || tables.length === 0 ? [] : [[id, name] as const];
    }),
  );
}

/** `Data` for the first table, the title-cased table name for the others: at most 31 characters, unique in any case. */
export function sheetNames(report: Report): readonly string[] {
  const taken = new Set(FIXED_SHEETS.map((n) => n.toLowerCase()));
  return report.tables.map((table, i) => {
    if (i === 0) return 'Data';
    const words = table.name
      .replace(/[[\]:*?/\\']/g, ' ')
      .split(/[_\s]+/)
      .filter((w) => w !== '');
    const base = words.map((w) => w.slice(0, 1).toUpperCase() + w.slice(1)).join(' ') || 'Table';
    let name = base.slice(0, 31);
    for (let n = 2; taken.has(name.toLowerCase()); n += 1) name = `${base.slice(0, 31 - ` ${n}`.length)} ${n}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

function overLimits(report: Report): readonly Diagnostic[] {
  return report.tables.flatMap((table) => {
    const found: Diagnostic[] = [];
    const help = 'Write CSV or JSON, or narrow the report.';
    if (table.rows.length > LIMITS.rows) {
      const message = `The table ${table.name} has ${table.rows.length} rows; a sheet of XLSX holds ${LIMITS.rows}.`;
      found.push(problem('xlsx-too-many-rows', message, { help }));
    }
    if (table.columns.length > LIMITS.columns) {
      found.push(
        problem(
          'xlsx-too-many-columns',
          `The table ${table.name} has ${table.columns.length} columns; a sheet holds ${LIMITS.columns}.`,
          { help },
        ),
      );
    }
    const row = table.rows.findIndex((r) => r.some((c) => typeof c === 'string' && c.length > LIMITS.characters));
    if (row >= 0) {
      const column =
        table.columns[table.rows[row]!.findIndex((c) => typeof c === 'string' && c.length > LIMITS.characters)];
      const message = `Row ${row + 1} of the table ${table.name} has a text of more than ${LIMITS.characters} characters, the most that a cell of XLSX holds.`;
      found.push({ ...problem('xlsx-cell-too-long', message, { help }), place: { column: column?.name ?? '' } });
    }
    return found;
  });
}

/** The bytes of a report's workbook; throws a DiagnosticError where it is too large for one. */
export function reportXlsx(report: Report, options: Pick<OutputOptions, 'manifestName'>): Uint8Array {
  const problems = overLimits(report);
  if (problems.length > 0) throw new DiagnosticError(problems, EXIT.usage);
  return workbookBytes(workbookOf(report, options));
}
