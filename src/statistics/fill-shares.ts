import { ratio } from './exact.js';
import type { Interval } from './mean.js';
import type { FillCounts, FillStatus } from './prescription-fills.js';
import { type Proportion, share, wilson } from './proportions.js';

/** A share of the matured prescriptions, with Wilson's interval. */
export interface FillShare extends Interval, Proportion {
  readonly share: number | null;
}

/** Shares among prescriptions whose validity is over and that were not cancelled; null where there is none. */
export interface MaturedShares {
  readonly filledAtOnce: FillShare;
  readonly filledOverTime: FillShare;
  readonly partlyFilled: FillShare;
  readonly notFilled: FillShare;
  readonly itemsOrdered: number | null;
  readonly quantityFilled: number | null;
  /** Prescriptions still valid, left out: those filled among them are known already, those unfilled are not. */
  readonly openExcluded: number;
}

/** An instant's distance from another in days; null where one is missing. Milliseconds in, days out. */
export function daysBetween(from: bigint, to: bigint | null): number | null {
  return to === null ? null : ratio(to - from, 86_400_000n);
}

const add = (rows: readonly FillCounts[], name: Exclude<keyof FillCounts, 'status' | 'matured'>): number =>
  rows.reduce((sum, row) => sum + row[name], 0);

/**
 * Table 2 of `prescription-fill`: each outcome as a share of matured prescriptions, and items ordered of items, quantity filled
 * of quantity prescribed among them. Source: reports-spec, vector `prescription-fill` (Wilson: statsmodels).
 */
export function maturedShares(counts: readonly FillCounts[], confidence: number): MaturedShares {
  const kept = counts.filter(({ status }) => status !== 'cancelled');
  const matured = kept.filter((one) => one.matured);
  const n = add(matured, 'prescriptions');
  const of = (...statuses: FillStatus[]): FillShare => {
    const rows = matured.filter(({ status }) => statuses.includes(status));
    const one = { k: add(rows, 'prescriptions'), n };
    return { ...one, share: share(one), ...wilson(one, confidence) };
  };
  return {
    filledAtOnce: of('filled-at-once'),
    filledOverTime: of('filled-over-time'),
    partlyFilled: of('partly-filled-expired'),
    notFilled: of('not-filled-expired'),
    itemsOrdered: share({ k: add(matured, 'itemsOrdered'), n: add(matured, 'items') }),
    quantityFilled: share({ k: add(matured, 'quantityFilled'), n: add(matured, 'quantityPrescribed') }),
    openExcluded: add(kept, 'prescriptions') - n,
  };
}
