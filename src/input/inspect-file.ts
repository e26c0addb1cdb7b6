import type { Engine } from '../engine/engine.js';
import { text } from '../sql/quote.js';
import { fileText, readerOf } from './forms/index.js';
import type { InputFile } from './input-file.js';
import { decimalNotes, type GuessedType, valueGuesses } from './inspect-guesses.js';
import { eventTimes, keyFields, type SchemaChange, schemaChanges } from './inspect-schema.js';
import { type MetaName, metaFields } from './json-facts.js';

/** One table found in a file. Times are epoch milliseconds; `fields` maps names to the JSON types seen. */
export interface TableInspection {
  readonly table: string;
  readonly topic: string;
  readonly records: number;
  readonly operations: Readonly<Record<string, number>>;
  readonly firstCommit: number | null;
  readonly lastCommit: number | null;
  /** Records whose source position, operation and key stand more than once. */
  readonly repeats: number;
  readonly fields: Readonly<Record<string, string>>;
  /** Fields of the records' keys; null where they carry none, or a bare one. */
  readonly key: readonly string[] | null;
  /** Event time: of the field that the pipeline takes its ROWTIME from; null where it names none. */
  readonly firstEvent: number | null;
  readonly lastEvent: number | null;
}

/** What one file holds. */
export interface FileInspection {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly form: string;
  readonly connector: string | null;
  readonly fileTopic: string;
  readonly records: number;
  readonly tombstones: number;
  readonly sideTopics: Readonly<Record<string, number>>;
  readonly tables: readonly TableInspection[];
  readonly undecodable: readonly { readonly line: number | null; readonly reason: string }[];
  /** What this export cannot tell, in words. */
  readonly missing: readonly string[];
  readonly schemaChanges: readonly SchemaChange[];
  /** What was decided by magnitude or form, in words. */
  readonly guesses: readonly string[];
}

/** What a pipeline declares of the data: lower-case DECIMAL fields, by table the field that dates its rows, and fields that may be guessed at. */
export interface Declared {
  readonly decimals: ReadonlySet<string>;
  readonly times: ReadonlyMap<string, string>;
  /** By table: lower-case fields of types that a log without schemas can write in more than one way. */
  readonly typed: ReadonlyMap<string, ReadonlyMap<string, GuessedType>>;
}

const LISTED = 100;

/** Looks through one file; its rows are held as text only while this runs. */
export async function inspectFile(engine: Engine, file: InputFile, declared: Declared): Promise<FileInspection> {
  const reader = readerOf(file);
  if (reader.inspect !== undefined) return { ...common(file), ...(await reader.inspect(engine, file)) };
  await reader.prepare?.(file, null);
  await engine.run(`CREATE OR REPLACE TEMP TABLE "$inspected" AS ${recordsSql(file)}`);
  reader.release?.(file);
  const classes = new Map(
    (await engine.rows('SELECT what, count(*) FROM "$inspected" GROUP BY what ORDER BY what')).map(([w, n]) => [
      String(w),
      Number(n),
    ]),
  );
  const guesses: string[] = [];
  const facts = file.form.records!;
  const schemas = facts.wrapped && !facts.bare;
  const tables = await tablesOf(engine, declared, schemas, guesses);
  const changes = classes.has('schema-change') ? await schemaChanges(engine) : [];
  const removed = new Set(file.rejected.map((r) => r.line));
  const undecodable = (
    await engine.rows(`SELECT n + 1 FROM "$inspected" WHERE what = 'unknown' ORDER BY n LIMIT ${LISTED}`)
  )
    .filter(([n]) => !removed.has(Number(n)))
    .map(([n]) => ({ line: file.blankLines ? null : Number(n), reason: 'is not a record that can be read' }));
  const counts = (
    await engine.objects(
      `SELECT count(*) FILTER (WHERE what = 'event') AS events, count(*) FILTER (WHERE what = 'event' AND place IS NULL) AS unplaced, count(*) FILTER (WHERE what = 'tombstone' AND NOT keyed) AS keyless, count(*) FILTER (WHERE what = 'event' AND NOT keyed) AS unkeyed, count(*) FILTER (WHERE what = 'event' AND op NOT IN ('r', '-') AND NOT grouped) AS apart FROM "$inspected"`,
    )
  )[0]!;
  await engine.run('DROP TABLE "$inspected"');
  const side = ['heartbeat', 'schema-change', 'signal', 'transaction']
    .filter((w) => classes.has(w))
    .map((w) => [w, classes.get(w)!]);
  const missing = [
    ...(Number(counts.unplaced) > 0 ? [`${counts.unplaced} records have no source position`] : []),
    ...(Number(counts.unkeyed) > 0 && reader.lacks.has('key')
      ? ['records have no key of their own (value-only export)']
      : []),
    ...(Number(counts.keyless) > 0 ? [`${counts.keyless} tombstones have no key`] : []),
    ...(Number(counts.apart) > 0 ? ['no transaction ids: --until and --known-at judge each record for itself'] : []),
    ...(facts.flat && !facts.envelope && Number(counts.events) > 0
      ? ['unwrapped rows: a TRUNCATE never stands in them']
      : []),
    ...decimalNotes(facts, declared.decimals),
  ];
  return {
    ...common(file),
    connector: facts.connector,
    records: [...classes.values()].reduce((a, b) => a + b, 0),
    tombstones: classes.get('tombstone') ?? 0,
    sideTopics: Object.fromEntries(side),
    tables,
    undecodable: [...file.rejected.map((r) => ({ line: r.line, reason: r.reason })), ...undecodable],
    missing,
    schemaChanges: changes,
    guesses,
  };
}

