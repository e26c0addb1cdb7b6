import type { Engine } from '../engine/engine.js';
import { readerOf } from '../input/forms/index.js';
import type { InputFile } from '../input/input-file.js';
import type { Reader } from '../input/reader.js';
import type { Rejected } from '../relation.js';
import { text } from '../sql/quote.js';
import { CLASS, EVENTS, isOf } from './events-table.js';

/** What the lines that gave no event turned out to be. */
export interface Diagnosis {
  /** Bare `null` lines: tombstones without a key. */
  readonly bareNulls: number;
  /** Side topics (transaction, heartbeat, schema-change) by name. */
  readonly setAside: ReadonlyMap<string, number>;
  readonly rejected: readonly Rejected[];
  /** True where change events of another shape than the head's stand in the file. */
  readonly otherShapes: boolean;
}

const LISTED = 10_000;

/** Looks again at the lines of a file that gave no event, to say what each is. Reads raw lines; only run where there are any. */
export async function diagnose(engine: Engine, file: InputFile, index: number): Promise<Diagnosis> {
  const reader = readerOf(file);
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE "$unread" AS SELECT record AS n FROM ${EVENTS} WHERE ${isOf(file, index)} AND class = ${CLASS.unreadable}`,
  );
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE "$diagnosis" AS SELECT n, ${classSql(reader)} AS what FROM (SELECT n, v, whole FROM (${reader.texts(file)}) WHERE n IN (FROM "$unread"))`,
  );
  const counts = new Map(
    (await engine.rows('SELECT what, count(*) FROM "$diagnosis" GROUP BY what ORDER BY what')).map(([what, n]) => [
      String(what),
      Number(n),
    ]),
  );
  const removed = new Set(file.rejected.map((r) => r.line));
  const listed = await engine.rows(
    `SELECT n, what FROM "$diagnosis" WHERE starts_with(what, '!') ORDER BY n LIMIT ${LISTED}`,
  );
  // Where lines are not those of the file (blank ones, records over several), the place among the records is said.
  const rejected = listed
    .map(([n, what]) => ({ at: Number(n) + 1, ...REASONS[String(what).slice(1)]! }))
    .filter(({ at }) => file.blankLines || !removed.has(at))
    .map(({ at, code, reason }) =>
      file.blankLines
        ? { file: file.name, line: null, code, reason: `record ${at}: ${reason}` }
        : { file: file.name, line: at, code, reason },
    );
  const setAside = new Map([...counts].filter(([what]) => SIDE.has(what)));
  return { bareNulls: counts.get('null') ?? 0, setAside, rejected, otherShapes: counts.has('!other-shape') };
}

const SIDE = new Set(['transaction', 'heartbeat', 'schema-change']);

const REASONS: { readonly [what: string]: { readonly code: string; readonly reason: string } } = {
  'invalid-json': { code: 'invalid-json', reason: 'is not valid JSON (cut off, or two records run together)' },
  'not-a-record': { code: 'not-a-record', reason: 'is JSON, but not a change event or a row' },
  'no-known-field': { code: 'no-known-field', reason: 'is a row with none of the declared columns' },
  'other-shape': { code: 'other-shape', reason: 'is a change event of another shape than the file began with' },
  'wrong-columns': { code: 'wrong-columns', reason: 'does not have the columns that the file began with' },
};

function classSql(reader: Reader): string {
  const field = (name: string): string =>
    `(json_exists(v, ${text(`$."${name}"`)}) OR json_exists(v, ${text(`$.payload."${name}"`)}))`;
  return `CASE WHEN NOT whole THEN ${text(`!${reader.broken}`)} WHEN trim(v) = 'null' THEN 'null' WHEN v IS NULL OR NOT json_valid(v) THEN '!invalid-json'
    WHEN json_type(v) <> 'OBJECT' THEN '!not-a-record'
    WHEN ${field('status')} AND ${field('id')} AND (${field('event_count')} OR ${field('data_collections')}) THEN 'transaction'
    WHEN ${field('ddl')} AND (${field('databaseName')} OR ${field('tableChanges')}) THEN 'schema-change'
    WHEN json_keys(v) = ['ts_ms'] OR json_keys(v, '$.payload') = ['ts_ms'] THEN 'heartbeat'
    WHEN ${field('op')} AND (${field('after')} OR ${field('before')} OR ${field('source')}) THEN '!other-shape'
    WHEN ${field('__op')} OR ${field('__table')} OR ${field('__deleted')} THEN '!other-shape'
    ELSE '!no-known-field' END`;
}
