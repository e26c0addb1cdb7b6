import type { RawRelation } from '../input/reader.js';
import { type ColumnPlan, ownKeySql, type ValueColumn } from './columns.js';
import type { Encoding } from './encoding.js';
import { CLASS, EVENTS, eventColumns, isFor, isPlaced, POSITION, sourceWords, wordOf } from './events-table.js';
import { NUMERIC } from './forms.js';
import type { LoadContext } from './load-context.js';
import { matchSql } from './match.js';
import { FULL_NAME } from './raw-select.js';
import { type TableVersion, versionSql } from './schema-history.js';
import { guessSql, likelySql, plainSql, typedSql, UNAVAILABLE, unavailableSql } from './typed.js';

/** What turns the raw select of a file into rows of the events table. */
export interface Insert {
  readonly raw: Pick<RawRelation, 'rows' | 'written' | 'fileAt'>;
  /** The place of the file (of the first, where several are read as one) in the list. */
  readonly index: number;
  readonly context: LoadContext;
  /** How each value column is written in this file. */
  readonly encodings: ReadonlyMap<ValueColumn, Encoding>;
  readonly history: readonly TableVersion[];
  /** Fields whose numbers come as they are spelled. */
  readonly exact: readonly string[];
  /** Where a function takes the records apart, DuckDB would do so once for each field that is asked of it. */
  readonly once: boolean;
  /** SQL of a value that comes typed already, as exactly its declared type; undefined where its text comes. */
  readonly typed?: (v: ValueColumn) => string | undefined;
}

/** The statement that puts the records of a raw select into the events table: classes and sources first, then places, then typed values. */
export function insertSql(from: string, insert: Insert): string {
  const { plan } = insert.context;
  const layers = [classified, fed, placed, versioned, texts, plain, typed];
  const select = layers.reduce((sql, layer) => layer(`(${sql})`, insert), 'SELECT * FROM raw');
  const columns = columnsSql(insert);
  return `INSERT INTO ${EVENTS} WITH raw AS ${insert.once ? 'MATERIALIZED' : 'NOT MATERIALIZED'} (${from}) SELECT ${eventColumns(
    plan,
  )
    .map(([name]) => columns.get(name) ?? name)
    .join(', ')} FROM (${select})`;
}

type Layer = (from: string, insert: Insert) => string;

const fieldsOf = ({ context }: Insert): readonly string[] => [...new Set(context.values.map((v) => v.field))];

/** The text of a value column as the raw select has it. */
function fieldSql(v: ValueColumn, insert: Insert): string {
  const typed = insert.typed?.(v);
  return typed === undefined ? `field${fieldsOf(insert).indexOf(v.field)}` : `(${typed})::VARCHAR`;
}

/** What tools write where they know no place (`"file": "", "pos": 0`) is none. */
const classified: Layer = (from, { raw }) => {
  const op = `CASE WHEN is_envelope THEN envelope_op WHEN NOT is_row THEN NULL WHEN deleted THEN 'd' WHEN row_op IN ('r','c','u','d') THEN row_op ELSE ${raw.rows ? "'r'" : "'u'"} END`;
  const kind = `CASE WHEN binlog <> '' AND pos IS NOT NULL THEN ${POSITION.binlog} WHEN lsn IS NOT NULL THEN ${POSITION.lsn} WHEN kafka_partition IS NOT NULL AND kafka_offset IS NOT NULL THEN ${POSITION.offset} ELSE ${POSITION.none} END`;
  return `SELECT *, CASE WHEN is_envelope OR is_row THEN ${CLASS.event} WHEN is_null THEN ${CLASS.tombstone} ELSE ${CLASS.unreadable} END AS class, ${op} AS op, coalesce(table_name, split_part(topic_name, '.', -1)) AS named_table, ${kind} AS place_kind FROM ${from}`;
};

const fed: Layer = (from, { context }) => {
  const names = { table: 'named_table', topic: 'topic_name', full: FULL_NAME };
  const met = context.sources.map((source) => matchSql(source, names, context.options.topics));
  const words = sourceWords(context.plan.sources);
  const sets = words.map((name, word) => `${setSql(met, word)} AS ${name}`);
  return `SELECT *, ${words.map((name) => `${name} <> 0`).join(' OR ')} AS wanted FROM (SELECT *, ${sets.join(', ')} FROM ${from})`;
};

/** SQL of a word of the sources that a record is for; sources over one topic are asked for once. */
function setSql(met: readonly string[], word: number): string {
  const arms = [...new Set(met)].flatMap((test) => {
    const bits = wordOf(
      met.flatMap((other, at) => (other === test ? [at] : [])),
      word,
    );
    return bits === wordOf([], word) ? [] : [`(CASE WHEN ${test} THEN ${bits} ELSE 0::UBIGINT END)`];
  });
  return arms.length === 0
    ? '0::UBIGINT'
    : `CASE WHEN class = ${CLASS.unreadable} THEN 0::UBIGINT ELSE ${arms.join(' + ')} END`;
}

