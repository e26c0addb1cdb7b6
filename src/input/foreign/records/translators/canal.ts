import { isJson, type Json, plainText, wholeNumber } from '../json.js';
import { envelopeOf, type Translator } from '../record.js';

const OPS: { readonly [type: string]: 'c' | 'u' | 'd' } = { INSERT: 'c', UPDATE: 'u', DELETE: 'd' };

/** Alibaba Canal's flat messages (also of TiCDC): `{data: [...], old: [...], database, table, type, es, isDdl}`; one record holds many rows. */
export const CANAL: Translator = {
  what: 'Canal',
  recognises: (value) =>
    typeof value.type === 'string' &&
    typeof value.database === 'string' &&
    ('isDdl' in value || 'pkNames' in value || 'mysqlType' in value) &&
    'data' in value,
  translate(record) {
    const { value } = record;
    const op = OPS[String(value.type)];
    if (op === undefined || value.isDdl === true || !Array.isArray(value.data)) return 'speak of a schema';
    const old: readonly unknown[] = Array.isArray(value.old) ? value.old : [];
    return value.data.filter(isJson).map((row: Json, at) => ({
      ...record,
      value: envelopeOf({
        op,
        before: op === 'd' ? row : op === 'u' && isJson(old[at]) ? { ...row, ...(old[at] as Json) } : null,
        after: op === 'd' ? null : row,
        connector: 'mysql',
        database: String(value.database),
        table: plainText(value.table),
        time: wholeNumber(value.es) ?? wholeNumber(value.ts),
        transaction: plainText(value.gtid),
      }),
      // Several rows of one record have one offset: the offset is then no place of theirs.
      ...((value.data as readonly unknown[]).length > 1 && { offset: null }),
    }));
  },
};
