import type { Rejected } from '../relation.js';
import { type AvroFacts, avroText } from './avro/source.js';
import { type DumpForm, dumpText } from './dump/form.js';

/** How a file's bytes are packed; DuckDB unpacks both while it reads. */
export type Compression = 'none' | 'gzip' | 'zstd';

/** What is wrong with a packed file as a whole: its end is missing, or bytes in it have changed. */
export type Damage = 'cut off' | 'damaged';

/** What the head of a JSON file told about its records: which shapes there are and how their fields are spelled. */
export interface JsonFacts {
  /** `{"schema":...,"payload":...}`: the record stands in `payload`, its types in `schema`. */
  readonly wrapped: boolean;
  /** The record itself, with no `schema` around it. */
  readonly bare: boolean;
  /** Debezium's `{before, after, source, op}`. */
  readonly envelope: boolean;
  /** Rows of ExtractNewRecordState, or plain rows. */
  readonly flat: boolean;
  /** Records of the schema-change topic: `{ddl, tableChanges}`. */
  readonly schemaChanges: boolean;
  /** What stands before added fields of unwrapped rows: `__`, `meta_`. */
  readonly prefix: string;
  /** Fields seen, by their lower-case name, in the spelling of the file. */
  readonly fields: ReadonlyMap<string, string>;
  /** JSON types seen per lower-case field. */
  readonly types: ReadonlyMap<string, ReadonlySet<string>>;
  /** Lower-case fields that held base64 and no decimal text. */
  readonly base64: ReadonlySet<string>;
  /** Lower-case fields that held nothing but text that can be a number as base64 bytes, and not only plain words. */
  readonly encoded: ReadonlySet<string>;
  readonly connector: string | null;
}

/** The form of a file, recognised by its content. */
export type InputForm =
  | { readonly kind: 'kcat'; readonly json: JsonFacts; readonly avro?: AvroFacts }
  | { readonly kind: 'console'; readonly columns: readonly string[]; readonly json: JsonFacts }
  | { readonly kind: 'values'; readonly json: JsonFacts; readonly avro?: AvroFacts }
  | DumpForm
  | {
      readonly kind: 'set-aside';
      readonly what: string;
      readonly code: string;
      readonly reason: string;
      /** What to do about it. */
      readonly help?: string;
    };

/** One input file, hashed, scanned and recognised. */
export interface InputFile {
  /** Shown in reports and messages: the base name, with its folder where two files share it. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** Of the bytes as they are on disk. */
  readonly sha256: string;
  readonly form: InputForm;
  /** The file to read: `path`, or a mended copy in the engine's temp folder. */
  readonly readPath: string;
  readonly compression: Compression;
  /** Topic and table as the file's name tells them. */
  readonly fileTopic: string;
  readonly blankLines: boolean;
  /** Lines that were taken out before reading (too long, not UTF-8, cut off). */
  readonly rejected: readonly Rejected[];
  /** Where set, records are missing (or wrong) that nobody can count. */
  readonly damage: Damage | null;
}

/** What a form is called in reports (`kcat -J, envelope`). */
export function formText(form: InputForm): string {
  if ('avro' in form && form.avro !== undefined)
    return `${avroText(form.avro)}, ${shapeText({ ...form.json, wrapped: false })}`;
  switch (form.kind) {
    case 'set-aside':
      return form.what;
    case 'dump':
      return `dump (${dumpText(form)})`;
    case 'console':
      return `console consumer (${form.columns.join(', ')}), ${shapeText(form.json)}`;
    case 'kcat':
      return `kcat -J, ${shapeText(form.json)}`;
    default:
      return `values, ${shapeText(form.json)}`;
  }
}

function shapeText(json: JsonFacts): string {
  const shapes = [json.envelope ? 'envelope' : '', json.flat ? 'unwrapped' : ''].filter((s) => s !== '');
  const text = shapes.length === 0 ? 'no change events' : shapes.join(' and ');
  return json.wrapped ? `${text} with schemas` : text;
}
