import type { CsvOption } from '../relation.js';
import { sniffConsole } from './console.js';
import type { DumpEncoding } from './dump/form.js';
import { sniffDump } from './dump/sniff.js';
import type { InputForm } from './input-file.js';
import { isObject, jsonFacts, parseJson } from './json-facts.js';

const SAMPLE = 400;

/** What is known of a file beside its first bytes. */
export interface HeadFacts {
  /** False where the file goes on behind the head. */
  readonly whole: boolean;
  /** What the text was before it became UTF-8. */
  readonly encoding: DumpEncoding;
  /** What the user says of dumps. */
  readonly option?: CsvOption;
}

/** Recognises a form by the first unpacked bytes of a file, in UTF-8: never by its name. */
export function sniff(head: Buffer, facts: HeadFacts = { whole: false, encoding: 'utf8' }): InputForm {
  if (head.length === 0) return aside('empty file', 'empty-file', 'is empty');
  const binary = sniffBinary(head);
  if (binary !== null) return binary;
  const text = head.toString('utf8').replace(/^\uFEFF/, '');
  const lines = text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line.trim() !== '');
  if (lines.length === 0) return aside('empty file', 'empty-file', 'holds only blank lines');
  const telling = lines.filter((line) => line !== 'null' && line !== '{}').slice(0, SAMPLE);
  if (telling.length === 0) return { kind: 'values', json: jsonFacts([]) };
  const { whole, encoding, option } = facts;
  const spreadsheet = encoding !== 'utf8' || head[0] === 0xef;
  return (
    sniffJson(telling) ?? sniffJava(telling) ?? sniffDump({ text, whole, encoding, spreadsheet }, option) ?? unknown()
  );
}

function sniffJson(lines: readonly string[]): InputForm | null {
  const objects = lines.map(parseJson).filter(isObject);
  const kcat = objects.filter((o) => 'payload' in o && 'topic' in o && 'offset' in o);
  const records = (): InputForm =>
    kcat.length * 2 > objects.length
      ? {
          kind: 'kcat',
          json: jsonFacts(kcat.map((o) => (typeof o.payload === 'string' ? o.payload : JSON.stringify(o.payload)))),
        }
      : { kind: 'values', json: jsonFacts(lines) };
  if (objects.length * 2 >= lines.length || (objects.length > 0 && lines.length < 3)) return records();
  for (const line of lines.slice(0, 20)) {
    const columns = sniffConsole(line);
    if (columns !== null) {
      return { kind: 'console', columns, json: jsonFacts(lines.map((l) => l.slice(l.lastIndexOf('\t') + 1))) };
    }
  }
  // A file whose lines are mostly damaged is still read: what cannot be is listed line by line.
  if (lines.some((line) => line.startsWith('{"'))) return records();
  if (lines[0]!.startsWith('[')) {
    return aside(
      'JSON array',
      'json-array',
      'is a JSON array of something else than records',
      'Write one record per line, or an array of objects.',
    );
  }
  return null;
}

function sniffJava(lines: readonly string[]): InputForm | null {
  const struct = lines.some((line) => line.startsWith('Struct{'));
  if (!struct && !lines.some((line) => /^\{[A-Za-z_]\w*=/.test(line))) return null;
  return aside(
    struct ? 'Java Struct text' : 'Java map text',
    'not-json',
    'is the text of Java objects, not JSON: a file sink wrote what its converter had parsed',
    'Export again with value.converter=org.apache.kafka.connect.json.JsonConverter and value.converter.schemas.enable=false, or with value.converter=org.apache.kafka.connect.storage.StringConverter, in the sink.',
  );
}

function sniffBinary(head: Buffer): InputForm | null {
  const magic = head.subarray(0, 4).toString('latin1');
  if (magic === 'PAR1')
    return aside('Parquet', 'parquet', 'is a Parquet file', 'Export it as CSV, or as JSON with one record per line.');
  if (magic.startsWith('PK'))
    return aside('ZIP archive', 'archive', 'is a ZIP archive or a workbook', 'Unpack it, or save it as CSV.');
  const sample = head.subarray(0, 4096);
  const odd = sample.reduce((n, byte) => n + (byte === 0 || (byte < 32 && ![9, 10, 13, 27].includes(byte)) ? 1 : 0), 0);
  return odd * 20 > sample.length ? aside('binary', 'binary-file', 'is binary, not text') : null;
}

function unknown(): InputForm {
  return aside(
    'unknown',
    'unknown-form',
    'is in no known form: not JSON records, not console output, and no table with a header line',
  );
}

function aside(what: string, code: string, reason: string, help?: string): InputForm {
  return { kind: 'set-aside', what, code, reason, ...(help !== undefined && { help }) };
}
