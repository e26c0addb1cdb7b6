import { column } from './column.js';
import type { ProvenanceEntry, Report, ReportTable } from './report.js';

/** The name under which all reports are asked for together. */
export const BOOK = 'all';

/** A report that is not in the book, and why. */
export interface LeftOut {
  readonly id: string;
  readonly why: string;
}

/**
 * All reports as one: a table of contents with each answer, then every table and chart, named after its report. What a form can
 * lay out report by report it finds in `parts`.
 */
export function bookOf(parts: readonly Report[], left: readonly LeftOut[]): Report {
  const [first] = parts;
  const named = (report: Report, name: string): string => `${report.id.replaceAll('-', '_')}_${name}`;
  const notes = [...new Set(parts.flatMap((part) => part.notes))];
  const shared = new Set(notes.filter((note) => parts.filter((part) => part.notes.includes(note)).length > 1));
  return {
    id: BOOK,
    title: 'All reports',
    question: 'What do the data say to every question of the shop?',
    order: first?.order ?? 'event-time',
    asOf: first?.asOf ?? null,
    tables: [
      contents(parts, left),
      ...parts.flatMap((part) =>
        part.tables.map((table) => ({
          ...table,
          name: named(part, table.name),
          title: `${part.title}: ${table.title}`,
        })),
      ),
    ],
    findings: parts.flatMap((part) => part.findings),
    doubt: '',
    next: '',
    summary: parts.map((part) => `${part.title}: ${part.summary[0] ?? 'nothing to report.'}`),
    notes: [
      ...left.map(({ id, why }) => `${id} is not in the book: ${why}`),
      ...notes.filter((note) => shared.has(note)),
      ...parts.flatMap((part) =>
        part.notes.filter((note) => !shared.has(note)).map((note) => `${part.title}: ${note}`),
      ),
    ],
    caveat: null,
    banner: first?.banner ?? null,
    charts: parts.flatMap((part) =>
      part.charts.map((chart) => ({
        ...chart,
        name: named(part, chart.name),
        title: `${part.title}: ${chart.title}`,
      })),
    ),
    provenance: provenanceOf(parts),
    parts,
  };
}

const CONTENTS = [
  column('report', 'Report', 'id', 'Its name on the command line.', true),
  column('question', 'Question', 'text', 'What it answers.', true),
  column('answer', 'Answer', 'text', 'Its first sentence; empty where it could not be made.', true),
  column('left_out', 'Left out', 'text', 'Why it is not in the book.'),
];

function contents(parts: readonly Report[], left: readonly LeftOut[]): ReportTable {
  const rows = [
    ...parts.map(({ id, question, summary }) => [id, question, summary[0] ?? null, null]),
    ...left.map(({ id, why }) => [id, null, null, why]),
  ].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  return { name: 'contents', title: 'Contents', columns: CONTENTS, rows };
}

/** What all parts have in common once, everything else under the part's name. */
function provenanceOf(parts: readonly Report[]): ProvenanceEntry[] {
  const text = (entry: ProvenanceEntry): string => JSON.stringify(entry);
  const common = (parts[0]?.provenance ?? []).filter((entry) =>
    parts.every((part) => part.provenance.some((other) => text(other) === text(entry))),
  );
  const known = new Set(common.map(text));
  return [
    ...common,
    ...parts.flatMap((part) =>
      part.provenance
        .filter((entry) => !known.has(text(entry)))
        .map((entry) => ({ ...entry, name: `${part.id}: ${entry.name}` })),
    ),
  ];
}
