import { ascending } from './ranks.js';

/**
 * Benjamini and Hochberg's q for tables of many pairs: the i-th smallest of m becomes the running minimum, from the
 * largest down, of p * m / i, at most 1. Tests that could not be made are null, stay null and are not counted in m.
 */
export function benjaminiHochberg(ps: readonly (number | null)[]): (number | null)[] {
  const made = ascending(ps);
  const adjusted: (number | null)[] = ps.map(() => null);
  let smallest = 1;
  for (let step = made.length - 1; step >= 0; step--) {
    const index = made[step]!;
    smallest = Math.min(smallest, (ps[index]! * made.length) / (step + 1));
    adjusted[index] = smallest;
  }
  return adjusted;
}
