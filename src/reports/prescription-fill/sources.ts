import { identifier, text } from '../../sql/quote.js';
import { prescriptionFillsSql } from '../../statistics/prescription-fills.js';
import { endOf, localTime } from '../clock.js';
import type { OptionalRead, ReportContext, RequiredRelation } from '../definition.js';
import type { Options } from './options.js';

/** What the report reads: prescriptions, their items, and the order lines that fill them. */
export const REQUIRES: readonly RequiredRelation[] = [
  {
    relation: 'PRESCRIPTIONS_ISSUED',
    columns: [
      ...['PRESCRIPTION_ID', 'PATIENT_ID', 'PRACTITIONER_ID', 'ISSUED_AT', 'VALID_UNTIL', 'REPEATS', 'WITHDRAWN_AT'],
      'DISCOUNT_LEVEL',
    ],
  },
  { relation: 'PRESCRIBED_ITEMS', columns: ['ITEM_ID', 'PRESCRIPTION_ID', 'QUANTITY', 'WITHDRAWN'] },
  { relation: 'PRESCRIPTION_FILLS', columns: ['ITEM_ID', 'ORDER_ID', 'PATIENT_ID', 'QUANTITY', 'STATUS', 'EVENT_TS'] },
];

/** How long one fill lasts is read where the shop keeps it. */
export const OPTIONAL: readonly OptionalRead[] = [
  { relations: [{ relation: 'ITEM_SUPPLY', columns: ['ITEM_ID', 'DAYS_SUPPLY'] }], whole: true },
];

/** Does the replay have days of supply? */
export function hasSupply(context: ReportContext): boolean {
  return context.columns('ITEM_SUPPLY').some(({ name }) => name === 'DAYS_SUPPLY');
}

/** Types of practitioners are read only where prescriptions are compared by them. */
export function alsoReads(parameters: Readonly<Record<string, string>>): readonly RequiredRelation[] {
  if (parameters.by !== 'type') return [];
  return [{ relation: 'PRESCRIPTIONS_WITH_TYPE', columns: ['PRESCRIPTION_ID', 'PRACTITIONER_TYPE'] }];
}

/** Prescriptions issued by as-of: `prescription`, `patient`, `label`, `repeats`, `issued_at`, `valid_end`, `cancelled_at`, `assumed_end`. */
export const PRESCRIPTIONS = identifier('$prescription_fill_prescriptions');
/** Items that count: `prescription`, `item`, `quantity`, `supply` in days (null: not known). */
export const ITEMS = identifier('$prescription_fill_items');
/** Lines of counted orders: `item`, `order`, `ordered_at`, `quantity`, `day`. */
export const LINES = identifier('$prescription_fill_lines');
/** One row per prescription, of `prescriptionFillsSql`, with `patient` and `label`. */
export const FILLS = identifier('$prescription_fills');

/** SQL: an instant of a relation in epoch milliseconds, whether its column is TIMESTAMP or BIGINT. */
function instant(context: ReportContext, relation: string, column: string, alias: string): string {
  const kind = context.columns(relation).find(({ name }) => name === column)?.type.kind;
  const sql = `${alias}.${identifier(column)}`;
  return kind === 'TIMESTAMP' ? `epoch_ms(${sql})` : `CAST(${sql} AS BIGINT)`;
}

/** Days of the last valid day (DATE, TIMESTAMP or epoch milliseconds) in the report's zone: 00:00 of the day after. */
function validEnd(context: ReportContext, issued: string, { validityDays }: Options): string {
  const zone = text(context.replay.timeZone);
  const kind = context.columns('PRESCRIPTIONS_ISSUED').find(({ name }) => name === 'VALID_UNTIL')?.type.kind;
  const day = kind === 'BIGINT' ? localTime('p."VALID_UNTIL"', context.replay.timeZone) : 'p."VALID_UNTIL"';
  const midnight = (date: string): string =>
    `epoch_ms(timezone(${zone}, CAST(CAST(${date} AS DATE) + 1 AS TIMESTAMP)))`;
  const assumed = `${localTime(issued, context.replay.timeZone)} + INTERVAL (${validityDays}) DAY`;
  return `CASE WHEN p."VALID_UNTIL" IS NULL THEN ${midnight(assumed)} ELSE ${midnight(day)} END`;
}

