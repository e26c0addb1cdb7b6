import type { Behind } from '../../disclosure/shown-counts.js';
import { identifier, text } from '../../sql/quote.js';
import { localTime } from '../clock.js';
import type { ReportContext, RequiredRelation } from '../definition.js';
import { hasLines, LINE_SUMS } from '../order-lines.js';
import { following, periodsBetween } from './calendar.js';
import type { Options } from './options.js';

/** What the report reads: orders with their discount; lines, where there are any, say how many units and at which recommended price. */
export const REQUIRES: readonly RequiredRelation[] = [
  {
    relation: 'ORDERS_WITH_DISCOUNT',
    columns: [
      ...['ORDER_ID', 'PATIENT_ID', 'DISCOUNT', 'DISCOUNT_BASIS', 'AMOUNT_TOTAL', 'AMOUNT_SUBTOTAL', 'STATUS'],
      'EVENT_TS',
    ],
  },
];

/** Counted orders with their period; dropped when the report stands. */
const ORDERS = identifier('$sales_trend_orders');

/** One period: exact sums over its counted orders. Money in cents. */
export interface Period {
  /** First day, `YYYY-MM-DD`. */
  readonly start: string;
  readonly complete: boolean;
  readonly orders: bigint;
  readonly patients: bigint;
  readonly newPatients: bigint;
  /** The patients without the one that orders of nobody count as. */
  readonly known: bigint;
  /** Null where the input has no order lines. */
  readonly units: bigint | null;
  /** Null where an order of the period has neither priced lines nor a known discount. */
  readonly gross: bigint | null;
  readonly net: bigint;
}

/** Distinct patients; orders without a patient count as one patient's. */
const PATIENTS = 'count(DISTINCT patient) + CAST(count(*) FILTER (patient IS NULL) > 0 AS BIGINT)';

