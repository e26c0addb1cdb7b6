import { text } from '../../sql/quote.js';
import type { ReportContext } from '../definition.js';
import { hideRows } from '../hide-rows.js';
import { type PooledStep, poolSteps } from '../pool-steps.js';
import { type MaturedShares, maturedShares } from '../statistics/fill-shares.js';
import { kaplanMeier, type SurvivalCurve } from '../statistics/kaplan-meier.js';
import { isSmall, suppress } from '../statistics/suppression.js';
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

function follow(counts: readonly FollowUpCounts[], { confidence, small }: Options) {
  const curve = kaplanMeier(counts, confidence);
  // The curve keeps what its counts have beside the counts themselves.
  return { curve, pooled: poolSteps(curve.steps, small.k) };
}

/** Shares, curves, and what of everything is shown. */
export async function findingsOf(context: ReportContext, counts: Counts, options: Options): Promise<Findings> {
  const { k } = options.small;
  const { statuses, months } = counts;
  const any = (conditions: readonly string[]): string => (conditions.length === 0 ? 'false' : conditions.join(' OR '));
  const hiddenStatuses = await hideRows(
    statuses.map(({ patients }) => patients),
    k,
    (rows) =>
      patientsBehind(
        context,
        any(rows.map((i) => `(status = ${text(statuses[i]!.status)} AND matured = ${statuses[i]!.matured})`)),
      ),
  );
  const hiddenGroups = await hideRows(
    counts.groups.map(({ patients }) => patients),
    k,
    (rows) =>
      patientsBehind(
        context,
        `matured AND status <> 'cancelled' AND (${any(rows.map((i) => `label = ${text(counts.groups[i]!.label)}`))})`,
      ),
  );
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
    hiddenShares: statuses.some(({ matured, status }, i) => hiddenStatuses[i] && matured && status !== 'cancelled'),
    hiddenMonths: suppress({ patients: months.map(({ patients }) => patients), lines }, k).hidden,
    groups: counts.groups.map((group, i) => ({
      ...group,
      hidden: hiddenGroups[i]!,
      hiddenRates: hiddenGroups[i]! || isSmall(group.filledPatients, k) || isSmall(group.otherPatients, k),
    })),
    first: follow(counts.first, options),
    full: follow(counts.full, options),
  };
}
