import type { HiddenCalendar } from '../../disclosure/hide-days.js';
import { isSmall } from '../../disclosure/suppression.js';
import { identifier, text } from '../../sql/quote.js';
import { localDay } from '../clock.js';
import { type Day, hiddenCalendar, readDays } from '../daily.js';
import type { ReportContext } from '../definition.js';
import type { Options } from './options.js';

/** Orders of all days: `day`, `patient`, `y` (cents), `first` (the patient's first counted order), `control`. */
const ORDERS = identifier('$site_change_orders');

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

/** Removes what `prepareOrders` made. */
export async function dropOrders({ engine }: ReportContext): Promise<void> {
  await engine.run(`DROP TABLE IF EXISTS ${ORDERS}`);
}

/** The complete days of the orders. */
export async function readCompleteDays(context: ReportContext): Promise<readonly Day[]> {
  return (await readDays(context, ORDERS, 'ORDERS_PLACED')).filter(({ complete }) => complete);
}

/**
 * Days whose value is hidden, as `YYYY-MM-DD`: those that the calendar of all counted orders hides, in whatever table, and those of which few patients
 * are in the control, in the rest, or new where they are counted.
 */
export async function hideDays(
  context: ReportContext,
  days: readonly Day[],
  { measure, small, control }: Pick<Options, 'measure' | 'small' | 'control'>,
): Promise<ReadonlySet<string>> {
  if (small.profile === 'off') return new Set();
  const calendar: HiddenCalendar = await hiddenCalendar(context, ORDERS, small);
  const few = (day: Day): boolean =>
    (measure === 'new_patients' && isSmall(day.newPatients, small.k)) ||
    (control !== null && (isSmall(day.patients, small.k) || isSmall(day.control.patients, small.k)));
  return new Set([...calendar.days, ...days.filter(few).map(({ day }) => day)]);
}