function labelOf({ by }: Options): string {
  const labels = {
    none: `''`,
    practitioner: `coalesce(CAST(p."PRACTITIONER_ID" AS VARCHAR), '(none)')`,
    type: `coalesce(CAST(t."PRACTITIONER_TYPE" AS VARCHAR), '(unknown)')`,
    items: `CASE WHEN i.n >= 4 THEN '4 or more' ELSE CAST(coalesce(i.n, 0) AS VARCHAR) END`,
    discount: `CASE WHEN p."DISCOUNT_LEVEL" IN ('none', 'unknown') THEN p."DISCOUNT_LEVEL"
      ELSE CAST(-CAST(p."DISCOUNT_LEVEL" AS DECIMAL(9,2)) AS VARCHAR) || ' %' END`,
  };
  return labels[by];
}

/** Makes the four relations. An item that was taken off a prescription that holds need not be filled. */
export async function prepareFills(context: ReportContext, options: Options): Promise<void> {
  const { engine } = context;
  const relation = (name: string): string => identifier(context.final(name));
  const end = BigInt(endOf(context) ?? 0);
  const issued = instant(context, 'PRESCRIPTIONS_ISSUED', 'ISSUED_AT', 'p');
  const types =
    options.by === 'type'
      ? ` LEFT JOIN ${relation('PRESCRIPTIONS_WITH_TYPE')} t ON t."PRESCRIPTION_ID" = p."PRESCRIPTION_ID"`
      : '';
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${ITEMS} AS
SELECT i."PRESCRIPTION_ID" AS prescription, i."ITEM_ID" AS item, CAST(i."QUANTITY" AS BIGINT) AS quantity,
  ${hasSupply(context) ? 'CAST(s."DAYS_SUPPLY" AS BIGINT)' : 'CAST(NULL AS BIGINT)'} AS supply
FROM ${relation('PRESCRIBED_ITEMS')} i JOIN ${relation('PRESCRIPTIONS_ISSUED')} p ON p."PRESCRIPTION_ID" = i."PRESCRIPTION_ID"${
    hasSupply(context) ? ` LEFT JOIN ${relation('ITEM_SUPPLY')} s ON s."ITEM_ID" = i."ITEM_ID"` : ''
  }
WHERE NOT (i."WITHDRAWN" AND p."WITHDRAWN_AT" IS NULL)`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${PRESCRIPTIONS} AS
SELECT p."PRESCRIPTION_ID" AS prescription, p."PATIENT_ID" AS patient, ${labelOf(options)} AS label,
  coalesce(p."REPEATS", 0) AS repeats, ${issued} AS issued_at, ${validEnd(context, issued, options)} AS valid_end,
  p."VALID_UNTIL" IS NULL AS assumed_end, ${instant(context, 'PRESCRIPTIONS_ISSUED', 'WITHDRAWN_AT', 'p')} AS cancelled_at
FROM ${relation('PRESCRIPTIONS_ISSUED')} p
  LEFT JOIN (SELECT prescription, count(*) AS n FROM ${ITEMS} GROUP BY prescription) i ON i.prescription = p."PRESCRIPTION_ID"${types}
WHERE ${issued} <= ${end}`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${LINES} AS
SELECT "ITEM_ID" AS item, "ORDER_ID" AS "order", "EVENT_TS" AS ordered_at, CAST("QUANTITY" AS BIGINT) AS quantity,
  CAST(${localTime('"EVENT_TS"', context.replay.timeZone)} AS DATE) AS "day"
FROM ${relation('PRESCRIPTION_FILLS')}
WHERE coalesce("STATUS" IN (${options.statuses.map(text).join(', ')}), false) AND "EVENT_TS" IS NOT NULL`);
  const sources = { prescriptions: PRESCRIPTIONS, items: ITEMS, lines: LINES };
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${FILLS} AS
SELECT f.*, p.patient, p.label, p.repeats, CAST(date_trunc('month', ${localTime('f.issued_at', context.replay.timeZone)}) AS DATE) AS month
FROM (${prescriptionFillsSql(sources, end, options.atOnceHours)}) f JOIN ${PRESCRIPTIONS} p USING (prescription)`);
}

/** Removes them. */
export async function dropFills({ engine }: ReportContext): Promise<void> {
  for (const table of [FILLS, LINES, ITEMS, PRESCRIPTIONS]) await engine.run(`DROP TABLE IF EXISTS ${table}`);
}