const placed: Layer = (from, insert) => {
  const file =
    "coalesce(TRY_CAST(split_part(binlog, '.', -1) AS BIGINT), TRY_CAST(regexp_extract(binlog, '([0-9]+)[^0-9]*$', 1) AS BIGINT), 0)";
  const commit = `coalesce(TRY_CAST(regexp_extract(sequence, '^\\["?([0-9]+)', 1) AS BIGINT), lsn)`;
  const place1 = `CASE place_kind WHEN ${POSITION.binlog} THEN ${file} WHEN ${POSITION.lsn} THEN ${commit} WHEN ${POSITION.offset} THEN kafka_partition END`;
  const place2 = `CASE place_kind WHEN ${POSITION.binlog} THEN pos WHEN ${POSITION.lsn} THEN lsn WHEN ${POSITION.offset} THEN kafka_offset END`;
  const needs = needsOf(insert).map((condition, i) => `${condition} AS needed${i}`);
  return `SELECT *, ${[`${place1} AS place1`, `${place2} AS place2`, ...needs].join(', ')} FROM ${from}`;
};

/** The distinct conditions under which the value of a column is wanted of a record. */
function needsOf({ context }: Insert): readonly string[] {
  return [...new Set(context.values.map((v) => needOf(v, context.plan)))];
}

function needOf(v: ValueColumn, plan: ColumnPlan): string {
  const all = plan.sources === v.sources.length ? 'wanted' : isFor(v.sources);
  return v.key ? all : `${all} AND op <> 'd' AND class = ${CLASS.event}`;
}

function neededSql(v: ValueColumn, insert: Insert, sql: string): string {
  return `CASE WHEN needed${needsOf(insert).indexOf(needOf(v, insert.context.plan))} THEN ${sql} END`;
}

/** Which version of its table a record falls under, where the form of a value hangs on that. */
const versioned: Layer = (from, { encodings, history }) => {
  const asked = [...encodings.values()].some((e) => JSON.stringify(e).includes('table_version = '));
  return asked ? `SELECT *, ${versionSql(history)} AS table_version FROM ${from}` : `SELECT * FROM ${from}`;
};

/** Value columns whose text comes. */
function read(insert: Insert): readonly ValueColumn[] {
  return insert.context.values.filter((v) => insert.typed?.(v) === undefined);
}

const texts: Layer = (from, insert) => {
  const columns = read(insert).map((v) => {
    const spelled = v.type.kind === 'STRING' && insert.exact.includes(v.field);
    const field = fieldSql(v, insert);
    return `${neededSql(v, insert, spelled ? `pbi_number_text(${field})` : field)} AS text${v.index}`;
  });
  return `SELECT ${['*', ...columns].join(', ')} FROM ${from}`;
};

const plain: Layer = (from, insert) => {
  const columns = read(insert).flatMap((v) => {
    const written = insert.raw.written?.(v.field, v.type, `text${v.index}`) ?? `text${v.index}`;
    const likely = likelySql(v.type, written, insert.encodings.get(v)!);
    const text = `${plainSql(v.type, written, insert.encodings.get(v)!)} AS plain${v.index}`;
    return likely === null ? [text] : [text, `${likely} AS likely${v.index}`];
  });
  return `SELECT ${['*', ...columns].join(', ')} FROM ${from}`;
};

const typed: Layer = (from, insert) => {
  const columns = insert.context.values.map((v) => {
    const given = insert.typed?.(v);
    if (given !== undefined) return `${neededSql(v, insert, given)} AS value${v.index}`;
    const encoding = insert.encodings.get(v)!;
    const likely = likelySql(v.type, `text${v.index}`, encoding) === null ? undefined : `likely${v.index}`;
    // A log never counts days as spreadsheets do.
    const dating = v.guessed && insert.raw.rows ? { ...encoding, dates: true } : encoding;
    return `CASE WHEN text${v.index} IS NULL THEN NULL ELSE ${typedSql(v.type, `plain${v.index}`, dating, likely)} END AS value${v.index}`;
  });
  return `SELECT ${['*', ...columns].join(', ')} FROM ${from}`;
};

