import type { PlannedRelation } from '../plan/plan.js';
import type { EngineVersion } from '../relation.js';
import type { RowOrder } from './path.js';
import { identifier } from './quote.js';

/** How statements meet when one query reads several topics; see `docs/architecture.md`, "Two ways to run several queries". */
export interface EmitOptions {
  /**
   * Distance by which `$seq` of a relation is moved when it is read, by relation name: lets a caller run query after
   * query (each over the whole log) instead of record after record. Empty for a replay.
   */
  readonly shift?: (reader: string, relation: string) => number;
  /** True where the sources over one topic share the `$seq` of its records; in a replay each source has its own. */
  readonly sharedSeq?: boolean;
  /** Whose rules a join follows where versions of the engine differ. */
  readonly engine?: EngineVersion;
}

/** What emission of one relation needs to know of the others. */
export interface EmitContext {
  readonly relations: ReadonlyMap<string, PlannedRelation>;
  readonly options: EmitOptions;
  /** Relations that take records out of the change log. */
  readonly sources: ReadonlySet<string>;
  /** Declared tables that hold their last rows only. */
  readonly finalOnly: ReadonlySet<string>;
  /** How the rows of each relation made so far stand among those of one record. */
  readonly orders: Map<string, RowOrder>;
}

/** Name of the DuckDB relation with a relation's records or changelog. */
export function changesName(relation: string): string {
  return identifier(relation);
}

/** Name, without quotes, of the DuckDB relation with a table's final rows. */
export function finalRelation(relation: string): string {
  return `${relation}$final`;
}

/** The same, quoted. */
export function finalName(relation: string): string {
  return identifier(finalRelation(relation));
}

/** `$seq` of a relation as its reader sees it. */
export function seqOf(context: EmitContext, reader: string, relation: string): string {
  const by = context.options.shift?.(reader, relation) ?? 0;
  return by === 0 ? '"$seq"' : `"$seq" + ${by}`;
}
