import type { HiddenLevels, ShownCounts } from './hiding.js';
import type { Jump } from './jumps.js';
import type { Options } from './options.js';
import type { SlopeRow } from './slopes.js';

/** All that the report found, after hiding: what its sentences and its provenance block may speak of. */
export interface Findings {
  readonly options: Options;
  readonly shown: HiddenLevels;
  readonly jumps: readonly Jump[];
  readonly slopes: readonly SlopeRow[];
  /** Counted orders, null where that may not be shown. */
  readonly orders: number | null;
  readonly basis: ShownCounts;
  readonly excluded: ShownCounts;
  readonly hiddenCells: number;
  /** Width in percentage points that would leave at most 30 levels; null where there are no more than that. */
  readonly proposedWidth: string | null;
}
