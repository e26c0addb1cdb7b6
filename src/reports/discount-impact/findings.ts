import type { ShownCounts } from '../../disclosure/shown-counts.js';
import type { SlopeDifference } from '../../statistics/slope-difference.js';
import type { HiddenLevels } from './hiding.js';
import type { Judged } from './judge.js';
import type { Jump } from './jumps.js';
import type { Options } from './options.js';
import type { SamePatients } from './same-patients.js';
import type { SlopeRow } from './slopes.js';

/** All that the report found, after hiding: what its sentences and its provenance block may speak of. */
export interface Findings {
  readonly options: Options;
  readonly shown: HiddenLevels;
  readonly jumps: readonly Jump[];
  readonly slopes: readonly SlopeRow[];
  /** What the same patients tell, and what follows from it; null where there is nothing to compare, or few patients stand behind it. */
  readonly same: SamePatients | null;
  readonly judged: Judged | null;
  /** AOV of the orders at known discounts. */
  readonly worth: number;
  /** The slope over all orders minus the one within patients; null where it may not be shown. */
  readonly difference: SlopeDifference | null;
  /** Counted orders, null where that may not be shown. */
  readonly orders: number | null;
  readonly basis: ShownCounts;
  readonly excluded: ShownCounts;
  /** Whether amounts before discount are of order lines, and then on what they rest; null without lines. */
  readonly gross: { readonly basis: ShownCounts; readonly stored: ShownCounts } | null;
  readonly hiddenCells: number;
  /** Width in percentage points that would leave at most 30 levels; null where there are no more than that. */
  readonly proposedWidth: string | null;
}
