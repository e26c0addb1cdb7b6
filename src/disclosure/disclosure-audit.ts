import { greatestCommonDivisor } from '../statistics/exact.js';
import type { PublishedCells } from './suppression.js';

type Row = bigint[];

function reduced(row: Row): Row {
  const divisor = row.reduce(greatestCommonDivisor, 0n);
  return divisor > 1n ? row.map((value) => value / divisor) : row;
}

/** Reduced row echelon form up to a factor per row, in integers; rows of zeros are dropped. */
function echelon(rows: readonly Row[], width: number): Row[] {
  const left = rows.map((row) => [...row]);
  const done: Row[] = [];
  for (let column = 0; column < width; column++) {
    const found = left.findIndex((row) => row[column] !== 0n);
    if (found < 0) continue;
    const pivot = left.splice(found, 1)[0]!;
    const clear = (row: Row): Row => {
      const factor = row[column]!;
      return factor === 0n ? row : reduced(row.map((value, i) => value * pivot[column]! - pivot[i]! * factor));
    };
    left.splice(0, left.length, ...left.map(clear));
    done.splice(0, done.length, ...done.map(clear), pivot);
  }
  return done;
}

/**
 * How many hidden cells the published line totals still determine exactly: those whose unit vector lies in the row space of
 * the totals' equations (a rank test in integers, so that no tolerance decides). It must be 0, or totals be withheld too.
 */
export function recoverable(cells: PublishedCells, hidden: readonly boolean[]): number {
  const unknowns = cells.patients.flatMap((_, cell) => (hidden[cell] ? [cell] : []));
  const equations = cells.lines.map((line) => unknowns.map((cell) => (line.includes(cell) ? 1n : 0n)));
  return echelon(equations, unknowns.length).filter((row) => row.filter((value) => value !== 0n).length === 1).length;
}
