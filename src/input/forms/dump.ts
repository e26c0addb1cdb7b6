import type { Diagnostic } from '../../diagnostics/diagnostic.js';
import type { Engine } from '../../engine/engine.js';
import type { CsvOption, Rejected } from '../../relation.js';
import { text } from '../../sql/quote.js';
import { dumpFacts } from '../dump/facts.js';
import { type DumpForm, dumpText } from '../dump/form.js';
import { columnOf } from '../dump/header.js';
import { localeOf, mayBeLocal } from '../dump/locale.js';
import { dateSql, numberSql, openQuestion } from '../dump/localise.js';
import { clearRejects, DUMP_LINE, dumpColumn, dumpRows } from '../dump/relation.js';
import { rewriteDump } from '../dump/rewrite.js';
import { sniffDump } from '../dump/sniff.js';
import type { Form, InputFile } from '../input-file.js';
import type { FileInspection } from '../inspect-file.js';
import type { OpenText } from '../open-text.js';
import { type FileCommon, type RawRelation, type Reader, ROWS_ONLY, type Typed } from '../reader.js';
import { tableOfTopic } from '../topic-name.js';

/** Dumps of rows: CSV and TSV of databases and spreadsheets. One instant of one table, all cells as text. */
export const DUMP: Reader = {
  kind: 'dump',
  lines: false,
  lacks: new Set(['history']),
  broken: 'wrong-columns',
  recogniseText: (head) => sniffDump(head, head.option),
  settle,
  title: (form) => `dump (${dumpText(form as DumpForm)})`,
  relation,
  texts: () =>
    'SELECT 0 AS n, NULL::VARCHAR AS v, NULL::VARCHAR AS key, NULL::VARCHAR AS topic, NULL::BIGINT AS record_time, false AS whole WHERE false',
  refused,
  lineNumbers,
  header: (form) => {
    const { header } = form as DumpForm;
    return { names: header, has: (field) => columnOf(header, field) >= 0 };
  },
  questions,
  inspect,
};

function relation(file: InputFile): RawRelation {
  const { header, locale, zone, ...form } = file.form as DumpForm;
  return {
    ...ROWS_ONLY,
    from: `${dumpRows(file)} r`,
    flat(field) {
      const at = columnOf(header, field);
      return at < 0 ? 'NULL' : dateSql(`r.${dumpColumn(at)}`, locale[header[at]!] ?? {}, zone);
    },
    written: (field, type, v) => numberSql({ header, locale, ...form }, field, type, v),
  };
}

/** Rows in the usual quotes are read as they are; all others are written anew in them. */
async function settle(
  engine: Engine,
  common: FileCommon,
  opened: OpenText,
  option: CsvOption | undefined,
): Promise<InputFile> {
  const form = opened.form as DumpForm;
  const { path, compression, scan } = opened;
  const usual = form.quote !== null && form.escape === 'double' && !form.headless;
  const clean = !scan.invalidText && !scan.longLines && !scan.oddLines && !scan.bareReturns && scan.damage === null;
  const plain: InputFile = { ...common, form, readPath: path, compression, rejected: [] };
  if (usual && clean && (await readsWhole(engine, plain))) return await localised(engine, plain, opened, option);
  const readPath = engine.spool(`rows-${common.sha256.slice(0, 16)}`);
  const { name, damage } = common;
  const rewritten = await rewriteDump({ path, name, compression, damage }, form, readPath);
  const file: InputFile = { ...common, ...rewritten, readPath, compression: 'none' };
  return await localised(engine, file, opened, option);
}

/**
 * True where the engine reads every row of a dump. Where it does not, its list of bad rows has no line numbers of the file, and
 * breaks over a long row that it cuts inside a letter (seen with DuckDB 1.5.5): our own reader lists them then.
 */
async function readsWhole(engine: Engine, file: InputFile): Promise<boolean> {
  try {
    await engine.rows(`SELECT count(*) FROM ${dumpRows(file)}`);
    return Number((await engine.rows('SELECT count(*) FROM reject_errors'))[0]?.[0] ?? 0) === 0;
  } catch (error) {
    if (error instanceof Error && /^Invalid Input Error/.test(error.message)) return false;
    throw error;
  } finally {
    await clearRejects(engine);
  }
}

/** How many times more a packed dump has when it is unpacked, roughly. */
const PACKED = 10;

/** A dump with how its columns write numbers and dates. */
async function localised(
  engine: Engine,
  file: InputFile,
  { scan }: OpenText,
  option: CsvOption | undefined,
): Promise<InputFile> {
  const form = file.form as DumpForm;
  const told = option?.decimal !== undefined || option?.date !== undefined;
  const bytes = scan.compression === 'gzip' ? scan.bytes * PACKED : scan.bytes;
  if (!told && !mayBeLocal(form, scan.head.toString('utf8'), bytes)) return file;
  const locale = await localeOf(engine, file, option);
  return { ...file, form: { ...form, locale } as Form };
}

