// Writes docs/reports/<id>.md for every report: `node scripts/report-docs.js` (`--check` only says which are stale, and exits 1). What stands
// in them is the report's own text: question, parameters, the meaning of every column, and its output on the bundled data.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { outputForms } from '../dist/output/index.js';
import { GLOSSARY, termsOf } from '../dist/reports/glossary.js';
import { bundledReports, exampleOf } from './bundled-reports.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join(ROOT, 'docs/reports');
const SHOWN_ROWS = 12;

/** The same on the command line. */
const exampleText = (definition) =>
  Object.entries(exampleOf(definition))
    .map(([name, value]) => ` --${name} ${value}`)
    .join('');

const cell = (text) => String(text).replaceAll('|', '\\|');
const table = (head, rows) => [
  `| ${head.join(' | ')} |`,
  `|${head.map(() => '---').join('|')}|`,
  ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
  '',
];

/** Long tables are cut: the document shows what a report looks like, the report itself has all rows. */
function shortened(report) {
  const tables = report.tables.map((one) => ({ ...one, rows: one.rows.slice(0, SHOWN_ROWS) }));
  return { ...report, tables };
}

/** The headline on the bundled data, its doubt and what to do next; and what its verdict means. */
const READING = {
  shown: 'more than chance explains',
  'ruled-out': 'an effect of that size would not fit the data',
  'cannot-tell': 'both an effect and none fit the data: do not act on it',
  'no-answer': 'the data do not hold the answer, and the sentence says why',
};
function told({ findings: [headline], doubt, next }) {
  return [
    `> ${headline.text}`,
    '',
    `How sure: \`${headline.verdict}\` (${READING[headline.verdict]}). What could make it wrong: ${doubt} ${next}`,
    '',
    'No word of it needs a course in statistics; those of the tables and notes stand in the [glossary](../glossary.md).',
    '',
  ];
}

async function documentOf(definition, report) {
  const markdown = outputForms.find((form) => form.name === 'markdown');
  const [{ bytes }] = await markdown.write(shortened(report), { width: 80, colour: false, ascii: false });
  const output = new TextDecoder().decode(bytes);
  const columns = report.tables.flatMap((one) => [
    `### Table \`${one.name}\`: ${one.title}`,
    '',
    ...(one.unit === undefined ? [] : [`Independent unit of its errors: ${one.unit}.`, '']),
    ...table(
      ['column', 'unit', 'what it means'],
      one.columns.map((column) => [`\`${column.name}\``, column.unit, column.help]),
    ),
  ]);
  const parameters = definition.parameters.map((p) => [
    `\`--${p.name}${p.choices === undefined ? ` ${p.type.toUpperCase()}` : ` ${p.choices.join(' or ')}`}\``,
    p.default === undefined ? '' : `\`${p.default}\``,
    p.help,
  ]);
  return [
    `<!-- Made by: node scripts/report-docs.js -->`,
    `# ${definition.id}: ${definition.question}`,
    '',
    '```sh',
    `pharmabi report ${definition.id} exports/${exampleText(definition)} --out ${definition.id}.xlsx`,
    '```',
    '',
    `Reads ${definition.requires.map(({ relation }) => `\`${relation}\``).join(', ')} of the pipeline.`,
    '',
    '## What it says',
    '',
    ...told(report),
    '## How to read it',
    '',
    ...columns,
    '## Parameters',
    '',
    ...table(['parameter', 'default', 'what it does'], parameters),
    '## Definitions, and what it cannot say',
    '',
    ...report.notes.map((note) => `- ${note}`),
    '',
    `## On the bundled data`,
    '',
    `\`pharmabi report ${definition.id}${exampleText(definition)} --format markdown\`${report.tables.some((one) => one.rows.length > SHOWN_ROWS) ? `, the first ${SHOWN_ROWS} rows of each table` : ''}:`,
    '',
    // One heading level further in; the notes stand above, where they came from belongs to a run.
    ...output
      .split('\n## Notes')[0]
      .split('\n')
      .slice(1)
      .map((line) => (/^#+ /.test(line) ? `#${line}` : line)),
    '',
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
}

/** docs/glossary.md: every technical word, what it means, and which reports use it. */
function glossaryOf(reports) {
  const used = new Map();
  for (const { definition, report } of reports)
    for (const { term } of termsOf(report)) used.set(term, [...(used.get(term) ?? []), definition.id]);
  const rows = GLOSSARY.map(({ term, meaning }) => [
    term,
    meaning,
    (used.get(term) ?? []).map((id) => `[${id}](reports/${id}.md)`).join(', '),
  ]);
  return [
    '<!-- Made by: node scripts/report-docs.js -->',
    '# Words of the reports',
    '',
    'The first screen of a report needs none of them; its details, notes and files do. A workbook has them on its sheet `Glossary`, a page at its foot.',
    '',
    ...table(['word', 'what it means', 'where'], rows),
  ].join('\n');
}

/** The documents of all reports by file name. */
export async function reportDocuments() {
  const documents = new Map();
  const reports = await bundledReports();
  documents.set('../glossary.md', glossaryOf(reports));
  for (const { definition, report } of reports)
    documents.set(`${definition.id}.md`, await documentOf(definition, report));
  return documents;
}

/** Names of documents that are not what the reports say now: changed, missing, or of no report. */
export async function staleDocuments() {
  const documents = await reportDocuments();
  const there = existsSync(FOLDER) ? readdirSync(FOLDER) : [];
  const changed = [...documents].filter(
    ([name, text]) => !existsSync(join(FOLDER, name)) || readFileSync(join(FOLDER, name), 'utf8') !== text,
  );
  return [...changed.map(([name]) => name), ...there.filter((name) => !documents.has(name))].sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const stale = await staleDocuments();
  if (process.argv.includes('--check')) {
    console.log(stale.length === 0 ? 'docs/reports: up to date' : `docs/reports: stale: ${stale.join(', ')}`);
    process.exitCode = stale.length === 0 ? 0 : 1;
  } else {
    const documents = await reportDocuments();
    mkdirSync(FOLDER, { recursive: true });
    for (const [name, text] of documents) writeFileSync(join(FOLDER, name), text);
    for (const name of stale.filter((one) => !documents.has(one))) rmSync(join(FOLDER, name));
    console.log(`docs/reports: ${documents.size} documents, ${stale.length} of them new or changed`);
  }
}
