/**
 * What became of each prescription, as SQL. Instants are BIGINT epoch milliseconds; `lines` are those of counted orders only.
 */

/** The relations that fills are made of; each stands after FROM. */
export interface FillSources {
  /** `prescription`, `issued_at`, `valid_end` (first instant after the validity), `cancelled_at` (null: never). */
  readonly prescriptions: string;
  /** `prescription`, `item`, `quantity` prescribed. */
  readonly items: string;
  /** `item`, `order`, `ordered_at`, `quantity` ordered. */
  readonly lines: string;
}

/** Every status, in the order in which they are told. */
export const FILL_STATUSES = [
  'filled-at-once',
  'filled-over-time',
  'partly-filled-expired',
  'partly-filled-open',
  'not-filled-expired',
  'not-filled-open',
  'cancelled',
] as const;

/** What became of a prescription. */
export type FillStatus = (typeof FILL_STATUSES)[number];

/**
 * One row per prescription, by it: `issued_at`, `valid_end`, `cancelled_at`, `items`, `items_ordered` (any quantity by `asOf`),
 * `items_filled` (ordered >= prescribed), `quantity_prescribed`, `quantity_filled` = sum of min(ordered, prescribed), `orders`,
 * `first_at` and `full_at` (instants, null: not yet), `status`, `matured` (validity over by `asOf`). First match wins:
 * cancelled by `asOf` and not filled; all filled, by the first order or within `atOnceHours` of it; all filled; something
 * ordered; nothing ordered. An item without a positive quantity cannot be filled. Vector `prescription-fill`.
 */
export function prescriptionFillsSql(from: FillSources, asOf: bigint, atOnceHours: number): string {
  return `WITH placed AS (
  SELECT item, "order", ordered_at, quantity, sum(quantity) OVER (PARTITION BY item ORDER BY ordered_at) AS so_far
  FROM ${from.lines} WHERE ordered_at <= ${asOf} AND quantity > 0
), by_item AS (
  SELECT prescription, item, CASE WHEN max(i.quantity) > 0 THEN max(i.quantity) ELSE 0 END AS prescribed,
    coalesce(sum(placed.quantity), 0) AS ordered, min(ordered_at) AS first_at,
    min(ordered_at) FILTER (so_far >= i.quantity AND i.quantity > 0) AS full_at
  FROM ${from.items} i LEFT JOIN placed USING (item) GROUP BY prescription, item
), ordering AS (
  SELECT prescription, count(DISTINCT "order") AS orders
  FROM (SELECT DISTINCT prescription, item FROM ${from.items}) JOIN placed USING (item) GROUP BY prescription
), by_prescription AS (
  SELECT prescription, count(*) AS items, count(first_at) AS items_ordered, count(full_at) AS items_filled,
    sum(prescribed) AS quantity_prescribed, sum(least(ordered, prescribed)) AS quantity_filled, min(first_at) AS first_at,
    CASE WHEN count(full_at) = count(*) THEN max(full_at) END AS full_at
  FROM by_item GROUP BY prescription
)
SELECT prescription, issued_at, valid_end, cancelled_at, coalesce(items, 0) AS items,
  coalesce(items_ordered, 0) AS items_ordered, coalesce(items_filled, 0) AS items_filled,
  coalesce(quantity_prescribed, 0) AS quantity_prescribed, coalesce(quantity_filled, 0) AS quantity_filled,
  coalesce(orders, 0) AS orders, first_at, full_at,
  CASE WHEN full_at IS NULL AND coalesce(cancelled_at <= ${asOf}, false) THEN 'cancelled'
    WHEN full_at - first_at <= ${BigInt(Math.round(atOnceHours * 3_600_000))} THEN 'filled-at-once'
    WHEN full_at IS NOT NULL THEN 'filled-over-time'
    ELSE CASE WHEN first_at IS NULL THEN 'not-filled-' ELSE 'partly-filled-' END
      || CASE WHEN valid_end <= ${asOf} THEN 'expired' ELSE 'open' END END AS status,
  coalesce(valid_end <= ${asOf}, false) AS matured
FROM ${from.prescriptions} LEFT JOIN by_prescription USING (prescription) LEFT JOIN ordering USING (prescription)
ORDER BY prescription`;
}

/** Prescriptions of one status and maturity, added up; quantities in the unit of the prescription. */
export interface FillCounts {
  readonly status: FillStatus;
  readonly matured: boolean;
  readonly prescriptions: number;
  readonly items: number;
  readonly itemsOrdered: number;
  readonly quantityPrescribed: number;
  readonly quantityFilled: number;
}

/** `FillCounts` as SQL, from the rows of `prescriptionFillsSql`; by status and maturity. */
export function fillCountsSql(fills: string): string {
  const sums = ['items', 'items_ordered', 'quantity_prescribed', 'quantity_filled'].map(
    (name) => `sum(${name}) AS ${name}`,
  );
  return `SELECT status, matured, count(*) AS prescriptions, ${sums.join(', ')}
FROM ${fills} GROUP BY status, matured ORDER BY status, matured`;
}

/**
 * Follow-up to the first order or to the full fill, for `survivalCountsSql`: `prescription`, `day`, whole days since the issue
 * (0 where the order is older), and `event`. Without the event up to the withdrawal or else to `asOf`, also past the
 * validity: an expired prescription stays unfilled, and leaving it out would make filling look likelier.
 */
export function fillFollowUpSql(fills: string, until: 'first_at' | 'full_at', asOf: bigint): string {
  return `(SELECT prescription, greatest(0, coalesce(${until}, least(cancelled_at, ${asOf})) - issued_at) // 86400000 AS "day",
  ${until} IS NOT NULL AS event
FROM ${fills})`;
}
