import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { InputFact, Rejected, RunCounts } from '../relation.js';

/** The change log of a run: one relation per declared source, numbered by `$seq` over all of them, and what was found on the way. */
export interface ChangeLog {
  /** Declared source name to the DuckDB relation with `$seq, $ts, $live`, the key columns and the used columns. */
  readonly relations: ReadonlyMap<string, string>;
  readonly counts: RunCounts;
  readonly inputs: readonly InputFact[];
  readonly rejected: readonly Rejected[];
  readonly notes: readonly string[];
  /** What the log does not say and was concluded, in words; part of `notes` too. */
  readonly guesses: readonly string[];
  /** What declared types could not hold, and what the connector has changed and the log lets see, in words with counts. Not part of `notes`. */
  readonly losses: readonly string[];
  /** What the policy did to the columns that were read, in words; part of `notes` too. */
  readonly deidentified: readonly string[];
  readonly warnings: readonly Diagnostic[];
  /** Why no answer can be given: sources of which fewer than half of the records could be used, columns that vanish. */
  readonly unusable: readonly Diagnostic[];
  /** Event times of kept live rows of streams (of all sources where there is no stream), epoch milliseconds. */
  readonly firstEvent: number | null;
  readonly lastEvent: number | null;
}
