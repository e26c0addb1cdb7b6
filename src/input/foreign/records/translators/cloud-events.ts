import { isJson, type Json, plainText, wholeNumber } from '../json.js';
import { type Change, envelopeOf, type Translator } from '../record.js';

/** Debezium's CloudEvents converter: `{specversion, type: "io.debezium...", iodebeziumop, iodebeziumtable, data: {before, after}}`. */
export const CLOUD_EVENTS: Translator = {
  what: 'CloudEvents',
  recognises: (value) => 'specversion' in value && 'iodebeziumop' in value,
  translate(record) {
    const { value } = record;
    const attribute = (name: string): string | null => plainText(value[`iodebezium${name}`]);
    const outer = isJson(value.data) ? value.data : {};
    const data = isJson(outer.payload) ? outer.payload : outer;
    const side = (row: unknown): Json | null => (isJson(row) ? row : null);
    const [file, pos] = [attribute('file'), attribute('pos')];
    const envelope = envelopeOf({
      op: attribute('op') as Change['op'],
      before: side(data.before),
      after: side(data.after),
      connector: attribute('connector') ?? 'unknown',
      server: attribute('name'),
      database: attribute('db'),
      schema: attribute('schema'),
      table: attribute('table'),
      time: wholeNumber(value.iodebeziumtsms),
      file,
      pos,
      row: attribute('row'),
      transaction: attribute('gtid') ?? attribute('txid'),
    });
    const [lsn, sequence] = [attribute('lsn'), attribute('sequence')];
    const source = {
      ...(envelope.source as Json),
      ...(lsn !== null && { lsn: Number(lsn) }),
      ...(sequence !== null && { sequence }),
    };
    return [{ ...record, value: { ...envelope, source } }];
  },
};
