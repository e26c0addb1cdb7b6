/**
 * Purchase occasions as SQL: all counted orders of a patient on one calendar day are one. Every query here stands after FROM
 * in the next; days are DATE in the report's zone, and no order lies after `asOf`, the last day observed (SQL of a DATE).
 */

/**
 * From orders (`patient`, `day`): one row per patient and day with `first_day`, the patient's first, `occasion`, counted from
 * 1, and `gap`, whole days since the occasion before (null for the first). Orders without a patient are left out: nobody
 * can be said to have come back.
 */
export function occasionsSql(orders: string): string {
  return `(SELECT patient, "day", min("day") OVER (PARTITION BY patient) AS first_day,
  row_number() OVER (PARTITION BY patient ORDER BY "day") AS occasion,
  "day" - lag("day") OVER (PARTITION BY patient ORDER BY "day") AS gap
FROM (SELECT DISTINCT patient, CAST("day" AS DATE) AS "day" FROM ${orders} WHERE patient IS NOT NULL))`;
}

/**
 * One row per patient: `first_day`, `day`, whole days from the first occasion to the second or, without a second, to `asOf`,
 * and `event`, was there a second? What `survivalCountsSql` follows, with a column `group` added.
 */
export function followedSql(occasions: string, asOf: string): string {
  return `(SELECT patient, first_day, coalesce(max(gap) FILTER (occasion = 2), ${asOf} - first_day) AS "day",
  coalesce(bool_or(occasion = 2), false) AS event
FROM ${occasions} GROUP BY patient, first_day)`;
}

/** How many patients came once or more (`patients`), and how many of them again (`repeated`); one row, BIGINT. */
export function repeatTotalsSql(followed: string): string {
  return `SELECT count(*) AS patients, count(*) FILTER (event) AS repeated FROM ${followed}`;
}

/**
 * For each number of `days`, in their order: `days`, `eligible`, patients whose first occasion is at least so old at `asOf`,
 * and `repeated`, those of them with a second one within so many days; BIGINT.
 */
export function repeatCountsSql(followed: string, asOf: string, days: readonly number[]): string {
  const list = `(SELECT unnest([${days.join(', ')}]::BIGINT[]) AS days, generate_subscripts([${days.join(', ')}], 1) AS place)`;
  return `SELECT days, count(*) FILTER (old) AS eligible, count(*) FILTER (old AND event AND "day" <= days) AS repeated
FROM (SELECT place, days, event, "day", coalesce(${asOf} - first_day >= days, false) AS old
  FROM ${list} LEFT JOIN ${followed} ON true)
GROUP BY place, days ORDER BY place`;
}

/**
 * Cohorts by calendar month of the first occasion: `cohort` (DATE, the month's first day), `months_since_first` from 0 to the
 * month of `asOf`, `cohort_size`, `patients` of it who came in that month (0 where none did) and `complete`, has that
 * month ended by `asOf`? Months that lie after it are no rows. By cohort and month.
 */
export function cohortCellsSql(occasions: string, asOf: string): string {
  return `WITH active AS (
  SELECT date_trunc('month', first_day) AS cohort, date_diff('month', first_day, "day") AS months, patient FROM ${occasions}
), sizes AS (
  SELECT cohort, count(DISTINCT patient) AS cohort_size FROM active GROUP BY cohort
), cells AS (
  SELECT cohort, cohort_size, unnest(range(date_diff('month', cohort, ${asOf}) + 1)) AS months FROM sizes
)
SELECT CAST(cohort AS DATE) AS cohort, months AS months_since_first, cohort_size, count(DISTINCT patient) AS patients,
  last_day(cohort + to_months(CAST(months AS INTEGER))) <= ${asOf} AS complete
FROM cells LEFT JOIN active USING (cohort, months)
GROUP BY cohort, months, cohort_size ORDER BY cohort, months`;
}