function common(file: InputFile): Pick<FileInspection, 'name' | 'bytes' | 'sha256' | 'form' | 'fileTopic'> {
  return {
    name: file.name,
    bytes: file.bytes,
    sha256: file.sha256,
    form: fileText(file),
    fileTopic: file.fileTopic,
  };
}

function recordsSql(file: InputFile): string {
  const prefix = file.form.records!.prefix;
  const meta = (name: MetaName): string =>
    `coalesce(${['NULL', ...metaFields(prefix, name).map((f) => `TRY(json_extract_string(p, ${text(`$."${f}"`)}))`)].join(', ')})`;
  const get = (path: string): string => `TRY(json_extract_string(p, ${text(path)}))`;
  const envelope = `(${get('$.op')} IN ('r','c','u','d','t','m') AND (json_exists(p, '$.after') OR json_exists(p, '$.source')))`;
  const op = `CASE WHEN env THEN ${get('$.op')} WHEN ${meta('deleted')} = 'true' THEN 'd' ELSE coalesce(${meta('op')}, '-') END`;
  const place = `nullif(concat_ws(':', coalesce(${get('$.source.file')}, ${meta('source_file')}), coalesce(${get('$.source.pos')}, ${meta('source_pos')}), coalesce(${get('$.source.row')}, ${meta('source_row')}), coalesce(${get('$.source.lsn')}, ${meta('lsn')}, ${meta('source_lsn')})), '')`;
  const transaction = `coalesce(${get('$.source.gtid')}, ${get('$.source.txId')}, ${meta('gtid')}, ${meta('source_gtid')}, ${get('$.transaction.id')}, ${meta('transaction_id')})`;
  const what = `CASE WHEN v IS NULL OR trim(v) = 'null' THEN CASE WHEN whole THEN 'tombstone' ELSE 'unknown' END WHEN p IS NULL OR json_type(p) <> 'OBJECT' OR p = '{}' THEN 'unknown'
    WHEN json_exists(p, '$.status') AND json_exists(p, '$.id') AND (json_exists(p, '$.event_count') OR json_exists(p, '$.data_collections')) THEN 'transaction'
    WHEN json_exists(p, '$.ddl') AND (json_exists(p, '$.databaseName') OR json_exists(p, '$.tableChanges')) THEN 'schema-change'
    WHEN json_keys(p) = ['ts_ms'] THEN 'heartbeat' WHEN tab = 'debezium_signal' THEN 'signal' ELSE 'event' END`;
  return `SELECT n, ${what} AS what, op, tab, topic, ct, place, grouped, keyed, CASE WHEN keyed THEN key ELSE NULL END AS key, CASE WHEN env THEN coalesce(nullif(json_extract(p, '$.after'), 'null'), json_extract(p, '$.before')) ELSE p END AS row
    FROM (SELECT *, ${op} AS op, lower(coalesce(CASE WHEN env THEN ${get('$.source.table')} ELSE ${meta('table')} END, split_part(topic, '.', -1))) AS tab,
      TRY_CAST(coalesce(${get('$.source.ts_ms')}, ${meta('source_ts_ms')}, record_time::VARCHAR) AS BIGINT) AS ct, ${place} AS place, ${transaction} IS NOT NULL AS grouped, key IS NOT NULL AS keyed
      FROM (SELECT *, coalesce(${envelope}, false) AS env
        FROM (SELECT *, CASE WHEN json_exists(j, '$.schema') AND json_exists(j, '$.payload') THEN json_extract(j, '$.payload') ELSE j END AS p
          FROM (SELECT *, CASE WHEN json_valid(v) THEN v::JSON END AS j FROM (${readerOf(file).texts(file)})))))`;
}

