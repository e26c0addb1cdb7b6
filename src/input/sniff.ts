import type { CsvOption } from '../relation.js';
import type { DumpEncoding } from './dump/form.js';
import { READERS } from './forms/index.js';
import type { Form, SetAside } from './input-file.js';
import { isObject, parseJson } from './json-facts.js';
import type { TextHead } from './reader.js';

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

/** Recognises a form by the first unpacked bytes of a file, in UTF-8: never by its name. The first reader that takes it has it. */
export function sniff(bytes: Buffer, facts: HeadFacts = { whole: false, encoding: 'utf8' }): Form {
  if (bytes.length === 0) return aside('empty file', 'empty-file', 'is empty');
  const binary = binaryForm(bytes);
  if (binary !== null) return binary;
  const head = textHead(bytes, facts);
  if (head === null) return aside('empty file', 'empty-file', 'holds only blank lines');
  const ask = (lines: boolean): Form | undefined =>
    READERS.filter((reader) => reader.lines === lines)
      .map((reader) => reader.recogniseText?.(head))
      .find((form) => form != null) ?? undefined;
  const form = ask(true) ?? knownText(head) ?? ask(false);
  if (form !== undefined) return form;
  return aside(
    'unknown',
    'unknown-form',
    'is in no known form: not JSON records, not console output, and no table with a header line',
  );
}

function textHead(bytes: Buffer, { whole, encoding, option }: HeadFacts): TextHead | null {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const lines = text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line.trim() !== '');
  if (lines.length === 0) return null;
  const telling = lines.filter((line) => line !== 'null' && line !== '{}').slice(0, SAMPLE);
  const objects = telling.map(parseJson).filter(isObject);
  return {
    text,
    telling,
    objects,
    mostlyObjects: objects.length * 2 >= telling.length || (objects.length > 0 && telling.length < 3),
    whole,
    encoding,
    spreadsheet: encoding !== 'utf8' || bytes[0] === 0xef,
    ...(option !== undefined && { option }),
  };
}

/** Texts that look like rows and are none. */
function knownText({ telling }: TextHead): SetAside | null {
  if (telling[0]?.startsWith('[') === true) {
    return aside(
      'JSON array',
      'json-array',
      'is a JSON array of something else than records',
      'Write one record per line, or an array of objects.',
    );
  }
  const struct = telling.some((line) => line.startsWith('Struct{'));
  if (!struct && !telling.some((line) => /^\{[A-Za-z_]\w*=/.test(line))) return null;
  return aside(
    struct ? 'Java Struct text' : 'Java map text',
    'not-json',
    'is the text of Java objects, not JSON: a file sink wrote what its converter had parsed',
    'Export again with value.converter=org.apache.kafka.connect.json.JsonConverter and value.converter.schemas.enable=false, or with value.converter=org.apache.kafka.connect.storage.StringConverter, in the sink.',
  );
}

function binaryForm(head: Buffer): SetAside | null {
  if (head.subarray(0, 4).toString('latin1') === 'PAR1')
    return aside(
      'packed Parquet',
      'parquet',
      'is a Parquet file, packed once more',
      'Unpack it: Parquet is packed inside.',
    );
  const sample = head.subarray(0, 4096);
  const odd = sample.reduce((n, byte) => n + (byte === 0 || (byte < 32 && ![9, 10, 13, 27].includes(byte)) ? 1 : 0), 0);
  return odd * 20 > sample.length ? aside('binary', 'binary-file', 'is binary, not text') : null;
}

function aside(what: string, code: string, reason: string, help?: string): SetAside {
  return { kind: 'set-aside', what, code, reason, ...(help !== undefined && { help }) };
}
