import { text } from '../../sql/quote.js';
import type { InputFile, RecordFacts } from '../input-file.js';
import { jsonFacts } from '../json-facts.js';
import { fileLines, jsonRelation, numberedLines, numbersOfLines, shapeText } from '../json-relation.js';
import type { RawRelation, RawRequest, Reader, TextHead } from '../reader.js';
import { scanPlan } from '../scanned.js';

/** Values alone, one JSON a line: console consumer, file sinks, object stores. Envelopes with and without schemas, unwrapped rows. */
export const VALUES: Reader = {
  kind: 'values',
  lines: true,
  lacks: new Set(['key']),
  broken: 'invalid-json',
  recogniseText: (head) =>
    head.telling.length === 0 || looksLikeRecords(head) ? { kind: 'values', records: jsonFacts(head.telling) } : null,
  title: ({ records }) => `values, ${shapeText(records as RecordFacts)}`,
  relation: valuesRelation,
  scan: (file, request, types) => scanPlan(file, request, types, false),
  texts: valuesTexts,
  lineNumbers: (_, file, places) => numbersOfLines(file, places),
};

/** True for lines of JSON objects, also where most are damaged: what cannot be read is listed line by line. */
export function looksLikeRecords({ mostlyObjects, telling }: TextHead): boolean {
  return mostlyObjects || telling.some((line) => line.startsWith('{"'));
}

/** The relation of values one per line, also of those that another form is written anew as. */
export function valuesRelation(file: InputFile, request: RawRequest): RawRelation {
  return request.exactNumbers.length === 0
    ? jsonRelation(file, request, null)
    : jsonRelation(file, request, {
        from: (value, kept) => `(SELECT line, ${value('line')} AS j${kept} FROM ${fileLines(file)}) r`,
        nullValue: "(trim(r.line) = 'null')",
      });
}

/** `texts` of such lines. */
export function valuesTexts(file: InputFile, first?: number): string {
  return `SELECT n, line AS v, NULL::VARCHAR AS key, ${text(file.fileTopic)} AS topic, NULL::BIGINT AS record_time, true AS whole FROM (${numberedLines(file, first)})`;
}
