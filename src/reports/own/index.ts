import { basename } from 'node:path';
import { type Diagnostic, DiagnosticError, EXIT } from '../../diagnostics/diagnostic.js';
import { suggest } from '../../diagnostics/suggest.js';
import { bannerOf, type Profile, rulesText, smallNumbers, titled } from '../../disclosure/small-numbers.js';
import { openSandbox, type SandboxResult } from '../../engine/sandbox.js';
import type { ReportContext, ReportDefinition } from '../definition.js';
import type { GivenRelation } from '../fit.js';
import { readParameters } from '../parameters.js';
import { asOf, replayProvenance } from '../provenance.js';
import type { Report } from '../report.js';
import { counted } from '../words.js';
import { ownChart } from './chart.js';
import { type OwnHeader, type ReportFile, readHeader } from './header.js';
import { shownRows } from './hiding.js';
import { runTwice } from './run.js';
import { type OwnStatement, readStatement } from './statement.js';
import { cellsOf, misfit, queryValues } from './values.js';

export type { ReportFile } from './header.js';
export { readHeader } from './header.js';

/** How long the query of a report may run, in seconds. */
const TIME_LIMIT = 60;

/** The id of a report out of a file: the file's name without its ending. */
export function ownId(file: string): string {
  return basename(file).replace(/\.sql$/i, '');
}

/**
 * A report of a user's own, out of one file: a head of comment lines (title, question, parameters, columns, chart) and one SELECT
 * over the relations that a pipeline makes. Throws what is wrong with the file (exit 2). The query runs in a sandbox.
 */
export async function ownReport(
  source: ReportFile,
  relations: readonly GivenRelation[],
  seconds = TIME_LIMIT,
): Promise<ReportDefinition> {
  const header = readHeader(source);
  const sandbox = await openSandbox({
    tables: [],
    order: 'ascending',
    memory: '256MB',
    tempDirectory: '',
    timeZone: 'UTC',
    seconds,
  });
  try {
    const statement = await readStatement(source, header, relations, sandbox);
    return definitionOf(source, header, statement, seconds);
  } finally {
    sandbox.close();
  }
}

function definitionOf(
  source: ReportFile,
  header: OwnHeader,
  statement: OwnStatement,
  seconds: number,
): ReportDefinition {
  const { title, question, parameters } = header;
  const id = ownId(source.file);
  return {
    id,
    title,
    question,
    parameters,
    requires: statement.requires,
    alsoReads(given) {
      // What cannot be hidden is refused before anything is read.
      const { 'small-numbers': chosen } = given;
      if ((chosen ?? 'internal') !== 'off') refuseUncounted(statement);
      return [];
    },
    async run(context) {
      const values = readParameters({ id, parameters }, context.parameters);
      const profile = values.text('small-numbers') as Profile;
      if (profile !== 'off') refuseUncounted(statement);
      const counted = profile !== 'off' && statement.counted !== null;
      const given = queryValues(
        parameters.filter(({ name }) => name !== 'small-numbers'),
        values,
      );
      const result = await runTwice(context, source, statement, counted, given, seconds);
      const { visible, patients } = counted ? withoutCounts(result) : { visible: result, patients: null };
      checkColumns(source, header, visible);
      return { id, title, question, ...(await filled(context, header, visible, patients, profile)) };
    },
  };
}

function refuseUncounted({ counted }: OwnStatement): void {
  if (counted !== null && typeof counted !== 'string') throw new DiagnosticError([counted], EXIT.usage);
}

/** A result without its last column, and that column. */
function withoutCounts({ names, types, rows }: SandboxResult): { visible: SandboxResult; patients: readonly number[] } {
  return {
    visible: { names: names.slice(0, -1), types: types.slice(0, -1), rows: rows.map((row) => row.slice(0, -1)) },
    patients: rows.map((row) => Number(row.at(-1))),
  };
}

async function filled(
  context: ReportContext,
  header: OwnHeader,
  result: SandboxResult,
  patients: readonly number[] | null,
  profile: Profile,
): Promise<Omit<Report, 'id' | 'title' | 'question'>> {
  const { columns, chart, title } = header;
  const small = smallNumbers(profile);
  const all = cellsOf(result, columns);
  const rows = patients === null ? all : await shownRows(all, patients, small);
  const tables = [{ name: 'rows', title: titled(title, small), columns, rows }];
  const hidden = all.length - rows.length;
  return {
    order: context.replay.order,
    asOf: asOf(context),
    tables,
    findings: [],
    doubt: '',
    next: '',
    caveat: null,
    banner: bannerOf(small),
    summary: [
      `${counted(rows.length, 'row')}.`,
      ...(hidden === 0
        ? []
        : [
            `${counted(hidden, 'row')} left out, for small numbers: made from fewer than ${small.k} patients (twice as many for a smallest, largest or middle value), or protecting such a row.`,
          ]),
    ],
    notes: ['This report is a query of its author, not one of pharmabi.', ...context.notes],
    charts: chart === undefined ? [] : [ownChart(chart, columns, rows)],
    provenance: [
      ...replayProvenance(context),
      { name: 'small numbers', value: rulesText(small) },
      { name: 'rows left out', value: hidden },
    ],
  };
}

function checkColumns({ file }: ReportFile, { columns }: OwnHeader, { names, types }: SandboxResult): void {
  const declared = columns.map(({ name }) => name);
  const given = names.map((name) => name.toLowerCase());
  if (declared.join() !== given.join()) {
    const missing = declared.filter((name) => !given.includes(name));
    const near = missing.map((name) => suggest(name, given)).find((name) => name !== undefined);
    throw refused(
      file,
      'bad-report-file',
      `The columns that ${file} declares are not those of its query.`,
      near === undefined ? 'Declare every column of the query, in its order.' : `Did you mean ${near}?`,
      { expected: declared.join(', '), found: given.join(', ') },
    );
  }
  for (const [at, column] of columns.entries()) {
    const wanted = misfit(column, types[at]!);
    if (wanted === null) continue;
    const message = `The column ${column.name} of ${file} has the unit ${column.unit} and is ${types[at]!.toString()}.`;
    throw refused(file, 'report-column', message, undefined, { expected: wanted, found: types[at]!.toString() });
  }
}

function refused(
  file: string,
  code: string,
  message: string,
  help?: string,
  sides: Pick<Diagnostic, 'expected' | 'found'> = {},
): DiagnosticError {
  const next = `pharmabi help ${code}`;
  return new DiagnosticError(
    [{ code, severity: 'error', message, place: { file }, ...sides, ...(help !== undefined && { help }), next }],
    EXIT.usage,
  );
}
