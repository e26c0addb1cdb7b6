/**
 * The column contract of every stream and table relation in the engine. A *stream* is its records, a *table* is its
 * changelog; "replay in event-time order" is not a loop but the column `$seq`.
 */
export const SEQ = '$seq';
/** Orders the rows that one record of the log triggered: 0, 1, ... in the order in which they came out. */
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

/** What a table's first known version says of the time before it: nothing, or (counted as assumed) itself. */
export type Baseline = 'strict' | 'open';

/** What shapes a replay: everything here, and nothing else, may change a number. */
export interface ReplayOptions {
  readonly order: ReplayOrder;
  /** Cut on event time, epoch milliseconds, inclusive. */
  readonly until?: number;
  /** Cut on commit time, epoch milliseconds, inclusive. */
  readonly knownAt?: number;
  readonly baseline: Baseline;
  /** `--topic NAME=PATTERN`: topics (after a router renamed them) that meet a source's KAFKA_TOPIC NAME; `*` matches any run. */
  readonly topics: readonly { readonly name: string; readonly pattern: string }[];
  /** `--decimal-scale [TABLE.COLUMN=]N`: scale of base64 decimals where the log has none. */
  readonly decimalScales: readonly { readonly table?: string; readonly column?: string; readonly scale: number }[];
  readonly timeZone: string;
}
