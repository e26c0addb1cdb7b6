/**
 * What Kaplan-Meier needs, on one day of follow-up: `atRisk` = followed up to that day or longer and without the event
 * before it (a censoring on the day still counts), `events` and `censored` on it. Days count from the start of each one's
 * follow-up; ascending.
 */
export interface SurvivalCounts {
  readonly day: number;
  readonly atRisk: number;
  readonly events: number;
  readonly censored: number;
}

/**
 * Counts per day of follow-up as SQL, for `kaplanMeier`: `group`, `day`, `at_risk`, `events`, `censored`, all BIGINT but the
 * group, by group and day. `followed` stands after FROM and has one row per patient (or prescription): `group`, `day` (whole
 * days until the event or the end of the follow-up) and `event` (did it happen?). All are counted, also at day 0.
 */
export function survivalCountsSql(followed: string): string {
  return `SELECT "group", "day", CAST(sum(n) OVER (PARTITION BY "group" ORDER BY "day" DESC) AS BIGINT) AS at_risk, events,
  n - events AS censored
FROM (
  SELECT "group", CAST("day" AS BIGINT) AS "day", count(*) AS n, count(*) FILTER ("event") AS events
  FROM ${followed} GROUP BY ALL
) ORDER BY "group", "day"`;
}
