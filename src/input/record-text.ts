import { text } from '../sql/quote.js';
import type { InputFile } from './input-file.js';
import { packing } from './raw-relation.js';
import { rawLines } from './zstd-head.js';

/**
 * Records of a JSON file as text: place `n` from 0, value `v`, `key`, `topic`, `record_time`; `whole` is false where the line
 * itself cannot be read, so that a missing value is no tombstone.
 */
export function recordText(file: InputFile): string {
  const lines = `SELECT row_number() OVER () - 1 AS n, line FROM ${rawLines(file.readPath, packing(file))}`;
  const topic = text(file.fileTopic);
  if (file.form.kind === 'kcat') {
    const get = (name: string): string => `TRY(json_extract_string(line, '$.${name}'))`;
    return `SELECT n, ${get('payload')} AS v, ${get('key')} AS key, coalesce(lower(${get('topic')}), ${topic}) AS topic, TRY_CAST(${get('ts')} AS BIGINT) AS record_time, coalesce(TRY(json_exists(line, '$.payload')), false) AS whole FROM (${lines})`;
  }
  if (file.form.kind === 'console') {
    const { columns } = file.form;
    const part = (name: string): string => (columns.includes(name) ? `p[${columns.indexOf(name) + 1}]` : 'NULL');
    return `SELECT n, p[${columns.length}] AS v, nullif(${part('key')}, 'null') AS key, ${topic} AS topic, TRY_CAST(split_part(${part('timestamp')}, ':', 2) AS BIGINT) AS record_time, len(p) = ${columns.length} AS whole FROM (SELECT n, string_split(line, chr(9)) AS p FROM (${lines}))`;
  }
  return `SELECT n, line AS v, NULL::VARCHAR AS key, ${topic} AS topic, NULL::BIGINT AS record_time, true AS whole FROM (${lines})`;
}
