import type { Engine } from '../engine/engine.js';
import { writeAvroJson } from '../input/avro/write.js';
import { numberSql } from '../input/dump/localise.js';
import { dumpRelation } from '../input/dump/relation.js';
import type { InputFile, JsonFacts } from '../input/input-file.js';
import { jsonRelation } from '../input/raw-relation.js';
import { tableOfTopic } from '../input/topic-name.js';
import type { SourceDeclaration } from '../ksql/source.js';
import { duckType } from '../ksql/types.js';
import type { ReplayOptions } from '../relation.js';
import type { RenamedColumn } from './altered-columns.js';
import { type ColumnPlan, ownKeySql, type ValueColumn } from './columns.js';
import { cutInstants } from './cut-instants.js';
import type { Deidentification } from './deidentify.js';
import { type Encoding, encodingOf } from './encoding.js';
import { type Base64Fields, formCases, NUMERIC } from './forms.js';
import { matchSql } from './match.js';
import { FULL_NAME, namesOf, rawSelect, requestOf } from './raw-select.js';
import { type TableVersion, versionSql } from './schema-history.js';
import { type EmbeddedSchema, readSchemas } from './schemas.js';
import { guessSql, likelySql, plainSql, typedSql, UNAVAILABLE, unavailableSql } from './typed.js';

/** The table of all records read, and the narrower ones made of it; dropped when the change log stands. */
export const EVENTS = '"$events"';

/** Position kinds: how a record's place in its source is known. */
export const POSITION = { none: 0, binlog: 1, lsn: 2, offset: 3 } as const;

/** Classes of records in the events table. */
export const CLASS = { event: 0, tombstone: 1, unreadable: 9 } as const;

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

