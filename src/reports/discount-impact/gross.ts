import type { Behind } from '../../disclosure/shown-counts.js';
import type { ReportContext } from '../definition.js';
import { hasLines, LINE_SUMS, NET_AMOUNT } from '../order-lines.js';
import type { Options } from './options.js';
import { ORDERS, PATIENTS } from './orders.js';

/** What the amounts before discount rest on, and how stored amounts compare with the lines; null where there are no lines. */
export interface GrossFacts {
  /** Counted orders by how their amount before discount is made: `lines`, `discount` (net / (1 - d/100)), `nothing`. */
  readonly basis: ReadonlyMap<string, Behind>;
  /** Counted orders by how their lines add up to the stored amount: `equal`, `different`, `without lines`. */
  readonly stored: ReadonlyMap<string, Behind>;
}

/** Are amounts before discount made of lines? Only net amounts can be compared with recommended prices. */
export function isLined(context: ReportContext, { amount }: Pick<Options, 'amount'>): boolean {
  return hasLines(context) && amount === NET_AMOUNT;
}

/** Reads them over ORDERS; null unless `isLined`. */
export async function readGrossFacts(context: ReportContext, options: Options): Promise<GrossFacts | null> {
  if (!isLined(context, options)) return null;
  const counts = async (name: string): Promise<ReadonlyMap<string, Behind>> => {
    const rows = await context.engine.rows(`SELECT name, count(*), ${PATIENTS} FROM (
  SELECT patient, ${name} AS name FROM ${ORDERS} o LEFT JOIN ${LINE_SUMS} l USING (ord)
) GROUP BY name ORDER BY name`);
    return new Map(rows.map((row) => [String(row[0]), { orders: Number(row[1]), patients: Number(row[2]) }]));
  };
  return {
    basis: await counts(
      `CASE WHEN l.gross IS NOT NULL THEN 'lines' WHEN kind = 2 OR x >= 10000 THEN 'nothing' ELSE 'discount' END`,
    ),
    stored: await counts(
      `CASE WHEN l.net IS NULL THEN 'without lines' WHEN l.net = y THEN 'equal' ELSE 'different' END`,
    ),
  };
}
