import { csvRows, headObjects } from './csv-rows.js';
import { BARE, type Framed, type Framing } from './framing.js';
import { isJson, type Json } from './json.js';
import { innerValue, unwrapped } from './unwrap.js';

const VALUE = /^(value|payload|content|message|record)$/i;
/** What such a table may have beside: a table with a column of JSON and columns of its own is a dump. */
const PART =
  /^(value|payload|content|message|record|key|topic|partition(_?id)?|offset|time(stamp)?(_?(ms|type))?|ts|headers?|.*schema_?id|size|date)$/i;

/** CSV of records, as sink connectors and web pages write it: columns `key`, `value`, `offset`, ..., key and value as JSON or as base64 of it. */
export const CSV_FRAMING: Framing = {
  what: 'CSV of records',
  async recognises(file) {
    const [first = ''] = file.text.split('\n', 1);
    const names = first.split(/[,;\t]/).map((name) => name.trim().replace(/"/g, ''));
    if (!names.some((name) => VALUE.test(name)) || !names.every((name) => PART.test(name))) return false;
    const rows = await headObjects(file);
    return rows.filter((row) => isJson(innerValue(columnOf(row)))).length * 2 > rows.length;
  },
  async *records(file, pieces) {
    for await (const { row, line } of csvRows(file, pieces)) yield { line, ...framedOf(row) };
  },
};

function framedOf(
  row: Json,
): Omit<Extract<Framed, { record: unknown }>, 'line'> | Omit<Extract<Framed, { code: string }>, 'line'> {
  const record = unwrapped(row);
  if (record !== null) return { record };
  const value = innerValue(columnOf(row) ?? null);
  if (value === undefined)
    return { code: 'invalid-json', reason: 'holds a value that is no JSON, as text or as base64' };
  return { record: { ...BARE, value } };
}

function columnOf(row: Json): unknown {
  const name = Object.keys(row).find((column) => VALUE.test(column));
  return name === undefined ? undefined : row[name];
}
