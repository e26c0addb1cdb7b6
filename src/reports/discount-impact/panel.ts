import { identifier, text } from '../../sql/quote.js';
import type { ReportContext } from '../definition.js';
import { hasLines, LINE_SUMS } from '../order-lines.js';
import { isLined } from './gross.js';
import type { Options } from './options.js';
import { CELLS, ORDERS } from './orders.js';
import { RELATION } from './source.js';

/** How an order stands to prescriptions, where the log tells: one of its lines fills one, or none does. */
export type Prescribed = 'unknown' | 'without' | 'with';
const PRESCRIBED: readonly Prescribed[] = ['unknown', 'without', 'with'];

/**
 * Orders at known discounts by patient, prescription, month and discount, added up: the cells of a regression, in that order. Money in whole units, `x` in
 * percentage points; `gross` (before the discount) and `lines` where every one of the orders has them.
 */
export interface Panel {
  readonly patients: Int32Array;
  /** Patient and prescription together: whose own average is taken out. */
  readonly groups: Int32Array;
  readonly prescribed: readonly Prescribed[];
  readonly months: Int32Array;
  readonly monthCount: number;
  /** Level in hundredths of a percentage point, and the discount itself. */
  readonly levels: Float64Array;
  readonly x: Float64Array;
  readonly orders: Float64Array;
  readonly net: Float64Array;
  /** Sum of squares of net inside the cell. */
  readonly spread: Float64Array;
  readonly gross: Float64Array | null;
  readonly lines: Float64Array | null;
  /** The patient with most of these orders: number in `patients` (null where a part of them has none, or two have as many), share of these orders, and of all counted ones. */
  readonly largest: { readonly patient: number | null; readonly share: number; readonly shareOfAll: number };
}

/** Up to so many months have an effect of their own; longer logs have one for each quarter. */
const MONTHS = 36;

/** Does the log tell which lines fill a prescription? */
function tellsPrescriptions(context: ReportContext): boolean {
  return context.columns('ORDERED_ITEMS').some(({ name }) => name === 'PRESCRIPTION_ITEM_ID');
}

function cellsSql(context: ReportContext, options: Options, levels: readonly bigint[]): string {
  const timed = context.columns(RELATION).some(({ name }) => name === 'EVENT_TS');
  const local = `timezone(${text(context.replay.timeZone)}, CAST(epoch_ms(placed_at) AS TIMESTAMPTZ))`;
  const month = timed ? `year(${local}) * 12 + month(${local})` : '0';
  const lined = isLined(context, options);
  const told = hasLines(context) && tellsPrescriptions(context);
  const prescribed = told
    ? `LEFT JOIN (SELECT "ORDER_ID" AS ord, bool_or("PRESCRIPTION_ITEM_ID" IS NOT NULL) AS fills FROM ${identifier(context.final('ORDERED_ITEMS'))} GROUP BY "ORDER_ID") p USING (ord)`
    : '';
  const sums = lined ? `LEFT JOIN ${LINE_SUMS} s USING (ord)` : '';
  return `WITH placed AS (
  SELECT patient, ${told ? 'CASE WHEN fills IS NULL THEN 0 WHEN fills THEN 2 ELSE 1 END' : '0'} AS told, ${month} AS month, level, x, y,
    ${lined ? 'gross, lines' : 'CAST(NULL AS BIGINT) AS gross, CAST(NULL AS BIGINT) AS lines'}
  FROM ${ORDERS} ${sums} ${prescribed} WHERE kind = 0 AND level IN (${levels.join(', ')})
), bounds AS (SELECT max(month) - min(month) >= ${MONTHS} AS long, min(month) AS first FROM placed),
cells AS (
  SELECT patient, told, CASE WHEN long THEN (month - first) // 3 ELSE month - first END AS period, level, x, count(*) AS n, sum(y) AS y,
    sum(CAST(y AS HUGEINT) * y) AS yy, coalesce(sum(gross), 0) AS gross,
    coalesce(sum(y) FILTER (gross IS NULL), 0) AS unpriced, sum(lines) AS lines, count(lines) AS lined
  FROM placed, bounds GROUP BY ALL
),
-- Patients by what they did, not by their ids: sums of floats hang on their order in the last bit, and must not hang on a name.
alike AS (SELECT patient AS who, hash(list((told, period, level, x, n, y, yy, gross, lines) ORDER BY told, period, level, x)) AS content FROM cells GROUP BY patient)
SELECT CAST(dense_rank() OVER (ORDER BY content, patient NULLS LAST) - 1 AS DOUBLE) AS number, CAST(told AS DOUBLE) AS told,
  CAST(dense_rank() OVER (ORDER BY period) - 1 AS DOUBLE) AS period, CAST(level AS DOUBLE) AS level, x / 100, CAST(n AS DOUBLE), y / 100,
  greatest(0, (n * yy - CAST(y AS HUGEINT) * y) / n / 10000),
  CASE WHEN x < 10000 THEN gross / 100 + unpriced / (100 - x / 100) ELSE 0 END, CAST(x < 10000 AS DOUBLE), CAST(coalesce(lines, 0) AS DOUBLE), CAST(lined = n AS DOUBLE),
  CAST((SELECT sum(n) FROM ${CELLS}) AS DOUBLE), CAST(patient IS NULL AS DOUBLE)
FROM cells JOIN alike ON who IS NOT DISTINCT FROM patient ORDER BY number, told, period, level, x`;
}

