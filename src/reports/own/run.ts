import { type Diagnostic, DiagnosticError, EXIT } from '../../diagnostics/diagnostic.js';
import {
  openSandbox,
  type SandboxResult,
  type SandboxTable,
  SandboxTimeout,
  SandboxTooLarge,
  type SandboxValue,
} from '../../engine/sandbox.js';
import { BIGINT } from '../../ksql/types.js';
import { pseudonymSql } from '../../privacy/run-secret.js';
import { coarseSql } from '../../replay/coarse-sql.js';
import { identifier, text } from '../../sql/quote.js';
import type { ReportContext } from '../definition.js';
import type { ReportFile } from './header.js';
import type { PatientOf } from './patients.js';
import type { OwnStatement } from './statement.js';
import { PERSON } from './trace-nodes.js';

/** Most rows that a report may have: it is read by people. */
const LARGEST = 100_000;

/** Ids of patients and the numbers that stand for them. */
const PERSONS = '"$persons"';

/** Numbers closer than this share of their size are the same: DOUBLE sums in another order differ in the last digits. */
const SAME = 1e-9;

/**
 * Runs the query (`counted`: with the patients behind each row) over the result relations twice, with the rows of its tables in one order and in the reverse one, and gives the
 * first result. Throws `own-report-not-deterministic` (exit 2) where they differ, `own-report-too-long`, `own-report-statement` and
 * `own-report-too-large`.
 */
export async function runTwice(
  context: ReportContext,
  { file }: ReportFile,
  statement: OwnStatement,
  counted: boolean,
  values: Readonly<Record<string, SandboxValue>>,
  seconds: number,
): Promise<SandboxResult> {
  const { engine } = context;
  const tables: SandboxTable[] = [];
  await numberPersons(context, statement);
  for (const [at, relation] of [...statement.visible.keys()].entries()) {
    const path = engine.spool(`own-report-${at}.parquet`);
    const rows = await rowsSql(context, relation, statement, counted);
    await engine.run(`COPY (${rows}) TO ${text(path)} (FORMAT parquet, USE_TMP_FILE false)`);
    tables.push({ name: relation, path });
  }
  await engine.run(`DROP TABLE ${PERSONS}`);
  const memory = String((await engine.rows("SELECT current_setting('memory_limit')"))[0]![0]);
  const run = async (order: 'ascending' | 'descending'): Promise<SandboxResult> => {
    const { replay } = context;
    const sandbox = await openSandbox({
      tables,
      order,
      memory,
      seconds,
      timeZone: replay.timeZone,
      tempDirectory: engine.tempDirectory,
    });
    try {
      return await sandbox.query(counted ? String(statement.counted) : statement.sql, values);
    } catch (error) {
      throw failure(error, file, seconds);
    } finally {
      sandbox.close();
    }
  };
  const first = await run('ascending');
  if (first.rows.length > LARGEST)
    throw refused(
      file,
      'own-report-too-large',
      `The report has ${first.rows.length} rows; at most ${LARGEST} are written.`,
      'Group or limit them.',
    );
  const different = firstDifference(first, await run('descending'));
  if (different !== null) {
    const message = `The result of ${file} hangs on the order in which rows happen to come: ${different} is another one when they come the other way round.`;
    const help =
      'Give each ORDER BY (also of windows, LIMIT, list and string_agg) enough columns to decide between all rows.';
    throw refused(file, 'own-report-not-deterministic', message, help);
  }
  return first;
}

