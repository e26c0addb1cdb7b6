import { printedCounts, shownCounts } from '../disclosure/shown-counts.js';
import { identifier, text } from '../sql/quote.js';
import type { ReportContext } from './definition.js';
import type { OrderOptions } from './order-parameters.js';
import type { ProvenanceEntry } from './report.js';

/**
 * The provenance entry on orders that do not count, by status: of a relation with ORDER_ID, PATIENT_ID and STATUS (null where the
 * log has lines but not their order). Numbers of few patients, and the next smallest, are hidden.
 */
export async function excludedOrders(
  context: ReportContext,
  relation: string,
  { statuses, small }: Pick<OrderOptions, 'statuses' | 'small'>,
): Promise<ProvenanceEntry> {
  const rows =
    await context.engine.rows(`SELECT coalesce('status ' || CAST("STATUS" AS VARCHAR), 'no status') AS reason, count(DISTINCT "ORDER_ID"),
  count(DISTINCT "PATIENT_ID") + CAST(count(*) FILTER ("PATIENT_ID" IS NULL) > 0 AS BIGINT)
FROM ${identifier(context.final(relation))} WHERE ("STATUS" IN (${statuses.map(text).join(', ')})) IS NOT TRUE
GROUP BY reason ORDER BY reason`);
  const counts = new Map(rows.map((row) => [String(row[0]), { orders: Number(row[1]), patients: Number(row[2]) }]));
  return { name: 'excluded orders', value: printedCounts(shownCounts(counts, small)) };
}
