import { instantOf, isJson, plainText } from '../json.js';
import { envelopeOf, type Translator } from '../record.js';

const OPS: { readonly [type: string]: 'c' | 'u' | 'd' | 't' } = { I: 'c', U: 'u', D: 'd', T: 't' };

/** Oracle GoldenGate for Big Data, JSON: `{table: "SHOP.ORDERS", op_type, op_ts, pos, before, after}`; `pos` is 10 digits of the trail file and 10 of the place in it. */
export const GOLDENGATE: Translator = {
  what: 'Oracle GoldenGate (OGG)',
  recognises: (value) => typeof value.op_type === 'string' && value.op_type in OPS && typeof value.table === 'string',
  translate(record) {
    const { value } = record;
    const parts = String(value.table).split('.');
    const pos = plainText(value.pos) ?? '';
    const place = /^(\d{10})(\d{10})$/.exec(pos);
    const row = (side: unknown): typeof value | null => (isJson(side) ? side : null);
    const envelope = envelopeOf({
      op: OPS[String(value.op_type)]!,
      before: row(value.before),
      after: row(value.after),
      connector: 'oracle',
      database: parts.length > 1 ? parts.slice(0, -1).join('.') : null,
      table: parts[parts.length - 1]!,
      time: instantOf(value.op_ts),
      file: place === null ? null : `trail.${place[1]}`,
      pos: place?.[2] ?? null,
      transaction: plainText(value.xid),
    });
    return [{ ...record, value: envelope }];
  },
};
