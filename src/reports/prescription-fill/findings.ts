import { hideRows } from '../../disclosure/hide-rows.js';
import { type PooledStep, poolStepsAt } from '../../disclosure/pool-steps.js';
import { isSmall, suppress } from '../../disclosure/suppression.js';
import { text } from '../../sql/quote.js';
import { type MaturedShares, maturedShares } from '../../statistics/fill-shares.js';
import { kaplanMeier, type SurvivalCurve } from '../../statistics/kaplan-meier.js';
import type { ReportContext } from '../definition.js';
import { type Counts, type FollowUpCounts, type Group, patientsBehind } from './counts.js';
import type { Options } from './options.js';

/** All that tables and sentences are made of. */
export interface Findings {
  readonly options: Options;
  readonly counts: Counts;
  readonly shares: MaturedShares;
  /** Of `counts.statuses`, in its order. */
  readonly hiddenStatuses: readonly boolean[];
  /** Hidden where one of the matured outcomes is. */
  readonly hiddenShares: boolean;
  readonly hiddenMonths: readonly boolean[];
  readonly groups: readonly (Group & { readonly hidden: boolean; readonly hiddenRates: boolean })[];
  readonly first: { readonly curve: SurvivalCurve; readonly pooled: readonly PooledStep[] };
  readonly full: { readonly curve: SurvivalCurve; readonly pooled: readonly PooledStep[] };
}

/** The day at which the curves are told in a sentence. */
export const TOLD_DAY = 30;

function follow(counts: readonly FollowUpCounts[], shown: boolean, { confidence, small }: Options) {
  const curve = kaplanMeier(counts, confidence);
  // The curve keeps what its counts have beside the counts themselves.
  return { curve, pooled: shown ? poolStepsAt(curve.steps, small.k, [TOLD_DAY]) : [] };
}

/**
 * Statuses are told in other sums too: all filled ones and all with an order by the curves, all matured ones by the groups. So of
 * hidden ones each such part has none or several; where it has nothing more to hide, what tells its sum is not told.
 */
function hideStatuses(statuses: Counts['statuses'], rows: readonly boolean[], k: number) {
  const hidden = [...rows];
  const partOf = (is: (one: Counts['statuses'][number]) => boolean): readonly number[] =>
    statuses.flatMap((one, i) => (one.patients > 0 && is(one) ? [i] : []));
  const startsWith = (prefix: string) => partOf(({ status }) => status.startsWith(prefix));
  const parts = {
    filled: startsWith('filled'),
    partly: startsWith('partly'),
    not: startsWith('not'),
    matured: partOf(({ matured, status }) => matured && status !== 'cancelled'),
    all: partOf(() => true),
  };
  const inside = (part: readonly number[]) => part.filter((i) => hidden[i]);
  const isSafe = (part: readonly number[]): boolean => {
    const sum = inside(part).reduce((n, i) => n + statuses[i]!.patients, 0);
    return inside(part).length === 0 || (inside(part).length > 1 && sum >= k);
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const part of Object.values(parts)) {
      if (isSafe(part)) continue;
      const next = part.filter((i) => !hidden[i]);
      // Whether anything was ordered is told apart (table ordered): what was partly filled goes before what was not.
      const partly = (i: number): number => Number(!statuses[i]!.status.startsWith('partly'));
      next.sort((a, b) => partly(a) - partly(b) || statuses[a]!.patients - statuses[b]!.patients || a - b);
      if (next[0] === undefined) continue;
      hidden[next[0]] = true;
      changed = true;
    }
  }
  const full = isSafe(parts.filled);
  return { hidden, full, first: full && isSafe(parts.partly) && isSafe(parts.not), matured: isSafe(parts.matured) };
}

/** Rates of one group alone would follow from those of all. */
function hideRates(groups: Counts['groups'], hidden: readonly boolean[], k: number): readonly boolean[] {
  const all = groups.map(
    (group, i) =>
      hidden[i]! ||
      [group.filledPatients, group.otherPatients].some((n) => isSmall(n, k)) ||
      isSmall(group.atOnce, k) ||
      isSmall(group.filled - group.atOnce, k),
  );
  if (all.filter(Boolean).length !== 1) return all;
  const next = groups.map(({ patients }, i) => ({ patients, i })).filter(({ i }) => !all[i]);
  next.sort((a, b) => a.patients - b.patients || a.i - b.i);
  return next[0] === undefined ? all : all.map((is, i) => is || i === next[0]!.i);
}

/** Shares, curves, and what of everything is shown. */
export async function findingsOf(context: ReportContext, counts: Counts, options: Options): Promise<Findings> {
  const { k } = options.small;
  const { statuses, months } = counts;
  const any = (conditions: readonly string[]): string => (conditions.length === 0 ? 'false' : conditions.join(' OR '));
  const hiddenRows = await hideRows(
    statuses.map(({ patients }) => patients),
    k,
    (rows) =>
      patientsBehind(
        context,
        any(rows.map((i) => `(status = ${text(statuses[i]!.status)} AND matured = ${statuses[i]!.matured})`)),
      ),
  );
  const { hidden: hiddenStatuses, first, full, matured } = hideStatuses(statuses, hiddenRows, k);
  const hiddenShares = statuses.some((one, i) => hiddenStatuses[i] && one.matured && one.status !== 'cancelled');
  const hiddenGroups = await hideRows(
    counts.groups.map(({ patients }) => patients),
    k,
    (rows) =>
      patientsBehind(
        context,
        `matured AND status <> 'cancelled' AND (${any(rows.map((i) => `label = ${text(counts.groups[i]!.label)}`))})`,
      ),
  );
  // The rates of all groups add up to the shares.
  const hiddenRates = hiddenShares ? counts.groups.map(() => true) : hideRates(counts.groups, hiddenGroups, k);
  const names = [...new Set(months.map(({ month }) => month))];
  const kinds = [...new Set(months.map(({ status }) => status))];
  const lines = [
    ...names.map((name) => months.flatMap(({ month }, i) => (month === name ? [i] : []))),
    ...kinds.map((kind) => months.flatMap(({ status }, i) => (status === kind ? [i] : []))),
  ];
  return {
    options,
    counts,
    shares: maturedShares(counts.matured, options.confidence),
    hiddenStatuses,
    hiddenShares,
    // Months of a status add up to it: where `statuses` hides a status, all its months go.
    hiddenMonths: suppress({ patients: months.map(({ patients }) => patients), lines }, k).hidden.map(
      (is, i) => is || statuses.some(({ status }, at) => hiddenStatuses[at] && status === months[i]!.status),
    ),
    groups: counts.groups.map((group, i) => ({
      ...group,
      hidden: hiddenGroups[i]! || !matured,
      hiddenRates: hiddenRates[i]!,
    })),
    first: follow(counts.first, first, options),
    full: follow(counts.full, full, options),
  };
}
