import type { Engine } from '../engine/engine.js';
import { writeAvroJson } from '../input/avro/write.js';
import { numberSql } from '../input/dump/localise.js';
import { dumpRelation } from '../input/dump/relation.js';
import type { InputFile, JsonFacts } from '../input/input-file.js';
import { jsonRelation, type RawRelation, type RawRequest } from '../input/raw-relation.js';
import { tableOfTopic } from '../input/topic-name.js';
import type { SourceDeclaration } from '../ksql/source.js';
import { duckType } from '../ksql/types.js';
import type { ReplayOptions } from '../relation.js';
import { text } from '../sql/quote.js';
import type { RenamedColumn } from './altered-columns.js';
import { type ColumnPlan, ownKeySql, type ValueColumn } from './columns.js';
import { type Deidentification, deidentifiedFields } from './deidentify.js';
import { type Encoding, encodingOf } from './encoding.js';
import { type Base64Fields, formCases, NUMERIC } from './forms.js';
import { matchSql } from './match.js';
import { type TableVersion, versionSql } from './schema-history.js';
import { type EmbeddedSchema, readSchemas, schemaCases } from './schemas.js';
import { guessSql, plainSql, typedSql, UNAVAILABLE, unavailableSql } from './typed.js';

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

/** BIGINT columns over instants in finer units than milliseconds: in words, how many values lose digits. Those that date a source are counted with their guesses. */
async function cutInstants(
  engine: Engine,
  staged: string,
  context: LoadContext,
  schemas: readonly EmbeddedSchema[],
): Promise<readonly string[]> {
  const fields = [...new Set(context.values.map((v) => v.field))];
  const names = { table: "coalesce(tab, split_part(top, '.', -1))", topic: 'top', full: FULL_NAME };
  const fine = context.values.flatMap((v) => {
    const { unit } = encodingOf(schemaCases(namesOf(context, v.field), schemas, false));
    if (v.type.kind !== 'BIGINT' || v.guessed || unit === undefined) return [];
    const n = `TRY_CAST(f${fields.indexOf(v.field)} AS BIGINT)`;
    const cut = `CASE ${unit} WHEN 'us' THEN ${n} % 1000 <> 0 WHEN 'ns' THEN ${n} % 1000000 <> 0 END`;
    return v.sources.map((s) => {
      const source = context.sources[s]!;
      return {
        name: `${tableOfTopic(source.topic)}.${v.field}`,
        sql: `count(*) FILTER (${cut} AND ${matchSql(source, names, context.options.topics)})`,
      };
    });
  });
  if (fine.length === 0) return [];
  const row = (await engine.rows(`SELECT ${fine.map((f) => f.sql).join(', ')} FROM ${staged}`))[0]!;
  const texts = fine.flatMap(({ name }, i) =>
    Number(row[i]) > 0
      ? [
          `${name}: ${Number(row[i])} values have parts of a millisecond, which a BIGINT of milliseconds does not hold; declared as VARCHAR they come out in full.`,
        ]
      : [],
  );
  return [...new Set(texts)];
}

/** The texts of a JSON file's fields, `f0, f1, ...` in the order of the context's value columns: for a look at them. */
export function rawTextSql(file: InputFile, context: LoadContext, json: JsonFacts): string {
  return rawSelect(file, jsonRelation(file, json, requestOf(context, json, [])), context);
}

/** Made of text only where a condition asks for it: the mask of a record seldom does. */
export const FULL_NAME = "(CASE WHEN tab IS NULL THEN top ELSE lower(concat_ws('.', cname, db, tab)) END)";

/** Runs a load in one thread: its rows are numbered in the order of the file, and a second thread only spins beside the first. */
async function alone(engine: Engine, sql: string): Promise<void> {
  const threads = String((await engine.rows("SELECT current_setting('threads')"))[0]?.[0] ?? 1);
  await engine.run('SET threads = 1');
  try {
    await engine.run(sql);
  } finally {
    await engine.run(`SET threads = ${threads}`);
  }
}

/** Only a cut asks which records belong together. */
export function needsTransactions(options: Pick<ReplayOptions, 'until' | 'knownAt'>): boolean {
  return options.until !== undefined || options.knownAt !== undefined;
}

function requestOf(context: LoadContext, json: JsonFacts | null, exactNumbers: readonly string[]): RawRequest {
  const { values } = context;
  const fields = values.map((v) => v.field);
  return {
    fields: [...new Set([...fields, ...fields.flatMap((f) => formerNames(context, f).map((r) => r.name))])],
    keys: [...new Set(values.filter((v) => v.key).map((v) => v.field))],
    spelling: context.spelling,
    exactNumbers,
    transactions: needsTransactions(context.options),
    schemas: json?.wrapped === true,
  };
}

