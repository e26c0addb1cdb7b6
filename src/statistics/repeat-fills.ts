/** Fills of prescription items that allow repeats, as SQL; quantities are whole numbers. */

/** The relations of repeats; each stands after FROM. */
export interface RepeatSources {
  /** `item`, `quantity` of one fill, `allowed` fills (repeats + 1), `supply` in days (null: not known). */
  readonly items: string;
  /** `item`, `day` (DATE in the report's zone), `quantity`: lines of counted orders by the day of the report. */
  readonly lines: string;
}

/**
 * One row per fill, by item and number: `item`, `fill` (from 1), `day` on which its whole quantity had been ordered, `allowed`,
 * `supply` and `late` = day - (day of the fill before + days of supply), negative for an early one, null for the first
 * and where the supply is not known. Orders beyond what is allowed make no fill. Items without a positive quantity have none.
 * Source: reports-spec `prescription-fill`, table 3; `adherenceDaysSql` takes the rows as supplies.
 */
export function repeatFillsSql({ items, lines }: RepeatSources): string {
  return `WITH daily AS (
  SELECT item, "day", sum(quantity) AS quantity FROM ${lines} WHERE quantity > 0 GROUP BY item, "day"
), running AS (
  SELECT item, "day", sum(quantity) OVER (PARTITION BY item ORDER BY "day") AS until, until - quantity AS before FROM daily
), filled AS (
  SELECT item, "day", allowed, supply,
    unnest(range(CAST(before // i.quantity AS BIGINT) + 1, least(CAST(until // i.quantity AS BIGINT), allowed) + 1)) AS fill
  FROM running JOIN ${items} i USING (item) WHERE i.quantity > 0
)
SELECT item, fill, "day", allowed, supply, "day" - lag("day") OVER (PARTITION BY item ORDER BY fill) - supply AS late
FROM filled ORDER BY item, fill`;
}

/**
 * Fills used and allowed over all items: `items`, `used`, `allowed`; one row, BIGINT. `fills` stands after FROM: the rows of
 * `repeatFillsSql`.
 */
export function fillTotalsSql({ items }: RepeatSources, fills: string): string {
  return `SELECT count(*) AS items, (SELECT count(*) FROM ${fills}) AS used, CAST(coalesce(sum(allowed), 0) AS BIGINT) AS allowed
FROM ${items} WHERE quantity > 0`;
}
