import { fieldOf, type SourceDeclaration } from '../ksql/source.js';
import { type KsqlType, typeText } from '../ksql/types.js';
import { isFor } from './events-table.js';

/** One field of the input read as one type; several sources may share it. */
export interface ValueColumn {
  readonly index: number;
  /** Lower-case name of the row's field. */
  readonly field: string;
  readonly type: KsqlType;
  /** True where a source has it in its key. */
  readonly key: boolean;
  /** The sources (their index) that have it in their key: a record of another source has it as any other column, or not at all. */
  readonly keySources: readonly number[];
  /** True where how it was read may be a conclusion, and stands beside it: times, bytes, and what dates the records of a source. */
  readonly guessed: boolean;
  /** The sources (their index) that need it. */
  readonly sources: readonly number[];
}

/** Which value columns a run needs, and where each declared column finds its value. */
export interface ColumnPlan {
  readonly values: readonly ValueColumn[];
  /** How many sources there are. */
  readonly sources: number;
  /** Per source: declared column name to the index of its value column. */
  readonly bySource: readonly ReadonlyMap<string, number>[];
}

const GUESSED: ReadonlySet<string> = new Set(['TIMESTAMP', 'DATE', 'TIME', 'BYTES', 'DOUBLE']);

/** The needed fields of all sources, each (field, type) once: key columns, used columns, and the column of ROWTIME. */
export function planColumns(sources: readonly SourceDeclaration[]): ColumnPlan {
  const values: {
    index: number;
    field: string;
    type: KsqlType;
    key: boolean;
    guessed: boolean;
    keySources: number[];
    sources: number[];
  }[] = [];
  const bySource = sources.map((source, at) => {
    const map = new Map<string, number>();
    for (const column of source.columns) {
      const dates = source.timestamp?.column.toLowerCase() === column.name.toLowerCase();
      if (!column.key && !column.used && !dates) continue;
      const field = fieldOf(column);
      // The key of one table may be a plain column of another: only the first tells its rows apart.
      const same = (v: ValueColumn): boolean =>
        v.field === field && v.key === column.key && typeText(v.type) === typeText(column.type);
      let value = values.find(same);
      if (value === undefined) {
        value = {
          index: values.length,
          field,
          type: column.type,
          key: column.key,
          guessed: GUESSED.has(column.type.kind),
          keySources: [],
          sources: [],
        };
        values.push(value);
      }
      value.guessed ||= dates;
      if (column.key && !value.keySources.includes(at)) value.keySources.push(at);
      if (!value.sources.includes(at)) value.sources.push(at);
      map.set(column.name, value.index);
    }
    return map;
  });
  return { values, bySource, sources: sources.length };
}

/** SQL: `column`, a key of some sources, where the record (by its sources) is one of theirs, and NULL where it is not. */
export function ownKeySql(value: ValueColumn, plan: ColumnPlan, column: string): string {
  if (value.keySources.length === plan.sources) return column;
  return `(CASE WHEN ${isFor(value.keySources)} THEN ${column} END)`;
}