/** Rows that the engine refused, with its reason in our words. */
async function refused(engine: Engine, file: InputFile): Promise<readonly Rejected[]> {
  const rows = await engine.rows(
    `SELECT line::BIGINT, min(error_type::VARCHAR) FROM reject_errors JOIN reject_scans USING (scan_id, file_id) WHERE file_path = ${text(file.readPath)} GROUP BY line ORDER BY line`,
  );
  await clearRejects(engine);
  return rows.map(([line, type]) => ({
    file: file.name,
    line: Number(line),
    code: 'wrong-columns',
    reason: `cannot be read as a row: ${String(type).toLowerCase()}`,
  }));
}

/** Fields may hold line breaks, so that only a dump that was rewritten knows its lines: it has kept their numbers. */
async function lineNumbers(
  engine: Engine,
  file: InputFile,
  places: readonly number[],
): Promise<readonly (number | null)[]> {
  if (!(file.form as DumpForm).rewritten || places.length === 0) return places.map(() => null);
  const rows = await engine.rows(
    `SELECT n, ${DUMP_LINE} FROM (SELECT row_number() OVER () - 1 AS n, ${DUMP_LINE} FROM ${dumpRows(file)}) WHERE n IN (${places.join(', ')})`,
  );
  const lines = new Map(rows.map(([n, line]) => [Number(n), Number(line)]));
  return places.map((place) => lines.get(place) ?? null);
}

/** One diagnostic per column whose numbers or dates can be read in two ways. */
function questions(file: InputFile, fields: readonly Typed[]): readonly Diagnostic[] {
  const found = fields.flatMap(({ field, type }) => {
    const question = openQuestion(file.form as DumpForm, field, type);
    return question === null ? [] : ([[field, question]] as const);
  });
  return [...new Map(found)].map(([field, question]) => (question === 'date' ? dateOrder : decimalSign)(file, field));
}

function dateOrder(file: InputFile, field: string): Diagnostic {
  const table = tableOfTopic(file.fileTopic);
  return {
    code: 'date-order-unknown',
    severity: 'error',
    message: `Column ${field} of ${file.name} holds dates like 03/04/2026, and nothing in the file tells whether day or month comes first.`,
    place: { file: file.name, column: field },
    expected: 'a date with a day above 12, or ISO 8601',
    found: 'only days up to 12, or days above 12 in both places',
    help: `Say which comes first: --csv ${table}=date:dmy or --csv ${table}=date:mdy.`,
    next: `pharmabi inspect ${file.name}`,
  };
}

function decimalSign(file: InputFile, field: string): Diagnostic {
  const table = tableOfTopic(file.fileTopic);
  return {
    code: 'decimal-sign-unknown',
    severity: 'error',
    message: `Column ${field} of ${file.name} holds numbers like 1,234, and nothing in the file tells whether they are near one or over a thousand.`,
    place: { file: file.name, column: field },
    expected: 'a number with a sign before decimals that can be nothing else',
    found: 'one comma before three digits each',
    help: `Say what the comma is: --csv ${table}=decimal:comma (near one) or --csv ${table}=decimal:point (a thousand).`,
    next: `pharmabi inspect ${file.name}`,
  };
}

async function inspect(
  engine: Engine,
  file: InputFile,
): Promise<Omit<FileInspection, 'name' | 'bytes' | 'sha256' | 'form' | 'fileTopic'>> {
  const { header } = file.form as DumpForm;
  const records = Number((await engine.rows(`SELECT count(*) FROM ${dumpRows(file)}`))[0]?.[0] ?? 0);
  const rejects = await engine.rows('SELECT DISTINCT line::BIGINT FROM reject_errors ORDER BY 1 LIMIT 100');
  await clearRejects(engine);
  const { guesses, missing } = await dumpFacts(engine, file);
  return {
    connector: null,
    records,
    tombstones: 0,
    sideTopics: {},
    tables: [
      {
        table: file.fileTopic.slice(file.fileTopic.lastIndexOf('.') + 1),
        topic: file.fileTopic,
        records,
        operations: { r: records },
        firstCommit: null,
        lastCommit: null,
        repeats: 0,
        fields: Object.fromEntries(header.map((name) => [name, 'string'])),
        key: null,
        firstEvent: null,
        lastEvent: null,
      },
    ],
    undecodable: [
      ...file.rejected.map((r) => ({ line: r.line, reason: r.reason })),
      ...rejects.map(([line]) => ({ line: Number(line), reason: 'cannot be read as a row' })),
    ],
    missing,
    schemaChanges: [],
    guesses,
  };
}
