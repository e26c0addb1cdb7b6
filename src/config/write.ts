import type { FoundTable, Guess, TableGuess } from './guess.js';

/** What a first configuration is written from. */
export interface Draft {
  readonly pipeline: string;
  readonly guesses: readonly TableGuess[];
  /** Notes on the data that ask for an option, in words. */
  readonly notes: readonly string[];
}

/** A configuration as text: what is sure as it is, what is not behind a `#` with its candidates. */
export function configText({ pipeline, guesses, notes }: Draft): string {
  const tables = guesses.flatMap(tableLines);
  return `${[
    '# Written by `pharmabi init`. On the left stand the names of the pipeline, on the right those of your data.',
    '# What could not be told for sure stands behind a #, with its candidates: choose, and take the # away.',
    'version: 1',
    `pipeline: ${pipeline}`,
    ...notes.flatMap((note) => [`# ${note}`]),
    ...(tables.length === 0
      ? ['# Every table and column has the name that the pipeline gives it.']
      : ['tables:', ...tables]),
  ].join('\n')}\n`;
}

/** How many names somebody has to decide: those that could be meant, and are not sure. */
export function unsureOf(guesses: readonly TableGuess[]): number {
  const isOpen = ({ found, sure }: Guess): boolean => found !== null && !sure;
  return guesses.reduce((n, table) => n + Number(isOpen(table)) + table.columns.filter(isOpen).length, 0);
}

function tableLines(table: TableGuess): readonly string[] {
  const columns = table.columns.filter((c) => !isSame(c)).map((c) => columnLine(c, table.sure));
  if (isSame(table) && columns.length === 0) return [];
  const off = table.sure ? '' : '# ';
  if (table.found === null)
    return [`  # ${table.name}: nothing in the export looks like it; the reports that need it will say so`];
  const others = table.sure ? '' : `  # unsure${candidatesText(table)}`;
  const topic = isSame(table) ? [] : [`    ${off}topic: ${plain(table.found)}${others}`];
  return [`  ${off}${table.name}:`, ...topic, ...(columns.length === 0 ? [] : [`    ${off}columns:`, ...columns])];
}

function columnLine(column: Guess, tableIsSure: boolean): string {
  if (column.found === null) return `      # ${column.name}: ?  # no field looks like it: it is null everywhere`;
  const off = column.sure && tableIsSure ? '' : '# ';
  return `      ${off}${column.name}: ${plain(column.found)}${column.sure ? '' : `  # unsure${candidatesText(column)}`}`;
}

function candidatesText({ candidates }: Guess): string {
  return candidates.length < 2 ? '' : `; candidates: ${candidates.join(', ')}`;
}

function isSame({ name, found }: Guess): boolean {
  return found !== null && name.toLowerCase() === found.toLowerCase();
}

/** A name as YAML reads it: in quotes where it would be something else. */
function plain(name: string): string {
  return /^[A-Za-z_][\w.-]*$/.test(name) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(name)
    ? name
    : JSON.stringify(name);
}

const TYPES: Readonly<Record<string, string>> = { integer: 'BIGINT', number: 'DOUBLE', boolean: 'BOOLEAN' };

/** The pipeline to start from: that of the shop, and behind it, as comments, declarations of the tables that it does not read. */
export function pipelineText(shipped: string, found: readonly FoundTable[], guesses: readonly TableGuess[]): string {
  const read = new Set(guesses.map((g) => g.found));
  const rest = found.filter(({ table, fields }) => !read.has(table) && Object.keys(fields).length > 0);
  if (rest.length === 0) return shipped;
  const declarations = rest.flatMap(({ table, fields }) => [
    '--',
    `-- CREATE STREAM ${quoted(table.toUpperCase())} (`,
    ...Object.entries(fields).map(
      ([field, type], at, all) =>
        `--     ${quoted(field)} ${TYPES[type] ?? 'VARCHAR'}${at === all.length - 1 ? '' : ','}`,
    ),
    `--   ) WITH (KAFKA_TOPIC='${table.replaceAll("'", "''")}', VALUE_FORMAT='JSON');`,
  ]);
  return `${shipped.trimEnd()}\n\n-- Tables of the export that nothing above reads. Take the -- away from what you need, and mark its key.\n${declarations.join('\n')}\n`;
}

function quoted(name: string): string {
  return /^[A-Z_][A-Z0-9_]*$/i.test(name) ? name.toUpperCase() : `\`${name}\``;
}
