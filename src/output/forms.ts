import { type OutputForm, singleFile } from './form.js';

/** CSV: the first table in the target, each further table in a file of its own beside it. */
export const csv: OutputForm = {
  name: 'csv',
  endings: ['.csv'],
  help: 'comma-separated values, one file per table; identifiers like 00123 or 1E5 survive Excel only as XLSX',
  write: async (report, options) => (await import('./csv.js')).csvFiles(report, options),
};

/** DuckDB: a database file with the report's tables; the command line adds the result relations of the replay. */
export const duckdb: OutputForm = {
  name: 'duckdb',
  endings: ['.duckdb'],
  help: 'a DuckDB file with every stream and table of the pipeline, de-identified as the run is, and the tables of the report',
  binary: true,
  write: async (report, options) => [
    { suffix: '', bytes: await (await import('./database.js')).databaseBytes(report, options.manifestName) },
  ],
};

/** HTML: one self-contained page. */
const html: OutputForm = {
  name: 'html',
  endings: ['.html'],
  help: 'one self-contained page: charts, sortable tables, notes; prints well',
  write: async (report, options) => singleFile((await import('./html.js')).reportHtml(report, options)),
};

/** JSON: one document with all tables, for programs. */
export const json: OutputForm = {
  name: 'json',
  endings: ['.json'],
  help: 'one JSON document with every table, full digits and the provenance',
  write: async (report) => singleFile((await import('./json.js')).reportJson(report)),
};

/** Markdown: for wikis, tickets and notebooks. */
const markdown: OutputForm = {
  name: 'markdown',
  endings: ['.md'],
  help: 'Markdown with every table and the chart as text',
  write: async (report, options) => singleFile((await import('./markdown.js')).reportMarkdown(report, options)),
};

/** Parquet: typed flat columns for notebooks and Tableau, a file per table as CSV has. */
export const parquet: OutputForm = {
  name: 'parquet',
  endings: ['.parquet'],
  help: 'Parquet for notebooks and Tableau, one file per table: flat columns, decimals, dates and times; hidden cells null, named in suppressed_columns',
  binary: true,
  write: async (report, options) => (await import('./parquet.js')).parquetFiles(report, options.manifestName),
};

/** Terminal: for eyes, in 80 columns. `.txt` files get the same without colour. */
const terminal: OutputForm = {
  name: 'terminal',
  endings: ['.txt'],
  help: 'text for people: the answer, a picture and the main columns, in the width of the terminal',
  write: async (report, options) => singleFile((await import('./terminal.js')).terminalText(report, options)),
};

/** XLSX: a workbook for Excel and LibreOffice with typed cells and native charts. */
export const xlsx: OutputForm = {
  name: 'xlsx',
  endings: ['.xlsx'],
  help: 'a workbook: the answer with a chart, one sheet per table with real numbers and dates, notes and provenance',
  binary: true,
  write: async (report, options) => [
    { suffix: '', bytes: (await import('./xlsx/index.js')).reportXlsx(report, options) },
  ],
};

/** Every output form, sorted by name. Each loads its code and its libraries only when it writes. */
export const outputForms: readonly OutputForm[] = [csv, duckdb, html, json, markdown, parquet, terminal, xlsx];
