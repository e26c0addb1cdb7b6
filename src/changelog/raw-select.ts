import { readerOf } from '../input/forms/index.js';
import type { InputFile } from '../input/input-file.js';
import type { RawRelation, RawRequest } from '../input/reader.js';
import { tableOfTopic } from '../input/topic-name.js';
import { isWholeKey } from '../ksql/source.js';
import type { ReplayOptions } from '../relation.js';
import { text } from '../sql/quote.js';
import { deidentifiedFields } from './deidentify.js';
import type { LoadContext } from './load-context.js';
/** Made of text only where a condition asks for it: which sources a record is for seldom does. */
export const FULL_NAME =
  "(CASE WHEN table_name IS NULL THEN topic_name ELSE lower(concat_ws('.', server, database, table_name)) END)";

/** Only a cut asks which records belong together. */
export function needsTransactions(options: Pick<ReplayOptions, 'until' | 'knownAt'>): boolean {
  return options.until !== undefined || options.knownAt !== undefined;
}

/** What is asked of a file for the columns of the context. */
export function requestOf(context: LoadContext, more: Partial<RawRequest> = {}): RawRequest {
  const { values } = context;
  const fields = values.map((v) => v.field);
  return {
    fields: [...new Set([...fields, ...fields.flatMap((f) => formerNames(context, f).map((r) => r.name))])],
    keys: [...new Set(values.filter((v) => v.key).map((v) => v.field))],
    spelling: context.spelling,
    exactNumbers: [],
    transactions: needsTransactions(context.options),
    everyShape: false,
    everyPlace: false,
    ...more,
  };
}

/** The commit of a record as SQL Server and Db2 (LSN) or Oracle (SCN) number it, in the place of a log file; NULL where no connector writes one. */
function commitPlace({ envelope }: RawRelation): string {
  const [lsn, scn] = [envelope('source', 'commit_lsn'), envelope('source', 'commit_scn')];
  if (lsn !== 'NULL') return `('lsn.' || pbi_lsn(${lsn}))`;
  // Without its record in the redo log a change is told from none of its commit.
  return scn === 'NULL' ? 'NULL' : `(CASE WHEN ${envelope('source', 'rs_id')} IS NOT NULL THEN 'scn.' || ${scn} END)`;
}

/** The record's place within its commit. */
function changePlace({ envelope }: RawRelation): string {
  const [lsn, scn, redo] = [envelope('source', 'change_lsn'), envelope('source', 'scn'), envelope('source', 'rs_id')];
  if (lsn !== 'NULL') return `pbi_lsn(${lsn})`;
  return scn === 'NULL' ? 'NULL' : `coalesce(pbi_redo(${redo}), TRY_CAST(${scn} AS BIGINT))`;
}

/** The texts of a file's fields, `f0, f1, ...` in the order of the context's value columns: for a look at them. */
export function rawTextSql(file: InputFile, context: LoadContext, more: Partial<RawRequest>): string {
  return rawSelect(file, readerOf(file).relation(file, requestOf(context, more)), context);
}

/**
 * The text of what is needed, one row per record: a field's text is `field0, field1, ...` in the order of the context's value columns. Of the
 * fields in `typed` it is the value itself, as the relation has it.
 */
