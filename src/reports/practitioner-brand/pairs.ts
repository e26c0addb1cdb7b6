import { identifier, text } from '../../sql/quote.js';
import type { PatientBaskets } from '../../statistics/patient-association.js';
import type { OptionalRead, ReportContext, RequiredRelation } from '../definition.js';
import { REQUIRES as BY_TYPE } from '../practitioner-type/units.js';
import type { Options } from './options.js';

/** What the report reads: lines with their brand and the practitioner whom the order counts for. */
export const REQUIRES: readonly RequiredRelation[] = [
  {
    relation: 'ORDER_LINES',
    columns: ['ORDER_ID', 'BRAND_ID', 'BRAND', 'NET', 'PATIENT_ID', 'RESPONSIBLE_ID', 'STATUS', 'EVENT_TS'],
  },
];

/** Types are read where there are any: what is hidden of practitioners there is hidden here. */
export const OPTIONAL: readonly OptionalRead[] = [{ relations: BY_TYPE }];

/** Orders without a practitioner, and lines whose brand the log does not know. */
export const NONE = '(none)';
export const UNKNOWN = '(unknown)';

/** Lines of counted orders: `ord`, `practitioner`, `brand` (ids as text), `name`, `patient`, `net` in cents. */
const LINES = identifier('$practitioner_brand_lines');

/** Distinct patients; orders without a patient count as one patient's. */
const PATIENTS = 'count(DISTINCT patient) + CAST(count(*) FILTER (patient IS NULL) > 0 AS BIGINT)';

/** A practitioner or a brand: id, name, and its counted orders. */
export interface Side {
  readonly id: string;
  readonly name: string;
  readonly orders: bigint;
  readonly net: bigint;
  readonly patients: number;
}

/** What a practitioner and a brand have in common; pairs of no order are not read. */
export interface Pair {
  readonly practitioner: string;
  readonly brand: string;
  readonly orders: bigint;
  readonly patients: number;
  readonly net: bigint;
}

/** All pairs and their margins; `orders` counted orders with a line. */
export interface Pairs {
  readonly orders: bigint;
  readonly practitioners: readonly Side[];
  readonly brands: readonly Side[];
  readonly pairs: readonly Pair[];
  /** What each patient ordered at each practitioner; numbers are places in `practitioners` and `brands`. */
  readonly baskets: readonly PatientBaskets[];
}

/** Makes LINES. */
export async function prepareLines(context: ReportContext, options: Options): Promise<void> {
  const id = (column: string, missing: string): string => `coalesce(CAST("${column}" AS VARCHAR), ${text(missing)})`;
  await context.engine.run(`CREATE OR REPLACE TEMP TABLE ${LINES} AS
SELECT "ORDER_ID" AS ord, ${id('RESPONSIBLE_ID', NONE)} AS practitioner, ${id('BRAND_ID', UNKNOWN)} AS brand,
  "BRAND" AS name, "PATIENT_ID" AS patient, CAST(CAST("NET" AS DECIMAL(18,2)) * 100 AS BIGINT) AS net
FROM ${identifier(context.final('ORDER_LINES'))}
WHERE coalesce("STATUS" IN (${options.statuses.map(text).join(', ')}), false)`);
}

/** Distinct patients behind several brands together. */
export async function patientsBehind({ engine }: ReportContext, brands: readonly string[]): Promise<number> {
  if (brands.length === 0) return 0;
  const [row] = await engine.rows(`SELECT ${PATIENTS} FROM ${LINES} WHERE brand IN (${brands.map(text).join(', ')})`);
  return Number(row![0]);
}

/** Removes what `prepareLines` made. */
export async function dropLines({ engine }: ReportContext): Promise<void> {
  await engine.run(`DROP TABLE IF EXISTS ${LINES}`);
}

/** Orders of no patient take no part: nobody knows how many persons they are. */
async function readBaskets({ engine }: ReportContext): Promise<readonly PatientBaskets[]> {
  const place = (side: string): string =>
    `SELECT ${side}, row_number() OVER (ORDER BY count(DISTINCT ord) DESC, length(${side}), ${side}) - 1 AS place FROM ${LINES} GROUP BY ${side}`;
  const [practitioners, patients, brands, orders] =
    (await engine.numbers(`WITH p AS (${place('practitioner')}), b AS (${place('brand')})
SELECT CAST(p.place AS DOUBLE) AS practitioner, CAST(dense_rank() OVER (ORDER BY patient) AS DOUBLE) AS person,
  CAST(b.place AS DOUBLE) AS brand, CAST(count(DISTINCT ord) AS DOUBLE)
FROM ${LINES} JOIN p USING (practitioner) JOIN b USING (brand) WHERE patient IS NOT NULL
GROUP BY p.place, patient, b.place ORDER BY practitioner, person, brand`)) as Float64Array[];
  const baskets: { practitioner: number; brands: number[]; counts: number[] }[] = [];
  for (const [i, practitioner] of practitioners!.entries()) {
    if (i === 0 || practitioner !== practitioners![i - 1] || patients![i] !== patients![i - 1])
      baskets.push({ practitioner, brands: [], counts: [] });
    const basket = baskets.at(-1)!;
    basket.brands.push(brands![i]!);
    basket.counts.push(orders![i]!);
  }
  return baskets;
}

/** Margins by number of orders (most first), then id; pairs in that order of practitioner, then brand. */
export async function readPairs(context: ReportContext): Promise<Pairs> {
  const { engine } = context;
  const side = async (id: string, name: string): Promise<readonly Side[]> => {
    const rows =
      await engine.rows(`SELECT ${id}, coalesce(max(${name}), ${id}), count(DISTINCT ord), CAST(sum(net) AS BIGINT), ${PATIENTS}
FROM ${LINES} GROUP BY ${id} ORDER BY count(DISTINCT ord) DESC, length(${id}), ${id}`);
    return rows.map((row) => ({
      id: String(row[0]),
      name: String(row[1]),
      orders: row[2] as bigint,
      net: row[3] as bigint,
      patients: Number(row[4]),
    }));
  };
  const [all] = await engine.rows(`SELECT count(DISTINCT ord) FROM ${LINES}`);
  const rows = await engine.rows(`SELECT practitioner, brand, count(DISTINCT ord), ${PATIENTS}, CAST(sum(net) AS BIGINT)
FROM ${LINES} GROUP BY practitioner, brand ORDER BY length(practitioner), practitioner, length(brand), brand`);
  return {
    orders: all![0] as bigint,
    practitioners: await side('practitioner', 'CAST(NULL AS VARCHAR)'),
    brands: await side('brand', 'name'),
    pairs: rows.map((row) => ({
      practitioner: String(row[0]),
      brand: String(row[1]),
      orders: row[2] as bigint,
      patients: Number(row[3]),
      net: row[4] as bigint,
    })),
    baskets: await readBaskets(context),
  };
}
