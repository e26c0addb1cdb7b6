import { hideRows } from '../../disclosure/hide-rows.js';
import type { SmallNumbers } from '../../disclosure/small-numbers.js';

/**
 * The rows that may be shown: without those made from few patients (`patients` per row, 0: nobody's), and without the next smallest
 * ones until all that are left out together have enough. How many patients two rows share is not known: the larger row alone is
 * counted, so rather more is left out than less.
 */
export async function shownRows<T>(
  rows: readonly T[],
  patients: readonly number[],
  { k }: SmallNumbers,
): Promise<readonly T[]> {
  const behind = async (hidden: readonly number[]): Promise<number> =>
    hidden.reduce((most, row) => Math.max(most, patients[row]!), 0);
  const hidden = await hideRows(patients, k, behind);
  return rows.filter((_, at) => hidden[at] !== true);
}
