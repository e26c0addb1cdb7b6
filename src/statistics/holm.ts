import { ascending } from './ranks.js';

/**
 * Holm's step-down p for several tests in one table (few, confirmatory): the i-th smallest of m becomes the running
 * maximum of (m - i + 1) * p, at most 1. Tests that could not be made are null, stay null and are not counted in m.
 */
export function holm(ps: readonly (number | null)[]): (number | null)[] {
  const made = ascending(ps);
  const adjusted: (number | null)[] = ps.map(() => null);
  let largest = 0;
  made.forEach((index, step) => {
    largest = Math.max(largest, (made.length - step) * ps[index]!);
    adjusted[index] = Math.min(1, largest);
  });
  return adjusted;
}
