import { identifier, text } from '../../sql/quote.js';
import type { ReportContext } from '../definition.js';
import type { Behind } from '../shown-counts.js';
import { isCounted, LINES, PATIENTS } from './lines.js';
import type { Options } from './options.js';

/** What the rows are made of, over all brands or products. */
export interface Facts {
  /** Counted orders with a line in the time reported. */
  readonly orders: number;
  /** Their lines by what the product's version rests on. */
  readonly proven: number;
  readonly assumed: number;
  readonly unknown: number;
  /** Is there any refunded order, so that returned units mean something? */
  readonly refunds: boolean;
  /** Counted orders whose lines do not add up to their stored amount, and those without a line. */
  readonly different: number;
  readonly withoutLines: number;
  /** Orders (and lines without one) that do not count, by reason. */
  readonly excluded: ReadonlyMap<string, Behind>;
}

/** Reads them; after `prepareLines`. */
export async function readFacts(context: ReportContext, options: Options): Promise<Facts> {
  const { engine } = context;
  const counted = isCounted(options);
  const of = (basis: string): string => `count(*) FILTER (basis = ${text(basis)})`;
  const [lines] = await engine.rows(
    `SELECT count(DISTINCT ord), ${of('proven')}, ${of('assumed')}, ${of('unknown')} FROM ${LINES} WHERE ${counted} AND period = 0`,
  );
  const placed = `(SELECT "ORDER_ID" AS ord, "PATIENT_ID" AS patient, CAST("STATUS" AS VARCHAR) AS status,
  CAST(CAST("AMOUNT_SUBTOTAL" AS DECIMAL(18,2)) * 100 AS BIGINT) AS stored FROM ${identifier(context.final('ORDERS_PLACED'))})`;
  const [orders] =
    await engine.rows(`SELECT count(*) FILTER (net IS NOT NULL AND net <> stored), count(*) FILTER (net IS NULL)
FROM (SELECT * FROM ${placed} WHERE ${counted}) LEFT JOIN (SELECT ord, sum(net) AS net FROM ${LINES} GROUP BY ord) USING (ord)`);
  const [refunds] = await engine.rows(`SELECT count(*) > 0 FROM ${LINES} WHERE status = 'refunded'`);
  const excluded = await engine.rows(`SELECT 'status ' || coalesce(status, '(none)') AS reason, count(*), ${PATIENTS}
FROM ${placed} WHERE NOT ${counted} GROUP BY reason
UNION ALL SELECT 'line without its order', count(*), count(DISTINCT ord) FROM (FROM ${LINES} ANTI JOIN ${placed} USING (ord)) HAVING count(*) > 0
ORDER BY reason`);
  const [n, proven, assumed, unknown] = lines!.map(Number) as [number, number, number, number];
  return {
    ...{ orders: n, proven, assumed, unknown },
    refunds: refunds![0] === true,
    different: Number(orders![0]),
    withoutLines: Number(orders![1]),
    excluded: new Map(excluded.map((row) => [String(row[0]), { orders: Number(row[1]), patients: Number(row[2]) }])),
  };
}
