import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { Engine } from '../engine/engine.js';
import type { KsqlType } from '../ksql/types.js';
import type { CsvOption, Rejected } from '../relation.js';
import type { ScanType } from '../scanner/request.js';
import type { SchemaFiles } from './avro/schema-files.js';
import type { DumpEncoding } from './dump/form.js';
import type { Form, InputFile, SetAside } from './input-file.js';
import type { FileInspection } from './inspect-file.js';
import type { MetaName } from './json-facts.js';
import type { OpenText } from './open-text.js';
import type { FileScan } from './scan.js';
import type { ScanPlan } from './scanned.js';

/**
 * A form of input: how a file of it is recognised, read and told about. Each is one file in `forms/`, and one line in
 * `forms/index.ts`, which asks them in its order. Nothing else in the program asks which form a file has.
 */
export interface Reader {
  /** Its name: the `kind` of the forms that it recognises. */
  readonly kind: string;
  /** True where records are lines of JSON text: such a text is UTF-8, and the engine reads it line by line. */
  readonly lines: boolean;
  /** What no file of this form can tell: the key of a record, the history of a row (it is one instant). */
  readonly lacks: ReadonlySet<'key' | 'history'>;

  /** Recognises a binary file by its bytes, and looks through it; null where it is of another form. */
  recogniseBytes?(found: FoundBytes): Promise<InputFile | null>;
  /** Recognises a text by its first lines; null where it is of another form. */
  recogniseText?(head: TextHead): Form | SetAside | null;
  /** Finishes what `recogniseText` began, with the whole file at hand. */
  settle?(engine: Engine, common: FileCommon, opened: OpenText, option: CsvOption | undefined): Promise<InputFile>;
  /** What the form of a file is called in reports: `kcat -J, envelope`. */
  title(form: Form): string;

  /** Makes a file ready for what is asked of it (null: for the types of its values alone); `release` lets go of what that took. */
  prepare?(file: InputFile, request: RawRequest | null): Promise<void>;
  release?(file: InputFile): void;
  /** Its records, with only what is asked for. */
  relation(file: InputFile, request: RawRequest): RawRelation;
  /** How its lines are scanned for the same, where a scan can give that; `types`: how the value of each field is taken out of a line. */
  scan?(file: InputFile, request: RawRequest, types: ReadonlyMap<string, ScanType>): ScanPlan | null;
  /**
   * SQL of its records as text: place `n` from 0 (up to `first` of them), value `v`, `key`, `topic`, `record_time`; `whole` is false
   * where the record itself cannot be read, so that a missing value is no tombstone.
   */
  texts(file: InputFile, first?: number): string;
  /** Code of the reason (`UNREAD`) that a record has which is not `whole`. */
  readonly broken: string;
  /** Rows that the engine refused in its last reading, where the form has an account of them of its own. */
  refused?(engine: Engine, file: InputFile): Promise<readonly Rejected[]>;
  /** Line numbers (from 1) of records by their place in the file (from 0); null where a record's line cannot be told. */
  lineNumbers(engine: Engine, file: InputFile, places: readonly number[]): Promise<readonly (number | null)[]>;

  /** All columns of the rows, where a header tells them before any row. */
  header?(form: Form): Header;
  /** Fields that can be read in two ways: errors, each with the option that settles it. */
  questions?(file: InputFile, fields: readonly Typed[]): readonly Diagnostic[];
  /** What a file holds, for `inspect`, where its records are no JSON. */
  inspect?(
    engine: Engine,
    file: InputFile,
  ): Promise<Omit<FileInspection, 'name' | 'bytes' | 'sha256' | 'form' | 'fileTopic'>>;
}

/** A field and the type that the pipeline declares for it. */
export interface Typed {
  readonly field: string;
  readonly type: KsqlType;
}

/** The columns that a file has. */
export interface Header {
  readonly names: readonly string[];
  /** Whether one of them is the field of that lower-case name. */
  has(field: string): boolean;
}

/** A file's bytes before anybody knows what they are. */
export interface FoundBytes {
  readonly engine: Engine;
  readonly path: string;
  readonly name: string;
  readonly scan: FileScan;
  readonly schemas: SchemaFiles;
}

