import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { Engine } from '../engine/engine.js';
import type { Quarantined } from '../input/locate.js';
import type { KsqlType } from '../ksql/types.js';
import type { Demand } from '../plan/plan.js';
import type { CoarseTime } from '../privacy/policy.js';
import type { InputFact, Rejected, ReplayOptions, RunCounts } from '../relation.js';
import type { PipelineText } from './compile.js';

export type { InputFact, Rejected, RunCounts } from '../relation.js';

/** A column of a result relation, as the pipeline names it. */
export interface ResultColumn {
  readonly name: string;
  readonly type: KsqlType;
  readonly key: boolean;
  /** A time of which only this much may leave, by the policy. */
  readonly coarse?: CoarseTime;
}

/** See `ResultRelation.nullValues`. */
export type NullValues = 'dropped' | 'shown';

/** A relation that the pipeline declares, after the run. */
export interface ResultRelation {
  readonly name: string;
  readonly kind: 'stream' | 'table';
  /** Key columns first. */
  readonly columns: readonly ResultColumn[];
  readonly windowed: boolean;
  /**
   * Streams: what becomes of records without value. `dropped`: their source names TIMESTAMP, and ksqlDB drops what that cannot date;
   * `shown`: they are records as any other. Absent where none can come.
   */
  readonly nullValues?: NullValues;
  /** How much of ROWTIME may leave, by the policy. */
  readonly coarseRowtime?: CoarseTime;
  /**
   * Name (not quoted) of the DuckDB relation with the columns `$seq, $sub, $ts, $live` and the declared ones: a stream's records, a
   * table's changelog; order by `$seq, $sub`. Absent where only the final rows were asked for.
   */
  readonly changes?: string;
  /** Tables: the name (not quoted) of the DuckDB relation of final rows (one per key, deleted keys gone), with the declared columns, and `$ts` unless the demand named columns. */
  readonly final?: string;
}

/** What a replay leaves behind: the relations asked for, still in the engine, and what is known about the data they came from. */
export interface RunResult {
  readonly engine: Engine;
  readonly relations: ReadonlyMap<string, ResultRelation>;
  readonly counts: RunCounts;
  readonly inputs: readonly InputFact[];
  readonly rejected: readonly Rejected[];
  /** The same with their places and field names, where the request asked for it. */
  readonly quarantined: readonly Quarantined[];
  /** What the log cannot establish, guesses that were made, things that a reader should know: in words, sorted. */
  readonly notes: readonly string[];
  /** What the log does not say and was concluded, in words; part of `notes` too. */
  readonly guesses: readonly string[];
  /** What declared types could not hold (parts of a millisecond, digits of a double), in words with counts. */
  readonly losses: readonly string[];
  /** What the de-identification policy did to the columns that were read, in words; part of `notes` too. */
  readonly deidentified: readonly string[];
  readonly warnings: readonly Diagnostic[];
  /** First and last event time, epoch milliseconds. */
  readonly firstEvent: number | null;
  readonly lastEvent: number | null;
}

/** Relations that are wanted together, where the pipeline makes all of them and the input has all topics that they take. */
export interface DemandGroup {
  readonly demand: readonly Demand[];
  /** Only where the input also has every declared column that they take; else a column that it lacks is null. */
  readonly whole?: boolean;
}

/** A replay as asked for: which files, through which pipeline, in which order, and what is wanted of it. */
export interface RunRequest {
  readonly engine: Engine;
  /** Files, folders, globs; `-` is stdin. */
  readonly inputs: readonly string[];
  readonly pipeline: PipelineText;
  readonly options: ReplayOptions;
  /** Relations wanted, and how; only what they need is computed. */
  readonly demand: readonly Demand[];
  /** What is wanted too, where it is there. */
  readonly optional?: readonly DemandGroup[];
  /** Look rejected records up again, for a quarantine: then `quarantined` of the result is filled. */
  readonly locate?: boolean;
  /** Stop where more records than this cannot be used. */
  readonly maxBad?: number;
  /** List the events that take part in a Parquet file, for a comparison (`writeJournal`). */
  readonly journal?: string;
  readonly onProgress?: (message: string) => void;
}
