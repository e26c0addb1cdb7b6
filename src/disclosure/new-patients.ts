import { isSmall } from './suppression.js';

/**
 * In which periods the number of new patients is hidden: where few are new, or few came back (the patients of the period minus the
 * new ones), and further ones, the smallest first, as long as one alone or few patients are hidden, since they add up to all.
 * `sales-trend` and the cohorts of `repeat-orders` tell the same numbers and hide the same ones.
 */
export function hideNewPatients(
  periods: readonly { readonly fresh: number; readonly returning: number }[],
  k: number,
): readonly boolean[] {
  const hidden = periods.map(({ fresh, returning }) => fresh > 0 && (isSmall(fresh, k) || isSmall(returning, k)));
  const next = periods
    .map(({ fresh }, i) => ({ fresh, i }))
    .filter(({ fresh, i }) => fresh > 0 && !hidden[i])
    .sort((a, b) => a.fresh - b.fresh || a.i - b.i);
  for (const { i } of next) {
    const inside = periods.filter((_, at) => hidden[at]);
    const sum = inside.reduce((n, { fresh }) => n + fresh, 0);
    if (inside.length === 0 || (inside.length > 1 && sum >= k)) break;
    hidden[i] = true;
  }
  return hidden;
}
