import { isSmall, oneWay, suppress } from './suppression.js';

/**
 * Which rows of a one-way table are hidden: those of few patients, and the next smallest ones for as long as all hidden ones
 * together have few (`behind` counts the distinct patients behind the rows at these positions), since their sum follows from
 * any total. `patients` per row; rows of nobody stay.
 */
export async function hideRows(
  patients: readonly number[],
  threshold: number,
  behind: (rows: readonly number[]) => Promise<number>,
): Promise<readonly boolean[]> {
  const hidden = [...suppress(oneWay(patients), threshold).hidden];
  const rows = (is: boolean): number[] => hidden.flatMap((value, i) => (value === is ? [i] : []));
  while (isSmall(await behind(rows(true)), threshold)) {
    const [next] = rows(false)
      .filter((i) => patients[i]! > 0)
      .sort((a, b) => patients[a]! - patients[b]! || a - b);
    if (next === undefined) break;
    hidden[next] = true;
  }
  return hidden;
}
