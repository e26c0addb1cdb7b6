import { text } from '../../sql/quote.js';
import type { Form, InputFile, RecordFacts } from '../input-file.js';
import { jsonFacts } from '../json-facts.js';
import { fileLines, jsonRelation, numberedLines, numbersOfLines, shapeText } from '../json-relation.js';
import type { RawRelation, RawRequest, Reader, TextHead } from '../reader.js';

/** What `kafka-console-consumer` prints with `print.*` options: columns between tabs, last the value. */
export const CONSOLE: Reader = {
  kind: 'console',
  lines: true,
  lacks: new Set(),
  broken: 'wrong-columns',
  recogniseText,
  title: (form) => `console consumer (${columnsOf(form).join(', ')}), ${shapeText(form.records as RecordFacts)}`,
  relation,
  texts,
  lineNumbers: (_, file, places) => numbersOfLines(file, places),
};

/** A form of printed columns, by their names. */
interface ConsoleForm extends Form {
  readonly columns: readonly string[];
}

const columnsOf = (form: Form): readonly string[] => (form as ConsoleForm).columns;

const LOOKED_AT = 20;

function recogniseText({ mostlyObjects, telling }: TextHead): ConsoleForm | null {
  if (mostlyObjects) return null;
  for (const line of telling.slice(0, LOOKED_AT)) {
    const columns = sniffConsole(line);
    if (columns === null) continue;
    return { kind: 'console', columns, records: jsonFacts(telling.map((l) => l.slice(l.lastIndexOf('\t') + 1))) };
  }
  return null;
}

function relation(file: InputFile, request: RawRequest): RawRelation {
  const columns = columnsOf(file.form);
  const last = columns.length;
  const at = (name: string): string => `r.p[${columns.indexOf(name) + 1}]`;
  const tail = (name: string): string => `TRY_CAST(split_part(${at(name)}, ':', 2) AS BIGINT)`;
  const there = (name: string, sql: string): string => (columns.includes(name) ? sql : 'NULL');
  return jsonRelation(file, request, {
    from: (value, kept) =>
      `(SELECT p, CASE WHEN len(p) = ${last} THEN ${value(`p[${last}]`)} END AS j${kept} FROM (SELECT string_split(line, chr(9)) AS p${kept} FROM ${fileLines(file)})) r`,
    partition: there('partition', tail('partition')),
    offset: there('offset', tail('offset')),
    recordTime: there('timestamp', tail('timestamp')),
    key: there('key', `nullif(${at('key')}, 'null')`),
    nullValue: `(len(r.p) = ${last} AND r.p[${last}] = 'null')`,
  });
}

function texts(file: InputFile, first?: number): string {
  const columns = columnsOf(file.form);
  const part = (name: string): string => (columns.includes(name) ? `p[${columns.indexOf(name) + 1}]` : 'NULL');
  return `SELECT n, p[${columns.length}] AS v, nullif(${part('key')}, 'null') AS key, ${text(file.fileTopic)} AS topic, TRY_CAST(split_part(${part('timestamp')}, ':', 2) AS BIGINT) AS record_time, len(p) = ${columns.length} AS whole FROM (SELECT n, string_split(line, chr(9)) AS p FROM (${numberedLines(file, first)}))`;
}

/** Names of the columns that `kafka-console-consumer` prints before the value, by the shape of one line; null where it is another form. */
function sniffConsole(line: string): readonly string[] | null {
  const parts = line.split('\t');
  const columns: string[] = [];
  let at = 0;
  if (/^(CreateTime|LogAppendTime):-?\d+$|^NO_TIMESTAMP$/.test(parts[at] ?? '')) {
    columns.push('timestamp');
    at += 1;
  }
  if (/^Partition:\d+$/.test(parts[at] ?? '')) {
    columns.push('partition');
    at += 1;
  }
  if (/^Offset:\d+$/.test(parts[at] ?? '')) {
    columns.push('offset');
    at += 1;
  }
  const rest = parts.length - at;
  const isValue = (text: string | undefined): boolean => text === 'null' || (text ?? '').startsWith('{');
  if (rest === 3 && (parts[at] === 'NO_HEADERS' || /^[^{\t]+:/.test(parts[at]!))) columns.push('headers', 'key');
  else if (rest === 2 && parts[at] === 'NO_HEADERS') columns.push('headers');
  else if (rest === 2 && (columns.length > 0 || isValue(parts[at]) || !/[\t]/.test(parts[at]!))) columns.push('key');
  else if (rest !== 1 || columns.length === 0) return null;
  return isValue(parts[parts.length - 1]) ? [...columns, 'value'] : null;
}
