import { text } from '../../sql/quote.js';
import { endOf } from '../clock.js';
import type { ReportContext } from '../definition.js';
import { isCounted, LINES, PATIENTS, UNKNOWN } from './lines.js';
import type { Options } from './options.js';

/** One brand or product with the exact sums over its counted lines; money in cents. */
export interface Item {
  readonly id: string;
  readonly name: string;
  readonly orders: number;
  readonly patients: number;
  readonly practitioners: number;
  readonly lines: number;
  readonly units: bigint;
  readonly net: bigint;
  /** Before discount minus net; null where a line has no recommended price. */
  readonly discountGiven: bigint | null;
  /** Patients with two orders of it or more. */
  readonly repeatPatients: number;
  /** Of patients whose first order of it is old enough: how many (`n`), and how many of them came back (`k`). */
  readonly repeat: { readonly k: number; readonly n: number };
  /** Of the same patients, those with a second order of it within `--repeat-days` of the first: the same time for all. */
  readonly within: number;
  /** Sum over patients of the square of what each spent on it, cents squared: how much chance moves its revenue. */
  readonly squares: bigint;
  /** Units of refunded orders and the patients behind them. */
  readonly returned: { readonly units: bigint; readonly patients: number };
  /** Net revenue of the same length of time before, and the patients behind it. */
  readonly before: { readonly net: bigint; readonly patients: number };
}

/** The status of an order whose units came back. */
const REFUNDED = "status = 'refunded'";

const DAY = 86_400_000n;

/** All brands or products with a counted line in the time reported, by revenue (largest first), then id. */
export async function readItems(context: ReportContext, options: Options): Promise<readonly Item[]> {
  const counted = isCounted(options);
  const old = BigInt(endOf(context) ?? 0) - BigInt(options.repeatDays) * DAY;
  const rows = await context.engine.rows(`WITH named AS (
  SELECT item, coalesce(max(name), '${UNKNOWN}') AS name FROM ${LINES} GROUP BY item
), sold AS (
  SELECT item, count(DISTINCT ord) AS orders, ${PATIENTS} AS patients, count(DISTINCT practitioner) AS practitioners,
    count(*) AS lines, CAST(sum(units) AS BIGINT) AS units, CAST(sum(net) AS BIGINT) AS net,
    CASE WHEN count(gross) = count(*) THEN CAST(sum(gross - net) AS BIGINT) END AS given
  FROM ${LINES} WHERE ${counted} AND period = 0 GROUP BY item
), buyers AS (
  SELECT item, patient, count(*) AS n, min(ts) AS first, min(ts) FILTER (place = 2) AS second
  FROM (SELECT *, row_number() OVER (PARTITION BY item, patient ORDER BY ts, ord) AS place FROM (
    SELECT item, patient, ord, min(ts) AS ts FROM ${LINES}
    WHERE ${counted} AND period = 0 AND patient IS NOT NULL GROUP BY item, patient, ord)) GROUP BY item, patient
), spread AS (
  SELECT item, CAST(sum(CAST(spent AS HUGEINT) * spent) AS HUGEINT) AS squares FROM (
    SELECT item, patient, sum(net) AS spent FROM ${LINES} WHERE ${counted} AND period = 0 GROUP BY item, patient) GROUP BY item
), repeated AS (
  SELECT item, count(*) FILTER (n > 1) AS again, count(*) FILTER (first <= ${old}) AS old,
    count(*) FILTER (first <= ${old} AND n > 1) AS old_again,
    count(*) FILTER (first <= ${old} AND second - first <= ${BigInt(options.repeatDays) * DAY}) AS soon
  FROM buyers GROUP BY item
), returned AS (
  SELECT item, CAST(sum(units) AS BIGINT) AS back, ${PATIENTS} AS back_patients
  FROM ${LINES} WHERE ${REFUNDED} AND period = 0 GROUP BY item
), earlier AS (
  SELECT item, CAST(sum(net) AS BIGINT) AS before, ${PATIENTS} AS before_patients
  FROM ${LINES} WHERE ${counted} AND period = 1 GROUP BY item
)
SELECT item, name, orders, patients, practitioners, lines, units, net, given, coalesce(again, 0), coalesce(old_again, 0),
  coalesce(old, 0), coalesce(back, 0), coalesce(back_patients, 0), coalesce(before, 0), coalesce(before_patients, 0),
  coalesce(soon, 0), squares
FROM sold JOIN named USING (item) JOIN spread USING (item) LEFT JOIN repeated USING (item) LEFT JOIN returned USING (item) LEFT JOIN earlier USING (item)
ORDER BY net DESC, length(item), item`);
  return rows.map((row) => {
    const [id, name] = row.slice(0, 2).map(String) as [string, string];
    const [orders, patients, practitioners, lines] = row.slice(2, 6).map(Number) as [number, number, number, number];
    const [units, net, given] = row.slice(6, 9) as [bigint, bigint, bigint | null];
    const [again, k, n] = row.slice(9, 12).map(Number) as [number, number, number];
    return {
      ...{ id, name, orders, patients, practitioners, lines, units, net },
      discountGiven: given,
      repeatPatients: again,
      repeat: { k, n },
      returned: { units: row[12] as bigint, patients: Number(row[13]) },
      before: { net: row[14] as bigint, patients: Number(row[15]) },
      within: Number(row[16]),
      squares: BigInt(String(row[17])),
    };
  });
}

/** Distinct patients behind several brands or products together. */
export async function patientsBehind(
  context: ReportContext,
  options: Options,
  ids: readonly string[],
): Promise<number> {
  if (ids.length === 0) return 0;
  const list = ids.map((id) => text(id)).join(', ');
  const [row] = await context.engine.rows(
    `SELECT ${PATIENTS} FROM ${LINES} WHERE ${isCounted(options)} AND period = 0 AND item IN (${list})`,
  );
  return Number(row![0]);
}
