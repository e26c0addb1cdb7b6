import { instantOf, isJson, type Json, plainText } from '../json.js';
import { envelopeOf, type Translator } from '../record.js';

const OPS: { readonly [operation: string]: 'c' | 'u' | 'd' | 'r' } = {
  load: 'r',
  insert: 'c',
  update: 'u',
  delete: 'd',
};

/** AWS DMS to Kinesis or Kafka: `{data, metadata: {operation, timestamp, "schema-name", "table-name"}}`. */
export const DMS: Translator = {
  what: 'AWS DMS',
  recognises: (value) => isJson(value.metadata) && 'record-type' in value.metadata && 'operation' in value.metadata,
  translate(record) {
    const metadata = record.value.metadata as Json;
    const op = OPS[String(metadata.operation)];
    const data = record.value.data;
    if (op === undefined || !isJson(data)) return 'speak of a schema or of the task';
    const old = record.value['before-image'];
    const envelope = envelopeOf({
      op,
      before: op === 'd' ? data : isJson(old) ? { ...data, ...old } : null,
      after: op === 'd' ? null : data,
      connector: 'dms',
      database: plainText(metadata['schema-name']),
      table: plainText(metadata['table-name']),
      time: instantOf(metadata['commit-timestamp'] ?? metadata.timestamp),
      transaction: plainText(metadata['transaction-id']),
    });
    return [{ ...record, value: envelope }];
  },
};
