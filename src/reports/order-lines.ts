import { identifier } from '../sql/quote.js';
import type { OptionalRead, ReportContext } from './definition.js';

/** What is read of order lines where the input has them: what an order would have cost, and what its lines add up to. */
export const OPTIONAL_LINES: readonly OptionalRead[] = [
  {
    relations: [
      { relation: 'ORDER_LINES', columns: ['ORDER_ID', 'QUANTITY', 'NET', 'GROSS'] },
      { relation: 'ORDERS_WITH_DISCOUNT', columns: ['ORDER_ID', 'AMOUNT_SUBTOTAL'] },
    ],
  },
];

/** Which lines fill a prescription, where the input tells it. */
export const PRESCRIBED_LINES: OptionalRead = {
  relations: [{ relation: 'ORDERED_ITEMS', columns: ['ORDER_ID', 'PRESCRIPTION_ITEM_ID'] }],
  whole: true,
};

/** The amount that lines and recommended prices can be compared with: no tax, no shipping. */
export const NET_AMOUNT = 'AMOUNT_SUBTOTAL';

/** Sums of lines by order: `ord`, `lines`, `units`, `net` and `gross` in cents; `gross` is null where a line has no recommended price. */
export const LINE_SUMS = identifier('$order_line_sums');

/** Does the replay have order lines with their recommended prices? */
export function hasLines(context: ReportContext): boolean {
  return context.columns('ORDER_LINES').some(({ name }) => name === 'GROSS');
}

/** Makes LINE_SUMS; only where `hasLines`. */
export async function prepareLineSums(context: ReportContext): Promise<void> {
  const cents = (column: string): string => `CAST(sum(CAST("${column}" AS DECIMAL(18,2))) * 100 AS BIGINT)`;
  await context.engine.run(`CREATE OR REPLACE TEMP TABLE ${LINE_SUMS} AS
SELECT "ORDER_ID" AS ord, count(*) AS lines, CAST(coalesce(sum("QUANTITY"), 0) AS BIGINT) AS units, ${cents('NET')} AS net,
  CASE WHEN count(*) = count("GROSS") THEN ${cents('GROSS')} END AS gross
FROM ${identifier(context.final('ORDER_LINES'))} GROUP BY "ORDER_ID"`);
}

/** Removes it. */
export async function dropLineSums({ engine }: ReportContext): Promise<void> {
  await engine.run(`DROP TABLE IF EXISTS ${LINE_SUMS}`);
}
