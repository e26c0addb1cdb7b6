import type { Engine } from '../engine/engine.js';
import { writeAvroJson } from '../input/avro/write.js';
import { numberSql } from '../input/dump/localise.js';
import { dumpRelation } from '../input/dump/relation.js';
import type { InputFile, JsonFacts } from '../input/input-file.js';
import { jsonRelation } from '../input/raw-relation.js';
import { tableOfTopic } from '../input/topic-name.js';
import type { SourceDeclaration } from '../ksql/source.js';
import type { ReplayOptions } from '../relation.js';
import type { RenamedColumn } from './altered-columns.js';
import { type ColumnPlan, ownKeySql, type ValueColumn } from './columns.js';
import { cutInstants } from './cut-instants.js';
import type { Deidentification } from './deidentify.js';
import { type Encoding, encodingOf } from './encoding.js';
import { CLASS, EVENTS, isFor, isPlaced, POSITION, sourceWords, wordOf } from './events-table.js';
import { type Base64Fields, formCases, NUMERIC } from './forms.js';
import { matchSql } from './match.js';
import { FULL_NAME, namesOf, rawSelect, requestOf } from './raw-select.js';
import { type TableVersion, versionSql } from './schema-history.js';
import { type EmbeddedSchema, readSchemas } from './schemas.js';
import { guessSql, likelySql, plainSql, typedSql, UNAVAILABLE, unavailableSql } from './typed.js';

/** What a load needs to know beyond the file. */
export interface LoadContext {
  readonly sources: readonly SourceDeclaration[];
  readonly plan: ColumnPlan;
  readonly options: ReplayOptions;
  readonly spelling: ReadonlyMap<string, string>;
  /** The value columns that this file is asked for: all keys, and the columns of the sources that it can feed. */
  readonly values: readonly ValueColumn[];
  /** What the schema-change topics of the input tell of tables' columns. */
  readonly history: readonly TableVersion[];
  /** What becomes of fields before they are stored; null where everything is kept. */
  readonly deidentification: Deidentification | null;
  /** Columns that were called otherwise before: a record has one name or the other. */
  readonly renamed: readonly RenamedColumn[];
}

