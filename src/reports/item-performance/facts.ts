import type { Behind } from '../../disclosure/shown-counts.js';
import { identifier } from '../../sql/quote.js';
import type { ReportContext } from '../definition.js';
import { isCounted, LINES, PATIENTS } from './lines.js';
import type { Options } from './options.js';

/** What the rows are made of, over all brands or products. */
export interface Facts {
  /** Counted orders with a line in the time reported. */
  readonly orders: number;
  /** Their lines by what the product's version rests on: `proven`, `assumed`, `unknown`. */
  readonly basis: ReadonlyMap<string, Behind>;
  /** Is there any refunded order, so that returned units mean something? */
  readonly refunds: boolean;
  /** Counted orders by how their lines add up to the stored amount: `equal`, `different`, `without lines`. */
  readonly stored: ReadonlyMap<string, Behind>;
  /** Orders (and lines without one) that do not count, by reason. */
  readonly excluded: ReadonlyMap<string, Behind>;
}

/** Reads them; after `prepareLines`. */
export async function readFacts(context: ReportContext, options: Options): Promise<Facts> {
  const { engine } = context;
  const counted = isCounted(options);
  const behind = (rows: readonly (readonly unknown[])[]): ReadonlyMap<string, Behind> =>
    new Map(rows.map((row) => [String(row[0]), { orders: Number(row[1]), patients: Number(row[2]) }]));
  const reported = `${LINES} WHERE ${counted} AND period = 0`;
  const [all] = await engine.rows(`SELECT count(DISTINCT ord) FROM ${reported}`);
  const lines = await engine.rows(`SELECT basis, count(*), ${PATIENTS} FROM ${reported} GROUP BY basis ORDER BY basis`);
  const placed = `(SELECT "ORDER_ID" AS ord, "PATIENT_ID" AS patient, CAST("STATUS" AS VARCHAR) AS status,
  CAST(CAST("AMOUNT_SUBTOTAL" AS DECIMAL(18,2)) * 100 AS BIGINT) AS stored FROM ${identifier(context.final('ORDERS_PLACED'))})`;
  const stored =
    await engine.rows(`SELECT CASE WHEN net IS NULL THEN 'without lines' WHEN net = stored THEN 'equal' ELSE 'different' END AS name,
  count(*), ${PATIENTS}
FROM (SELECT * FROM ${placed} WHERE ${counted}) LEFT JOIN (SELECT ord, sum(net) AS net FROM ${LINES} GROUP BY ord) USING (ord) GROUP BY name ORDER BY name`);
  const [refunds] = await engine.rows(`SELECT count(*) > 0 FROM ${LINES} WHERE status = 'refunded'`);
  const excluded = await engine.rows(`SELECT 'status ' || coalesce(status, '(none)') AS reason, count(*), ${PATIENTS}
FROM ${placed} WHERE NOT ${counted} GROUP BY reason
UNION ALL SELECT 'line without its order', count(*), count(DISTINCT ord) FROM (FROM ${LINES} ANTI JOIN ${placed} USING (ord)) HAVING count(*) > 0
ORDER BY reason`);
  return {
    orders: Number(all![0]),
    basis: behind(lines),
    refunds: refunds![0] === true,
    stored: behind(stored),
    excluded: behind(excluded),
  };
}