/**
 * Lower-case DECIMAL fields of a loaded file with values that a double may not hold to the last digit (16 digits and more):
 * where they were JSON numbers, the file must be read again from its text.
 */
export async function roundedFields(
  engine: Engine,
  index: number,
  context: LoadContext,
  json: JsonFacts,
): Promise<readonly string[]> {
  const wide = context.plan.values.flatMap((v) => {
    if (onlyText(json, v.field)) return [];
    if (v.type.kind === 'DECIMAL' && v.type.precision > 15)
      return [{ field: v.field, sql: `coalesce(bool_or(abs(v${v.index}) >= 1e${15 - v.type.scale}), false)` }];
    // As text a number keeps its digits: `1.2345678901234568e+16` is what a double made of more.
    if (v.type.kind === 'STRING' && onlyNumbers(json, v.field))
      return [
        {
          field: v.field,
          sql: `coalesce(bool_or(length(v${v.index}) >= 16 AND pbi_number(v${v.index}) AND regexp_matches(v${v.index}, '[.e]')), false)`,
        },
      ];
    return [];
  });
  if (wide.length === 0) return [];
  const row = (await engine.rows(`SELECT ${wide.map((w) => w.sql).join(', ')} FROM ${EVENTS} WHERE fi = ${index}`))[0];
  return [...new Set(wide.filter((_, i) => row?.[i] === true).map((w) => w.field))];
}

function onlyNumbers(json: JsonFacts, field: string): boolean {
  const types = json.types.get(field);
  return types !== undefined && types.size === 1 && types.has('number');
}

function onlyText(json: JsonFacts, field: string): boolean {
  const types = json.types.get(field);
  return types !== undefined && types.size === 1 && types.has('string');
}

/** Layer 1: the text of what is needed, one row per record. */
function rawSelect(file: InputFile, raw: RawRelation, context: LoadContext): string {
  const e = raw.envelope;
  const m = raw.meta;
  const { values } = context;
  const fields = [...new Set(values.map((v) => v.field))];
  const keys = new Set(values.filter((v) => v.key).map((v) => v.field));
  const enveloped = `(${e('op')} IN ('r','c','u','d','t','m'))`;
  const any = (...columns: string[]): string => {
    const real = columns.filter((c) => c !== 'NULL');
    return real.length === 0 ? 'NULL' : real.length === 1 ? real[0]! : `coalesce(${real.join(', ')})`;
  };
  const table = `lower(${any(e('source', 'table'), m('table'))})`;
  const parts = fields.map((f, i) => {
    const former = formerNames(context, f).map(
      (former) =>
        `CASE WHEN coalesce(${table}, ${text(tableOfFile(file))}) = ${text(former.table)} THEN ${any(raw.after(former.name), raw.flat(former.name))} END`,
    );
    const candidates = [raw.after(f), ...(keys.has(f) ? [raw.before(f)] : []), raw.flat(f), ...former].filter(
      (c) => c !== 'NULL',
    );
    if (keys.has(f) && raw.key !== 'NULL')
      candidates.push(keyField(raw.key, f, fields.filter((k) => keys.has(k)).length, context));
    return `coalesce(${['NULL', ...candidates].join(', ')})::VARCHAR AS f${i}`;
  });
  const flatThere = [...fields.map((f) => raw.flat(f)), ...['op', 'table', 'deleted', 'source_ts_ms'].map(m)].filter(
    (c) => c !== 'NULL',
  );
  const flatTest = flatThere.length === 0 ? 'false' : `(${flatThere.map((c) => `${c} IS NOT NULL`).join(' OR ')})`;
  const columns = {
    env: `coalesce(${enveloped}, false)`,
    flat: `coalesce(${flatTest}, false)`,
    nullvalue: `coalesce(${raw.nullValue}, false)`,
    fop: m('op'),
    eop: e('op'),
    deleted: `coalesce(lower(${m('deleted')}) = 'true', false)`,
    tab: table,
    top: `coalesce(lower(${raw.topic}), ${text(file.fileTopic)})`,
    cname: any(e('source', 'name'), m('source_name'), m('name')),
    db: any(e('source', 'schema'), e('source', 'db'), m('source_schema'), m('schema'), m('source_db'), m('db')),
    ct: any(e('source', 'ts_ms'), m('source_ts_ms'), m('ts_ms')),
    snapshot: any(e('source', 'snapshot'), m('source_snapshot'), m('snapshot')),
    binlog: any(e('source', 'file'), m('source_file'), m('file')),
    pos: any(e('source', 'pos'), m('source_pos'), m('pos')),
    '"row"': any(e('source', 'row'), m('source_row'), m('row')),
    lsn: any(e('source', 'lsn'), m('source_lsn'), m('lsn')),
    sequence: any(e('source', 'sequence'), m('source_sequence'), m('sequence')),
    tx: !needsTransactions(context.options)
      ? 'NULL'
      : // PostgreSQL's transaction.id is `txId:lsn`, another for every record.
        `regexp_replace(${any(e('source', 'gtid'), e('source', 'txId'), m('gtid'), m('source_gtid'), e('transaction', 'id'), m('transaction_id'))}, '^([0-9]+):[0-9]+$', '\\1')`,
    part: raw.partition,
    off: raw.offset,
    rt: raw.recordTime,
    ktext: raw.key,
    sh: raw.schema === 'NULL' ? 'NULL' : `CASE WHEN ${raw.schema} IS NOT NULL THEN hash(${raw.schema}) END`,
    ...(file.form.kind === 'dump' ? { flat: 'true', nullvalue: 'false' } : {}),
  };
  const casts: { readonly [name: string]: string } = {
    fop: 'VARCHAR',
    eop: 'VARCHAR',
    tab: 'VARCHAR',
    cname: 'VARCHAR',
    db: 'VARCHAR',
    ct: 'BIGINT',
    snapshot: 'VARCHAR',
    binlog: 'VARCHAR',
    pos: 'BIGINT',
    '"row"': 'BIGINT',
    lsn: 'BIGINT',
    sequence: 'VARCHAR',
    tx: 'VARCHAR',
    part: 'INTEGER',
    off: 'BIGINT',
    rt: 'BIGINT',
    ktext: 'VARCHAR',
    sh: 'UBIGINT',
  };
  const list = Object.entries(columns).map(
    ([name, sql]) => `${casts[name] === undefined || sql !== 'NULL' ? sql : `NULL::${casts[name]}`} AS ${name}`,
  );
  // Not rowid: a parallel read of JSON does not keep its order (seen with DuckDB 1.5.5), a streaming window does.
  const select = `SELECT row_number() OVER () - 1 AS ord, ${[...list, ...parts].join(', ')} FROM ${raw.from}`;
  const changed = deidentifiedFields(context, fields);
  return changed.length === 0 ? select : `SELECT * REPLACE (${changed.join(', ')}) FROM (${select})`;
}