/** Reads one file into the events table: only needed columns, typed, classified, with position and identity. Gives in words what declared types could not hold. */
export async function loadFile(
  engine: Engine,
  file: InputFile,
  index: number,
  context: LoadContext,
  base64: Base64Fields,
  json: JsonFacts | null,
  exactNumbers: readonly string[],
): Promise<readonly string[]> {
  const request = requestOf(context, json, exactNumbers);
  await writeAvroJson(file, request);
  const raw = json === null ? dumpRelation(file) : jsonRelation(file, json, request);
  if (json?.wrapped !== true) {
    await alone(
      engine,
      file.bytes,
      insertSql(rawSelect(file, raw, context), file, index, context, base64, [], raw.parsed, exactNumbers),
    );
    return [];
  }
  const staged = '"$staged"';
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${staged} AS ${rawSelect(file, raw, context)}`);
  const schemas = await readSchemas(engine, file, staged);
  await engine.run(insertSql(`SELECT * FROM ${staged}`, file, index, context, base64, schemas, false, exactNumbers));
  const cuts = await cutInstants(engine, staged, context, schemas);
  await engine.run(`DROP TABLE ${staged}`);
  return cuts;
}

/** Files below this many bytes are read before a second thread has been stopped. */
const SMALL = 2_000_000;

/** Runs a load in one thread: its rows are numbered in the order of the file, and a second thread only spins beside the first. */
async function alone(engine: Engine, bytes: number, sql: string): Promise<void> {
  if (bytes < SMALL) return await engine.run(sql);
  const threads = String((await engine.rows("SELECT current_setting('threads')"))[0]?.[0] ?? 1);
  await engine.run('SET threads = 1');
  try {
    await engine.run(sql);
  } finally {
    await engine.run(`SET threads = ${threads}`);
  }
}

/** Layers 2 and 3: classes and sources of records, then typed values. */
function insertSql(
  from: string,
  file: InputFile,
  index: number,
  context: LoadContext,
  base64: Base64Fields,
  schemas: readonly EmbeddedSchema[],
  once: boolean,
  exactNumbers: readonly string[],
): string {
  const { plan, values } = context;
  const fields = [...new Set(values.map((v) => v.field))];
  const names = { table: 'named_table', topic: 'topic_name', full: FULL_NAME };
  const met = context.sources.map((source) => matchSql(source, names, context.options.topics));
  const text1 = (v: ValueColumn): string => `field${fields.indexOf(v.field)}`;
  const needed = (v: ValueColumn): string => {
    const all = context.sources.length === v.sources.length ? 'wanted' : isFor(v.sources);
    return v.key ? all : `${all} AND op <> 'd' AND class = 0`;
  };
  const forms = {
    schemas,
    allCarrySchemas: 'json' in file.form && !file.form.json.bare,
    history: historyOf(context),
    base64,
    options: context.options,
  };
  // What a policy has changed is text of its own: the year of a birth is no number of days any more.
  const changed = (v: ValueColumn): boolean =>
    v.sources.some((s) => context.deidentification?.bySource[s]?.has(v.field) === true);
  const encodings = new Map(
    values.map((v) => [v, changed(v) ? {} : encodingOf(formCases(v, namesOf(context, v.field), forms))]),
  );
  const encoding = (v: ValueColumn): Encoding => encodings.get(v)!;
  const toasts = values.filter((v) => !v.key);
  const unavailable = (v: ValueColumn): string =>
    v.type.kind === 'ARRAY' ? `text${v.index} LIKE '%${UNAVAILABLE[0]}%'` : unavailableSql(`text${v.index}`);
  // Each WHEN is asked only of the rows that those before it left over.
  const missing = toasts.map(
    (v) =>
      `CASE ${v.type.kind === 'STRING' || v.type.kind === 'BYTES' ? '' : `WHEN value${v.index} IS NOT NULL THEN false `}WHEN ${unavailable(v)} THEN true ELSE false END`,
  );
  const indexes = missing.map((test, i) => `CASE WHEN ${test} THEN ${toasts[i]!.index} END`);
  const untouched =
    toasts.length === 0
      ? 'NULL'
      : `CASE WHEN ${missing.map((test) => `(${test})`).join(' OR ')} THEN list_filter([${indexes.join(', ')}], lambda c: c IS NOT NULL) END`;
  const likely = (v: ValueColumn): string | undefined =>
    likelySql(v.type, `text${v.index}`, encoding(v)) === null ? undefined : `likely${v.index}`;
  const typed = values.map(
    (v) =>
      `CASE WHEN text${v.index} IS NULL THEN NULL ELSE ${typedSql(v.type, `plain${v.index}`, encoding(v), likely(v))} END AS value${v.index}`,
  );
  const local = (v: ValueColumn): string =>
    file.form.kind === 'dump' ? numberSql(file.form, v.field, v.type, `text${v.index}`) : `text${v.index}`;
  const plain = values.flatMap((v) => {
    const short = likelySql(v.type, local(v), encoding(v));
    const text2 = `${plainSql(v.type, local(v), encoding(v))} AS plain${v.index}`;
    return short === null ? [text2] : [text2, `${short} AS likely${v.index}`];
  });
  const misfit = values.map(
    (v) =>
      `CASE WHEN value${v.index} IS NULL AND text${v.index} IS NOT NULL THEN CASE WHEN NOT coalesce(${unavailable(v)}, false) THEN ${looksEncoded(v, encoding(v))} END END`,
  );
  const keyFields = [...new Set(values.filter((v) => v.key).map((v) => ownKeySql(v, plan, text1(v))))];
  // Of a record whose sources declare no key, the key that it came with.
  const keyed = [...new Set(values.flatMap((v) => v.keySources))];
  const keyText = keyed.length === plan.sources ? [] : [`(CASE WHEN NOT ${isFor(keyed)} THEN key_text END)`];
  const kind = `CASE WHEN binlog IS NOT NULL AND pos IS NOT NULL THEN ${POSITION.binlog} WHEN lsn IS NOT NULL THEN ${POSITION.lsn} WHEN kafka_partition IS NOT NULL AND kafka_offset IS NOT NULL THEN ${POSITION.offset} ELSE ${POSITION.none} END`;
  const fileNumber =
    "coalesce(TRY_CAST(split_part(binlog, '.', -1) AS BIGINT), TRY_CAST(regexp_extract(binlog, '([0-9]+)[^0-9]*$', 1) AS BIGINT), 0)";
  const commitLsn = `coalesce(TRY_CAST(regexp_extract(sequence, '^\\["?([0-9]+)', 1) AS BIGINT), lsn)`;
  const place1 = `CASE place_kind WHEN 1 THEN ${fileNumber} WHEN 2 THEN ${commitLsn} WHEN 3 THEN kafka_partition END`;
  const op = `CASE WHEN is_envelope THEN envelope_op WHEN NOT is_row THEN NULL WHEN deleted THEN 'd' WHEN row_op IN ('r','c','u','d') THEN row_op ELSE ${file.form.kind === 'dump' ? "'r'" : "'u'"} END`;
  const l2 = `SELECT *, CASE WHEN is_envelope OR is_row THEN ${CLASS.event} WHEN is_null THEN ${CLASS.tombstone} ELSE ${CLASS.unreadable} END AS class, ${op} AS op, coalesce(table_name, split_part(topic_name, '.', -1)) AS named_table, ${kind} AS place_kind FROM raw`;
  const words = sourceWords(plan.sources);
  const sets = words.map((name, word) => `${setSql(met, word)} AS ${name}`);
  const l3 = `SELECT *, ${words.map((name) => `${name} <> 0`).join(' OR ')} AS wanted FROM (SELECT *, ${sets.join(', ')} FROM (${l2}))`;
  const conditions = [...new Set(values.map(needed))];
  const guesses = plan.values.filter((v) => v.guessed);
  const place2 = 'CASE place_kind WHEN 1 THEN pos WHEN 2 THEN lsn WHEN 3 THEN kafka_offset END';
  const l3b = `SELECT *, ${place1} AS place1, ${[...conditions.map((c, i) => `${c} AS n${i}`), `${place2} AS place2`].join(', ')} FROM (${l3})`;
  const asksHistory = [...encodings.values()].some((e) => JSON.stringify(e).includes('table_version = '));
  const versioned = !asksHistory ? l3b : `SELECT *, ${versionSql(forms.history)} AS table_version FROM (${l3b})`;
  const quoted = (v: ValueColumn): boolean => v.type.kind === 'STRING' && exactNumbers.includes(v.field);
  const l4 = `SELECT *, ${values.map((v) => `CASE WHEN n${conditions.indexOf(needed(v))} THEN ${quoted(v) ? `pbi_number_text(${text1(v)})` : text1(v)} END AS text${v.index}`).join(', ') || '1 AS one'} FROM (${versioned})`;
  const l5 = `SELECT *, ${[...typed, '1 AS two'].join(', ')} FROM (SELECT *, ${[...plain, '1 AS plain'].join(', ')} FROM (${l4}))`;
  const told = [
    'server',
    'database',
    'coalesce(table_name, topic_name)',
    'place_kind',
    `(CASE WHEN place_kind = 3 THEN topic_name END)`,
    'place1',
    'place2',
    '"row"',
    `CASE WHEN place_kind = 3 THEN NULL ELSE op END`,
    `snapshot = 'incremental'`,
    ...[...keyFields, ...keyText].map((f) => `CASE WHEN place_kind = 3 THEN NULL ELSE ${f} END`),
  ];
  // Snapshot rows share one position: without a key nothing tells a repeat from another row.
  const anonymous = `op = 'r' AND place_kind <> 3 AND ${[...keyFields, ...keyText].map((f) => `${f} IS NULL`).join(' AND ')}`;
  const identity = `CASE WHEN NOT wanted OR place_kind = 0 OR class <> 0 OR (${anonymous}) THEN NULL ELSE hash(${told.join(', ')}) END`;
  // Where a function takes the records apart, DuckDB would do so once for each field that is asked of it.
  return `INSERT INTO ${EVENTS} WITH raw AS ${once ? 'MATERIALIZED' : 'NOT MATERIALIZED'} (${from}) SELECT ${[
    index,
    'record',
    'class',
    ...words,
    'wanted',
    // A placed record needs no name after this: its text is a tenth of the table.
    `CASE WHEN wanted AND ${isPlaced()} AND op <> 'r' THEN NULL ELSE ${FULL_NAME} END`,
    'op',
    `op = 'r' AND coalesce(snapshot <> 'incremental', true)`,
    `coalesce(snapshot = 'incremental', false)`,
    'place_kind',
    'place1',
    'place2',
    `CASE place_kind WHEN 1 THEN coalesce("row", 0) END`,
    'committed',
    'recorded',
    'kafka_partition',
    'kafka_offset',
    'CASE WHEN transaction_id IS NOT NULL THEN hash(transaction_id) END',
    identity,
    misfit.length === 0 ? 'NULL' : `coalesce(${misfit.join(', ')}, NULL)`,
    untouched,
    ...plan.values.map((v) => (values.includes(v) ? `value${v.index}` : 'NULL')),
    ...guesses.map((v) =>
      values.includes(v) ? guessSql(v.type, `text${v.index}`, `value${v.index}`, encoding(v)) : 'NULL',
    ),
  ].join(', ')} FROM (${l5})`;
}

/** SQL of the word of the sources that a record is for; sources over one topic are asked for once. */
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

/** The versions of the tables that the sources are over. */
function historyOf({ sources, history }: LoadContext): readonly TableVersion[] {
  const tables = new Set(sources.map((s) => tableOfTopic(s.topic.toLowerCase())));
  const found = history.filter((v) => tables.has(v.table));
  // A router may have renamed all topics: then any table can be meant.
  return found.length > 0 ? found : history;
}
