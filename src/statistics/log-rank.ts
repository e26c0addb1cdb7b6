import { chiSquareUpperP } from './distributions.js';
import { fitColumns } from './least-squares.js';
import type { SurvivalCounts } from './survival-counts.js';

/** The test of equal curves: `chiSquare` with `df` degrees of freedom; chi-square and p are null where it cannot be made. */
export interface LogRankTest {
  readonly chiSquare: number | null;
  readonly df: number;
  readonly p: number | null;
  /** Events that each group would have if the curves were equal; in the order of the groups. */
  readonly expected: readonly number[];
}

/** Those of a group who are at risk on a day, also where the group has no row of its own for it. */
function atRiskOn(group: readonly SurvivalCounts[], day: number): number {
  return group.find((step) => step.day >= day)?.atRisk ?? 0;
}

function eventDays(groups: readonly (readonly SurvivalCounts[])[]): number[] {
  const days = groups.flatMap((group) => group.flatMap(({ day, events }) => (events > 0 ? [day] : [])));
  return [...new Set(days)].sort((a, b) => a - b);
}

/**
 * Log-rank test of two groups or more, each with its counts by day, ascending. On each day with events E_k = d*n_k/n and
 * V_kl = d(n-d)/(n-1) * n_k/n * ((k = l) - n_l/n), added up; chi-square = z'V^-1 z over all groups but one, z = O - E.
 * Groups that were never at risk when something happened take no part. Source: Mantel 1966; R `survdiff` (rho = 0).
 */
export function logRank(groups: readonly (readonly SurvivalCounts[])[]): LogRankTest {
  const expected = groups.map(() => 0);
  const variance = groups.map(() => groups.map(() => 0));
  for (const day of eventDays(groups)) {
    const at = groups.map((group) => atRiskOn(group, day));
    const n = at.reduce((sum, value) => sum + value, 0);
    const d = groups.reduce((sum, group) => sum + (group.find((step) => step.day === day)?.events ?? 0), 0);
    const factor = n > 1 ? (d * (n - d)) / (n - 1) : 0;
    for (const [k, nk] of at.entries()) {
      expected[k]! += (d * nk) / n;
      for (const [l, nl] of at.entries()) variance[k]![l]! += factor * (nk / n) * ((k === l ? 1 : 0) - nl / n);
    }
  }
  const used = groups.flatMap((_, k) => (expected[k]! > 0 ? [k] : []));
  const df = Math.max(0, used.length - 1);
  const free = used.slice(1);
  const excess = free.map((k) => groups[k]!.reduce((sum, { events }) => sum + events, 0) - expected[k]!);
  const solved =
    df === 0
      ? null
      : fitColumns(
          free.map((l) => free.map((k) => variance[k]![l]!)),
          excess,
        );
  if (solved === null) return { chiSquare: null, df, p: null, expected };
  const chiSquare = solved.coefficients.reduce((sum, value, i) => sum + value * excess[i]!, 0);
  return { chiSquare, df, p: chiSquareUpperP(chiSquare, df), expected };
}
