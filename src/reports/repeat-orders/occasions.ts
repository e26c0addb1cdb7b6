import { identifier, text } from '../../sql/quote.js';
import { type GapSums, gapSumsSql } from '../../statistics/occasion-gaps.js';
import { cohortCellsSql, followedSql, occasionsSql, repeatCountsSql } from '../../statistics/purchase-occasions.js';
import { type SurvivalCounts, survivalCountsSql } from '../../statistics/survival-counts.js';
import { endOf, localDay } from '../clock.js';
import type { ReportContext, RequiredRelation } from '../definition.js';
import type { Options } from './options.js';

/** What the report reads: orders with their patient and status, and what their first order may be compared by. */
export const REQUIRES: readonly RequiredRelation[] = [
  {
    relation: 'ORDERS_PLACED',
    columns: [
      ...['ORDER_ID', 'PATIENT_ID', 'RESPONSIBLE_ID', 'DISCOUNT_LEVEL', 'AMOUNT_SUBTOTAL', 'AMOUNT_TOTAL', 'STATUS'],
      'EVENT_TS',
    ],
  },
];

/** Lines are read only where patients are compared by brand. */
export function alsoReads(parameters: Readonly<Record<string, string>>): readonly RequiredRelation[] {
  if (parameters.by !== 'brand') return [];
  return [{ relation: 'ORDER_LINES', columns: ['ORDER_ID', 'BRAND_ID', 'BRAND', 'NET'] }];
}

const ORDERS = identifier('$repeat_orders');

/** A month's cohort after so many months. */
export interface CohortCell {
  readonly cohort: string;
  readonly months: number;
  readonly size: number;
  readonly patients: number;
  readonly complete: boolean;
}

/** Patients of a group (null: all), followed from their first order to their second. */
export interface Followed {
  readonly group: string;
  readonly patients: number;
  readonly counts: readonly SurvivalCounts[];
}

/** A share of orders or patients, as counts. */
export interface ShareCounts {
  readonly k: number;
  readonly n: number;
  /** Distinct patients behind `k`, for hiding. */
  readonly patients: number;
}

/** Everything the report counts. */
export interface Counts {
  readonly orders: number;
  readonly withoutPatient: number;
  readonly repeat: readonly { readonly days: number; readonly eligible: number; readonly repeated: number }[];
  readonly all: Followed;
  readonly groups: readonly Followed[];
  readonly cohorts: readonly CohortCell[];
  readonly gaps: GapSums;
  readonly gapPatients: number;
  /** The middle of the patients' own middle gaps, in days: each patient counts once. */
  readonly patientMedian: number | null;
  /** As `repeat`, of patients first seen `SEEN_LATER` days or more after the first order of the log: before, old ones look new. */
  readonly later: Counts['repeat'];
  /** Every patient with a counted order, by the first of them; read only where nothing is hidden. */
  readonly patients: readonly {
    readonly orders: number;
    readonly net: bigint | null;
    readonly first: bigint;
    readonly last: bigint;
  }[];
  /** Patients by their number of counted orders. */
  readonly frequency: readonly { readonly orders: number; readonly patients: number }[];
  readonly refunded: ShareCounts;
  readonly cancelled: ShareCounts;
  /** Of patients with three occasions or more: whose last gap was longer than the mean of those before. */
  readonly slower: ShareCounts;
}

/** Makes the orders of all statuses: `ord`, `patient`, `day`, `ts`, `y` (cents), `status`, `counted`, `label` (of --by). */
export async function prepareOrders(context: ReportContext, { statuses, by, amount }: Options): Promise<void> {
  const counted = `coalesce("STATUS" IN (${statuses.map(text).join(', ')}), false)`;
  const labels = {
    none: `''`,
    practitioner: `coalesce(CAST(o."RESPONSIBLE_ID" AS VARCHAR), '(none)')`,
    discount: `CASE o."DISCOUNT_LEVEL" WHEN 'none' THEN 'none' WHEN 'unknown' THEN 'unknown'
      ELSE CAST(-CAST(o."DISCOUNT_LEVEL" AS DECIMAL(9,2)) AS VARCHAR) || ' %' END`,
    brand: `coalesce(b.brand, '(unknown)')`,
  };
  const brands =
    by === 'brand'
      ? ` LEFT JOIN (SELECT "ORDER_ID", arg_max(brand, {'net': net, 'id': -id}) AS brand FROM (
  SELECT "ORDER_ID", coalesce("BRAND_ID", 0) AS id, max("BRAND" || ' (' || "BRAND_ID" || ')') AS brand,
    CAST(sum(CAST("NET" AS DECIMAL(18,2))) * 100 AS BIGINT) AS net
  FROM ${identifier(context.final('ORDER_LINES'))} GROUP BY "ORDER_ID", id) GROUP BY "ORDER_ID") b ON b."ORDER_ID" = o."ORDER_ID"`
      : '';
  await context.engine.run(`CREATE OR REPLACE TEMP TABLE ${ORDERS} AS
SELECT o."ORDER_ID" AS ord, "PATIENT_ID" AS patient, ${localDay('"EVENT_TS"', context)} AS "day", "EVENT_TS" AS ts,
  CAST(CAST(o.${identifier(amount)} AS DECIMAL(18,2)) * 100 AS BIGINT) AS y,
  CAST("STATUS" AS VARCHAR) AS status, ${counted} AS counted, ${labels[by]} AS label
FROM ${identifier(context.final('ORDERS_PLACED'))} o${brands}`);
}

/** Removes what `prepareOrders` made. */
export async function dropOrders({ engine }: ReportContext): Promise<void> {
  await engine.run(`DROP TABLE IF EXISTS ${ORDERS}`);
}

