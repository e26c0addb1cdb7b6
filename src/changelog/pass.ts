import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { Engine } from '../engine/engine.js';
import type { InputFile } from '../input/input-file.js';
import type { SourceDeclaration } from '../ksql/source.js';
import type { Rejected, ReplayOptions } from '../relation.js';
import type { AlteredColumns } from './altered-columns.js';
import type { ColumnPlan } from './columns.js';
import type { LoadContext } from './load-context.js';
import type { LastRows } from './order.js';
import type { FileResult } from './read-file.js';

/** One step from the events as they were read to the change log in its order. `passes.ts` lists them. */
export interface Pass {
  readonly name: string;
  /** Passes that must have run before: it builds on what they did. */
  readonly needs?: readonly string[];
  /** What is said while it runs, where it may take a while. */
  readonly progress?: string;
  run(log: EventLog): Promise<Findings>;
}

/** What the passes work on: the events table of a run, and what is known of it. */
export interface EventLog {
  readonly engine: Engine;
  readonly files: readonly InputFile[];
  readonly sources: readonly SourceDeclaration[];
  readonly plan: ColumnPlan;
  readonly options: ReplayOptions;
  readonly context: LoadContext;
  readonly altered: AlteredColumns;
  /** What reading gave, file by file. */
  readonly results: readonly FileResult[];
  /** What the passes so far have found. */
  readonly found: Found;
}

/** What a pass found. Counts of one name are added up. */
export interface Findings {
  readonly counts?: Readonly<Record<string, number>>;
  /** Sentences that are sorted with all others, and such that keep their place at the end. */
  readonly notes?: readonly string[];
  readonly remarks?: readonly string[];
  readonly guesses?: readonly string[];
  readonly losses?: readonly string[];
  readonly rejected?: readonly Rejected[];
  /** The first pass with an error is the last one. */
  readonly problems?: readonly Diagnostic[];
  /** Why no answer can be given, though the log could be made. */
  readonly unusable?: readonly Diagnostic[];
  /** How the rows of a source stand before they have a place: for those of which only the last are wanted. */
  readonly last?: (at: number) => LastRows;
}

/** What several passes found, together. */
export interface Found {
  readonly counts: ReadonlyMap<string, number>;
  readonly notes: readonly string[];
  readonly remarks: readonly string[];
  readonly guesses: readonly string[];
  readonly losses: readonly string[];
  readonly rejected: readonly Rejected[];
  readonly problems: readonly Diagnostic[];
  readonly unusable: readonly Diagnostic[];
  readonly last?: (at: number) => LastRows;
}

/** Before the first pass. */
export const NOTHING_FOUND: Found = {
  counts: new Map(),
  notes: [],
  remarks: [],
  guesses: [],
  losses: [],
  rejected: [],
  problems: [],
  unusable: [],
};

/** What was found so far, with what one more pass found. */
export function together(found: Found, more: Findings): Found {
  const counts = new Map(found.counts);
  for (const [name, n] of Object.entries(more.counts ?? {})) counts.set(name, (counts.get(name) ?? 0) + n);
  return {
    counts,
    notes: [...found.notes, ...(more.notes ?? [])],
    remarks: [...found.remarks, ...(more.remarks ?? [])],
    guesses: [...found.guesses, ...(more.guesses ?? [])],
    losses: [...found.losses, ...(more.losses ?? [])],
    rejected: [...found.rejected, ...(more.rejected ?? [])],
    problems: [...found.problems, ...(more.problems ?? [])],
    unusable: [...found.unusable, ...(more.unusable ?? [])],
    ...((more.last ?? found.last) && { last: (more.last ?? found.last)! }),
  };
}

/** A count that passes before have made; 0 where none has. */
export function counted({ found }: EventLog, name: string): number {
  return found.counts.get(name) ?? 0;
}