async function tablesOf(
  engine: Engine,
  declared: Declared,
  schemas: boolean,
  guesses: string[],
): Promise<readonly TableInspection[]> {
  const rows = await engine.rows(
    `SELECT tab, min(topic), count(*), min(ct), max(ct), count(*) FILTER (WHERE place IS NOT NULL AND op <> 'r') - count(DISTINCT CASE WHEN place IS NOT NULL AND op <> 'r' THEN concat_ws('|', place, op, key) END), json_group_structure(row)::VARCHAR FROM "$inspected" WHERE what = 'event' GROUP BY tab ORDER BY tab`,
  );
  const ops = await engine.rows(
    `SELECT tab, op, count(*) FROM "$inspected" WHERE what = 'event' GROUP BY tab, op ORDER BY tab, op`,
  );
  const tables: TableInspection[] = [];
  for (const [name, topic, records, first, last, repeats, structure] of rows) {
    const table = String(name);
    const field = declared.times.get(table);
    const fields = Object.keys(fieldTypes(String(structure)));
    const spelled = fields.find((f) => f.toLowerCase() === field);
    const times = spelled === undefined ? null : await eventTimes(engine, table, spelled);
    if (times !== null && times.guessedMicroseconds > 0 && !schemas)
      guesses.push(
        `${table}.${spelled}: ${times.guessedMicroseconds} values have 15 digits or more and are read as microseconds`,
      );
    const typed = declared.typed.get(table);
    for (const name of schemas ? [] : fields) {
      const type = typed?.get(name.toLowerCase());
      if (type !== undefined) guesses.push(...(await valueGuesses(engine, table, name, type)));
    }
    tables.push({
      table,
      topic: String(topic),
      records: Number(records),
      operations: Object.fromEntries(ops.filter((o) => o[0] === name).map((o) => [String(o[1]), Number(o[2])])),
      firstCommit: first == null ? null : Number(first),
      lastCommit: last == null ? null : Number(last),
      repeats: Number(repeats),
      fields: fieldTypes(String(structure)),
      key: await keyFields(engine, table),
      firstEvent: times?.firstEvent ?? null,
      lastEvent: times?.lastEvent ?? null,
    });
  }
  return tables;
}

function fieldTypes(structure: string): Readonly<Record<string, string>> {
  const parsed: unknown = structure.startsWith('{') ? JSON.parse(structure) : {};
  return Object.fromEntries(
    Object.entries(parsed as Record<string, unknown>).map(([name, type]) => [name, jsonType(type)]),
  );
}

function jsonType(type: unknown): string {
  if (Array.isArray(type)) return 'array';
  if (typeof type !== 'string') return 'object';
  if (/INT$/.test(type)) return 'integer';
  if (type === 'DOUBLE') return 'number';
  return { VARCHAR: 'string', BOOLEAN: 'boolean', NULL: 'null' }[type] ?? 'mixed';
}
