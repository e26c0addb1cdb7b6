import { expect, test } from 'vitest';
import { recoverable } from '../../src/disclosure/disclosure-audit.js';
import { suppress, twoWay } from '../../src/disclosure/suppression.js';
import { openEngine } from '../../src/engine/engine.js';
import { type Options, PARAMETERS, readOptions } from '../../src/reports/discount-impact/options.js';
import { prepareOrders } from '../../src/reports/discount-impact/orders.js';
import { type LevelSums, readLevels } from '../../src/reports/discount-impact/sums.js';
import { readParameters } from '../../src/reports/parameters.js';
import { clusteredDifference } from '../../src/statistics/clustered-difference.js';
import { clusteredError, clusterSums } from '../../src/statistics/clustered-mean.js';
import {
  chiSquareUpperP,
  fUpperP,
  normalQuantile,
  normalTwoSidedP,
  tQuantile,
  tTwoSidedP,
} from '../../src/statistics/distributions.js';
import { leastSquares, turningPoint } from '../../src/statistics/least-squares.js';
import { mannKendall } from '../../src/statistics/mann-kendall.js';
import { independentError, mean, sampleDeviation, tInterval, total } from '../../src/statistics/mean.js';
import { newcombe, share, wilson } from '../../src/statistics/proportions.js';
import { quartile } from '../../src/statistics/quantile.js';
import { ranksFromLargest } from '../../src/statistics/ranks.js';
import { enoughForT, hallInterval, skewness } from '../../src/statistics/skewness.js';
import { spearman } from '../../src/statistics/spearman.js';
import { welchTest } from '../../src/statistics/welch.js';
import { contextOf, insertOrders, type Order, reportOn, rowsOf } from './orders-table.js';
import { CONFIDENCE, type Dictionary, hundredths, onInput, runVectors } from './statistics/vectors.js';

interface VectorOrder {
  readonly patient_id: number;
  readonly practitioner_id?: number;
  readonly discount_pct: number;
  readonly net_amount: number;
}

function ordersOf(input: Dictionary): Order[] {
  return (input.orders as unknown as readonly VectorOrder[]).map((order) => ({
    patient: order.patient_id,
    practitioner: order.practitioner_id ?? null,
    discount: hundredths(order.discount_pct),
    amount: hundredths(order.net_amount),
  }));
}

const DEFAULTS: Options = readOptions(readParameters({ id: 'vectors', parameters: PARAMETERS }, {}));

/** The exact sums that the report reads, out of the report's own SQL. */
async function levelSums(orders: readonly Order[]): Promise<LevelSums[]> {
  const engine = await openEngine({ threads: 1 });
  try {
    await insertOrders(engine, orders);
    await prepareOrders(contextOf(engine), DEFAULTS);
    return await readLevels(engine, false);
  } finally {
    engine.close();
  }
}

async function summary(input: Dictionary) {
  const amounts = input.amounts as readonly number[];
  const orders = amounts.map((amount, i) => ({ patient: i + 1, discount: 0, amount: hundredths(amount) }));
  const sums = (await levelSums(orders))[0];
  const power = sums?.power ?? { n: 0n, sum: 0n, sum2: 0n, sum3: 0n };
  const error = independentError(power);
  const interval = tInterval(mean(power), error, Number(power.n) - 1, CONFIDENCE);
  const hall = hallInterval(power, CONFIDENCE);
  return {
    n: Number(power.n),
    sum: total(power),
    mean: mean(power),
    median: quartile(sums?.quartiles[2] ?? null),
    p25: quartile(sums?.quartiles[1] ?? null),
    p75: quartile(sums?.quartiles[3] ?? null),
    sd: sampleDeviation(power),
    se: error,
    ci_low: interval.low,
    ci_high: interval.high,
    skewness: skewness(power),
    skew_ci_low: hall.low,
    skew_ci_high: hall.high,
    n_enough_for_t: enoughForT(power),
  };
}

/**
 * Numbers that the report's tables leave out, from the same module functions over the same sums. The vector's interval of a jump
 * is Welch's; the report's is the clustered one, which belongs to its p.
 */
async function extraOf(orders: readonly Order[]) {
  const sums = await levelSums(orders);
  const cellsOf = (level: bigint): Map<number | null, { n: bigint; sum: bigint }> => {
    const cells = new Map<number | null, { n: bigint; sum: bigint }>();
    for (const { patient, discount, amount } of orders) {
      if (BigInt(discount!) !== level) continue;
      const cell = cells.get(patient) ?? { n: 0n, sum: 0n };
      cells.set(patient, { n: cell.n + 1n, sum: cell.sum + BigInt(amount!) });
    }
    return cells;
  };
  return (from: number, to: number) => {
    const low = BigInt(hundredths(from));
    const high = BigInt(hundredths(to));
    const cross = { shared: 0n, y1y0: 0n, y1n0: 0n, n1y0: 0n, n1n0: 0n };
    const at = cellsOf(low);
    for (const [patient, b] of cellsOf(high)) {
      const a = at.get(patient);
      if (a === undefined) continue;
      cross.shared += 1n;
      cross.y1y0 += b.sum * a.sum;
      cross.y1n0 += b.sum * a.n;
      cross.n1y0 += b.n * a.sum;
      cross.n1n0 += b.n * a.n;
    }
    const sumsAt = (level: bigint) => sums.find((one) => one.level === level)!;
    const made = clusteredDifference(sumsAt(low).clusters, sumsAt(high).clusters, cross, CONFIDENCE);
    const welch = welchTest(sumsAt(low).power, sumsAt(high).power, CONFIDENCE);
    const clustered = { cluster_se: made.error, cluster_t: made.t, cluster_df: made.df };
    return { ...clustered, ci_low: welch.low, ci_high: welch.high };
  };
}

