import type { Json } from './json.js';

/** One record of a topic, out of whatever wrapper. */
export interface TopicRecord {
  readonly topic: string | null;
  readonly partition: number | null;
  readonly offset: string | null;
  /** Epoch milliseconds. */
  readonly timestamp: number | null;
  /** JSON, or a text; undefined where the wrapper has no key. */
  readonly key?: unknown;
  /** JSON with exact numbers; null is a tombstone. */
  readonly value: Json | null;
}

/** A form of the value of a record that is no envelope of a Debezium connector, and how it becomes one. */
export interface Translator {
  /** What the form is called in reports: `Maxwell`. */
  readonly what: string;
  /** True for a value of the form. */
  recognises(value: Json): boolean;
  /**
   * The records that one record of the form stands for. A text says why it stands for none, in words after "records that" (`speak
   * of a schema change`): such records are counted.
   */
  translate(record: TopicRecord & { readonly value: Json }): readonly TopicRecord[] | string;
}

/** The fields of a Debezium envelope that a translator can fill in. Times in epoch milliseconds. */
export interface Change {
  readonly op: 'r' | 'c' | 'u' | 'd' | 't';
  readonly before?: Json | null;
  readonly after?: Json | null;
  readonly connector: string;
  readonly server?: string | null;
  readonly database?: string | null;
  readonly schema?: string | null;
  readonly table: string | null;
  readonly time: number | null;
  readonly file?: string | null;
  readonly pos?: string | null;
  readonly row?: string | null;
  readonly transaction?: string | null;
}

/** A change as Debezium's envelope. */
export function envelopeOf(change: Change): Json {
  const source = {
    connector: change.connector,
    name: change.server ?? null,
    ts_ms: change.time,
    snapshot: change.op === 'r' ? 'true' : 'false',
    db: change.database ?? null,
    ...(change.schema != null && { schema: change.schema }),
    ...(change.table !== null && { table: change.table }),
    ...(change.file != null &&
      change.pos != null && { file: change.file, pos: Number(change.pos), row: Number(change.row ?? 0) }),
    ...(change.transaction != null && { gtid: change.transaction }),
  };
  return { before: change.before ?? null, after: change.after ?? null, source, op: change.op };
}
