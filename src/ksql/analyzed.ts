import type { Select, Statement, WindowExpression } from './ast/index.js';
import type { RelationSchema, SchemaColumn } from './catalog.js';
import type { TypedExpression } from './expression.js';
import type { KsqlType } from './types.js';

/** A relation read by a query, under the name by which the query speaks of it. */
export interface SourceUse {
  readonly alias: string;
  readonly schema: RelationSchema;
}

/** How two sides meet. `stream-table` is as-of the stream record; the others follow both sides. */
export type JoinKind = 'stream-table' | 'table-table' | 'foreign-key' | 'stream-stream';

/** One join step: the result so far on the left, `right` on the right, on equality of one expression a side. */
export interface AnalyzedJoin {
  readonly kind: JoinKind;
  readonly type: 'inner' | 'left' | 'right' | 'full';
  readonly right: SourceUse;
  readonly leftKey: TypedExpression;
  readonly rightKey: TypedExpression;
}

/** One aggregate of a query: its arguments are over the source's columns, constants are apart. */
export interface AggregateCall {
  readonly name: string;
  readonly star: boolean;
  readonly arguments: readonly TypedExpression[];
  /** Constant arguments behind the first, as text: `false`, `3`. */
  readonly constants: readonly string[];
  readonly type: KsqlType;
}

/** A column of the result: what is evaluated, and whether it goes to the key. */
export interface OutputItem {
  readonly name: string;
  readonly key: boolean;
  readonly expression: TypedExpression;
}

/** GROUP BY with its aggregates; `keys[i]` is column `$g<i>`, `calls[i]` column `$a<i>` of the scope behind it. */
export interface Grouping {
  readonly keys: readonly TypedExpression[];
  readonly calls: readonly AggregateCall[];
  readonly having?: TypedExpression;
  readonly window?: WindowExpression;
}

/** A query after names, keys and types were resolved. */
export interface AnalyzedQuery {
  /** Place among the queries of the file: a record reaches the queries that read it in this order. */
  readonly number: number;
  /** True where it only hands on what another query writes to the topic of its target (`topic-edges.ts`). */
  readonly edge?: boolean;
  readonly target: string;
  /** INSERT INTO: the rows join those of a relation that exists. */
  readonly insert: boolean;
  readonly kind: 'stream' | 'table';
  readonly from: SourceUse;
  readonly joins: readonly AnalyzedJoin[];
  readonly where?: TypedExpression;
  /** Key expressions of PARTITION BY; an empty list is PARTITION BY NULL. */
  readonly partitionBy?: readonly TypedExpression[];
  readonly grouping?: Grouping;
  /** Key items first. */
  readonly items: readonly OutputItem[];
  readonly schema: RelationSchema;
  readonly select: Select;
}

/** What a pipeline file says, after analysis. Absent parts were reported. */
export interface Pipeline {
  readonly relations: ReadonlyMap<string, RelationSchema>;
  readonly queries: readonly AnalyzedQuery[];
  /** What relations over topics that the file itself writes read of them. */
  readonly edges: readonly AnalyzedQuery[];
  readonly statements: readonly Statement[];
}

/** Columns of a result in schema order: key items first, then the others. */
export function itemColumns(items: readonly OutputItem[]): SchemaColumn[] {
  return items.map((i) => ({ name: i.name, type: i.expression.type ?? { kind: 'STRING' as const }, key: i.key }));
}