async function readFollowed({ engine }: ReportContext, followed: string, group: string): Promise<readonly Followed[]> {
  const rows = await engine.rows(survivalCountsSql(`(SELECT ${group} AS "group", "day", event FROM ${followed})`));
  const groups = new Map<string, SurvivalCounts[]>();
  for (const row of rows) {
    const [day, atRisk, events, censored] = row.slice(1).map(Number) as [number, number, number, number];
    const list = groups.get(String(row[0])) ?? [];
    groups.set(String(row[0]), list);
    list.push({ day, atRisk, events, censored });
  }
  return [...groups].map(([name, counts]) => ({ group: name, patients: counts[0]!.atRisk, counts }));
}

async function readShare(context: ReportContext, status: string): Promise<ShareCounts> {
  const [row] =
    await context.engine.rows(`SELECT count(*) FILTER (status = ${text(status)}), count(*), count(DISTINCT patient) FILTER (status = ${text(status)})
FROM ${ORDERS}`);
  const [k, n, patients] = row!.map(Number) as [number, number, number];
  return { k, n, patients };
}

/** Days of a log after which a patient who is first seen is taken for a new one. */
export const SEEN_LATER = 90;

/** Counts everything; after `prepareOrders`. */
export async function readCounts(context: ReportContext, options: Options): Promise<Counts> {
  const { engine } = context;
  const asOf = localDay(String(endOf(context) ?? 0), context);
  const occasions = occasionsSql(`(SELECT patient, "day" FROM ${ORDERS} WHERE counted)`);
  const followed = followedSql(occasions, asOf);
  const labelled = `(SELECT f.*, l.label FROM ${followed} f JOIN (
  SELECT patient, arg_min(label, {'ts': ts, 'ord': ord}) AS label FROM ${ORDERS} WHERE counted GROUP BY patient) l USING (patient))`;
  const repeat = await engine.rows(repeatCountsSql(followed, asOf, options.days));
  const cohorts = await engine.rows(cohortCellsSql(occasions, asOf));
  const begun = `(SELECT * FROM ${followed} WHERE first_day >= (SELECT min("day") FROM ${ORDERS}) + ${SEEN_LATER})`;
  const later = await engine.rows(repeatCountsSql(begun, asOf, options.days));
  const [middle] = await engine.rows(
    `SELECT median(m) FROM (SELECT median(gap) AS m FROM ${occasions} WHERE gap IS NOT NULL GROUP BY patient)`,
  );
  const [gaps] = await engine.rows(gapSumsSql(occasions));
  const [totals] = await engine.rows(`SELECT count(*), count(*) FILTER (patient IS NULL) FROM ${ORDERS} WHERE counted`);
  const [spread] = await engine.rows(`SELECT count(DISTINCT patient) FROM ${occasions} WHERE gap IS NOT NULL`);
  const frequency = await engine.rows(`SELECT n, count(*) FROM (SELECT count(*) AS n FROM ${ORDERS}
WHERE counted AND patient IS NOT NULL GROUP BY patient) GROUP BY n ORDER BY n`);
  const each =
    options.small.profile !== 'off'
      ? []
      : await engine.rows(`SELECT count(*), CASE WHEN count(*) = count(y) THEN CAST(sum(y) AS BIGINT) END, min(ts), max(ts) FROM ${ORDERS}
WHERE counted AND patient IS NOT NULL GROUP BY patient ORDER BY min(ts), arg_min(ord, {'ts': ts, 'ord': ord})`);
  // The last gap against the mean of those before: last * (n - 1) > sum of the others, in whole days.
  const [slower] = await engine.rows(`SELECT count(*) FILTER (last * (n - 1) > total - last), count(*) FROM (
  SELECT count(gap) AS n, sum(gap) AS total, arg_max(gap, {'occasion': occasion}) AS last FROM ${occasions} GROUP BY patient HAVING count(gap) >= 2)`);
  const [all] = await readFollowed(context, followed, `''`);
  const numbers = (row: readonly unknown[] | undefined): number[] => (row ?? []).map(Number);
  const [orders, withoutPatient] = numbers(totals) as [number, number];
  const [k, n] = numbers(slower) as [number, number];
  return {
    ...{ orders, withoutPatient },
    repeat: repeat.map((row) => {
      const [days, eligible, repeated] = numbers(row) as [number, number, number];
      return { days, eligible, repeated };
    }),
    later: later.map((row) => {
      const [days, eligible, repeated] = numbers(row) as [number, number, number];
      return { days, eligible, repeated };
    }),
    patientMedian: middle![0] === null ? null : Number(middle![0]),
    all: all ?? { group: '', patients: 0, counts: [] },
    groups: options.by === 'none' ? [] : await readFollowed(context, labelled, 'label'),
    cohorts: cohorts.map((row) => {
      const [months, size, patients] = numbers(row.slice(1, 4)) as [number, number, number];
      return { cohort: String(row[0]).slice(0, 10), months, size, patients, complete: row[4] === true };
    }),
    gaps: {
      n: gaps![0] as bigint,
      sum: gaps![1] as bigint | null,
      quartiles: { 1: gaps![2] as bigint | null, 2: gaps![3] as bigint | null, 3: gaps![4] as bigint | null },
    },
    gapPatients: Number(spread![0]),
    patients: each.map((row) => ({
      orders: Number(row[0]),
      net: row[1] as bigint | null,
      first: BigInt(String(row[2])),
      last: BigInt(String(row[3])),
    })),
    frequency: frequency.map((row) => ({ orders: Number(row[0]), patients: Number(row[1]) })),
    refunded: await readShare(context, 'refunded'),
    cancelled: await readShare(context, 'cancelled'),
    slower: { k, n, patients: k },
  };
}
