import { hideRows } from '../../disclosure/hide-rows.js';
import { hideNewPatients } from '../../disclosure/new-patients.js';
import { type PooledStep, poolStepsAt } from '../../disclosure/pool-steps.js';
import { isSmall } from '../../disclosure/suppression.js';
import { kaplanMeier, type SurvivalCurve } from '../../statistics/kaplan-meier.js';
import { type LogRankTest, logRank } from '../../statistics/log-rank.js';
import type { CohortCell, Counts, Followed } from './occasions.js';
import type { Options } from './options.js';

/** A group with its curve and the decision whether it is shown. */
export interface ShownGroup extends Followed {
  readonly curve: SurvivalCurve;
  readonly hidden: boolean;
  /** Its rate would tell how few came back, or did not. */
  readonly hiddenRate: boolean;
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

/**
 * Which of the rows of `repeat` are hidden: those of few patients, of few who came back or did not, and those of which few
 * patients are not in the shown row before as well, who would be told by the difference.
 */
export function hiddenRepeats(rows: Counts['repeat'], k: number): readonly boolean[] {
  let last: (typeof rows)[number] | null = null;
  return rows.map((row) => {
    const { eligible, repeated } = row;
    const few = [eligible, repeated, eligible - repeated].some((n) => isSmall(n, k));
    const apart = last === null ? [] : [last.eligible - eligible, Math.abs(repeated - last.repeated)];
    if (few || apart.some((n) => isSmall(n, k))) return true;
    last = row;
    return false;
  });
}

/** Are those who came back by the day of the comparison few, or those who had not? */
function tellsFew({ patients, counts }: Followed, { at, small }: Options): boolean {
  const back = counts.reduce((sum, { day, events }) => sum + (day <= at ? events : 0), 0);
  return isSmall(back, small.k) || isSmall(patients - back, small.k);
}

/** Rows are disjoint sets of patients, so that those behind several rows add up. */
async function hideDisjoint(patients: readonly number[], k: number): Promise<readonly boolean[]> {
  return hideRows(patients, k, async (rows) => rows.reduce((sum, i) => sum + patients[i]!, 0));
}

/** The calendar month of a cell, as a number of months. */
const monthOf = ({ cohort, months }: CohortCell): number =>
  Number(cohort.slice(0, 4)) * 12 + Number(cohort.slice(5, 7)) + months;

/**
 * Hides cohorts as `sales-trend` hides new patients, and cells of few patients. The cells of one calendar month add up to its
 * patients, which that report tells too: where one of them is hidden, so is another.
 */
function showCohorts(cells: readonly CohortCell[], k: number): readonly ShownCohortCell[] {
  const firsts = cells.filter(({ months }) => months === 0);
  const returning = (month: number): number =>
    cells.reduce((sum, cell) => sum + (cell.months > 0 && monthOf(cell) === month ? cell.patients : 0), 0);
  const hidden = hideNewPatients(
    firsts.map((cell) => ({ fresh: cell.size, returning: returning(monthOf(cell)) })),
    k,
  );
  const closed = new Set(firsts.flatMap(({ cohort }, i) => (hidden[i] ? [cohort] : [])));
  const shown = cells.map((cell) => {
    const hiddenSize = closed.has(cell.cohort);
    return { ...cell, hiddenSize, hidden: hiddenSize || isSmall(cell.patients, k) };
  });
  for (const month of new Set(cells.map(monthOf))) {
    const line = shown.filter((cell) => monthOf(cell) === month && cell.patients > 0);
    const inside = () => line.filter((cell) => cell.hidden);
    const sum = () => inside().reduce((all, { patients }) => all + patients, 0);
    // Month 0 is the size of its cohort, which stands in every row of it: it is hidden above or not at all.
    const next = line
      .filter((cell) => !cell.hidden && cell.months > 0)
      .sort((a, b) => a.patients - b.patients || a.months - b.months);
    for (const cell of next) {
      if (inside().length === 0 || (inside().length > 1 && sum() >= k)) break;
      cell.hidden = true;
    }
  }
  return shown;
}

/**
 * Patients by number of orders are told twice: their sum is all patients, and weighted with the orders it is all orders. So of
 * hidden rows there are none, or three or more.
 */
function hideFrequency(patients: readonly number[], hidden: readonly boolean[]): readonly boolean[] {
  const all = [...hidden];
  if (!all.includes(true)) return all;
  const next = patients
    .map((n, i) => [n, i] as const)
    .filter(([, i]) => !all[i])
    .sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  for (const [, i] of next) {
    if (all.filter(Boolean).length >= 3) break;
    all[i] = true;
  }
  return all;
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
    hiddenRate: hiddenGroups[i]! || tellsFew(group, options),
  }));
  const frequent = counts.frequency.map(({ patients }) => patients);
  const hiddenRows = hideFrequency(frequent, await hideDisjoint(frequent, k));
  return {
    options,
    counts,
    curve,
    pooled: poolStepsAt(
      curve.steps,
      k,
      [...new Set([...options.days, options.at])].sort((a, b) => a - b),
    ),
    groups,
    test: counts.groups.length < 2 ? null : logRank(counts.groups.map((group) => group.counts)),
    cohorts: showCohorts(counts.cohorts, k),
    frequency: counts.frequency.map((row, i) => ({ ...row, hidden: hiddenRows[i]! })),
  };
}
