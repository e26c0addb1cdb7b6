import type { SourceDeclaration } from '../ksql/source.js';
import { type KsqlType, typeText } from '../ksql/types.js';

/** One field of the input read as one type; several sources may share it. */
export interface ValueColumn {
  readonly index: number;
  /** Lower-case name of the row's field. */
  readonly field: string;
  readonly type: KsqlType;
  /** True where a source has it in its key. */
  readonly key: boolean;
  /** The sources (their index) that need it. */
  readonly sources: readonly number[];
}

/** Which value columns a run needs, and where each declared column finds its value. */
export interface ColumnPlan {
  readonly values: readonly ValueColumn[];
  /** Per source: declared column name to the index of its value column. */
  readonly bySource: readonly ReadonlyMap<string, number>[];
}

/** The needed fields of all sources, each (field, type) once: key columns, used columns, and the column of ROWTIME. */
export function planColumns(sources: readonly SourceDeclaration[]): ColumnPlan {
  const values: { index: number; field: string; type: KsqlType; key: boolean; sources: number[] }[] = [];
  const bySource = sources.map((source, at) => {
    const map = new Map<string, number>();
    for (const column of source.columns) {
      const dates = source.timestamp?.column.toLowerCase() === column.name.toLowerCase();
      if (!column.key && !column.used && !dates) continue;
      const field = column.name.toLowerCase();
      let value = values.find((v) => v.field === field && typeText(v.type) === typeText(column.type));
      if (value === undefined) {
        value = { index: values.length, field, type: column.type, key: false, sources: [] };
        values.push(value);
      }
      value.key ||= column.key;
      if (!value.sources.includes(at)) value.sources.push(at);
      map.set(column.name, value.index);
    }
    return map;
  });
  return { values, bySource };
}
