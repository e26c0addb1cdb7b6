import type { Span } from '../../diagnostics/diagnostic.js';
import type { KsqlType } from '../types.js';
import type { Expression, Identifier, Literal } from './expression.js';

/** One column of a CREATE STREAM/TABLE: `ID BIGINT PRIMARY KEY`, `K INT KEY`, `V VARCHAR`, `H BYTES HEADER('x')`. */
export interface ColumnDefinition {
  readonly name: Identifier;
  readonly type: KsqlType;
  readonly constraint?: 'KEY' | 'PRIMARY KEY' | 'HEADERS' | 'HEADER';
  readonly headerName?: string;
  readonly span: Span;
}

/** `KAFKA_TOPIC='orders'`: names upper-cased. A value may be a string, number or boolean literal. */
export interface Property {
  readonly name: string;
  readonly value: Literal;
  readonly nameSpan: Span;
  readonly span: Span;
}

/** `CREATE [OR REPLACE] [SOURCE] STREAM|TABLE [IF NOT EXISTS] name (columns) WITH (...)`. */
export interface CreateSource {
  readonly kind: 'create-source';
  readonly type: 'stream' | 'table';
  readonly name: Identifier;
  readonly columns: readonly ColumnDefinition[];
  readonly properties: readonly Property[];
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly readOnly: boolean;
  readonly span: Span;
}

/** `CREATE STREAM|TABLE name [WITH (...)] AS SELECT ...`. */
export interface CreateAsSelect {
  readonly kind: 'create-as-select';
  readonly type: 'stream' | 'table';
  readonly name: Identifier;
  readonly properties: readonly Property[];
  readonly query: Select;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly span: Span;
}

/** `INSERT INTO name SELECT ...`. */
export interface InsertInto {
  readonly kind: 'insert-into';
  readonly target: Identifier;
  readonly properties: readonly Property[];
  readonly query: Select;
  readonly span: Span;
}

/** `INSERT INTO name [(columns)] VALUES (...)`: one record written to the topic of a source. */
export interface InsertValues {
  readonly kind: 'insert-values';
  readonly target: Identifier;
  readonly columns: readonly Identifier[];
  readonly values: readonly Expression[];
  readonly span: Span;
}

/** `SET 'name'='value'`, `UNSET 'name'`, `DROP ...`, `DEFINE ...`: kept with their text. */
export interface OtherStatement {
  readonly kind: 'other';
  readonly verb: string;
  readonly text: string;
  readonly span: Span;
}

/** What stands between two semicolons of a pipeline file. */
export type Statement = CreateSource | CreateAsSelect | InsertInto | InsertValues | OtherStatement;

/** `*`, `alias.*`, or an expression with an optional alias. `struct->*` is `structAll`. */
export type SelectItem =
  | { readonly kind: 'star'; readonly qualifier?: Identifier; readonly span: Span }
  | { readonly kind: 'struct-star'; readonly operand: Expression; readonly span: Span }
  | { readonly kind: 'expression'; readonly expression: Expression; readonly alias?: Identifier; readonly span: Span };

/** `name [AS alias]`. */
export interface SourceReference {
  readonly name: Identifier;
  readonly alias?: Identifier;
  readonly span: Span;
}

/** Milliseconds of `7 DAYS`; the text is kept for printing. */
export interface Duration {
  readonly millis: number;
  readonly text: string;
  readonly span: Span;
}

/** `[INNER|LEFT|RIGHT|FULL] JOIN source [WITHIN ...] [GRACE PERIOD ...] ON condition`: one more source beside FROM. */
export interface Join {
  readonly type: 'inner' | 'left' | 'right' | 'full';
  readonly source: SourceReference;
  /** `WITHIN d` sets both; `WITHIN (before, after)` each. Stream-stream joins only. */
  readonly within?: { readonly before: Duration; readonly after: Duration };
  readonly grace?: Duration;
  readonly on: Expression;
  readonly span: Span;
}

/** `WINDOW TUMBLING|HOPPING|SESSION (...)`: cuts each group by event time. */
export type WindowExpression = {
  readonly type: 'tumbling' | 'hopping' | 'session';
  /** Size of tumbling and hopping, gap of session. */
  readonly size: Duration;
  readonly advance?: Duration;
  readonly retention?: Duration;
  readonly grace?: Duration;
  readonly span: Span;
};

/** `SELECT items FROM source ...`: the query whose result a statement keeps up to date; never read once and done. */
export interface Select {
  readonly kind: 'select';
  readonly items: readonly SelectItem[];
  readonly from: SourceReference;
  readonly joins: readonly Join[];
  readonly window?: WindowExpression;
  readonly where?: Expression;
  readonly groupBy: readonly Expression[];
  readonly partitionBy: readonly Expression[];
  readonly having?: Expression;
  readonly emit?: 'changes' | 'final';
  readonly limit?: number;
  readonly span: Span;
}
