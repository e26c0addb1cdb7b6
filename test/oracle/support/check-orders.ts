import type { Row } from './command-line.js';
import { hundredths, type Truth } from './truth.js';

/** An order whose replayed value is not the database's. */
export interface Difference {
  readonly order: string;
  readonly ours: string;
  readonly theirs: string;
}

/** Rows of ORDERS_WITH_DISCOUNT by order id. Fails where an id stands twice: a table has one row per key. */
export function byOrder(rows: readonly Row[]): ReadonlyMap<string, Row> {
  const map = new Map(rows.map((row) => [String(row.ORDER_ID), row]));
  if (map.size !== rows.length) throw new Error(`${rows.length} rows for ${map.size} orders`);
  return map;
}

/** The discount of a row with what it rests on, in one word for comparison: `proven -1500`, `proven none`, `unknown`. */
export function discountOf(row: Row | undefined): string {
  if (row === undefined) return 'absent';
  const discount = hundredths(row.DISCOUNT)?.toString() ?? 'none';
  const basis = String(row.DISCOUNT_BASIS);
  return basis === 'unknown' && discount === 'none' ? 'unknown' : `${basis} ${discount}`;
}

/** The same words for what the database says of an order. */
export function proven(discount: string | undefined): string {
  return `proven ${hundredths(discount)?.toString() ?? 'none'}`;
}

/** Compares every order of the truth with our rows by `ours` and `theirs`; the differences come out in the truth's order. */
export function differences(
  truth: readonly Truth[],
  rows: ReadonlyMap<string, Row>,
  ours: (row: Row | undefined) => string,
  theirs: (order: Truth) => string,
): readonly Difference[] {
  return truth
    .map((order) => ({ order: order.order_id!, ours: ours(rows.get(order.order_id!)), theirs: theirs(order) }))
    .filter((difference) => difference.ours !== difference.theirs);
}
