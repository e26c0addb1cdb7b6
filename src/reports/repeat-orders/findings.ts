import { hideRows } from '../hide-rows.js';
import { type PooledStep, poolSteps } from '../pool-steps.js';
import { kaplanMeier, type SurvivalCurve } from '../statistics/kaplan-meier.js';
import { type LogRankTest, logRank } from '../statistics/log-rank.js';
import { isSmall } from '../statistics/suppression.js';
import type { CohortCell, Counts, Followed } from './occasions.js';
import type { Options } from './options.js';

/** A group with its curve and the decision whether it is shown. */
export interface ShownGroup extends Followed {
  readonly curve: SurvivalCurve;
  readonly hidden: boolean;
}

/** A cohort's cell with the decision what of it is shown. */
export interface ShownCohortCell extends CohortCell {
  readonly hidden: boolean;
  readonly hiddenSize: boolean;
}

/** All that tables and sentences are made of. */
export interface Findings {
  readonly options: Options;
  readonly counts: Counts;
  readonly curve: SurvivalCurve;
  readonly pooled: readonly PooledStep[];
  readonly groups: readonly ShownGroup[];
  readonly test: LogRankTest | null;
  readonly cohorts: readonly ShownCohortCell[];
  readonly frequency: readonly { readonly orders: number; readonly patients: number; readonly hidden: boolean }[];
}

/** Rows are disjoint sets of patients, so that those behind several rows add up. */
async function hideDisjoint(patients: readonly number[], k: number): Promise<readonly boolean[]> {
  return hideRows(patients, k, async (rows) => rows.reduce((sum, i) => sum + patients[i]!, 0));
}

async function showCohorts(cells: readonly CohortCell[], k: number): Promise<readonly ShownCohortCell[]> {
  const starts = [...new Set(cells.map(({ cohort }) => cohort))];
  const sizes = starts.map((start) => cells.find(({ cohort }) => cohort === start)!.size);
  const hidden = await hideDisjoint(sizes, k);
  const small = new Set(starts.filter((_, i) => hidden[i]));
  return cells.map((cell) => {
    const hiddenSize = small.has(cell.cohort);
    return {
      ...cell,
      hiddenSize,
      hidden: hiddenSize || isSmall(cell.patients, k) || isSmall(cell.size - cell.patients, k),
    };
  });
}

/** Curves, tests, and what of everything is shown. */
export async function findingsOf(counts: Counts, options: Options): Promise<Findings> {
  const { k } = options.small;
  const curve = kaplanMeier(counts.all.counts, options.confidence);
  const hiddenGroups = await hideDisjoint(
    counts.groups.map(({ patients }) => patients),
    k,
  );
  const groups = counts.groups.map((group, i) => ({
    ...group,
    curve: kaplanMeier(group.counts, options.confidence),
    hidden: hiddenGroups[i]!,
  }));
  const hiddenRows = await hideDisjoint(
    counts.frequency.map(({ patients }) => patients),
    k,
  );
  return {
    options,
    counts,
    curve,
    pooled: poolSteps(curve.steps, k),
    groups,
    test: counts.groups.length < 2 ? null : logRank(counts.groups.map((group) => group.counts)),
    cohorts: await showCohorts(counts.cohorts, k),
    frequency: counts.frequency.map((row, i) => ({ ...row, hidden: hiddenRows[i]! })),
  };
}
