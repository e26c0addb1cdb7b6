import type { Behind } from '../../disclosure/shown-counts.js';
import { identifier, text } from '../../sql/quote.js';
import { ratio } from '../../statistics/exact.js';
import { CENTS } from '../../statistics/mean.js';
import { endOf, localDay } from '../clock.js';
import type { ReportContext, RequiredRelation } from '../definition.js';
import type { Options } from './options.js';

/** What the report reads: orders with the practitioner whom they count for, and what that one was and is. */
export const REQUIRES: readonly RequiredRelation[] = [
  {
    relation: 'ORDERS_WITH_PRACTITIONER',
    columns: [
      ...[
        'ORDER_ID',
        'PATIENT_ID',
        'PRACTITIONER_ID',
        'RESPONSIBLE_ID',
        'PRACTITIONER_TYPE',
        'TYPE_BASIS',
        'LAST_TYPE',
      ],
      ...['AMOUNT_TOTAL', 'AMOUNT_SUBTOTAL', 'STATUS', 'EVENT_TS'],
    ],
  },
];

/** Orders without a practitioner, and practitioners of whom the log knows no type. */
export const NONE = '(none)';
export const UNKNOWN = '(unknown)';

/** Counted orders: `ord`, `practitioner` (text, null without one), `kind` (the type), `patient`, `y` in cents, `day`. */
const ORDERS = identifier('$practitioner_type_orders');

/** Distinct patients; orders without a patient count as one patient's. */
const PATIENTS = 'count(DISTINCT patient) + CAST(count(*) FILTER (patient IS NULL) > 0 AS BIGINT)';

/** A practitioner while of one type: exact sums, and the measures that practitioners are compared by. */
export interface Unit {
  readonly type: string;
  readonly practitioner: string;
  readonly orders: number;
  readonly patients: number;
  /** Calendar months with a counted order. */
  readonly months: number;
  readonly net: bigint;
  readonly aov: number;
  readonly ordersPerMonth: number;
  readonly revenuePerMonth: number;
  /** Of patients whose first order with the practitioner is old enough, who came back in time; null of none. */
  readonly repeatShare: number | null;
  readonly eligible: number;
  readonly again: number;
  /** Enough orders to be compared. */
  readonly used: boolean;
}

/** Orders and patients of a type, over all its practitioners. */
export interface TypeSums {
  readonly type: string;
  readonly practitioners: number;
  readonly patients: number;
  readonly orders: number;
  readonly net: bigint;
}

/** How the types of the counted orders are known, and how many orders do not count, by status. */
export interface Facts {
  readonly basis: ReadonlyMap<string, Behind>;
  readonly changed: number;
}

/** Makes the counted orders. */
export async function prepareOrders(context: ReportContext, options: Options): Promise<void> {
  const practitioner = options.own ? '"PRACTITIONER_ID"' : '"RESPONSIBLE_ID"';
  // A type as of the order belongs to the practitioner whom the order counts for, who is the own one where there is one.
  const type = options.latest ? '"LAST_TYPE"' : '"PRACTITIONER_TYPE"';
  await context.engine.run(`CREATE OR REPLACE TEMP TABLE ${ORDERS} AS
SELECT "ORDER_ID" AS ord, CAST(${practitioner} AS VARCHAR) AS practitioner, "PATIENT_ID" AS patient, "TYPE_BASIS" AS basis,
  CASE WHEN ${practitioner} IS NULL THEN ${text(NONE)} ELSE coalesce(CAST(${type} AS VARCHAR), ${text(UNKNOWN)}) END AS kind,
  CAST(CAST(${identifier(options.amount)} AS DECIMAL(18,2)) * 100 AS BIGINT) AS y, ${localDay('"EVENT_TS"', context)} AS "day"
FROM ${identifier(context.final('ORDERS_WITH_PRACTITIONER'))}
WHERE coalesce("STATUS" IN (${options.statuses.map(text).join(', ')}), false) AND ${identifier(options.amount)} IS NOT NULL`);
}

/** Removes what `prepareOrders` made. */
export async function dropOrders({ engine }: ReportContext): Promise<void> {
  await engine.run(`DROP TABLE IF EXISTS ${ORDERS}`);
}

