import { share } from './proportions.js';

/** Days of one course of supplies, in a window that starts with the first of them: all whole days. */
export interface AdherenceDays {
  readonly window: number;
  /** Of all supplies that were handed out in the window, also where they last longer than it. */
  readonly supplied: number;
  /** With early refills carried over. */
  readonly covered: number;
  /** Each supply used from its own day, whatever is left of the one before. */
  readonly coveredPlain: number;
  /** The most days that a supply came after the one before it had run out, over all supplies; 0 where none was late. */
  readonly longestGap: number;
}

/** Shares of the window; null for a window of no days. */
export interface Adherence {
  readonly mpr: number | null;
  readonly mprCapped: number | null;
  readonly pdc: number | null;
  readonly pdcPlain: number | null;
}

/**
 * `AdherenceDays` as SQL, one row per course: `course`, `window_days`, `supplies`, `supplied`, `covered`, `covered_plain`,
 * `longest_gap` (BIGINT), by course. `supplies` stands after FROM: `course`, `day` (whole days from any zero), `supply`
 * (days that it lasts; what lasts none is left out) and `window_days`, one number per course. A supply is used from
 * max(its day, end of the one before), which is the sum of those before it + the largest (day - sum before) so far.
 */
export function adherenceDaysSql(supplies: string): string {
  const inOrder = 'PARTITION BY course ORDER BY "day", supply, place';
  const inside = (from: string, to: string) => `greatest(0, least(${to}, window_end) - ${from})`;
  return `WITH given AS (
  SELECT course, CAST("day" AS BIGINT) AS "day", CAST(supply AS BIGINT) AS supply, CAST(window_days AS BIGINT) AS window_days,
    row_number() OVER (PARTITION BY course ORDER BY "day", supply) AS place
  FROM ${supplies} WHERE supply > 0
), summed AS (
  SELECT *, CAST(sum(supply) OVER (${inOrder}) AS BIGINT) - supply AS before,
    min("day") OVER (PARTITION BY course) + window_days AS window_end,
    coalesce(max("day" + supply) OVER (${inOrder} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), "day") AS plain_until,
    "day" - lag("day" + supply) OVER (${inOrder}) AS late
  FROM given
), used AS (
  SELECT *, before + max("day" - before) OVER (${inOrder}) AS start FROM summed
)
SELECT course, min(window_days) AS window_days, count(*) AS supplies,
  CAST(coalesce(sum(supply) FILTER ("day" < window_end), 0) AS BIGINT) AS supplied,
  CAST(sum(${inside('start', 'start + supply')}) AS BIGINT) AS covered,
  CAST(sum(${inside('greatest("day", plain_until)', '"day" + supply')}) AS BIGINT) AS covered_plain,
  greatest(0, coalesce(max(late), 0)) AS longest_gap
FROM used GROUP BY course ORDER BY course`;
}

/**
 * Medication possession ratio = days supplied / days of the window (may exceed 1; `mprCapped` does not), proportion of days
 * covered = days covered / days of the window, with early refills carried over and (`pdcPlain`) without. Source: Steiner and
 * Prochazka 1997; vector `adherence`.
 */
export function adherence({ window, supplied, covered, coveredPlain }: AdherenceDays): Adherence {
  const mpr = share({ k: supplied, n: window });
  return {
    mpr,
    mprCapped: mpr === null ? null : Math.min(1, mpr),
    pdc: share({ k: covered, n: window }),
    pdcPlain: share({ k: coveredPlain, n: window }),
  };
}