/** Makes ORDERS: `period`, `patient`, `y` (net), `gross` and its `basis`, `units`, `first` (the patient's first counted order). */
export async function prepareOrders(context: ReportContext, options: Options): Promise<void> {
  const { engine, replay } = context;
  const lined = hasLines(context);
  const relation = (name: string): string => identifier(context.final(name));
  const statuses = options.statuses.map(text).join(', ');
  const before = `sign(y) * ((2 * abs(y) * 10000 + (10000 - x)) // (2 * (10000 - x)))`;
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${ORDERS} AS
WITH counted AS (
  SELECT "ORDER_ID" AS id, "PATIENT_ID" AS patient, "EVENT_TS" AS ts, "DISCOUNT_BASIS" AS told,
    CAST(CAST(${identifier(options.amount)} AS DECIMAL(18,2)) * 100 AS BIGINT) AS y,
    CAST(-CAST("DISCOUNT" AS DECIMAL(9,2)) * 100 AS BIGINT) AS x
  FROM ${relation('ORDERS_WITH_DISCOUNT')} WHERE "STATUS" IN (${statuses}) AND ${identifier(options.amount)} IS NOT NULL
), judged AS (
  SELECT c.*, ${lined ? 'coalesce(l.units, 0)' : 'CAST(NULL AS BIGINT)'} AS units, ${lined ? 'l.gross' : 'CAST(NULL AS BIGINT)'} AS of_lines,
    CASE WHEN ${lined ? 'l.gross IS NOT NULL' : 'false'} THEN 'lines' WHEN told = 'unknown' OR x >= 10000 THEN 'none' ELSE 'discount' END AS basis
  FROM counted c${lined ? ` LEFT JOIN ${LINE_SUMS} l ON l.ord = c.id` : ''}
)
SELECT CAST(date_trunc(${text(options.grain)}, ${localTime('ts', replay.timeZone)}) AS DATE) AS period, patient, y, units, basis,
  CASE basis WHEN 'lines' THEN of_lines WHEN 'discount' THEN CASE WHEN x IS NULL THEN y ELSE ${before} END END AS gross,
  patient IS NOT NULL AND row_number() OVER (PARTITION BY patient ORDER BY ts, id) = 1 AS first
FROM judged`);
}

/** Removes what `prepareOrders` made. */
export async function dropOrders({ engine }: ReportContext): Promise<void> {
  await engine.run(`DROP TABLE IF EXISTS ${ORDERS}`);
}

/** The instant up to which the log speaks: `--until` where the log goes on behind it, else its last event. */
function lastInstant(context: ReportContext): number | null {
  const { until } = context.replay;
  return until !== undefined && context.counts.cut > 0 ? until : context.lastEvent;
}

/** All periods from the first order (of any status) to the last instant of the log, without a gap; none for no orders. */
export async function readPeriods(context: ReportContext, options: Options): Promise<readonly Period[]> {
  const { engine, replay } = context;
  const last = lastInstant(context);
  if (last === null) return [];
  const orders = identifier(context.final('ORDERS_WITH_DISCOUNT'));
  const stamp = (sql: string): string => `strftime(${localTime(sql, replay.timeZone)}, '%Y-%m-%d %H:%M:%S.%g')`;
  const day = (sql: string): string =>
    `CAST(CAST(date_trunc(${text(options.grain)}, ${localTime(sql, replay.timeZone)}) AS DATE) AS VARCHAR)`;
  const [bounds] = await engine.rows(
    `SELECT ${day('first')}, ${day('last')}, ${stamp('first')}, ${stamp('last + 1')} FROM (SELECT min("EVENT_TS") AS first, greatest(${last}, max("EVENT_TS")) AS last FROM ${orders})`,
  );
  const [from, to, begin, end] = bounds!.map((value) => (value === null ? null : String(value)));
  if (from == null || to == null) return [];
  const rows =
    await engine.rows(`SELECT CAST(period AS VARCHAR), count(*), ${PATIENTS}, count(*) FILTER (first), CAST(sum(units) AS BIGINT),
  CASE WHEN count(*) = count(gross) THEN CAST(sum(gross) AS BIGINT) END, CAST(sum(y) AS BIGINT), count(DISTINCT patient) FROM ${ORDERS} GROUP BY period ORDER BY period`);
  const found = new Map(rows.map((row) => [String(row[0]), row.slice(1) as (bigint | null)[]]));
  return periodsBetween(from, to, options.grain).map((start) => {
    const [n, patients, newPatients, units, gross, net, known] = found.get(start) ?? [0n, 0n, 0n, 0n, 0n, 0n, 0n];
    const complete = `${start} 00:00:00.000` >= begin! && `${following(start, options.grain)} 00:00:00.000` <= end!;
    return {
      start,
      complete,
      orders: n!,
      patients: patients!,
      newPatients: newPatients!,
      known: known!,
      units: units ?? null,
      gross: gross ?? null,
      net: net!,
    };
  });
}

/** Distinct patients behind several periods together. */
export async function patientsBehind(context: ReportContext, starts: readonly string[]): Promise<number> {
  if (starts.length === 0) return 0;
  const list = starts.map((start) => `DATE '${start}'`).join(', ');
  const [row] = await context.engine.rows(`SELECT ${PATIENTS} FROM ${ORDERS} WHERE period IN (${list})`);
  return Number(row![0]);
}

/** Counted orders by how they came to their gross amount: `lines`, `discount`, `nothing`. */
export async function readGrossBasis(context: ReportContext): Promise<ReadonlyMap<string, Behind>> {
  const rows = await context.engine.rows(
    `SELECT CASE basis WHEN 'none' THEN 'nothing' ELSE basis END AS name, count(*), ${PATIENTS} FROM ${ORDERS} GROUP BY name ORDER BY name`,
  );
  return new Map(rows.map((row) => [String(row[0]), { orders: Number(row[1]), patients: Number(row[2]) }]));
}