/** What is known of every file, whatever its form. */
export type FileCommon = Omit<InputFile, 'form' | 'readPath' | 'compression' | 'rejected'>;

/** The first text of a file. */
export interface TextHead {
  /** Without a byte-order mark. */
  readonly text: string;
  /** Its lines that say anything: not blank, not `null`, not `{}`. */
  readonly telling: readonly string[];
  /** Those of them that are JSON objects. */
  readonly objects: readonly Readonly<Record<string, unknown>>[];
  /** True where most of them are. */
  readonly mostlyObjects: boolean;
  /** False where the file goes on behind the head. */
  readonly whole: boolean;
  /** What the text was before it became UTF-8. */
  readonly encoding: DumpEncoding;
  /** A byte-order mark, or an encoding other than UTF-8: a spreadsheet wrote it. */
  readonly spreadsheet: boolean;
  /** What the user says of dumps. */
  readonly option?: CsvOption;
}

/** What is asked of a file: nothing else is read out of it. */
export interface RawRequest {
  /** Lower-case names of row fields, and of those that are (part of) a key. */
  readonly fields: readonly string[];
  readonly keys: readonly string[];
  /** Spelling where the file's head does not tell one. */
  readonly spelling: ReadonlyMap<string, string>;
  /** Lower-case fields whose JSON numbers must not pass through a double. */
  readonly exactNumbers: readonly string[];
  readonly transactions: boolean;
  /** Look for records of every shape, not only those of the head. */
  readonly everyShape: boolean;
  /** Look for a place in every kind of log, not only where the connector of the head writes it. */
  readonly everyPlace: boolean;
}

/**
 * The one common shape of all forms: a FROM clause (alias `r`) and SQL expressions over it. A part that a form does not have is
 * `NULL`; `nullValue` is NULL where this reading cannot tell a null value from an unreadable record.
 */
export interface RawRelation {
  readonly from: string;
  /** The record's place in the file, from 0; absent where the relation's own order tells it. */
  readonly record?: string;
  readonly topic: string;
  readonly partition: string;
  readonly offset: string;
  readonly recordTime: string;
  readonly key: string;
  readonly nullValue: string;
  /** The text of the schema that a record carries. */
  readonly schema: string;
  /** True where every value carries one. */
  readonly everySchema: boolean;
  /** True where a function takes each record apart (and not the reader itself): it is worth doing once. */
  readonly parsed: boolean;
  /** Which of the files that are read as one a record stands in, from 0; null where there is one. */
  readonly fileAt: string | null;
  /** True where each record is a row and can be nothing else. */
  readonly rows: boolean;
  /** A field of the envelope: `envelope('source', 'ts_ms')`. */
  envelope(...path: readonly string[]): string;
  /** An added field of an unwrapped row, by its name without prefix. */
  meta(name: MetaName): string;
  /** A field of the new row, the old row, the unwrapped row. */
  after(field: string): string;
  before(field: string): string;
  flat(field: string): string;
  /** The text `v` of a field that is declared as `type`, as a database writes such values. */
  written?(field: string, type: KsqlType, v: string): string;
}

/** What is asked where nothing but some fields is wanted. */
export function fieldsRequest(fields: readonly string[]): RawRequest {
  return {
    fields,
    keys: [],
    spelling: new Map(),
    exactNumbers: [],
    transactions: false,
    everyShape: false,
    everyPlace: false,
  };
}

/** A relation of rows that have only columns: every other part is NULL. */
export const ROWS_ONLY: Omit<RawRelation, 'from' | 'flat'> = {
  topic: 'NULL',
  partition: 'NULL',
  offset: 'NULL',
  recordTime: 'NULL',
  key: 'NULL',
  nullValue: 'false',
  schema: 'NULL',
  everySchema: true,
  parsed: false,
  fileAt: null,
  rows: true,
  envelope: () => 'NULL',
  meta: () => 'NULL',
  after: () => 'NULL',
  before: () => 'NULL',
};
