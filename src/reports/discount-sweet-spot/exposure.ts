import { identifier, text } from '../../sql/quote.js';
import { type ExposureSums, exposureSumsSql } from '../../statistics/exposure-rate.js';
import { endOf } from '../clock.js';
import type { ReportContext, RequiredRelation } from '../definition.js';
import { levelSql } from '../level-width.js';
import type { Options } from './options.js';

/** What the report reads: who was at which discount and when, and the orders of that time. */
export const REQUIRES: readonly RequiredRelation[] = [
  {
    relation: 'DISCOUNT_HISTORY',
    columns: ['PATIENT_ID', 'CHANGED_AT', 'DISCOUNT', 'PRACTITIONER_ID', 'REGISTERED_AT'],
  },
  { relation: 'PATIENTS_LEFT', columns: ['PATIENT_ID', 'LEFT_AT'] },
  {
    relation: 'ORDERS_WITH_DISCOUNT',
    columns: [
      ...[
        'ORDER_ID',
        'PATIENT_ID',
        'PRACTITIONER_ID',
        'DISCOUNT',
        'DISCOUNT_BASIS',
        'AMOUNT_TOTAL',
        'AMOUNT_SUBTOTAL',
        'STATUS',
        'EVENT_TS',
      ],
    ],
  },
  { relation: 'ORDERS_HELD_EVER', columns: ['ORDER_ID', 'PRACTITIONER_ID'] },
];

/** Lines and their wholesale prices are read only for the margin. */
export function alsoReads(parameters: Readonly<Record<string, string>>): readonly RequiredRelation[] {
  if (parameters.margin !== 'wholesale') return [];
  return [{ relation: 'ORDER_LINES', columns: ['ORDER_ID', 'NET', 'WHOLESALE'] }];
}

/** The whole shop, in place of a practitioner. */
export const ALL = 'all';
/** Patients without a practitioner. */
const NONE = '(none)';

/** Stretches of time and orders alike, cut at the ends of months: `practitioner`, `level`, `patient`, `period` (months), `units` (ms), `orders`, `cents`, `margin` (cents, null: not known). */
export const STRETCHES = identifier('$sweet_spot_stretches');

/** A practitioner (or ALL) at a level (hundredths of a percentage point), with its sums. */
export interface Exposure {
  readonly practitioner: string;
  readonly level: bigint;
  readonly sums: ExposureSums;
  /** Distinct patients behind its orders. */
  readonly buyers: number;
  /** Net revenue less wholesale prices, in cents; null where a line has none. */
  readonly margin: bigint | null;
}

/** Orders that stand at no level, by why. */
export interface LeftOut {
  readonly none: number;
  readonly unknown: number;
  /** Orders at a level at which the log shows no time of their patient: before the registration, say. */
  readonly withoutTime: number;
  readonly withoutTimePatients: number;
}

/** The same as it may be told; null where few patients stand behind it, or behind what it would tell. */
export type ShownLeftOut = Readonly<Record<'none' | 'unknown' | 'withoutTime', number | null>>;

/** Makes STRETCHES. A patient is at a discount from its change (or the registration) until the next one, the leaving, or as-of. */
export async function prepareStretches(context: ReportContext, options: Options): Promise<void> {
  const relation = (name: string): string => identifier(context.final(name));
  const end = BigInt(endOf(context) ?? 0);
  const cents = (column: string): string => `CAST(CAST(${column} AS DECIMAL(18,2)) * 100 AS BIGINT)`;
  const margins = options.margin
    ? `SELECT "ORDER_ID" AS ord, CASE WHEN count(*) = count("WHOLESALE") THEN ${cents('sum("NET") - sum("WHOLESALE")')} END AS margin
FROM ${relation('ORDER_LINES')} GROUP BY "ORDER_ID"`
    : 'SELECT CAST(NULL AS BIGINT) AS ord, CAST(NULL AS BIGINT) AS margin WHERE false';
  const zone = text(context.replay.timeZone);
  const month = (instant: string): string => {
    const local = `timezone(${zone}, CAST(epoch_ms(${instant}) AS TIMESTAMPTZ))`;
    return `(year(${local}) * 12 + month(${local}) - 1)`;
  };
  const start = (number: string): string =>
    `epoch_ms(timezone(${zone}, make_timestamp((${number}) // 12, (${number}) % 12 + 1, 1, 0, 0, 0)))`;
  await context.engine.run(`CREATE OR REPLACE TEMP TABLE ${STRETCHES} AS
WITH changes AS (
  SELECT h."PATIENT_ID" AS patient, h."CHANGED_AT" AS changed_at, CAST(-CAST(h."DISCOUNT" AS DECIMAL(9,2)) * 100 AS INTEGER) AS x,
    coalesce(CAST(h."PRACTITIONER_ID" AS VARCHAR), ${text(NONE)}) AS practitioner,
    greatest(h."CHANGED_AT", coalesce(h."REGISTERED_AT", h."CHANGED_AT")) AS since,
    least(coalesce(lead(h."CHANGED_AT") OVER (PARTITION BY h."PATIENT_ID" ORDER BY h."CHANGED_AT"), ${end}), coalesce(l."LEFT_AT", ${end}), ${end}) AS until
  FROM ${relation('DISCOUNT_HISTORY')} h LEFT JOIN ${relation('PATIENTS_LEFT')} l ON l."PATIENT_ID" = h."PATIENT_ID"
), counted AS (
  SELECT o."ORDER_ID" AS ord, o."PATIENT_ID" AS patient, ${cents(`o.${identifier(options.amount)}`)} AS y,
    CAST(-CAST(o."DISCOUNT" AS DECIMAL(9,2)) * 100 AS INTEGER) AS x, ${month('o."EVENT_TS"')} AS period
  FROM ${relation('ORDERS_WITH_DISCOUNT')} o
  WHERE coalesce(o."STATUS" IN (${options.statuses.map(text).join(', ')}), false) AND o.${identifier(options.amount)} IS NOT NULL
    AND o."DISCOUNT_BASIS" <> 'unknown' AND o."DISCOUNT" IS NOT NULL
), cut AS (
  SELECT *, CAST(unnest(range(${month('since')}, ${month('until')} + 1)) AS BIGINT) AS period FROM changes WHERE x IS NOT NULL AND until > since
), pieces AS (
  SELECT *, greatest(since, ${start('period')}) AS a, least(until, ${start('period + 1')}) AS b FROM cut
), margins AS (${margins})
SELECT practitioner, ${levelSql(options.width)} AS level, patient, period, b - a AS units, 0 AS orders, CAST(0 AS BIGINT) AS cents, CAST(0 AS BIGINT) AS margin
FROM pieces WHERE b > a
UNION ALL
SELECT coalesce(CAST(h."PRACTITIONER_ID" AS VARCHAR), ${text(NONE)}), ${levelSql(options.width)}, o.patient, o.period, 0, 1, o.y, m.margin
FROM counted o LEFT JOIN ${relation('ORDERS_HELD_EVER')} h ON h."ORDER_ID" = o.ord LEFT JOIN margins m ON m.ord = o.ord`);
}