export function rawSelect(
  file: InputFile,
  raw: RawRelation,
  context: LoadContext,
  typed: ReadonlySet<string> = new Set(),
): string {
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
        `CASE WHEN coalesce(${table}, ${text(tableOfTopic(file.fileTopic))}) = ${text(former.table)} THEN ${any(raw.after(former.name), raw.flat(former.name))} END`,
    );
    const candidates = [raw.after(f), ...(keys.has(f) ? [raw.before(f)] : []), raw.flat(f), ...former].filter(
      (c) => c !== 'NULL',
    );
    if (keys.has(f) && raw.key !== 'NULL')
      candidates.push(keyField(raw.key, f, isWholeKey(f, context.sources), context));
    if (typed.has(f) && candidates.length === 1) return `${candidates[0]} AS field${i}`;
    return `coalesce(${['NULL', ...candidates].join(', ')})::VARCHAR AS field${i}`;
  });
  const flatThere = [
    ...fields.map((f) => raw.flat(f)),
    ...(['op', 'table', 'deleted', 'source_ts_ms'] as const).map((name) => m(name)),
  ].filter((c) => c !== 'NULL');
  const flatTest = flatThere.length === 0 ? 'false' : `(${flatThere.map((c) => `${c} IS NOT NULL`).join(' OR ')})`;
  const columns = {
    is_envelope: `coalesce(${enveloped}, false)`,
    is_row: `coalesce(${flatTest}, false)`,
    is_null: `coalesce(${raw.nullValue}, false)`,
    row_op: m('op'),
    envelope_op: e('op'),
    deleted: `coalesce(lower(${m('deleted')}) = 'true', false)`,
    table_name: table,
    topic_name: `coalesce(lower(${raw.topic}), ${text(file.fileTopic)})`,
    server: any(e('source', 'name'), m('source_name'), m('name')),
    database: any(e('source', 'schema'), e('source', 'db'), m('source_schema'), m('schema'), m('source_db'), m('db')),
    committed: any(e('source', 'ts_ms'), m('source_ts_ms'), m('ts_ms')),
    snapshot: any(e('source', 'snapshot'), m('source_snapshot'), m('snapshot')),
    binlog: any(e('source', 'file'), m('source_file'), m('file'), commitPlace(raw)),
    pos: any(e('source', 'pos'), m('source_pos'), m('pos'), changePlace(raw)),
    '"row"': any(e('source', 'row'), m('source_row'), m('row'), e('source', 'event_serial_no'), e('source', 'ssn')),
    lsn: any(e('source', 'lsn'), m('source_lsn'), m('lsn')),
    sequence: any(e('source', 'sequence'), m('source_sequence'), m('sequence')),
    transaction_id: !needsTransactions(context.options)
      ? 'NULL'
      : // PostgreSQL's transaction.id is `txId:lsn`, another for every record.
        `regexp_replace(${any(e('source', 'gtid'), e('source', 'txId'), m('gtid'), m('source_gtid'), e('transaction', 'id'), m('transaction_id'))}, '^([0-9]+):[0-9]+$', '\\1')`,
    kafka_partition: raw.partition,
    kafka_offset: raw.offset,
    recorded: raw.recordTime,
    key_text: raw.key,
    schema_hash: raw.schema === 'NULL' ? 'NULL' : `CASE WHEN ${raw.schema} IS NOT NULL THEN hash(${raw.schema}) END`,
    ...(raw.rows ? { is_row: 'true', is_null: 'false' } : {}),
  };
  const casts: { readonly [name: string]: string } = {
    row_op: 'VARCHAR',
    envelope_op: 'VARCHAR',
    table_name: 'VARCHAR',
    server: 'VARCHAR',
    database: 'VARCHAR',
    committed: 'BIGINT',
    snapshot: 'VARCHAR',
    binlog: 'VARCHAR',
    pos: 'BIGINT',
    '"row"': 'BIGINT',
    lsn: 'BIGINT',
    sequence: 'VARCHAR',
    transaction_id: 'VARCHAR',
    kafka_partition: 'INTEGER',
    kafka_offset: 'BIGINT',
    recorded: 'BIGINT',
    key_text: 'VARCHAR',
    schema_hash: 'UBIGINT',
  };
  const list = Object.entries(columns).map(
    ([name, sql]) => `${casts[name] === undefined || sql !== 'NULL' ? sql : `NULL::${casts[name]}`} AS ${name}`,
  );
  // Not rowid: a parallel read of JSON does not keep its order (seen with DuckDB 1.5.5), a streaming window does.
  const at = raw.fileAt === null ? [] : [`${raw.fileAt} AS file_at`];
  const select = `SELECT ${raw.record ?? 'row_number() OVER () - 1'} AS record, ${[...at, ...list, ...parts].join(', ')} FROM ${raw.from}`;
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
function keyField(key: string, field: string, whole: boolean, context: LoadContext): string {
  const names = [...new Set([context.spelling.get(field) ?? field, field, field.toUpperCase()])];
  const paths = names.flatMap((n) => [`$."${n}"`, `$.payload."${n}"`]);
  const found = paths.map((p) => `TRY(json_extract_string(${key}, ${text(p)}))`);
  const bare = whole ? [`CASE WHEN ${key} NOT LIKE '{%' THEN trim(${key}, '"') END`] : [];
  return `coalesce(${[...found, ...bare].join(', ')})`;
}

/** A field's name, and those that it had before. */
export function namesOf(context: LoadContext, field: string): readonly string[] {
  return [field, ...formerNames(context, field).map(({ name }) => name)];
}
