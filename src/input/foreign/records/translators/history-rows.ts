import { metaPrefix } from '../../../json-facts.js';
import { instantOf, isJson, type Json, parseExact, plainText } from '../json.js';
import { type Change, envelopeOf, type TopicRecord, type Translator } from '../record.js';

/** Words that tools write for an operation, lower case. */
const OPS: { readonly [word: string]: Change['op'] } = {
  i: 'c',
  insert: 'c',
  c: 'c',
  create: 'c',
  created: 'c',
  inserted: 'c',
  u: 'u',
  update: 'u',
  updated: 'u',
  upsert: 'u',
  update_postimage: 'u',
  d: 'd',
  delete: 'd',
  deleted: 'd',
  r: 'r',
  read: 'r',
  l: 'r',
  load: 'r',
  refresh: 'r',
};
/** What the row was before an update: the row itself is another record. */
const BEFORE = new Set(['update_preimage', 'b', 'beforeimage', 'before']);

/** The operation that a word means; null for a word that means the row before an update, undefined where it means none. */
function opOf(value: unknown): Change['op'] | null | undefined {
  const word = (plainText(value) ?? '').trim().toLowerCase();
  return BEFORE.has(word) ? null : OPS[word];
}

/** Rows of ExtractNewRecordState are read as they are. */
function isUnwrapped(value: Json): boolean {
  return metaPrefix(value) !== null;
}

/** A row without the columns that a tool put beside it, as a change. */
function change(
  record: TopicRecord & { readonly value: Json },
  op: Change['op'],
  own: (column: string) => boolean,
  rest: Partial<Change>,
): TopicRecord {
  const row = Object.fromEntries(Object.entries(record.value).filter(([column]) => !own(column)));
  const gone = op === 'd';
  return {
    ...record,
    value: envelopeOf({
      op,
      before: gone ? row : null,
      after: gone ? null : row,
      connector: 'rows',
      table: null,
      time: null,
      ...rest,
    }),
  };
}

const isTrue = (value: unknown): boolean => /^(true|t|1|yes|y)$/i.test(plainText(value) ?? '');
const isGiven = (value: unknown): boolean => (plainText(value) ?? '').trim() !== '';

/** Columns of the operation that tools add, surest names first; the time and the place that they add beside them. */
const OP_COLUMNS =
  /^(op|_cdc\.op|_cdc_op|_change_type|change_type|header__change_oper|__\$operation_name|_op|__op|operation|operation_type|op_type|cdc_operation|dml_type|change_operation|_change_operation|metadata\$action)$/i;
const TIME_COLUMNS =
  /^(dms_ts|dms_timestamp|_cdc\.ts|_cdc_ts|_commit_timestamp|header__timestamp|cdc_timestamp|commit_timestamp|commit_ts|transact_ts|op_ts|__ts_ms|__source_ts_ms|_ts|cdc_ts|changed_at|change_time|change_timestamp|operation_time|operation_ts)$/i;
const OTHERS =
  /^(_cdc\.|_cdc$|_commit_version$|header__|metadata\$|transact_id$|_hoodie_|__source_|__table$|__deleted$)/i;

/** The column that holds operations in a row: one of the usual names with a word that means one. */
function opColumn(row: Json): string | null {
  return Object.keys(row).find((column) => OP_COLUMNS.test(column) && opOf(row[column]) !== undefined) ?? null;
}

/** A history of rows with the operation in a column: AWS DMS (`Op`, `dms_ts`), Iceberg sinks (`_cdc.op`), Delta change data feed (`_change_type`), Qlik (`header__change_oper`). */
const OPERATIONS: Translator = {
  what: 'history of rows',
  recognises: (value) =>
    !('after' in value) && !('before' in value) && !isUnwrapped(value) && opColumn(flat(value)) !== null,
  translate(record) {
    const value = flat(record.value);
    const column = opColumn(value);
    if (column === null) return [record];
    const op = opOf(value[column]);
    if (op == null) return 'hold the row before an update';
    if (/^metadata\$action$/i.test(column) && op === 'd' && isTrue(value.METADATA$ISUPDATE))
      return 'hold the row before an update';
    const times = Object.keys(value).find((name) => TIME_COLUMNS.test(name) && instantOf(value[name]) !== null);
    const own = (name: string): boolean => name === column || name === times || OTHERS.test(name);
    return [change({ ...record, value }, op, own, { time: times === undefined ? null : instantOf(value[times]) })];
  },
};

