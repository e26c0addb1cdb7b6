import { instantOf, isJson, type Json, plainText } from '../json.js';
import { type Change, envelopeOf, type Translator } from '../record.js';

const OPS: { readonly [name: string]: Change['op'] } = {
  I: 'c',
  U: 'u',
  D: 'd',
  T: 't',
  insert: 'c',
  update: 'u',
  delete: 'd',
  truncate: 't',
};

/** PostgreSQL's wal2json: one change per record (format 2, `{action, schema, table, columns}`), or a transaction (format 1, `{change: [...]}`). */
export const WAL2JSON: Translator = {
  what: 'wal2json',
  recognises: (value) =>
    (typeof value.action === 'string' && /^[IUDT]$/.test(value.action) && 'table' in value && 'schema' in value) ||
    (typeof value.action === 'string' && /^[BCM]$/.test(value.action) && ('xid' in value || 'lsn' in value)) ||
    (Array.isArray(value.change) && value.change.every((c) => isJson(c) && typeof c.kind === 'string')),
  translate(record) {
    const { value } = record;
    const changes = Array.isArray(value.change) ? value.change.filter(isJson) : [value];
    const made = changes.flatMap((change) => {
      const op = OPS[String(change.kind ?? change.action)];
      return op === undefined ? [] : [envelopeOf(changeOf(op, change, value))];
    });
    if (made.length === 0) return 'mark a transaction';
    return made.map((envelope) => ({ ...record, value: envelope, ...(made.length > 1 && { offset: null }) }));
  },
};

function changeOf(op: Change['op'], change: Json, whole: Json): Change {
  const identity = rowOf(change.identity) ?? pairs(change.oldkeys, 'keynames', 'keyvalues');
  return {
    op,
    before: identity,
    after: op === 'd' || op === 't' ? null : (rowOf(change.columns) ?? pairs(change, 'columnnames', 'columnvalues')),
    connector: 'postgresql',
    schema: plainText(change.schema),
    table: plainText(change.table),
    time: instantOf(change.timestamp ?? whole.timestamp),
    transaction: plainText(whole.xid ?? change.xid),
  };
}

function rowOf(columns: unknown): Json | null {
  if (!Array.isArray(columns)) return null;
  return Object.fromEntries(columns.filter(isJson).map((c) => [String(c.name), c.value]));
}

function pairs(holder: unknown, names: string, values: string): Json | null {
  if (!isJson(holder) || !Array.isArray(holder[names]) || !Array.isArray(holder[values])) return null;
  const cells = holder[values] as readonly unknown[];
  return Object.fromEntries((holder[names] as readonly unknown[]).map((name, at) => [String(name), cells[at] ?? null]));
}
