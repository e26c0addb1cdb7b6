import type { KsqlType } from './types.js';

/** One column of a declared source, as the pipeline names and types it. */
export interface SourceColumn {
  readonly name: string;
  readonly type: KsqlType;
  readonly key: boolean;
  /** False where no relation that this run is asked for reads it: such a column is never read out of a file. */
  readonly used: boolean;
}

/**
 * A `CREATE STREAM|TABLE name (columns) WITH (...)`: what the replay must find in the change log.
 * `topic` names a topic or just its table. `timestamp` is the column that dates a record (ROWTIME).
 */
export interface SourceDeclaration {
  readonly name: string;
  readonly kind: 'stream' | 'table';
  readonly topic: string;
  readonly keyFormat: string;
  readonly valueFormat: string;
  readonly columns: readonly SourceColumn[];
  readonly timestamp?: { readonly column: string; readonly format?: string };
  /** True where this run asks only for the last row of each key: its changes need no place in the replay. */
  readonly finalOnly?: boolean;
}
