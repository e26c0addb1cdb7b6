import { ForeignError } from '../../foreign.js';
import { instantOf, isJson, type Json, jsonText, parseExact, plainText } from '../json.js';
import type { Translator } from '../record.js';

/** Debezium's MongoDB connector: `after` is the document as text (extended JSON), the table is `source.collection`, the key `_id`. */
export const MONGODB: Translator = {
  what: 'MongoDB',
  recognises: (value) =>
    isJson(value.source) &&
    (value.source.connector === 'mongodb' || 'collection' in value.source) &&
    !('table' in value.source),
  translate(record) {
    const { value } = record;
    const source = value.source as Json;
    const [after, before] = [documentOf(value.after), documentOf(value.before)];
    if (value.op === 'u' && after === null)
      throw new ForeignError(
        'is a change log of MongoDB whose updates hold no whole document (updateDescription alone): what a row was after them cannot be told',
        'Export with capture.mode=change_streams_update_full, or put ExtractNewDocumentState in the connector.',
      );
    const key = before ?? keyOf(record.key);
    if (value.op === 'd' && key === null)
      throw new ForeignError(
        'is a change log of MongoDB whose deletes do not say of which document: their key stands in the key of the record, and the export has none',
        'Export with keys (kcat -J, or --property print.key=true), or with capture.mode.full.update.type and pre-images.',
      );
    const named = { ...source, table: source.collection ?? null };
    return [
      {
        ...record,
        key: key === null ? record.key : key,
        value: { ...value, after, before: value.op === 'd' ? key : before, source: named },
      },
    ];
  },
};

function documentOf(side: unknown): Json | null {
  const document = typeof side === 'string' ? parseExact(side) : side;
  return isJson(document) ? columnsOf(document) : null;
}

function keyOf(key: unknown): Json | null {
  const parsed = typeof key === 'string' ? parseExact(key) : key;
  const record = isJson(parsed) && isJson(parsed.payload) ? parsed.payload : parsed;
  if (!isJson(record)) return null;
  const id = typeof record.id === 'string' ? (parseExact(record.id) ?? record.id) : record.id;
  return id === undefined ? null : columnsOf({ _id: id });
}

/** The fields of a document as columns; `_id` is also `id`, where the document has no other. */
function columnsOf(document: Json): Json {
  const columns = Object.fromEntries(Object.entries(document).map(([name, value]) => [name, plain(value)]));
  return '_id' in columns && !('id' in columns) ? { id: columns._id, ...columns } : columns;
}

/** A value of extended JSON as the connectors of tables write it; what has no such form (lists, documents) is its JSON text. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return jsonText(value.map(plain));
  if (!isJson(value)) return value;
  const [[name, inner] = ['', undefined], ...more] = Object.entries(value);
  if (more.length > 0 || !name.startsWith('$'))
    return jsonText(Object.fromEntries(Object.entries(value).map(([n, v]) => [n, plain(v)])));
  if (name === '$date') return isJson(inner) ? plainText(inner.$numberLong) : (instantOf(inner) ?? inner);
  if (name === '$binary') return isJson(inner) ? inner.base64 : inner;
  return plainText(inner) ?? jsonText(inner);
}