async function discountJumps(input: Dictionary) {
  const parameters = input.parameters as Readonly<Record<string, number>>;
  const orders = ordersOf(input);
  const report = await reportOn(orders, {
    'min-orders': String(parameters.min_orders),
    'min-patients': String(parameters.min_patients),
    'small-numbers': 'off',
  });
  const extra = await extraOf(orders);
  const levels = rowsOf(report, 'levels').map((row) => ({ ...row, enough: row.n_enough, se_cluster: row.se }));
  const jumps = rowsOf(report, 'jumps').map((row) => ({
    ...row,
    cluster_p: row.p,
    cluster_p_holm: row.p_holm,
    ...extra(row.from_pct as number, row.to_pct as number),
  }));
  return { levels, jumps };
}

async function fixedEffects(input: Dictionary) {
  const report = await reportOn(ordersOf(input), { 'small-numbers': 'off' });
  const rows = rowsOf(report, 'slopes').map((row) => [String(row.row).replace(' ', '_'), row] as const);
  const within = rows.find(([name]) => name === 'within_patient')![1];
  return { ...Object.fromEntries(rows), patients_with_two_levels: within.patients_with_two_levels };
}

/** A published mean without a group size is one order: its jumps are exact, and nothing about them can be tested. */
function articleTable(input: Dictionary) {
  const discounts = input.discount_pct as readonly number[];
  const aov = input.aov as readonly number[];
  const groups = aov.map((value) => ({ n: 1n, sum: BigInt(hundredths(value)) }));
  const cross = { shared: 0n, y1y0: 0n, y1n0: 0n, n1y0: 0n, n1n0: 0n };
  const steps = groups.slice(1).map((to, i) => {
    const sums = [groups[i]!, to].map((group) => clusterSums([group])) as [
      ReturnType<typeof clusterSums>,
      ReturnType<typeof clusterSums>,
    ];
    return clusteredDifference(...sums, cross, CONFIDENCE);
  });
  const byAmount = ranksFromLargest(steps.map((step) => step.difference));
  const byRelative = ranksFromLargest(steps.map((step) => step.relative));
  const one = discounts.map(() => 1);
  const linear = leastSquares([one, discounts], aov)!;
  const quadratic = leastSquares([one, discounts, discounts.map((x) => x * x)], aov)!;
  return {
    jumps: steps.map((step, i) => ({
      from_pct: discounts[i],
      to_pct: discounts[i + 1],
      jump: step.difference,
      jump_rel: step.relative,
      rank_by_amount: byAmount[i],
      rank_by_relative: byRelative[i],
    })),
    linear: { slope: linear.coefficients[1], se: linear.errors[1], p: linear.p[1], r2: linear.r2 },
    spearman: spearman(discounts, aov),
    mann_kendall: mannKendall(aov),
    quadratic: {
      b: quadratic.coefficients,
      p: quadratic.p,
      peak: turningPoint(quadratic.coefficients),
      r2: quadratic.r2,
    },
    testable: steps.some((step) => step.p !== null),
  };
}

function proportions(input: Dictionary) {
  const counts = input as Readonly<Record<string, number>>;
  if ('k' in counts) {
    const one = { k: counts.k!, n: counts.n! };
    const { low, high } = wilson(one, CONFIDENCE);
    return { share: share(one), ci_low: low, ci_high: high };
  }
  const made = newcombe({ k: counts.k1!, n: counts.n1! }, { k: counts.k2!, n: counts.n2! }, CONFIDENCE);
  return { difference: made.difference, newcombe_low: made.low, newcombe_high: made.high };
}

function suppression(input: Dictionary) {
  const patients = input.patients as readonly (readonly number[])[];
  const cells = twoWay(patients);
  const { hidden, primary, secondary } = suppress(cells, input.threshold as number);
  const width = patients[0]!.length;
  const add = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  return {
    shown: patients.map((row, r) => row.map((value, c) => (hidden[r * width + c] ? '*' : value))),
    primary,
    secondary,
    recoverable: recoverable(cells, hidden),
    row_totals: patients.map(add),
    column_totals: patients[0]!.map((_, c) => add(patients.map((row) => row[c]!))),
    total: add(patients.flat()),
  };
}

function specialFunction(one: Dictionary): number {
  const at = (name: string): number => one[name] as number;
  switch (one.fn) {
    case 't_quantile':
      return tQuantile(at('p'), at('df'));
    case 't_two_sided_p':
      return tTwoSidedP(at('t'), at('df'));
    case 'normal_quantile':
      return normalQuantile(at('p'));
    case 'normal_two_sided_p':
      return normalTwoSidedP(at('z'));
    case 'chi2_sf':
      return chiSquareUpperP(at('x'), at('df'));
    case 'f_sf':
      return fUpperP(at('x'), at('df1'), at('df2'));
    default:
      throw new Error(`no function ${String(one.fn)}`);
  }
}

runVectors('article-discount-table', onInput(articleTable));
runVectors('discount-jumps', onInput(discountJumps));
runVectors('fixed-effects', onInput(fixedEffects));
runVectors('proportions', onInput(proportions));
runVectors('special-functions', specialFunction);
runVectors('summary', onInput(summary));
runVectors('suppression', onInput(suppression));

test('the welch test of a single order a side cannot be made', () => {
  const single = { n: 1n, sum: 100n, sum2: 10_000n, sum3: 1_000_000n };
  expect(welchTest(single, single, 0.95)).toEqual({ t: null, df: null, p: null, low: null, high: null });
  expect(clusteredError(clusterSums([{ n: 3n, sum: 300n }]))).toBeNull();
});
