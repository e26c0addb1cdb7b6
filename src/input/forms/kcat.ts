import { text } from '../../sql/quote.js';
import type { InputFile, RecordFacts } from '../input-file.js';
import { jsonFacts } from '../json-facts.js';
import { jsonRelation, numberedLines, numbersOfLines, readJson, shapeText } from '../json-relation.js';
import type { RawRelation, RawRequest, Reader, TextHead } from '../reader.js';
import { scanPlan } from '../scanned.js';
import { looksLikeRecords } from './values.js';

/** `kcat -J`: one object a line with topic, partition, offset, key, and the value as text. Nothing is lost. */
export const KCAT: Reader = {
  kind: 'kcat',
  lines: true,
  lacks: new Set(),
  broken: 'invalid-json',
  recogniseText: (head) =>
    looksLikeRecords(head) && isKcat(head.objects) ? { kind: 'kcat', records: jsonFacts(payloads(head)) } : null,
  title: ({ records }) => `kcat -J, ${shapeText(records as RecordFacts)}`,
  relation: kcatRelation,
  scan: (file, request, types) => scanPlan(file, request, types, true),
  texts: kcatTexts,
  lineNumbers: (_, file, places) => numbersOfLines(file, places),
};

type Line = TextHead['objects'][number];

const isLine = (o: Line): boolean => 'payload' in o && 'topic' in o && 'offset' in o;

/** True where most of the objects of a head are lines of `kcat -J`. */
export function isKcat(objects: readonly Line[]): boolean {
  return objects.filter(isLine).length * 2 > objects.length;
}

function payloads({ objects }: TextHead): readonly string[] {
  return objects.filter(isLine).map(({ payload }) => (typeof payload === 'string' ? payload : JSON.stringify(payload)));
}

/** The relation of lines of `kcat -J`, also of those that another form is written anew as. */
export function kcatRelation(file: InputFile, request: RawRequest): RawRelation {
  const columns =
    "{topic: 'VARCHAR', \"partition\": 'INTEGER', \"offset\": 'BIGINT', ts: 'BIGINT', key: 'VARCHAR', payload: 'VARCHAR'}";
  return jsonRelation(file, request, {
    from: (value, kept) => `(SELECT *, ${value('payload')} AS j${kept} FROM ${readJson(file, columns)}) r`,
    topic: 'r.topic',
    partition: 'r."partition"',
    offset: 'r."offset"',
    recordTime: 'r.ts',
    key: 'r.key',
    nullValue: '(r.topic IS NOT NULL AND r."offset" IS NOT NULL AND r.payload IS NULL)',
  });
}

/** `texts` of such lines. */
export function kcatTexts(file: InputFile, first?: number): string {
  const get = (name: string): string => `TRY(json_extract_string(line, '$.${name}'))`;
  return `SELECT n, ${get('payload')} AS v, ${get('key')} AS key, coalesce(lower(${get('topic')}), ${text(file.fileTopic)}) AS topic, TRY_CAST(${get('ts')} AS BIGINT) AS record_time, coalesce(TRY(json_exists(line, '$.payload')), false) AS whole FROM (${numberedLines(file, first)})`;
}
