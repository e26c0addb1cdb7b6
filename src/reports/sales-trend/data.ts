import type { HiddenCalendar } from '../../disclosure/hide-days.js';
import { hideNewPatients } from '../../disclosure/new-patients.js';
import type { Behind } from '../../disclosure/shown-counts.js';
import { identifier, text } from '../../sql/quote.js';
import { localTime } from '../clock.js';
import { type Day, hiddenCalendar, readDays } from '../daily.js';
import type { ReportContext } from '../definition.js';
import { hasLines, LINE_SUMS } from '../order-lines.js';
import type { Options } from './index.js';

/** The calendar units of the report. Weeks are those of ISO 8601, Monday first. */
export type Grain = 'month' | 'week' | 'day';

const DAY = 86_400_000;

/** The first day of the period after the one that begins on `start`; both `YYYY-MM-DD`. */
export function following(start: string, grain: Grain): string {
  const date = new Date(`${start}T00:00:00Z`);
  if (grain === 'month') date.setUTCMonth(date.getUTCMonth() + 1);
  else date.setTime(date.getTime() + (grain === 'week' ? 7 : 1) * DAY);
  return date.toISOString().slice(0, 10);
}

/** The first days of all periods from `first` to `last`, both of them included. */
export function periodsBetween(first: string, last: string, grain: Grain): string[] {
  const starts: string[] = [];
  for (let start = first; start <= last; start = following(start, grain)) starts.push(start);
  return starts;
}

/** Days of the period that begins on `start`. */
export function daysIn(start: string, grain: Grain): number {
  return (Date.parse(following(start, grain)) - Date.parse(start)) / DAY;
}

/** A period in a sentence: `2026-03`, or the day on which it begins. */
export function periodText(start: string, grain: Grain): string {
  return grain === 'month' ? start.slice(0, 7) : grain === 'week' ? `the week of ${start}` : start;
}

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
SELECT CAST(${localTime('ts', replay.timeZone)} AS DATE) AS "day", false AS control,
  CAST(date_trunc(${text(options.grain)}, ${localTime('ts', replay.timeZone)}) AS DATE) AS period, patient, y, units, basis,
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

/** The days of the counted orders, which the trend is made of. */
export function readTrendDays(context: ReportContext): Promise<readonly Day[]> {
  return readDays(context, ORDERS, 'ORDERS_WITH_DISCOUNT');
}

/** A period with the decision what of it is shown. */
export interface ShownPeriod extends Period {
  readonly hidden: boolean;
  /** `new_patients` is a number of patients itself: it may be small where the period is not. */
  readonly newHidden: boolean;
}

/**
 * Hides periods as the calendar of the data has them hidden, whatever the grain of the table. New patients add up to all of them, so small numbers hide
 * others; of days and weeks they are told only where nobody of a calendar is hidden.
 */
export async function hidePeriods(
  context: ReportContext,
  periods: readonly Period[],
  { small, grain }: Options,
): Promise<readonly ShownPeriod[]> {
  const calendar = await hiddenCalendar(context, ORDERS, small);
  const sets: Readonly<Record<Grain, keyof HiddenCalendar>> = { day: 'days', week: 'weeks', month: 'months' };
  const fresh = hideNewPatients(
    periods.map(({ newPatients, known }) => ({ fresh: Number(newPatients), returning: Number(known - newPatients) })),
    small.k,
  );
  const fine = grain !== 'month' && small.profile !== 'off';
  return periods.map((period, i) => {
    const hidden = calendar[sets[grain]].has(period.start);
    return { ...period, hidden, newHidden: hidden || fresh[i]! || (fine && period.newPatients > 0n) };
  });
}

/** Counted orders by how they came to their gross amount: `lines`, `discount`, `nothing`. */
export async function readGrossBasis(context: ReportContext): Promise<ReadonlyMap<string, Behind>> {
  const rows = await context.engine.rows(
    `SELECT CASE basis WHEN 'none' THEN 'nothing' ELSE basis END AS name, count(*), ${PATIENTS} FROM ${ORDERS} GROUP BY name ORDER BY name`,
  );
  return new Map(rows.map((row) => [String(row[0]), { orders: Number(row[1]), patients: Number(row[2]) }]));
}
