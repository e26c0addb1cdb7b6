import type { SourceUse } from '../ksql/analyzed.js';
import { keyColumns } from '../ksql/catalog.js';
import { columnSql } from '../ksql/scope.js';
import type { EmitContext } from './context.js';
import type { RowOrder } from './path.js';

/** A SELECT with `$seq, $sub, $ts, $live` and the source columns; behind a join also `$key`. */
export interface FromSql {
  readonly sql: string;
  readonly order: RowOrder;
}

/** Columns of a source that anybody reads, in schema order. */
export function usedColumns(use: SourceUse, context: EmitContext): string[] {
  const planned = context.relations.get(use.schema.name);
  return use.schema.columns.map((c) => c.name).filter((name) => planned?.columns.has(name) ?? true);
}

/** Names of all columns of a source behind a join: `"A.X"`, and `"A.$ts"` for its ROWTIME. */
export function joinedColumns(use: SourceUse, context: EmitContext): string[] {
  return [...usedColumns(use, context), '$ts'].map((name) => columnSql(use.alias, name, true));
}

/** SQL of the key columns of a source: bare, or `"A.K"` behind a join. */
export function keySql(use: SourceUse, joined: boolean): string[] {
  return keyColumns(use.schema).map((c) => columnSql(use.alias, c.name, joined));
}
