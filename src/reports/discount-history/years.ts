import { identifier, text } from '../../sql/quote.js';
import { sumOfFractions } from '../../statistics/exact.js';
import type { ReportContext } from '../definition.js';
import { isLined } from '../discount-impact/gross.js';
import type { Options } from '../discount-impact/options.js';
import { CLUSTERS, PATIENTS, prepareOrders } from '../discount-impact/orders.js';
import { RELATION } from '../discount-impact/source.js';
import { type LevelSums, readLevels } from '../discount-impact/sums.js';

/** Patients by year and level, kept over all years: who stands behind several hidden cells is counted from it. */
const BEHIND = identifier('$discount_history_patients');

/** A calendar year in the time zone of the replay. */
export interface Year {
  readonly year: number;
  /** The whole year lies between the first order and the end of the log. */
  readonly complete: boolean;
  /** Half-open span in epoch milliseconds. */
  readonly from: number;
  readonly to: number;
}

/** The sums of a year: by level, and of all its orders as one. */
export interface YearSums extends Year {
  readonly levels: readonly LevelSums[];
  readonly all: LevelSums;
}

/** The instant up to which the log speaks: `--until` where the log goes on behind it, else its last event. */
export function lastInstant(context: ReportContext): number | null {
  const { until } = context.replay;
  return until !== undefined && context.counts.cut > 0 ? until : context.lastEvent;
}

/** The years from the first order (of any status) to the last, ascending. */
export async function readYears(context: ReportContext): Promise<readonly Year[]> {
  const zone = text(context.replay.timeZone);
  const orders = identifier(context.final(RELATION));
  const last = lastInstant(context) ?? 'NULL';
  const rows = await context.engine.rows(`WITH bounds AS (
  SELECT min("EVENT_TS") AS first, max("EVENT_TS") AS last FROM ${orders}
), years AS (
  SELECT first, greatest(last, ${last}) AS known, unnest(range(
    year(timezone(${zone}, CAST(epoch_ms(first) AS TIMESTAMPTZ))), year(timezone(${zone}, CAST(epoch_ms(last) AS TIMESTAMPTZ))) + 1)) AS y
  FROM bounds WHERE first IS NOT NULL
), spans AS (
  SELECT *, epoch_ms(timezone(${zone}, make_timestamp(y, 1, 1, 0, 0, 0))) AS a, epoch_ms(timezone(${zone}, make_timestamp(y + 1, 1, 1, 0, 0, 0))) AS b
  FROM years
)
SELECT CAST(y AS INTEGER), first <= a AND known + 1 >= b, CAST(a AS BIGINT), CAST(b AS BIGINT) FROM spans ORDER BY y`);
  return rows.map(([year, complete, from, to]) => ({
    year: Number(year),
    complete: complete === true,
    from: Number(from),
    to: Number(to),
  }));
}

/** The sums of one year; null where it has no counted order. Adds its patients to BEHIND. */
export async function readYear(context: ReportContext, options: Options, year: Year): Promise<YearSums | null> {
  const { engine } = context;
  await prepareOrders(context, options, { ...year, pooled: false });
  const lined = isLined(context, options);
  const levels = await readLevels(engine, lined);
  if (levels.length === 0) return null;
  await engine.run(
    `INSERT INTO ${BEHIND} SELECT ${year.year}, kind, level, patient FROM ${CLUSTERS} GROUP BY kind, level, patient`,
  );
  await prepareOrders(context, options, { ...year, pooled: true });
  const [all] = await readLevels(engine, lined);
  const gross = levels.map((level) => level.gross);
  const known = gross.filter((fraction) => fraction !== null);
  return {
    ...year,
    levels,
    all: { ...all!, gross: known.length === gross.length ? sumOfFractions(known) : null },
  };
}

/** Makes the empty BEHIND. */
export async function createBehind(context: ReportContext): Promise<void> {
  await context.engine.run(
    `CREATE OR REPLACE TEMP TABLE ${BEHIND} (year INTEGER, kind UTINYINT, level INTEGER, patient VARCHAR)`,
  );
}

/** Removes it. */
export async function dropBehind(context: ReportContext): Promise<void> {
  await context.engine.run(`DROP TABLE IF EXISTS ${BEHIND}`);
}

/** Distinct patients behind cells (year, kind as a number, level) taken together. */
export async function patientsBehindCells(
  context: ReportContext,
  cells: readonly (readonly [number, number, bigint])[],
): Promise<number> {
  if (cells.length === 0) return 0;
  const list = cells.map((cell) => `(${cell.join(', ')})`).join(', ');
  const [row] = await context.engine.rows(`SELECT ${PATIENTS} FROM ${BEHIND} WHERE (year, kind, level) IN (${list})`);
  return Number(row![0]);
}