/** Names that a field had before, and the table whose field it is. Where the policy changes what it names, a name is not followed. */
function formerNames(
  context: LoadContext,
  field: string,
): readonly { readonly name: string; readonly table: string }[] {
  const mine = context.renamed.filter((r) => r.column === field);
  const names = mine.flatMap((r) => r.formerly.map((name) => ({ name, table: r.change.table })));
  return names.filter(({ name }) => context.deidentification?.sensitive.has(name) !== true);
}

/** A key column out of the record's key: `{"id":1}`, `{"schema":...,"payload":{"id":1}}` or a bare value. */
function keyField(key: string, field: string, keyCount: number, context: LoadContext): string {
  const names = [...new Set([context.spelling.get(field) ?? field, field, field.toUpperCase()])];
  const paths = names.flatMap((n) => [`$."${n}"`, `$.payload."${n}"`]);
  const found = paths.map((p) => `TRY(json_extract_string(${key}, ${text(p)}))`);
  const bare = keyCount === 1 ? [`CASE WHEN ${key} NOT LIKE '{%' THEN trim(${key}, '"') END`] : [];
  return `coalesce(${[...found, ...bare].join(', ')})`;
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
  const encodings = new Map(values.map((v) => [v, encodingOf(formCases(v, namesOf(context, v.field), forms))]));
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
  const typed = values.map(
    (v) =>
      `CASE WHEN x${v.index} IS NULL THEN NULL ELSE ${typedSql(v.type, `y${v.index}`, encoding(v))} END AS v${v.index}`,
  );
  const local = (v: ValueColumn): string =>
    file.form.kind === 'dump' ? numberSql(file.form, v.field, v.type, `x${v.index}`) : `x${v.index}`;
  const plain = values.map((v) => `${plainSql(v.type, local(v), encoding(v))} AS y${v.index}`);
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
        `pbi_base64(x${v.index}) AND NOT regexp_full_match(x${v.index}, '[0-9]+')`
      : `(${bytes}) AND (${scale}) IS NULL`;
  return `CASE WHEN ${unscaled} THEN ${-1 - v.index} ELSE ${v.index} END`;
}

/** A field's name, and those that it had before. */
function namesOf(context: LoadContext, field: string): readonly string[] {
  return [field, ...formerNames(context, field).map(({ name }) => name)];
}

/** The versions of the tables that the sources are over. */
function historyOf({ sources, history }: LoadContext): readonly TableVersion[] {
  const tables = new Set(sources.map((s) => tableOfTopic(s.topic.toLowerCase())));
  const found = history.filter((v) => tables.has(v.table));
  // A router may have renamed all topics: then any table can be meant.
  return found.length > 0 ? found : history;
}

/** The table that a file's records fall under where they name none themselves. */
export function tableOfFile(file: InputFile): string {
  return tableOfTopic(file.fileTopic);
}
