import { type HiddenCalendar, hideCalendar } from '../disclosure/hide-days.js';
import type { SmallNumbers } from '../disclosure/small-numbers.js';
import { identifier, text } from '../sql/quote.js';
import { ratio } from '../statistics/exact.js';
import { calendarTerms, closedDays, type LogSeries } from '../statistics/log-series.js';
import { CENTS } from '../statistics/mean.js';
import { endOf, localTime } from './clock.js';
import type { ReportContext } from './definition.js';

/** Exact sums over the counted orders of a day. Money in cents. */
export interface DaySums {
  readonly orders: number;
  /** Distinct patients; orders without one count as one patient's. */
  readonly patients: number;
  readonly net: bigint;
  readonly newPatients: number;
}

/** A day of the calendar: the series, and the orders that are its control. */
export interface Day extends DaySums {
  readonly day: string;
  /** The whole day lies between the first order and the end of the log. */
  readonly complete: boolean;
  readonly control: DaySums;
}

/** Distinct patients; orders without a patient count as one patient's. */
const PATIENTS = 'count(DISTINCT patient) + CAST(count(*) FILTER (patient IS NULL) > 0 AS BIGINT)';

/**
 * Every day from the first order (of any status, in the relation `source`) to the end of the log, days without orders included. `table` holds the counted
 * orders: `day`, `patient`, `y` (cents), `first` (the patient's first counted order), `control`.
 */
export async function readDays(context: ReportContext, table: string, source: string): Promise<readonly Day[]> {
  const end = endOf(context);
  if (end === null) return [];
  const zone = context.replay.timeZone;
  const day = (instant: string): string => `CAST(${localTime(instant, zone)} AS DATE)`;
  const rows = await context.engine.rows(`WITH bounds AS (
  SELECT ${day('min("EVENT_TS")')} AS first, greatest(${day(String(end))}, ${day('max("EVENT_TS")')}) AS last,
    ${day('min("EVENT_TS") - 1')} + 1 AS whole_first, ${day(`${BigInt(end) + 1n}`)} - 1 AS whole_last
  FROM ${identifier(context.final(source))}
), calendar AS (
  SELECT CAST(unnest(generate_series(CAST(first AS TIMESTAMP), CAST(last AS TIMESTAMP), INTERVAL 1 DAY)) AS DATE) AS "day", whole_first, whole_last
  FROM bounds WHERE first <= last
), sums AS (
  SELECT "day", control, count(*) AS n, ${PATIENTS} AS patients, CAST(sum(y) AS BIGINT) AS y, count(*) FILTER (first) AS new_patients
  FROM ${table} GROUP BY "day", control
)
SELECT CAST(c."day" AS VARCHAR), c."day" BETWEEN whole_first AND whole_last, coalesce(s.n, 0), coalesce(s.patients, 0), coalesce(s.y, 0),
  coalesce(s.new_patients, 0), coalesce(k.n, 0), coalesce(k.patients, 0), coalesce(k.y, 0), coalesce(k.new_patients, 0)
FROM calendar c LEFT JOIN sums s ON s."day" = c."day" AND NOT s.control LEFT JOIN sums k ON k."day" = c."day" AND k.control
ORDER BY c."day"`);
  return rows.map((row) => {
    const side = (at: number): DaySums => ({
      orders: Number(row[at]),
      patients: Number(row[at + 1]),
      net: row[at + 2] as bigint,
      newPatients: Number(row[at + 3]),
    });
    return { day: String(row[0]), complete: row[1] === true, ...side(2), control: side(6) };
  });
}

/** Which days, weeks and months of the counted orders of `table` (as in `readDays`) are hidden, whatever table shows them. */
export async function hiddenCalendar(
  { engine }: ReportContext,
  table: string,
  { profile, k }: SmallNumbers,
): Promise<HiddenCalendar> {
  if (profile === 'off') return { days: new Set(), weeks: new Set(), months: new Set() };
  const rows =
    await engine.rows(`SELECT CAST("day" AS VARCHAR), CAST(CAST(date_trunc('week', "day") AS DATE) AS VARCHAR),
  CAST(CAST(date_trunc('month', "day") AS DATE) AS VARCHAR), ${PATIENTS} FROM ${table} GROUP BY "day" ORDER BY "day"`);
  const days = rows.map((row) => ({
    day: String(row[0]),
    week: String(row[1]),
    month: String(row[2]),
    patients: Number(row[3]),
  }));
  return await hideCalendar(days, k, async (list) => {
    const [row] = await engine.rows(
      `SELECT ${PATIENTS} FROM ${table} WHERE "day" IN (${list.map((one) => `DATE ${text(one)}`).join(', ')})`,
    );
    return Number(row![0]);
  });
}

/** What is measured each day. */
export type Measure = 'net_revenue' | 'orders' | 'aov' | 'new_patients';

/** How the measures are told. */
export const MEASURES: Readonly<Record<Measure, { readonly words: string; readonly unit: 'money' | 'statistic' }>> = {
  net_revenue: { words: 'Net revenue', unit: 'money' },
  orders: { words: 'Orders', unit: 'statistic' },
  aov: { words: 'Average order value', unit: 'money' },
  new_patients: { words: 'New patients', unit: 'statistic' },
};

/** What is measured on a day, in its unit; null for the average of no orders. */
export function measured({ orders, net, newPatients }: DaySums, measure: Measure): number | null {
  if (measure === 'orders') return orders;
  if (measure === 'new_patients') return newPatients;
  return measure === 'aov' ? ratio(net, BigInt(orders) * CENTS) : ratio(net, CENTS);
}

const DAY = 86_400_000;

/** Days since 1970-01-01. */
export function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY;
}

/** The days on which the shop was open: no holiday, and not without any order where many were to be expected. */
export function openDays(days: readonly Day[], holidays: readonly string[]): readonly Day[] {
  if (days.length === 0) return [];
  const closed = closedDays(
    days.map(({ orders }) => orders),
    dayNumber(days[0]!.day),
  );
  return days.filter(({ day }, t) => !closed[t] && !holidays.includes(day));
}

/** The series of a measure on open days with its calendar; days without a value (an average of no orders) are in none. */
export function seriesOf(open: readonly Day[], measure: Measure): LogSeries & { readonly days: readonly Day[] } {
  const days = open.filter((day) => measured(day, measure) !== null);
  return {
    days,
    values: days.map((day) => Math.max(0, measured(day, measure)!)),
    ...(measure === 'aov' && { weights: days.map(({ orders }) => orders) }),
    power: measure === 'aov' ? 2 : 1,
    terms: days.length === 0 ? [] : calendarTerms(days.map(({ day }) => dayNumber(day))),
  };
}