/** Iceberg sinks keep `{op, ts, offset}` in one column `_cdc`. */
function flat(value: Json): Json {
  const cdc = typeof value._cdc === 'string' ? parseExact(value._cdc) : value._cdc;
  if (!isJson(cdc)) return value;
  return { ...value, ...Object.fromEntries(Object.entries(cdc).map(([name, inner]) => [`_cdc.${name}`, inner])) };
}

/** Airbyte: `_ab_cdc_updated_at`, `_ab_cdc_deleted_at`, and the place in the log. */
const AIRBYTE: Translator = {
  what: 'Airbyte',
  recognises: (value) => '_ab_cdc_updated_at' in value || '_ab_cdc_deleted_at' in value || '_airbyte_data' in value,
  translate(record) {
    const raw =
      typeof record.value._airbyte_data === 'string'
        ? parseExact(record.value._airbyte_data)
        : record.value._airbyte_data;
    const value = isJson(raw) ? raw : record.value;
    const own = (name: string): boolean => /^_ab_|^_airbyte_/.test(name);
    const gone = isGiven(value._ab_cdc_deleted_at);
    const time = instantOf(value._ab_cdc_updated_at) ?? instantOf(value._ab_cdc_deleted_at);
    const place = { file: plainText(value._ab_cdc_log_file), pos: plainText(value._ab_cdc_log_pos) };
    return [change({ ...record, value }, gone ? 'd' : time === null ? 'r' : 'u', own, { time, ...place })];
  },
};

/** Fivetran in history mode: a row per version, in force from `_fivetran_start` to `_fivetran_end`. */
const FIVETRAN_HISTORY: Translator = {
  what: 'Fivetran history',
  recognises: (value) => '_fivetran_start' in value && '_fivetran_active' in value,
  translate(record) {
    const { value } = record;
    const own = (name: string): boolean => name.startsWith('_fivetran_');
    const version = change(record, 'u', own, { time: instantOf(value._fivetran_start) });
    if (isTrue(value._fivetran_active)) return [version];
    return [version, change(record, 'd', own, { time: instantOf(value._fivetran_end) })];
  },
};

/** Columns that say of a row that it is deleted, and nothing else: no time of a change. */
const DELETED = ['_fivetran_deleted', '_sdc_deleted_at', '__hevo__marked_deleted', '_peerdb_is_deleted'];

/** Rows as they stand in a warehouse, of which some are marked as deleted (Fivetran, Stitch, Hevo). */
const MARKED: Translator = {
  what: 'rows with a mark of deletes',
  recognises: (value) => DELETED.some((column) => column in value) && !isUnwrapped(value),
  translate(record) {
    const { value } = record;
    const mark = DELETED.find((column) => column in value)!;
    const own = (name: string): boolean => /^(_fivetran_|_sdc_|__hevo__|_peerdb_)/.test(name) || name === mark;
    if (mark.endsWith('_at') ? isGiven(value[mark]) : isTrue(value[mark])) return `are marked as deleted (${mark})`;
    return [change(record, 'r', own, {})];
  },
};

/** Histories of rows, the surest first. */
export const HISTORIES: readonly Translator[] = [FIVETRAN_HISTORY, AIRBYTE, OPERATIONS, MARKED];

/** True where one of these rows (as JSON) is of a history, or carries a mark of deletes. */
export function isHistory(rows: readonly string[]): boolean {
  return rows
    .map(parseExact)
    .filter(isJson)
    .some((row) => HISTORIES.some((history) => history.recognises(row)));
}
