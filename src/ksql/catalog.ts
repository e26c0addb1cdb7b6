import type { SourceDeclaration } from './source.js';
import type { KsqlType } from './types.js';

/** A column of a stream or table: key columns live in the record's key, the others in its value. */
export interface SchemaColumn {
  readonly name: string;
  readonly type: KsqlType;
  readonly key: boolean;
}

/** How the records of a topic are written: what a reader or writer of the topic has to know. */
export interface TopicFormat {
  readonly topic: string;
  readonly keyFormat: string;
  readonly valueFormat: string;
  readonly keyDelimiter?: string;
  readonly valueDelimiter?: string;
  readonly wrapSingleValue?: boolean;
}

/** A stream or table that the pipeline knows by name: declared over a topic, or the result of a query. */
export interface RelationSchema {
  readonly name: string;
  readonly kind: 'stream' | 'table';
  /** Key columns first. */
  readonly columns: readonly SchemaColumn[];
  readonly format: TopicFormat;
  /** Column that dates the records of this relation, and the pattern of its text where it is one. */
  readonly timestamp?: { readonly column: string; readonly format?: string };
  /** Present on relations declared over a topic. */
  readonly declaration?: SourceDeclaration;
}

/** Key columns of a relation, in order. */
export function keyColumns(schema: { readonly columns: readonly SchemaColumn[] }): readonly SchemaColumn[] {
  return schema.columns.filter((c) => c.key);
}

/** Value columns of a relation, in order. */
export function valueColumns(schema: { readonly columns: readonly SchemaColumn[] }): readonly SchemaColumn[] {
  return schema.columns.filter((c) => !c.key);
}
