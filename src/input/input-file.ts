import type { Rejected } from '../relation.js';

/** How a file's bytes are packed; DuckDB unpacks both while it reads. */
export type Compression = 'none' | 'gzip' | 'zstd';

/** What is wrong with a packed file as a whole: its end is missing, or bytes in it have changed. */
export type Damage = 'cut off' | 'damaged';

/** What the head of a file told about its records: which shapes there are and how their fields are spelled. */
export interface RecordFacts {
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
  /** `server.database.schema.table` of the first envelopes, lower case. */
  readonly origins?: ReadonlySet<string>;
}

/** What the reader of a form made of a file: `kind` is the reader's name, the rest its own. Plain JSON: a cache asks for it. */
export interface Form {
  readonly kind: string;
  /** What the records are known to hold before they are read; absent where nothing is read. */
  readonly records?: RecordFacts;
}

/** The form of a file that no reader takes, and why. */
export interface SetAside extends Form {
  readonly kind: 'set-aside';
  readonly what: string;
  readonly code: string;
  readonly reason: string;
  /** What to do about it. */
  readonly help?: string;
}

/** One input file, hashed, scanned and recognised. */
export interface InputFile {
  /** Shown in reports and messages: the base name, with its folder where two files share it. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** Of the bytes as they are on disk. */
  readonly sha256: string;
  readonly form: Form;
  /** The file to read: `path`, or a mended copy in the engine's temp folder. */
  readonly readPath: string;
  /** Set where several files are read as one (`asOne`): the files to read, in order. */
  readonly paths?: readonly string[];
  readonly compression: Compression;
  /** Topic and table as the file's name tells them. */
  readonly fileTopic: string;
  readonly blankLines: boolean;
  /** Lines that were taken out before reading (too long, not UTF-8, cut off). */
  readonly rejected: readonly Rejected[];
  /** What the file was made of, where another program wrote it in a form of its own: in words. */
  readonly origin?: string;
  /** What a reader of the run should know of the file as a whole, in words. */
  readonly notes?: readonly string[];
  /**
   * Present where only the beginning was looked at: `sha256` is then empty, and nothing is known of what stands behind. Gives the same file
   * hashed and looked through to its end.
   */
  readonly whole?: () => Promise<InputFile>;
  /** Where set, records are missing (or wrong) that nobody can count. */
  readonly damage: Damage | null;
}

/** Why a file is not read; null where it is. */
export function setAside({ form }: Pick<InputFile, 'form'>): SetAside | null {
  return form.kind === 'set-aside' ? (form as SetAside) : null;
}

/** What the records of files are known to hold before they are read, file by file. */
export function recordFacts(files: readonly InputFile[]): readonly RecordFacts[] {
  return files.flatMap(({ form }) => (form.records === undefined ? [] : [form.records]));
}
