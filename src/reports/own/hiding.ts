import { hideRows } from '../../disclosure/hide-rows.js';
import type { SmallNumbers } from '../../disclosure/small-numbers.js';
import { type Cell, type ReportColumn, SUPPRESSED } from '../report.js';

/** The column that counts the distinct patients behind a row. */
export const PATIENTS = 'patients';

/**
 * Hides every cell but the key of rows made from few patients, and of the next smallest ones until all hidden rows together have
 * enough. How many patients two rows share is not known: the larger row alone is counted, so rather more is hidden than less.
 */
export async function hideSmall(
  rows: readonly (readonly Cell[])[],
  columns: readonly ReportColumn[],
  key: readonly string[],
  { k }: SmallNumbers,
): Promise<Cell[][]> {
  const at = columns.findIndex(({ name }) => name === PATIENTS);
  if (at < 0 || k <= 1) return rows.map((row) => [...row]);
  const patients = rows.map((row) => Number(row[at] ?? 0));
  const behind = async (hidden: readonly number[]): Promise<number> =>
    hidden.reduce((most, row) => Math.max(most, patients[row]!), 0);
  const hidden = await hideRows(patients, k, behind);
  return rows.map((row, i) =>
    row.map((value, c) => (hidden[i] === true && !key.includes(columns[c]!.name) ? SUPPRESSED : value)),
  );
}