/** Removes it. */
export async function dropStretches({ engine }: ReportContext): Promise<void> {
  await engine.run(`DROP TABLE IF EXISTS ${STRETCHES}`);
}

async function readSums({ engine }: ReportContext, practitioner: string): Promise<readonly Exposure[]> {
  // Level and practitioner are one key here; patients who never spent time at a level take no part in it.
  const key = `${practitioner} || ':' || level`;
  const timed = `(SELECT ${key} AS "level", patient, units, orders, cents FROM ${STRETCHES}
  WHERE (${practitioner}, level, patient) IN (SELECT (${practitioner}, level, patient) FROM ${STRETCHES} WHERE units > 0))`;
  const rows = await engine.rows(exposureSumsSql(timed));
  const margins =
    await engine.rows(`SELECT ${key}, CASE WHEN count(*) = count(margin) THEN CAST(sum(margin) AS HUGEINT) END,
  count(DISTINCT patient)
FROM ${STRETCHES} WHERE orders > 0 GROUP BY ALL`);
  const ordersOf = new Map(margins.map((row) => [String(row[0]), row.slice(1) as [bigint | null, bigint]]));
  return rows.map((row) => {
    const name = String(row[0]);
    const cut = name.lastIndexOf(':');
    const [patients, units, orders, cents, cents2, unitsCents, units2] = row
      .slice(1)
      .map((value) => BigInt(String(value))) as bigint[];
    return {
      practitioner: name.slice(0, cut),
      level: BigInt(name.slice(cut + 1)),
      sums: {
        ...{ n: units!, sum: cents!, clusters: patients!, orders: orders! },
        ...{ sumYY: cents2!, sumNY: unitsCents!, sumNN: units2! },
      },
      buyers: Number(ordersOf.get(name)?.[1] ?? 0n),
      margin: orders === 0n ? 0n : (ordersOf.get(name)?.[0] ?? null),
    };
  });
}

/** The whole shop by level, then every practitioner (most time first) by level. */
export async function readExposures(context: ReportContext): Promise<readonly Exposure[]> {
  const byLevel = (a: Exposure, b: Exposure): number => (a.level < b.level ? -1 : a.level > b.level ? 1 : 0);
  const all = [...(await readSums(context, `'${ALL}'`))].sort(byLevel);
  const single = await readSums(context, 'practitioner');
  const time = new Map<string, bigint>();
  for (const { practitioner, sums } of single) time.set(practitioner, (time.get(practitioner) ?? 0n) + sums.n);
  const order = [...time].sort(([a, x], [b, y]) => (x > y ? -1 : x < y ? 1 : a.length - b.length || (a < b ? -1 : 1)));
  return [...all, ...order.flatMap(([name]) => single.filter((one) => one.practitioner === name).sort(byLevel))];
}

/** Distinct patients behind several levels of the whole shop together. */
export async function patientsBehind({ engine }: ReportContext, levels: readonly bigint[]): Promise<number> {
  if (levels.length === 0) return 0;
  const [row] = await engine.rows(
    `SELECT count(DISTINCT patient) FROM ${STRETCHES} WHERE units > 0 AND level IN (${levels.join(', ')})`,
  );
  return Number(row![0]);
}

/** Counted orders without a level, and those at a level without any time. */
export async function readLeftOut(context: ReportContext, { statuses }: Options): Promise<LeftOut> {
  const { engine } = context;
  const timeless = `${STRETCHES} WHERE orders > 0 AND (level, patient) NOT IN (SELECT (level, patient) FROM ${STRETCHES} WHERE units > 0)`;
  const [row] =
    await engine.rows(`SELECT count(*) FILTER ("DISCOUNT_BASIS" <> 'unknown' AND "DISCOUNT" IS NULL), count(*) FILTER ("DISCOUNT_BASIS" = 'unknown'),
  (SELECT count(*) FROM ${timeless}), (SELECT count(DISTINCT patient) FROM ${timeless})
FROM ${identifier(context.final('ORDERS_WITH_DISCOUNT'))} WHERE coalesce("STATUS" IN (${statuses.map(text).join(', ')}), false)`);
  const [none, unknown, withoutTime, withoutTimePatients] = row!.map(Number) as [number, number, number, number];
  return { none, unknown, withoutTime, withoutTimePatients };
}
