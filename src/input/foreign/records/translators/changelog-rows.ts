import { instantOf, isJson, type Json, plainText } from '../json.js';
import { envelopeOf, type Translator } from '../record.js';

const FLINK: { readonly [op: string]: 'c' | 'u' | 'd' } = { '+I': 'c', '+U': 'u', '-D': 'd' };

/** Flink's changelog-json: `{data, op: "+I" | "-U" | "+U" | "-D"}`. */
export const CHANGELOG_JSON: Translator = {
  what: 'Flink changelog-json',
  recognises: (value) => typeof value.op === 'string' && /^[+-][IUD]$/.test(value.op) && isJson(value.data),
  translate(record) {
    const op = FLINK[String(record.value.op)];
    if (op === undefined) return 'hold the row before an update';
    const data = record.value.data as Json;
    return [
      {
        ...record,
        value: envelopeOf({
          op,
          before: op === 'd' ? data : null,
          after: op === 'd' ? null : data,
          connector: 'flink',
          table: null,
          time: null,
        }),
      },
    ];
  },
};

const QLIK: { readonly [operation: string]: 'c' | 'u' | 'd' | 'r' } = {
  INSERT: 'c',
  UPDATE: 'u',
  DELETE: 'd',
  REFRESH: 'r',
};

/** Qlik (Attunity) Replicate: `{message: {data, beforeData, headers: {operation, changeSequence, timestamp}}}`. */
export const QLIK_REPLICATE: Translator = {
  what: 'Qlik Replicate',
  recognises: (value) =>
    isJson(value.message) && isJson(value.message.headers) && 'changeSequence' in value.message.headers,
  translate(record) {
    const message = record.value.message as Json;
    const headers = message.headers as Json;
    const op = QLIK[String(headers.operation)];
    if (op === undefined || !isJson(message.data)) return 'speak of a schema or of the task';
    return [
      {
        ...record,
        value: envelopeOf({
          op,
          before: op === 'd' ? message.data : isJson(message.beforeData) ? message.beforeData : null,
          after: op === 'd' ? null : message.data,
          connector: 'qlik',
          table: null,
          time: instantOf(headers.timestamp),
          transaction: plainText(headers.transactionId),
        }),
      },
    ];
  },
};

/** Messages of Singer and Airbyte taps: `{type: "RECORD", stream, record, time_extracted}`. */
export const TAP_MESSAGES: Translator = {
  what: 'messages of a Singer or Airbyte tap',
  recognises: (value) =>
    (value.type === 'RECORD' && (isJson(value.record) || isJson(value.data))) ||
    ((value.type === 'SCHEMA' || value.type === 'STATE' || value.type === 'LOG' || value.type === 'ACTIVATE_VERSION') &&
      !('op' in value)),
  translate(record) {
    const { value } = record;
    if (value.type !== 'RECORD') return 'speak of a schema or of the state of the tap';
    const inner = isJson(value.record) && isJson(value.record.data) ? value.record : value;
    const row = isJson(inner.data) ? inner.data : isJson(inner.record) ? inner.record : {};
    const gone = plainText(row._sdc_deleted_at ?? row._ab_cdc_deleted_at) !== null;
    const time = instantOf(row._ab_cdc_updated_at) ?? instantOf(inner.time_extracted) ?? instantOf(inner.emitted_at);
    return [
      {
        ...record,
        value: envelopeOf({
          op: gone ? 'd' : 'u',
          before: gone ? row : null,
          after: gone ? null : row,
          connector: 'tap',
          table: plainText(inner.stream),
          time,
        }),
      },
    ];
  },
};