/** Every practitioner while of one type, by type, then id. */
export async function readUnits(context: ReportContext, options: Options): Promise<readonly Unit[]> {
  const asOf = localDay(String(endOf(context) ?? 0), context);
  const rows = await context.engine.rows(`WITH days AS (
  SELECT DISTINCT kind, practitioner, patient, "day" FROM ${ORDERS} WHERE patient IS NOT NULL AND practitioner IS NOT NULL
), visits AS (
  SELECT *, row_number() OVER visit AS visit, "day" - lag("day") OVER visit AS gap FROM days
  WINDOW visit AS (PARTITION BY kind, practitioner, patient ORDER BY "day")
), followed AS (
  SELECT kind, practitioner, min("day") AS first, max(gap) FILTER (visit = 2) AS gap FROM visits GROUP BY kind, practitioner, patient
), repeated AS (
  SELECT kind, practitioner, count(*) AS eligible, count(*) FILTER (gap <= ${options.repeatDays}) AS again
  FROM followed WHERE ${asOf} - first >= ${options.repeatDays} GROUP BY kind, practitioner
)
SELECT kind, practitioner, count(*), ${PATIENTS}, count(DISTINCT date_trunc('month', "day")), CAST(sum(y) AS BIGINT),
  coalesce(max(eligible), 0), coalesce(max(again), 0)
FROM ${ORDERS} LEFT JOIN repeated USING (kind, practitioner) WHERE practitioner IS NOT NULL
GROUP BY kind, practitioner ORDER BY kind, length(practitioner), practitioner`);
  return rows.map((row) => {
    const [orders, patients, months] = row.slice(2, 5).map(Number) as [number, number, number];
    const net = row[5] as bigint;
    const [eligible, again] = row.slice(6).map(Number) as [number, number];
    return {
      type: String(row[0]),
      practitioner: String(row[1]),
      ...{ orders, patients, months, net, eligible, again },
      aov: ratio(net, BigInt(orders) * CENTS)!,
      ordersPerMonth: orders / months,
      revenuePerMonth: ratio(net, BigInt(months) * CENTS)!,
      repeatShare: eligible === 0 ? null : again / eligible,
      used: orders >= options.minOrders,
    };
  });
}

/** The types by name, with what the log does not tell last. */
export async function readTypes({ engine }: ReportContext): Promise<readonly TypeSums[]> {
  const rows =
    await engine.rows(`SELECT kind, count(DISTINCT practitioner), ${PATIENTS}, count(*), CAST(sum(y) AS BIGINT)
FROM ${ORDERS} GROUP BY kind ORDER BY kind IN ('${NONE}', '${UNKNOWN}'), kind`);
  return rows.map((row) => {
    const [practitioners, patients, orders] = row.slice(1, 4).map(Number) as [number, number, number];
    return { type: String(row[0]), practitioners, patients, orders, net: row[4] as bigint };
  });
}

/** Distinct patients behind several types together. */
export async function patientsBehind({ engine }: ReportContext, types: readonly string[]): Promise<number> {
  if (types.length === 0) return 0;
  const [row] = await engine.rows(`SELECT ${PATIENTS} FROM ${ORDERS} WHERE kind IN (${types.map(text).join(', ')})`);
  return Number(row![0]);
}

/** What the types rest on, and how many practitioners have orders under more than one. */
export async function readFacts({ engine }: ReportContext): Promise<Facts> {
  const rows = await engine.rows(
    `SELECT basis, count(*), ${PATIENTS} FROM ${ORDERS} WHERE practitioner IS NOT NULL GROUP BY basis ORDER BY basis`,
  );
  const [row] = await engine.rows(
    `SELECT count(*) FROM (SELECT practitioner FROM ${ORDERS} WHERE practitioner IS NOT NULL GROUP BY practitioner HAVING count(DISTINCT kind) > 1)`,
  );
  return {
    basis: new Map(
      rows.map(([basis, n, patients]) => [String(basis), { orders: Number(n), patients: Number(patients) }]),
    ),
    changed: Number(row![0]),
  };
}