/** SQL of the columns of the events table that are not there under their names. */
function columnsSql(insert: Insert): ReadonlyMap<string, string> {
  const { index, context, raw } = insert;
  const absent = context.plan.values.filter((v) => !context.values.includes(v));
  return new Map([
    ['file_index', raw.fileAt === null ? String(index) : `${index} + file_at`],
    // A placed record needs no name after this: its text is a tenth of the table.
    ['stream', `CASE WHEN wanted AND ${isPlaced()} AND op <> 'r' THEN NULL ELSE ${FULL_NAME} END`],
    ['snapshot_row', `op = 'r' AND coalesce(snapshot <> 'incremental', true)`],
    ['incremental', `coalesce(snapshot = 'incremental', false)`],
    ['place3', `CASE place_kind WHEN ${POSITION.binlog} THEN coalesce("row", 0) END`],
    ['transaction_hash', 'CASE WHEN transaction_id IS NOT NULL THEN hash(transaction_id) END'],
    ['identity', identitySql(insert)],
    ['misfit', misfitSql(insert)],
    ['untouched', untouchedSql(insert)],
    ...absent.flatMap(({ index: i }) => [[`value${i}`, 'NULL'] as const, [`guess${i}`, 'NULL'] as const]),
    ...context.values.map((v) => [`guess${v.index}`, guessOf(v, insert)] as const),
  ]);
}

function guessOf(v: ValueColumn, insert: Insert): string {
  const text = insert.typed?.(v) === undefined ? `text${v.index}` : `value${v.index}::VARCHAR`;
  return guessSql(v.type, text, `value${v.index}`, insert.encodings.get(v)!);
}

/** A hash of what tells a record from every other; null where nothing does. */
function identitySql(insert: Insert): string {
  const { plan, values } = insert.context;
  const fields = [...new Set(values.filter((v) => v.key).map((v) => ownKeySql(v, plan, fieldSql(v, insert))))];
  // Of a record whose sources declare no key, the key that it came with.
  const keyed = [...new Set(values.flatMap((v) => v.keySources))];
  const keys =
    keyed.length === plan.sources ? fields : [...fields, `(CASE WHEN NOT ${isFor(keyed)} THEN key_text END)`];
  const unlessOffset = (sql: string): string => `CASE WHEN place_kind = ${POSITION.offset} THEN NULL ELSE ${sql} END`;
  const told = [
    'server',
    'database',
    'coalesce(table_name, topic_name)',
    'place_kind',
    `(CASE WHEN place_kind = ${POSITION.offset} THEN topic_name END)`,
    'place1',
    'place2',
    '"row"',
    unlessOffset('op'),
    `snapshot = 'incremental'`,
    ...keys.map(unlessOffset),
  ];
  // Snapshot rows share one position: without a key nothing tells a repeat from another row.
  const nameless = ['true', ...keys.map((key) => `${key} IS NULL`)].join(' AND ');
  const anonymous = `op = 'r' AND place_kind <> ${POSITION.offset} AND ${nameless}`;
  return `CASE WHEN NOT wanted OR place_kind = ${POSITION.none} OR class <> ${CLASS.event} OR (${anonymous}) THEN NULL ELSE hash(${told.join(', ')}) END`;
}

const unavailable = (v: ValueColumn): string =>
  v.type.kind === 'ARRAY' ? `text${v.index} LIKE '%${UNAVAILABLE[0]}%'` : unavailableSql(`text${v.index}`);

function untouchedSql(insert: Insert): string {
  const columns = read(insert).filter((v) => !v.key);
  // Each WHEN is asked only of the rows that those before it left over.
  const tests = columns.map((v) => {
    const text = v.type.kind === 'STRING' || v.type.kind === 'BYTES';
    return `(CASE ${text ? '' : `WHEN value${v.index} IS NOT NULL THEN false `}WHEN ${unavailable(v)} THEN true ELSE false END)`;
  });
  if (tests.length === 0) return 'NULL';
  const indexes = tests.map((test, i) => `CASE WHEN ${test} THEN ${columns[i]!.index} END`);
  return `CASE WHEN ${tests.join(' OR ')} THEN list_filter([${indexes.join(', ')}], lambda c: c IS NOT NULL) END`;
}

/** The first value column whose text does not fit its type. */
function misfitSql(insert: Insert): string {
  const tests = read(insert).map(
    (v) =>
      `CASE WHEN value${v.index} IS NULL AND text${v.index} IS NOT NULL THEN CASE WHEN NOT coalesce(${unavailable(v)}, false) THEN ${looksEncoded(v, insert.encodings.get(v)!)} END END`,
  );
  return `coalesce(${[...tests, 'NULL', 'NULL'].join(', ')})`;
}

/** The index of a misfit column; -1 - index where its text is base64 in a column of numbers and nothing tells the scale. */
function looksEncoded(v: ValueColumn, { bytes, scale }: Encoding): string {
  if (!NUMERIC.has(v.type.kind)) return String(v.index);
  const unscaled =
    bytes === undefined || bytes === 'false'
      ? // Digits alone are a number that is too long, in most columns: base64 of one has letters sooner or later.
        `schema_hash IS NULL AND pbi_base64(text${v.index}) AND NOT regexp_full_match(text${v.index}, '[0-9]+')`
      : `(${bytes}) AND (${scale}) IS NULL`;
  return `CASE WHEN ${unscaled} THEN ${-1 - v.index} ELSE ${v.index} END`;
}
