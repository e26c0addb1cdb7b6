/**
 * The column contract of every stream and table relation in the engine. A *stream* is its records, a *table* is its
 * changelog; "replay in event-time order" is not a loop but the column `$seq`.
 */
export const SEQ = '$seq';
/**
 * Orders the rows that one record of the log triggered, over all relations: the path of query numbers that a row came along, as
 * bytes (BLOB). A record runs through the pipeline depth first, statement by statement, as in the engine; `sql/path.ts` makes it.
 */
export const SUB = '$sub';
/** ROWTIME, in epoch milliseconds (UTC). */
export const TS = '$ts';
/** False where the record's value is null: a delete (tombstone) of a table, a null-value record of a stream. */
export const LIVE = '$live';
/** Window bounds in epoch milliseconds, on windowed relations only. */
export const WINDOW_START = '$wstart';
export const WINDOW_END = '$wend';

/** The two named orders in which a log is replayed. */
export type ReplayOrder = 'event-time' | 'as-published';

/** Versions of ksqlDB that answer differently: 7.6 (Kafka Streams 3.6) and before, 7.7 (Kafka Streams 3.7) and later. */
export const ENGINES = ['7.6', '7.7'] as const;
/** One of `ENGINES`. */
export type EngineVersion = (typeof ENGINES)[number];
/** Whose rules hold where nobody says: those of today's versions, which lose no row for a null foreign key. */
export const DEFAULT_ENGINE: EngineVersion = '7.7';

/** What a table's first known version says of the time before it: nothing, or (counted as assumed) itself. */
export type Baseline = 'strict' | 'open';

/**
 * `--csv [NAME=]KEY:VALUE,...`: how dumps are to be read where their content does not tell, or tells wrong. Plain JSON. `name` is
 * a table or a file's name; without it, all dumps are meant.
 */
export interface CsvOption {
  readonly name?: string;
  readonly delimiter?: string;
  readonly quote?: 'double' | 'none';
  /** How a quote inside a cell is written. */
  readonly escape?: 'double' | 'backslash';
  /** Unquoted cells that mean NULL; the empty text is one of them. */
  readonly nulls?: readonly string[];
  readonly encoding?: 'utf8' | 'utf16le' | 'utf16be' | 'cp1252' | 'latin1';
  readonly decimal?: 'comma' | 'point';
  /** Order of day, month and year in dates that are not ISO. */
  readonly date?: 'dmy' | 'mdy' | 'ymd';
  /** IANA zone of times that name none. */
  readonly zone?: string;
  /** Names of the columns, where the file has no header line. */
  readonly columns?: readonly string[];
}

/** What `--read-as` can say of a column: the unit of its numbers, how its bytes are written, or that its text is no bytes. */
export const READ_AS = ['s', 'ms', 'us', 'ns', 'days', 'excel', 'hex', 'base64', 'text'] as const;
/** One of `READ_AS`. */
export type ReadAs = (typeof READ_AS)[number];

/** What shapes a replay: everything here, and nothing else, may change a number. */
export interface ReplayOptions {
  readonly order: ReplayOrder;
  /** Whose rules hold where versions of ksqlDB answer differently; absent: `DEFAULT_ENGINE`. */
  readonly engine?: EngineVersion;
  /** Cut on event time, epoch milliseconds, inclusive. */
  readonly until?: number;
  /** Cut on commit time, epoch milliseconds, inclusive. */
  readonly knownAt?: number;
  readonly baseline: Baseline;
  /** `--topic NAME=PATTERN`: topics (after a router renamed them) that meet a source's KAFKA_TOPIC NAME; `*` matches any run. */
  readonly topics: readonly { readonly name: string; readonly pattern: string }[];
  /** `--decimal-scale [TABLE.COLUMN=]N`: scale of base64 decimals where the log has none. */
  readonly decimalScales: readonly { readonly table?: string; readonly column?: string; readonly scale: number }[];
  /** `--read-as [TABLE.]COLUMN=FORM`: how a column is written where the log does not tell: unit of a time, bytes, or plain text. */
  readonly readAs?: readonly { readonly table?: string; readonly column: string; readonly form: ReadAs }[];
  /** True where the pipeline is the user's own: the scale of its DECIMALs is then that of base64 decimals of which nothing else tells it. */
  readonly declaredScales?: boolean;
  /** `--avro-schemas FOLDER`: schemas of Confluent-framed Avro, one file per id. */
  readonly avroSchemas?: string;
  /** How dumps are read, by table or file; see `CsvOption`. */
  readonly csv?: readonly CsvOption[];
  readonly timeZone: string;
  /** The de-identification policy (YAML): what is dropped, hashed, made coarser as a file is read. Absent: everything is kept. */
  readonly policy?: { readonly file: string; readonly text: string };
  /** Key of keyed hashes. It never stands in a manifest, a statement or a message: only its fingerprint does. */
  readonly hashKey?: Uint8Array;
}

/** What a reader could not read, or what was set aside: one line of `quarantine`. Never a value of a row. */
export interface Rejected {
  readonly file: string;
  readonly line: number | null;
  readonly code: string;
  readonly reason: string;
}

/** Counts of a run, printed in its closing table and kept in the manifest. */
export interface RunCounts {
  readonly events: number;
  readonly duplicates: number;
  readonly tombstones: number;
  readonly undecodable: number;
  readonly setAside: number;
  readonly cut: number;
  readonly [name: string]: number;
}

/** One input file with what was found in it. `sha256` is of the bytes as they are on disk. */
export interface InputFact {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly form: string;
  readonly events: number;
}
