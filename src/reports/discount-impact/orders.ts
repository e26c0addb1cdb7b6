import { DiagnosticError, EXIT } from '../../diagnostics/diagnostic.js';
import type { Engine } from '../../engine/engine.js';
import { identifier, text } from '../../sql/quote.js';
import type { ReportContext } from '../definition.js';
import { levelSql } from '../level-width.js';
import { hasLines } from '../order-lines.js';
import type { Options } from './options.js';
import { RELATION } from './source.js';

/**
 * The temporary view of counted orders, over a relation that is a table (`emitPlan`): `kind` 0 = discount, 1 = none, 2 = unknown, `level` and `x` (unrounded) in hundredths
 * of a percentage point, positive for a discount, 0 for kinds 1 and 2, `y` in cents, `patient`, `practitioner`, `basis` (an
 * index into BASES), `placed_at`, its event time (epoch milliseconds) where the pipeline tells it, and `ord`, the order, where the replay has lines of orders.
 */
export const ORDERS = identifier('$discount_impact_orders');

/**
 * ORDERS that differ in their amount alone, added up: `n` orders, `y`, the sum of their amounts, and `largest`, the largest of
 * them without its sign. Far fewer rows than orders: all but quartiles and powers of amounts is read from it.
 */
export const CELLS = identifier('$discount_impact_cells');

/** CELLS by `kind`, `level` and `patient`: `n` orders, `y` cents. */
export const CLUSTERS = identifier('$discount_impact_clusters');

/** What a discount rests on, by the column `basis` of ORDERS and CELLS. */
export const BASES = ['proven', 'assumed', 'unknown'] as const;

/** Distinct patients as SQL over a column `patient`; orders without a patient count as one patient's. */
export const PATIENTS = 'count(DISTINCT patient) + CAST(count(*) FILTER (patient IS NULL) > 0 AS BIGINT)';

/** HUGEINT holds 1.7e38: sums of third powers of cents must stay below it. */
const ROOM = 10n ** 38n;

function amountOf(options: Options): string {
  return `TRY_CAST(${identifier(options.amount)} AS DECIMAL(17,2))`;
}

function statusIsCounted(options: Options): string {
  return `"STATUS" IN (${options.statuses.map(text).join(', ')})`;
}

/** A part of the orders: those of a half-open span of event time (epoch milliseconds). `pooled`: all of them as one level. */
export interface Scope {
  readonly from: number;
  readonly to: number;
  readonly pooled: boolean;
}

function ordersSql(context: ReportContext, options: Options, scope: Scope | null): string {
  const amount = amountOf(options);
  const ord = hasLines(context) ? 'ord, ' : '';
  const at = context.columns(RELATION).some(({ name }) => name === 'EVENT_TS') ? '"EVENT_TS"' : 'CAST(NULL AS BIGINT)';
  // DECIMAL(9,2) times 100 is below 2^31.
  return `WITH read AS (
  SELECT ${ord === '' ? '' : '"ORDER_ID" AS ord, '}"PATIENT_ID" AS patient, "PRACTITIONER_ID" AS practitioner, "DISCOUNT" AS stored,
    TRY_CAST("DISCOUNT" AS DECIMAL(9,2)) AS discount,
    CAST(CASE "DISCOUNT_BASIS" WHEN 'proven' THEN 0 WHEN 'assumed' THEN 1 ELSE 2 END AS UTINYINT) AS told,
    CAST(${amount} * 100 AS BIGINT) AS y, ${at} AS placed_at
  FROM ${identifier(context.final(RELATION))} WHERE ${statusIsCounted(options)} AND ${amount} IS NOT NULL${scope === null ? '' : ` AND "EVENT_TS" >= ${scope.from} AND "EVENT_TS" < ${scope.to}`}
), classified AS (
  SELECT *, CAST(CASE WHEN told = 2 OR (stored IS NOT NULL AND discount IS NULL) THEN 2
    WHEN discount IS NULL THEN 1 ELSE 0 END AS UTINYINT) AS kind
  FROM read
), placed AS (
  SELECT *, CASE kind WHEN 0 THEN CAST(-discount * 100 AS INTEGER) ELSE 0 END AS x FROM classified
)
SELECT ${ord}placed_at, patient, practitioner, ${scope?.pooled === true ? 'CAST(0 AS UTINYINT) AS kind' : 'kind'}, x, ${scope?.pooled === true ? 'CAST(0 AS INTEGER)' : levelSql(options.width)} AS level, y,
  CASE kind WHEN 2 THEN kind ELSE told END AS basis
FROM placed`;
}

/** How many orders count, and the largest of their amounts in cents, without its sign. */
export interface Extent {
  readonly orders: bigint;
  readonly largest: bigint;
}

/** The extent of what `prepareOrders` made. */
export async function readExtent(engine: Engine): Promise<Extent> {
  const columns = 'CAST(coalesce(sum(n), 0) AS BIGINT), CAST(coalesce(max(largest), 0) AS BIGINT)';
  const [row] = await engine.rows(`SELECT ${columns} FROM ${CELLS}`);
  const [orders, largest] = row as [bigint, bigint];
  return { orders, largest };
}

/** Makes ORDERS, CELLS and CLUSTERS; throws a DiagnosticError where amounts are too large to be added exactly. */
export async function prepareOrders(
  context: ReportContext,
  options: Options,
  scope: Scope | null = null,
): Promise<void> {
  const { engine } = context;
  await engine.run(`CREATE OR REPLACE TEMP VIEW ${ORDERS} AS ${ordersSql(context, options, scope)}`);
  // One discount as stored has one level, so min() only reads it.
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${CELLS} AS
SELECT kind, x, min(level) AS level, basis, patient, practitioner, count(*) AS n, sum(y) AS y, max(abs(y)) AS largest
FROM ${ORDERS} GROUP BY kind, x, basis, patient, practitioner`);
  const { orders, largest } = await readExtent(engine);
  if (orders * largest ** 3n > ROOM) {
    const message = 'The amounts are too large to be added up exactly.';
    const help = 'Check the unit of the amount column: it should hold whole units with two decimals.';
    throw new DiagnosticError([{ code: 'amount-too-large', severity: 'error', message, help }], EXIT.input);
  }
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${CLUSTERS} AS
SELECT kind, level, patient, sum(n) AS n, sum(y) AS y FROM ${CELLS} GROUP BY kind, level, patient`);
}

/** Removes what `prepareOrders` made. */
export async function dropOrders({ engine }: ReportContext): Promise<void> {
  for (const table of [CLUSTERS, CELLS]) await engine.run(`DROP TABLE IF EXISTS ${table}`);
  await engine.run(`DROP VIEW IF EXISTS ${ORDERS}`);
}

/** The orders that ORDERS leaves out, as SQL: `reason` (`status pending`, `no amount`), `orders`, `patients`; sorted. */
export function excludedSql(context: ReportContext, options: Options): string {
  const counted = statusIsCounted(options);
  return `WITH left_out AS (
  SELECT CASE WHEN ${counted} THEN NULL ELSE coalesce(CAST("STATUS" AS VARCHAR), '(none)') END AS status, "PATIENT_ID" AS patient
  FROM ${identifier(context.final(RELATION))} WHERE (${counted}) IS NOT TRUE OR ${amountOf(options)} IS NULL
)
SELECT coalesce('status ' || status, 'no amount') AS reason, count(*) AS orders, ${PATIENTS} AS patients
FROM left_out GROUP BY status ORDER BY reason`;
}
