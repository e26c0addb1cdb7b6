import { suggest } from '../diagnostics/suggest.js';
import { demandOf, type ReportDefinition } from './definition.js';

/** A relation that a pipeline gives. */
export interface GivenRelation {
  readonly name: string;
  readonly columns: readonly GivenColumn[];
  /** Its rows are made of rows of patients, whether a column says of which or not. */
  readonly ofPatients?: boolean;
}

/** A column of it; `person`: it holds ids of patients, or has them inside a collection. */
export interface GivenColumn {
  readonly name: string;
  readonly key?: boolean;
  readonly person?: 'value' | 'inside' | undefined;
}

/** Something that a report reads and a pipeline does not give. */
export interface Lack {
  readonly relation: string;
  /** Absent where the whole relation is missing. */
  readonly column?: string;
  /** The nearest name that the pipeline gives. */
  readonly near?: string;
  /** What it gives instead: relations, or the columns of this one. */
  readonly given: readonly string[];
}

/** What a report lacks of a pipeline, in the order in which it reads; nothing where it runs. */
export function lacksOf(
  report: ReportDefinition,
  relations: readonly GivenRelation[],
  parameters: Readonly<Record<string, string>> = {},
): readonly Lack[] {
  const byName = new Map(relations.map((relation) => [relation.name, relation]));
  return demandOf(report, parameters).flatMap(({ relation, columns }): readonly Lack[] => {
    const found = byName.get(relation);
    if (found === undefined) return [lack({ relation }, relation, [...byName.keys()])];
    const given = found.columns.map(({ name }) => name);
    return columns.filter((c) => !given.includes(c)).map((column) => lack({ relation, column }, column, given));
  });
}

function lack(what: Pick<Lack, 'relation' | 'column'>, name: string, given: readonly string[]): Lack {
  const near = suggest(name, given);
  return { ...what, ...(near !== undefined && { near }), given };
}

/** A lack in words: `no column STATUS of ORDERS_PLACED`. */
export function lackText({ relation, column }: Lack): string {
  return column === undefined ? `no ${relation}` : `no column ${column} of ${relation}`;
}