/** Makes the empty events table of a run. */
export function createEventsSql(plan: ColumnPlan): string {
  const values = plan.values.map((v) => `v${v.index} ${duckType(v.type)}`);
  const columns = [
    'fi SMALLINT',
    'ord UINTEGER',
    'cls UTINYINT',
    'mask UBIGINT',
    'stream VARCHAR',
    'op VARCHAR',
    'snap BOOLEAN',
    'incremental BOOLEAN',
    'kind UTINYINT',
    'p1 BIGINT',
    'p2 BIGINT',
    'p3 INTEGER',
    'ct BIGINT',
    'rt BIGINT',
    'part INTEGER',
    'off BIGINT',
    'tx UBIGINT',
    'ih UBIGINT',
    'bad SMALLINT',
    'toast UBIGINT',
    ...values,
    ...plan.values.filter((v) => v.guessed).map((v) => `g${v.index} UTINYINT`),
  ];
  return `CREATE OR REPLACE TEMP TABLE ${EVENTS} (${columns.join(', ')})`;
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
  const names = { table: 'names_table', topic: 'top', full: FULL_NAME };
  const bits = context.sources.map(
    (source, i) =>
      `(CASE WHEN ${matchSql(source, names, context.options.topics)} THEN ${2 ** i}::UBIGINT ELSE 0::UBIGINT END)`,
  );
  const text1 = (v: ValueColumn): string => `f${fields.indexOf(v.field)}`;
  const needed = (v: ValueColumn): string => {
    const bit = v.sources.reduce((sum, s) => sum + 2n ** BigInt(s), 0n);
    const all = context.sources.length === v.sources.length ? 'mask <> 0' : `(mask & ${bit}::UBIGINT) <> 0`;
    return v.key ? all : `${all} AND op <> 'd' AND cls = 0`;
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
    v.type.kind === 'ARRAY' ? `x${v.index} LIKE '%${UNAVAILABLE[0]}%'` : unavailableSql(`x${v.index}`);
  const toast =
    toasts.length === 0
      ? '0::UBIGINT'
      : toasts
          .map(
            (v) =>
              // Each WHEN is asked only of the rows that those before it left over.
              `(CASE ${v.type.kind === 'STRING' || v.type.kind === 'BYTES' ? '' : `WHEN v${v.index} IS NOT NULL THEN 0::UBIGINT `}WHEN ${unavailable(v)} THEN ${2n ** BigInt(v.index)}::UBIGINT ELSE 0::UBIGINT END)`,
          )
          .join(' + ');
  const likely = (v: ValueColumn): string | undefined =>
    likelySql(v.type, `x${v.index}`, encoding(v)) === null ? undefined : `d${v.index}`;
  const typed = values.map(
    (v) =>
      `CASE WHEN x${v.index} IS NULL THEN NULL ELSE ${typedSql(v.type, `y${v.index}`, encoding(v), likely(v))} END AS v${v.index}`,
  );
  const local = (v: ValueColumn): string =>
    file.form.kind === 'dump' ? numberSql(file.form, v.field, v.type, `x${v.index}`) : `x${v.index}`;
  const plain = values.flatMap((v) => {
    const short = likelySql(v.type, local(v), encoding(v));
    const text2 = `${plainSql(v.type, local(v), encoding(v))} AS y${v.index}`;
    return short === null ? [text2] : [text2, `${short} AS d${v.index}`];
  });
  const bad = values.map(
    (v) =>
      `CASE WHEN v${v.index} IS NULL AND x${v.index} IS NOT NULL THEN CASE WHEN NOT coalesce(${unavailable(v)}, false) THEN ${looksEncoded(v, encoding(v))} END END`,
  );
  const keyFields = [...new Set(values.filter((v) => v.key).map((v) => ownKeySql(v, plan, text1(v))))];
  // Of a record whose sources declare no key, the key that it came with.
  const keyed = values.flatMap((v) => v.keySources).reduce((bits, s) => bits | (2n ** BigInt(s)), 0n);
  const everyKeyed = new Set(values.flatMap((v) => v.keySources)).size === plan.sources;
  const keyText = everyKeyed ? [] : [`(CASE WHEN (mask & ${keyed}::UBIGINT) = 0 THEN ktext END)`];
  const kind = `CASE WHEN binlog IS NOT NULL AND pos IS NOT NULL THEN ${POSITION.binlog} WHEN lsn IS NOT NULL THEN ${POSITION.lsn} WHEN part IS NOT NULL AND off IS NOT NULL THEN ${POSITION.offset} ELSE ${POSITION.none} END`;
  const fileNumber =
    "coalesce(TRY_CAST(split_part(binlog, '.', -1) AS BIGINT), TRY_CAST(regexp_extract(binlog, '([0-9]+)[^0-9]*$', 1) AS BIGINT), 0)";
  const commitLsn = `coalesce(TRY_CAST(regexp_extract(sequence, '^\\["?([0-9]+)', 1) AS BIGINT), lsn)`;
  const p1 = `CASE kind WHEN 1 THEN ${fileNumber} WHEN 2 THEN ${commitLsn} WHEN 3 THEN part END`;
  const op = `CASE WHEN env THEN eop WHEN NOT flat THEN NULL WHEN deleted THEN 'd' WHEN fop IN ('r','c','u','d') THEN fop ELSE ${file.form.kind === 'dump' ? "'r'" : "'u'"} END`;
  const l2 = `SELECT *, CASE WHEN env OR flat THEN ${CLASS.event} WHEN nullvalue THEN ${CLASS.tombstone} ELSE ${CLASS.unreadable} END AS cls, ${op} AS op, coalesce(tab, split_part(top, '.', -1)) AS names_table, ${kind} AS kind FROM raw`;
  const l3 = `SELECT *, CASE WHEN cls = ${CLASS.unreadable} THEN 0::UBIGINT ELSE ${bits.join(' + ') || '0::UBIGINT'} END AS mask FROM (${l2})`;
  const conditions = [...new Set(values.map(needed))];
  const guesses = plan.values.filter((v) => v.guessed);
  const p2 = 'CASE kind WHEN 1 THEN pos WHEN 2 THEN lsn WHEN 3 THEN off END';
  const l3b = `SELECT *, ${p1} AS p1, ${[...conditions.map((c, i) => `${c} AS n${i}`), `${p2} AS p2`].join(', ')} FROM (${l3})`;
  const asksHistory = [...encodings.values()].some((e) => JSON.stringify(e).includes('hv = '));
  const versioned = !asksHistory ? l3b : `SELECT *, ${versionSql(forms.history)} AS hv FROM (${l3b})`;
  const quoted = (v: ValueColumn): boolean => v.type.kind === 'STRING' && exactNumbers.includes(v.field);
  const l4 = `SELECT *, ${values.map((v) => `CASE WHEN n${conditions.indexOf(needed(v))} THEN ${quoted(v) ? `pbi_number_text(${text1(v)})` : text1(v)} END AS x${v.index}`).join(', ') || '1 AS one'} FROM (${versioned})`;
  const l5 = `SELECT *, ${[...typed, '1 AS two'].join(', ')} FROM (SELECT *, ${[...plain, '1 AS plain'].join(', ')} FROM (${l4}))`;
  const identity = [
    'cname',
    'db',
    'coalesce(tab, top)',
    'kind',
    `(CASE WHEN kind = 3 THEN top END)`,
    'p1',
    'p2',
    '"row"',
    `CASE WHEN kind = 3 THEN NULL ELSE op END`,
    `snapshot = 'incremental'`,
    ...[...keyFields, ...keyText].map((f) => `CASE WHEN kind = 3 THEN NULL ELSE ${f} END`),
  ];
  // Snapshot rows share one position: without a key nothing tells a repeat from another row.
  const anonymous = `op = 'r' AND kind <> 3 AND ${[...keyFields, ...keyText].map((f) => `${f} IS NULL`).join(' AND ')}`;
  const ih = `CASE WHEN mask = 0 OR kind = 0 OR cls <> 0 OR (${anonymous}) THEN NULL ELSE hash(${identity.join(', ')}) END`;
  // Where a function takes the records apart, DuckDB would do so once for each field that is asked of it.
  return `INSERT INTO ${EVENTS} WITH raw AS ${once ? 'MATERIALIZED' : 'NOT MATERIALIZED'} (${from}) SELECT ${[
    index,
    'ord',
    'cls',
    'mask',
    // A placed record needs no name after this: its text is a tenth of the table.
    `CASE WHEN mask <> 0 AND kind IN (1, 2) AND op <> 'r' THEN NULL ELSE ${FULL_NAME} END`,
    'op',
    `op = 'r' AND coalesce(snapshot <> 'incremental', true)`,
    `coalesce(snapshot = 'incremental', false)`,
    'kind',
    'p1',
    'p2',
    `CASE kind WHEN 1 THEN coalesce("row", 0) END`,
    'ct',
    'rt',
    'part',
    'off',
    'CASE WHEN tx IS NOT NULL THEN hash(tx) END',
    ih,
    bad.length === 0 ? 'NULL' : `coalesce(${bad.join(', ')}, NULL)`,
    toast,
    ...plan.values.map((v) => (values.includes(v) ? `v${v.index}` : 'NULL')),
    ...guesses.map((v) => (values.includes(v) ? guessSql(v.type, `x${v.index}`, `v${v.index}`, encoding(v)) : 'NULL')),
  ].join(', ')} FROM (${l5})`;
}

/** The index of a bad column; -1 - index where its text is base64 in a column of numbers and nothing tells the scale. */
function looksEncoded(v: ValueColumn, { bytes, scale }: Encoding): string {
  if (!NUMERIC.has(v.type.kind)) return String(v.index);
  const unscaled =
    bytes === undefined || bytes === 'false'
      ? // Digits alone are a number that is too long, in most columns: base64 of one has letters sooner or later.
        `sh IS NULL AND pbi_base64(x${v.index}) AND NOT regexp_full_match(x${v.index}, '[0-9]+')`
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
