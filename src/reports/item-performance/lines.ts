import { identifier, text } from '../../sql/quote.js';
import { endOf } from '../clock.js';
import type { ReportContext, RequiredRelation } from '../definition.js';
import type { Grain } from './grain.js';
import type { Options } from './options.js';

/** What the report reads: lines with their product and brand, and what their orders are worth. */
export const REQUIRES: readonly RequiredRelation[] = [
  {
    relation: 'ORDER_LINES',
    columns: [
      ...[
        'LINE_ID',
        'ORDER_ID',
        'PRODUCT_ID',
        'PRODUCT',
        'BRAND_ID',
        'BRAND',
        'PRODUCT_BASIS',
        'QUANTITY',
        'NET',
        'GROSS',
      ],
      ...['PATIENT_ID', 'RESPONSIBLE_ID', 'STATUS', 'EVENT_TS'],
    ],
  },
  { relation: 'ORDERS_PLACED', columns: ['ORDER_ID', 'PATIENT_ID', 'AMOUNT_SUBTOTAL', 'STATUS', 'EVENT_TS'] },
];

/**
 * All lines up to the end of the log, one row each: `item` (text), `name`, `ord`, `patient`, `practitioner`, `units`, `net` and
 * `gross` in cents, `basis`, `status`, `ts` and `period` (0 = reported, 1 = the same length of time before, null = neither).
 */
export const LINES = identifier('$item_performance_lines');

/** Where a brand or product is not in the log. */
export const UNKNOWN = '(unknown)';

/** Distinct patients as SQL over a column `patient`; orders without a patient count as one patient's. */
export const PATIENTS = 'count(DISTINCT patient) + CAST(count(*) FILTER (patient IS NULL) > 0 AS BIGINT)';

const DAY = 86_400_000;

/** SQL: the order counts. */
export function isCounted({ statuses }: Options): string {
  return `coalesce(status IN (${statuses.map(text).join(', ')}), false)`;
}

/** True where the log reaches back over the whole time that the report compares with. */
export function reachesBack(context: ReportContext, { days }: Options): boolean {
  const end = endOf(context);
  return days !== null && end !== null && context.firstEvent !== null && context.firstEvent <= end - 2 * days * DAY;
}

/** Makes LINES. */
export async function prepareLines(context: ReportContext, grain: Grain, options: Options): Promise<void> {
  const { days } = options;
  const end = endOf(context) ?? 0;
  const ago = (n: number): bigint => BigInt(end) - BigInt(n) * BigInt(DAY);
  const period = days === null ? '0' : `CASE WHEN ts > ${ago(days)} THEN 0 WHEN ts > ${ago(2 * days)} THEN 1 END`;
  const cents = (column: string): string => `CAST(CAST(${identifier(column)} AS DECIMAL(18,2)) * 100 AS BIGINT)`;
  await context.engine.run(`CREATE OR REPLACE TEMP TABLE ${LINES} AS SELECT *, ${period} AS period FROM (
  SELECT coalesce(CAST(${identifier(grain.id)} AS VARCHAR), ${text(UNKNOWN)}) AS item, ${identifier(grain.name)} AS name,
    "ORDER_ID" AS ord, "PATIENT_ID" AS patient, "RESPONSIBLE_ID" AS practitioner, CAST("QUANTITY" AS BIGINT) AS units,
    ${cents('NET')} AS net, ${cents('GROSS')} AS gross, "PRODUCT_BASIS" AS basis, CAST("STATUS" AS VARCHAR) AS status, "EVENT_TS" AS ts
  FROM ${identifier(context.final('ORDER_LINES'))})`);
}

/** Removes what `prepareLines` made. */
export async function dropLines({ engine }: ReportContext): Promise<void> {
  await engine.run(`DROP TABLE IF EXISTS ${LINES}`);
}