/** Whole numbers in the place of each pair of neighbours that differ: 0, 0, 1, 1, 2 ... */
function numbered(...keys: readonly Float64Array[]): Int32Array {
  let number = 0;
  return Int32Array.from(keys[0]!, (_, i) => {
    if (i > 0 && keys.some((key) => key[i] !== key[i - 1])) number += 1;
    return number;
  });
}

/** Orders without a patient are nobody's: they have no weight here. */
function largestOf(patients: Int32Array, orders: Float64Array, all: number): Panel['largest'] {
  const each = new Float64Array(1 + (patients.at(-1) ?? -1));
  for (const [i, patient] of patients.entries()) each[patient]! += orders[i]!;
  const most = each.reduce((largest, n) => Math.max(largest, n), 0);
  const here = orders.reduce((sum, n) => sum + n, 0);
  // Of two with as many orders neither is the one to leave out: which it were would hang on their ids.
  const patient = each.indexOf(most) === each.lastIndexOf(most) ? each.indexOf(most) : null;
  return { patient, share: here === 0 ? 0 : most / here, shareOfAll: most / all };
}

/** Reads the panel of the orders at some levels; after `prepareOrders`. Null without any. */
export async function readPanel(
  context: ReportContext,
  options: Options,
  levels: readonly bigint[],
): Promise<Panel | null> {
  if (levels.length === 0) return null;
  const [patient, told, period, level, x, orders, net, spread, gross, isPriced, lines, isLinedCell, all, isNobody] =
    (await context.engine.numbers(cellsSql(context, options, levels))) as Float64Array[];
  if (patient!.length === 0) return null;
  const isEvery = (is: Float64Array | undefined): boolean => is!.every((one) => one === 1);
  const patients = numbered(patient!);
  return {
    patients,
    largest: largestOf(
      patients,
      orders!.map((n, i) => (isNobody![i] === 1 ? 0 : n)),
      all![0]!,
    ),
    groups: numbered(patient!, told!),
    prescribed: Array.from(told!, (at) => PRESCRIBED[at]!),
    months: Int32Array.from(period!),
    monthCount: 1 + period!.reduce((most, one) => Math.max(most, one), 0),
    ...{ levels: level!, x: x!, orders: orders!, net: net!, spread: spread! },
    gross: isEvery(isPriced) ? gross! : null,
    lines: isEvery(isLinedCell) ? lines! : null,
  };
}