/** Numbers for the ids of patients: of one id the same in every relation, in an order that only the rows themselves give away. */
async function numberPersons({ engine, final }: ReportContext, { requires, persons }: OwnStatement): Promise<void> {
  const relations = requires.map(({ relation }) => identifier(final(relation)));
  const all = requires.flatMap(({ relation, columns }) =>
    columns
      .filter((column) => persons.get(relation)?.has(column) === true)
      .map((column) => `SELECT ${identifier(column)}::VARCHAR AS id FROM ${identifier(final(relation))}`),
  );
  const ids = all.length === 0 ? 'SELECT NULL::VARCHAR AS id' : all.join(' UNION ALL ');
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${PERSONS} AS SELECT id, row_number() OVER (ORDER BY ${pseudonymSql('id', relations)}, id) AS n FROM (SELECT DISTINCT id FROM (${ids}) WHERE id IS NOT NULL)`,
  );
}

/** What a report reads of a relation: its columns and ROWTIME; of a stream the records that have a value. */
async function rowsSql(
  context: ReportContext,
  relation: string,
  { visible, persons, patients }: OwnStatement,
  counted: boolean,
): Promise<string> {
  const rows = identifier(context.final(relation));
  const described = await context.engine.rows(`SELECT column_name, column_type FROM (DESCRIBE ${rows})`);
  const types = new Map(described.map(([name, type]) => [String(name), String(type)]));
  const declared = new Map(context.columns(relation).map((column) => [column.name, column]));
  // Under a key the hashes are the pseudonyms.
  const numbered = context.replay.hashKey === undefined ? persons.get(relation) : undefined;
  const columns = visible.get(relation)!;
  const list = columns.map((name) => {
    const column = declared.get(name);
    if (numbered?.has(name) !== true) {
      const sql = identifier(name);
      return column?.coarse === undefined ? sql : `${coarseSql(sql, column.type, column.coarse)} AS ${sql}`;
    }
    return `${numberSql(`r.${identifier(name)}`)}::${types.get(name)} AS ${identifier(name)}`;
  });
  const rowtime = coarseSql('"$ts"', BIGINT, context.coarseRowtime?.(relation));
  const time = columns.includes('ROWTIME') || !types.has('$ts') ? [] : [`${rowtime} AS "ROWTIME"`];
  const patient = counted ? patientSql(context, patients.get(relation)) : [];
  return `SELECT ${[...list, ...time, ...patient].join(', ')} FROM ${rows} r${types.has('$live') ? ' WHERE "$live"' : ''}`;
}

function numberSql(id: string): string {
  return `(SELECT p.n FROM ${PERSONS} p WHERE p.id = ${id}::VARCHAR)`;
}

/** The patient of each row; all rows that name nobody count as one. */
function patientSql({ final }: ReportContext, patient: PatientOf | undefined): readonly string[] {
  if (patient === undefined) return [];
  const { column, through } = patient;
  const other = through === undefined ? '' : identifier(final(through.relation));
  const number =
    through === undefined
      ? numberSql(`r.${identifier(column)}`)
      : `(SELECT min(p.n) FROM ${other} o JOIN ${PERSONS} p ON p.id = o.${identifier(column)}::VARCHAR WHERE o.${identifier(through.by)} = r.${identifier(through.by)})`;
  return [`coalesce(${number}, 0) AS ${identifier(PERSON)}`];
}

function firstDifference(a: SandboxResult, b: SandboxResult): string | null {
  if (a.rows.length !== b.rows.length) return 'the number of rows';
  for (const [r, row] of a.rows.entries())
    for (const [c, value] of row.entries())
      if (!isSame(value, b.rows[r]![c]!)) return `"${a.names[c]}" of row ${r + 1}`;
  return null;
}

function isSame(a: SandboxResult['rows'][number][number], b: typeof a): boolean {
  if (typeof a === 'number' && typeof b === 'number')
    return Object.is(a, b) || Math.abs(a - b) <= SAME * Math.max(Math.abs(a), Math.abs(b));
  return String(a) === String(b);
}

// The engine's message may quote a value of a row: only errors about the text of the query are passed on.
function failure(error: unknown, file: string, seconds: number): unknown {
  if (error instanceof SandboxTimeout) {
    const message = `${file} ran longer than ${seconds} s and was stopped.`;
    return refused(file, 'own-report-too-long', message, 'Give it more with --time-limit SECONDS, or let it do less.');
  }
  if (error instanceof SandboxTooLarge) {
    const message = `${file} took more memory than --memory gives, and was stopped.`;
    return refused(
      file,
      'own-report-too-large',
      message,
      'Let it make shorter texts and lists, or give it more with --memory 2GB.',
    );
  }
  const said = error instanceof Error ? error.message : '';
  const json = said.indexOf('{');
  const parsed =
    json < 0 ? {} : (JSON.parse(said.slice(json)) as { exception_type?: string; exception_message?: string });
  const isAboutText = /^(Binder|Parser|Catalog|Syntax)$/.test(parsed.exception_type ?? '');
  const why = isAboutText
    ? parsed.exception_message!.split('\n')[0]!
    : `the engine says ${parsed.exception_type ?? 'no more'} (a value that cannot be converted, too little memory, or a limit)`;
  return refused(file, 'own-report-statement', `The query of ${file} failed: ${why}.`.replace(/\.\.$/, '.'));
}

function refused(file: string, code: string, message: string, help?: string): DiagnosticError {
  const diagnostic: Diagnostic = {
    code,
    severity: 'error',
    message,
    place: { file },
    ...(help !== undefined && { help }),
    next: `pharmabi help ${code}`,
  };
  return new DiagnosticError([diagnostic], EXIT.usage);
}
