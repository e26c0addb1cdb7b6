import { identifier, text } from '../../sql/quote.js';
import { ratio } from '../../statistics/exact.js';
import { CENTS } from '../../statistics/mean.js';
import { endOf, localDay, localTime } from '../clock.js';
import type { ReportContext, RequiredRelation } from '../definition.js';
import type { Options } from './options.js';

/** What the report reads. */
export const REQUIRES: readonly RequiredRelation[] = [
  {
    relation: 'ORDERS_PLACED',
    columns: [
      ...['ORDER_ID', 'PATIENT_ID', 'RESPONSIBLE_ID', 'DISCOUNT_LEVEL', 'AMOUNT_TOTAL', 'AMOUNT_SUBTOTAL', 'STATUS'],
      'EVENT_TS',
    ],
  },
];

/** Clinics are read only where one of them is the control. */
export function alsoReads(parameters: Readonly<Record<string, string>>): readonly RequiredRelation[] {
  if (parameters.control?.startsWith('clinic=') !== true) return [];
  return [{ relation: 'ORDERS_WITH_CLINIC', columns: ['ORDER_ID', 'CLINIC_ID'] }];
}

/** Orders of complete days: `day`, `patient`, `y` (cents), `first` (the patient's first counted order), `control`. */
const ORDERS = identifier('$site_change_orders');

/** A complete day of the calendar: exact sums of the series and of the control. */
export interface Day {
  readonly day: string;
  readonly orders: number;
  readonly patients: number;
  readonly net: bigint;
  readonly newPatients: number;
  readonly control: {
    readonly orders: number;
    readonly patients: number;
    readonly net: bigint;
    readonly newPatients: number;
  };
}

/** Makes ORDERS. */
export async function prepareOrders(context: ReportContext, { statuses, amount, control }: Options): Promise<void> {
  const relation = (name: string): string => identifier(context.final(name));
  const conditions = {
    practitioner: (value: string) => `CAST(o."RESPONSIBLE_ID" AS VARCHAR) = ${text(value)}`,
    clinic: (value: string) =>
      `o."ORDER_ID" IN (SELECT "ORDER_ID" FROM ${relation('ORDERS_WITH_CLINIC')} WHERE CAST("CLINIC_ID" AS VARCHAR) = ${text(value)})`,
    discount: (value: string) => `TRY_CAST(o."DISCOUNT_LEVEL" AS DECIMAL(9,2)) = -CAST(${text(value)} AS DECIMAL(9,2))`,
  };
  const isControl = control === null ? 'false' : `coalesce(${conditions[control.kind](control.value)}, false)`;
  await context.engine.run(`CREATE OR REPLACE TEMP TABLE ${ORDERS} AS
SELECT ${localDay('o."EVENT_TS"', context)} AS "day", o."PATIENT_ID" AS patient, ${isControl} AS control,
  CAST(CAST(o.${identifier(amount)} AS DECIMAL(18,2)) * 100 AS BIGINT) AS y,
  o."PATIENT_ID" IS NOT NULL AND row_number() OVER (PARTITION BY o."PATIENT_ID" ORDER BY o."EVENT_TS", o."ORDER_ID") = 1 AS first
FROM ${relation('ORDERS_PLACED')} o
WHERE coalesce(o."STATUS" IN (${statuses.map(text).join(', ')}), false) AND o.${identifier(amount)} IS NOT NULL`);
}

/** Removes it. */
export async function dropOrders({ engine }: ReportContext): Promise<void> {
  await engine.run(`DROP TABLE IF EXISTS ${ORDERS}`);
}

const PATIENTS = 'count(DISTINCT patient) FILTER (patient IS NOT NULL)';

/** Every complete day from the first order (of any status) to the end of the log, days without orders included. */
export async function readDays(context: ReportContext): Promise<readonly Day[]> {
  const end = endOf(context);
  if (end === null) return [];
  const zone = context.replay.timeZone;
  // A day is complete where it lies wholly between the first order and the end.
  const rows = await context.engine.rows(`WITH bounds AS (
  SELECT CAST(${localTime('min("EVENT_TS") - 1', zone)} AS DATE) + 1 AS first, CAST(${localTime(`${BigInt(end) + 1n}`, zone)} AS DATE) - 1 AS last
  FROM ${identifier(context.final('ORDERS_PLACED'))}
), calendar AS (
  SELECT CAST(unnest(generate_series(CAST(first AS TIMESTAMP), CAST(last AS TIMESTAMP), INTERVAL 1 DAY)) AS DATE) AS "day" FROM bounds WHERE first <= last
), sums AS (
  SELECT "day", control, count(*) AS n, ${PATIENTS} + CAST(count(*) FILTER (patient IS NULL) > 0 AS BIGINT) AS patients,
    CAST(sum(y) AS BIGINT) AS y, count(*) FILTER (first) AS new_patients
  FROM ${ORDERS} GROUP BY "day", control
)
SELECT CAST(c."day" AS VARCHAR), coalesce(s.n, 0), coalesce(s.patients, 0), coalesce(s.y, 0), coalesce(s.new_patients, 0),
  coalesce(k.n, 0), coalesce(k.patients, 0), coalesce(k.y, 0), coalesce(k.new_patients, 0)
FROM calendar c LEFT JOIN sums s ON s."day" = c."day" AND NOT s.control LEFT JOIN sums k ON k."day" = c."day" AND k.control
ORDER BY c."day"`);
  return rows.map((row) => {
    const side = (at: number) => ({
      orders: Number(row[at]),
      patients: Number(row[at + 1]),
      net: row[at + 2] as bigint,
      newPatients: Number(row[at + 3]),
    });
    return { day: String(row[0]), ...side(1), control: side(5) };
  });
}

/** Distinct patients behind several days of the series together. */
export async function patientsBehind({ engine }: ReportContext, days: readonly string[]): Promise<number> {
  if (days.length === 0) return 0;
  const list = days.map((day) => `DATE ${text(day)}`).join(', ');
  const [row] = await engine.rows(`SELECT ${PATIENTS} FROM ${ORDERS} WHERE NOT control AND "day" IN (${list})`);
  return Number(row![0]);
}

/** What is measured on a day, in its unit; null for the average of no orders. */
export function measured(
  { orders, net, newPatients }: Omit<Day, 'day' | 'control' | 'patients'>,
  { measure }: Options,
): number | null {
  if (measure === 'orders') return orders;
  if (measure === 'new_patients') return newPatients;
  return measure === 'aov' ? ratio(net, BigInt(orders) * CENTS) : ratio(net, CENTS);
}
