import { isJson, type Json, plainText, wholeNumber } from '../json.js';
import { envelopeOf, type Translator } from '../record.js';

const OPS: { readonly [type: string]: 'c' | 'u' | 'd' | 'r' } = {
  insert: 'c',
  update: 'u',
  delete: 'd',
  'bootstrap-insert': 'r',
};
const OTHERS = /^(bootstrap-(start|complete)|(table|database)-(create|alter|drop)|heartbeat|control)$/;

/** Zendesk Maxwell: `{database, table, type, ts, xid, data, old}`; `ts` in seconds, `old` holds what an update changed. */
export const MAXWELL: Translator = {
  what: 'Maxwell',
  recognises: (value) =>
    typeof value.type === 'string' &&
    typeof value.database === 'string' &&
    'ts' in value &&
    ((value.type in OPS && isJson(value.data) && typeof value.table === 'string') || OTHERS.test(value.type)),
  translate(record) {
    const { value } = record;
    const op = OPS[String(value.type)];
    if (op === undefined) return 'speak of a schema, a bootstrap or the connector';
    const data = value.data as Json;
    const place = /^(.+):(\d+)$/.exec(String(value.position ?? ''));
    const seconds = wholeNumber(value.ts);
    const envelope = envelopeOf({
      op,
      before: op === 'd' ? data : op === 'u' && isJson(value.old) ? { ...data, ...value.old } : null,
      after: op === 'd' ? null : data,
      connector: 'mysql',
      database: String(value.database),
      table: String(value.table),
      time: seconds === null ? null : seconds * 1000,
      file: place?.[1] ?? null,
      pos: place?.[2] ?? null,
      row: plainText(value.xoffset),
      transaction: plainText(value.gtid) ?? plainText(value.xid),
    });
    return [{ ...record, value: envelope }];
  },
};
