import { type ContrastEstimate, clusteredFit } from '../../statistics/clustered-fit.js';
import type { ReportContext } from '../definition.js';
import { STRETCHES } from './exposure.js';
import type { Options } from './options.js';

/** How a level stands to the best one among the same patients. */
export type SameVerdict = 'best' | 'not shown to be worse' | 'worse' | 'not compared';

/** A level (hundredths of a percentage point) beside the best: what the same patients bring less a month at it, money per patient-month. */
export interface SameLevel {
  readonly level: bigint;
  /** Best minus this one; null for the best itself and where no patient links the two. */
  readonly below: ContrastEstimate | null;
  /** p that this one is as good, for the choice of the best among all pairs (Bonferroni). */
  readonly p: number | null;
  readonly verdict: SameVerdict;
}

/** What the same patients bring at one level and at another. */
export interface SameLevels {
  readonly levels: readonly SameLevel[];
  /** Change of the revenue per patient-month for each percentage point. */
  readonly perPoint: ContrastEstimate;
  /** Patients at two or more levels: only they tell anything. */
  readonly movers: number;
}

const MONTH = 30.4375 * 86_400_000;

/** Time (months) and revenue of each patient by calendar month and level. */
async function readCells(context: ReportContext, levels: readonly bigint[]): Promise<readonly Float64Array[]> {
  return await context.engine.numbers(`WITH cells AS (
  SELECT patient, period, level, sum(units) AS units, sum(cents) AS cents FROM ${STRETCHES} WHERE level IN (${levels.join(', ')}) GROUP BY ALL HAVING sum(units) > 0
)
SELECT CAST(dense_rank() OVER (ORDER BY patient NULLS LAST) - 1 AS DOUBLE) AS person, CAST(dense_rank() OVER (ORDER BY period) - 1 AS DOUBLE) AS month,
  CAST(level AS DOUBLE) AS step, CAST(units AS DOUBLE) / ${MONTH}, CAST(cents AS DOUBLE) / 100
FROM cells ORDER BY person, month, step`);
}

interface Cells {
  readonly patients: Int32Array;
  readonly months: Int32Array;
  readonly monthCount: number;
  readonly levels: Float64Array;
  readonly time: Float64Array;
  readonly revenue: Float64Array;
}

/** Patients at two levels or more. */
function moversOf({ patients, levels }: Cells): number {
  const movers = new Set<number>();
  let first = 0;
  for (let i = 1; i < levels.length; i++) {
    if (patients[i] !== patients[i - 1]) first = i;
    else if (levels[i] !== levels[first]) movers.add(patients[i]!);
  }
  return movers.size;
}

function fitOf(cells: Cells, columns: Int32Array, size: number, values?: Float64Array) {
  return clusteredFit(
    {
      ...{ clusters: cells.patients, groups: cells.patients, weights: cells.time, columns: cells.monthCount + size },
      terms: [{ columns: cells.months }, values === undefined ? { columns } : { columns, values }],
    },
    cells.revenue,
  );
}

/** The best of the levels that are compared, and each other one against it: one chance of error for all pairs, since the best is picked by the same data. */
function compare(cells: Cells, all: readonly bigint[], compared: ReadonlySet<bigint>, confidence: number): SameLevel[] {
  const places = new Map(all.map((level, i) => [Number(level), cells.monthCount + i]));
  const fit = fitOf(
    cells,
    Int32Array.from(cells.levels, (level) => places.get(level)!),
    all.length,
  );
  const worth = (level: bigint): number => fit.coefficients[places.get(Number(level))!]!;
  const candidates = all.filter((level) => compared.has(level));
  const best = candidates.reduce<bigint | null>(
    (top, one) => (top === null || worth(one) > worth(top) ? one : top),
    null,
  );
  const others = candidates.filter((level) => level !== best);
  const contrasts = others.map((level) => {
    const weights = new Array<number>(cells.monthCount + all.length).fill(0);
    weights[places.get(Number(best))!] = 1;
    weights[places.get(Number(level))!] = -1;
    return weights;
  });
  const estimates = new Map(fit.contrasts(contrasts, confidence).map((estimate, i) => [others[i]!, estimate]));
  const pairs = (candidates.length * (candidates.length - 1)) / 2;
  return all.map((level) => {
    if (level === best) return { level, below: null, p: null, verdict: 'best' };
    const below = estimates.get(level) ?? null;
    if (below === null || below.p === null) return { level, below, p: null, verdict: 'not compared' };
    const p = Math.min(1, below.p * pairs);
    return { level, below, p, verdict: p < 1 - confidence ? 'worse' : 'not shown to be worse' };
  });
}

/**
 * Compares what the same patients bring a month at different discounts, calendar months taken out (two-way fixed effects, time as weight, errors by
 * patient): patients who are given more because they buy more do not count for a level. Multiple comparison with the best (Edwards and Hsu 1983)
 * with Bonferroni's limit for all pairs. Null where nobody was at two levels. `shown`: levels that are not hidden; `compared`: those of them with enough orders and patients.
 */
export async function sameLevels(
  context: ReportContext,
  shown: readonly bigint[],
  compared: ReadonlySet<bigint>,
  { confidence }: Options,
): Promise<SameLevels | null> {
  if (shown.length === 0) return null;
  const [patients, months, levels, time, revenue] = (await readCells(context, shown)) as [
    Float64Array,
    ...Float64Array[],
  ] &
    Float64Array[];
  if (patients === undefined || patients.length === 0) return null;
  const cells: Cells = {
    patients: Int32Array.from(patients),
    months: Int32Array.from(months!),
    monthCount: 1 + months!.reduce((most, one) => Math.max(most, one), 0),
    ...{ levels: levels!, time: time!, revenue: revenue! },
  };
  const movers = moversOf(cells);
  if (movers === 0) return null;
  const all = [...new Set(levels)].sort((a, b) => a - b).map(BigInt);
  const line = fitOf(
    cells,
    cells.months.map(() => cells.monthCount),
    1,
    levels!.map((level) => level / 100),
  );
  const slope = Array.from({ length: cells.monthCount + 1 }, (_, i) => (i === cells.monthCount ? 1 : 0));
  return {
    levels: compare(cells, all, compared, confidence),
    perPoint: line.contrasts([slope], confidence)[0]!,
    movers,
  };
}
