import type { SourceDeclaration } from '../ksql/source.js';
import type { ReplayOptions } from '../relation.js';
import type { RenamedColumn } from './altered-columns.js';
import type { ColumnPlan, ValueColumn } from './columns.js';
import type { Deidentification } from './deidentify.js';
import type { TableVersion } from './schema-history.js';

/** What a load needs to know beyond the file. */
export interface LoadContext {
  readonly sources: readonly SourceDeclaration[];
  readonly plan: ColumnPlan;
  readonly options: ReplayOptions;
  readonly spelling: ReadonlyMap<string, string>;
  /** The value columns that this file is asked for: all keys, and the columns of the sources that it can feed. */
  readonly values: readonly ValueColumn[];
  /** What the schema-change topics of the input tell of tables' columns. */
  readonly history: readonly TableVersion[];
  /** What becomes of fields before they are stored; null where everything is kept. */
  readonly deidentification: Deidentification | null;
  /** Columns that were called otherwise before: a record has one name or the other. */
  readonly renamed: readonly RenamedColumn[];
}
