import type { Place } from '../diagnostics/diagnostic.js';
import type { KsqlType } from './types.js';

/** One column of a declared source, as the pipeline names and types it. */
export interface SourceColumn {
  readonly name: string;
  readonly type: KsqlType;
  readonly key: boolean;
  /** False where no relation that this run is asked for reads it: such a column is never read out of a file. */
  readonly used: boolean;
  /** The field of the data that holds it, where a mapping gives it another name. */
  readonly field?: string;
  /** Where the mapping says so. */
  readonly mappedAt?: Place;
}

/**
 * A `CREATE STREAM|TABLE name (columns) WITH (...)`: what the replay must find in the change log.
 * `topic` names a topic or just its table. `timestamp` is the column that dates a record (ROWTIME).
 */
export interface SourceDeclaration {
  readonly name: string;
  readonly kind: 'stream' | 'table';
  readonly topic: string;
  /** What the pipeline calls the topic, where a mapping names another one. */
  readonly declaredTopic?: string;
  /** Where the mapping says so. */
  readonly mappedAt?: Place;
  readonly keyFormat: string;
  readonly valueFormat: string;
  readonly columns: readonly SourceColumn[];
  readonly timestamp?: { readonly column: string; readonly format?: string };
  /** True where this run asks only for the last row of each key: its changes need no place in the replay. */
  readonly finalOnly?: boolean;
}

/** The field of the data that holds a column, in lower case. */
export function fieldOf(column: Pick<SourceColumn, 'name' | 'field'>): string {
  return (column.field ?? column.name).toLowerCase();
}

/** True where the field is all of the key of every source that has it in its key: then a bare key is its value. */
export function isWholeKey(field: string, sources: readonly SourceDeclaration[]): boolean {
  const keys = sources.map((s) => s.columns.filter((c) => c.key).map(fieldOf));
  return keys.every((names) => !names.includes(field) || names.length === 1);
}
