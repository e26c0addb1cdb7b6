import { quartilePositions } from '../../statistics/quantile.js';
import { type Extent, ORDERS } from './orders.js';

/** Up to so many orders may stand in memory at once, outside the engine's limit: 16 MB, and as much again while it grows. */
const IN_MEMORY = 2_000_000n;

/** The third power of no more than this fits BIGINT, whose products take a quarter of the time. */
const CUBE_FITS_BIGINT = 2n ** 21n - 1n;

/**
 * quantile_cont interpolates as `quartile` is defined, in doubles. Those are exact here: amounts are below 2^43 (ten to the
 * 38th has a third root of 4.6e12), and a quarter takes two bits more.
 */
function selected(largest: bigint): string {
  const y = largest <= CUBE_FITS_BIGINT ? 'y' : 'CAST(y AS HUGEINT)';
  return `SELECT kind, level, s2, s3, CAST(4 * q[1] AS HUGEINT) AS q1, CAST(4 * q[2] AS HUGEINT) AS q2,
  CAST(4 * q[3] AS HUGEINT) AS q3
FROM (
  SELECT kind, level, sum(${y} * y) AS s2, sum(${y} * y * y) AS s3, quantile_cont(y, [0.25, 0.5, 0.75]) AS q
  FROM ${ORDERS} GROUP BY kind, level
)`;
}

function fourfold(quarter: 1 | 2 | 3): string {
  const { lower, upper, rest } = quartilePositions('n', quarter);
  return `max((4 - ${rest}) * y) FILTER (position = ${lower}) + max(${rest} * y) FILTER (position = ${upper}) AS q${quarter}`;
}

/** The same by a sort, which spills to disk. */
const SORTED = `SELECT kind, level, sum(y * y) AS s2, sum(y * y * y) AS s3, ${([1, 2, 3] as const).map(fourfold).join(', ')}
FROM (
  SELECT kind, level, CAST(y AS HUGEINT) AS y, row_number() OVER (PARTITION BY kind, level ORDER BY y) - 1 AS position,
    count(*) OVER (PARTITION BY kind, level) AS n
  FROM ${ORDERS}
) GROUP BY kind, level`;

/**
 * What takes the single amounts, by level, as SQL: `kind`, `level`, `s2` and `s3`, the sums of their second and third powers,
 * and `q1`, `q2`, `q3`, four times their quartiles; in cents, integers.
 */
export function amountsSql({ orders, largest }: Extent): string {
  return orders <= IN_MEMORY ? selected(largest) : SORTED;
}
