import type { DuckDBValue } from '@duckdb/node-api';
import { DiagnosticError, EXIT } from '../../diagnostics/diagnostic.js';
import type { Engine } from '../../engine/engine.js';
import type { CrossSums } from '../statistics/clustered-difference.js';
import type { ClusterSums } from '../statistics/clustered-mean.js';
import { type Fraction, sumOfFractions } from '../statistics/exact.js';
import type { PowerSums } from '../statistics/mean.js';
import { type Neighbours, type Quarter, quartilePositions } from '../statistics/quantile.js';
import type { SlopeSums } from '../statistics/slopes.js';
import { CELLS, ORDERS } from './source.js';

/** What a level stands for: a discount, none in force, or nothing known. */
export type LevelKind = 'discount' | 'none' | 'unknown';

const KINDS: readonly LevelKind[] = ['discount', 'none', 'unknown'];

/** All exact sums of one level; `level` in hundredths of a percentage point (0 for `none` and `unknown`), money in cents. */
export interface LevelSums {
  readonly kind: LevelKind;
  readonly level: bigint;
  readonly power: PowerSums;
  readonly clusters: ClusterSums;
  readonly practitioners: number;
  readonly quartiles: Readonly<Record<Quarter, Neighbours>>;
  /** The amounts before the discount, in cents; null where a discount of 100 % or more leaves them open. */
  readonly gross: Fraction | null;
}

/** Orders and distinct patients behind one number; an order without a patient counts as one patient's. */
export interface Behind {
  readonly orders: number;
  readonly patients: number;
}

function big(value: DuckDBValue | undefined): bigint {
  return typeof value === 'bigint' ? value : BigInt(Number(value ?? 0));
}

const COUNTED = `${ORDERS} WHERE reason IS NULL`;
const PATIENTS = 'count(DISTINCT patient) + CAST(count(*) FILTER (patient IS NULL) > 0 AS BIGINT)';

/** HUGEINT holds 1.7e38: sums of third powers of cents must stay below it. */
const ROOM = 10n ** 38n;

/** Counted orders, their patients, and distinct practitioners; throws where amounts are too large to be added exactly. */
export async function countOrders(engine: Engine): Promise<Behind & { readonly practitioners: number }> {
  const [row] = await engine.rows(
    `SELECT count(*), ${PATIENTS}, count(DISTINCT practitioner), coalesce(max(abs(y)), 0) FROM ${COUNTED}`,
  );
  const [orders, patients, practitioners, largest] = row!.map(big) as [bigint, bigint, bigint, bigint];
  if (orders * largest ** 3n > ROOM) {
    const message = 'The amounts are too large to be added up exactly.';
    const help = 'Check the unit of the amount column: it should hold whole units with two decimals.';
    throw new DiagnosticError([{ code: 'amount-too-large', severity: 'error', message, help }], EXIT.input);
  }
  return { orders: Number(orders), patients: Number(patients), practitioners: Number(practitioners) };
}

/** Counted orders by what their discount rests on: `proven`, `assumed`, `unknown`. */
export async function countBasis(engine: Engine): Promise<ReadonlyMap<string, Behind>> {
  const rows = await engine.rows(`SELECT basis, count(*), ${PATIENTS} FROM ${COUNTED} GROUP BY basis ORDER BY basis`);
  return new Map(rows.map((row) => [String(row[0]), { orders: Number(row[1]), patients: Number(row[2]) }]));
}

/** Orders left out, by reason (`status pending`, `no amount`), sorted. */
export async function countExcluded(engine: Engine): Promise<ReadonlyMap<string, Behind>> {
  const rows = await engine.rows(
    `SELECT reason, count(*), ${PATIENTS} FROM ${ORDERS} WHERE reason IS NOT NULL GROUP BY reason ORDER BY reason`,
  );
  return new Map(rows.map((row) => [String(row[0]), { orders: Number(row[1]), patients: Number(row[2]) }]));
}

/** Distinct patients behind the given levels taken together. */
export async function patientsBehind(engine: Engine, levels: readonly LevelSums[]): Promise<number> {
  if (levels.length === 0) return 0;
  const keys = levels.map(({ kind, level }) => `(${KINDS.indexOf(kind)}, ${level})`).join(', ');
  const [row] = await engine.rows(`SELECT ${PATIENTS} FROM ${COUNTED} AND (kind, level) IN (${keys})`);
  return Number(row![0]);
}

/** The discounts as stored, in hundredths of a percentage point, ascending. */
export async function distinctDiscounts(engine: Engine): Promise<bigint[]> {
  const rows = await engine.rows(`SELECT DISTINCT x FROM ${COUNTED} AND kind = 0 ORDER BY x`);
  return rows.map((row) => big(row[0]));
}

/** Gross amount = net / (1 - x/10000), added per discount as stored, so that `--level-width` does not blur it. */
async function readGross(engine: Engine): Promise<ReadonlyMap<string, readonly Fraction[]>> {
  const rows = await engine.rows(
    `SELECT kind, level, x, sum(y) FROM ${COUNTED} GROUP BY kind, level, x ORDER BY kind, level, x`,
  );
  const parts = new Map<string, Fraction[]>();
  for (const row of rows) {
    const key = `${row[0]}/${row[1]}`;
    const list = parts.get(key) ?? [];
    parts.set(key, list);
    list.push({ numerator: big(row[3]) * 10_000n, denominator: 10_000n - big(row[2]) });
  }
  return parts;
}

function neighbourColumns(quarter: Quarter): string {
  const { lower, upper } = quartilePositions('n', quarter);
  return `max(y) FILTER (position = ${lower}), max(y) FILTER (position = ${upper})`;
}

const LEVELS = `WITH clustered AS (
  SELECT kind, level, count(*) AS clusters, sum(y * y) AS yy, sum(n * y) AS ny, sum(n * n) AS nn
  FROM ${CELLS} GROUP BY kind, level
), power AS (
  SELECT kind, level, count(*) AS n, sum(y) AS s1, sum(CAST(y AS HUGEINT) * y) AS s2,
    sum(CAST(y AS HUGEINT) * y * y) AS s3, count(DISTINCT practitioner) AS practitioners
  FROM ${COUNTED} GROUP BY kind, level
), ranked AS (
  SELECT kind, level, y, row_number() OVER (PARTITION BY kind, level ORDER BY y) - 1 AS position,
    count(*) OVER (PARTITION BY kind, level) AS n
  FROM ${COUNTED}
), middle AS (
  SELECT kind, level, ${([1, 2, 3] as const).map(neighbourColumns).join(', ')} FROM ranked GROUP BY kind, level
)
SELECT kind, level, n, s1, s2, s3, practitioners, clusters, yy, ny, nn, middle.* EXCLUDE (kind, level)
FROM power JOIN clustered USING (kind, level) JOIN middle USING (kind, level) ORDER BY kind, level`;

/** The exact sums of every level, discounts ascending, then `none`, then `unknown`. */
export async function readLevels(engine: Engine): Promise<LevelSums[]> {
  const gross = await readGross(engine);
  const rows = await engine.rows(LEVELS);
  return rows.map((row) => {
    const [kind, level, n, sum, sum2, sum3, practitioners, clusters, sumYY, sumNY, sumNN, ...q] = row.map(big);
    const at = (i: number): Neighbours => ({ lower: q[i]!, upper: q[i + 1]! });
    const parts = gross.get(`${row[0]}/${row[1]}`)!;
    const known = kind !== 2n && parts.every((part) => part.denominator > 0n);
    return {
      kind: KINDS[Number(kind)]!,
      level: level!,
      power: { n: n!, sum: sum!, sum2: sum2!, sum3: sum3! },
      clusters: { n: n!, sum: sum!, clusters: clusters!, sumYY: sumYY!, sumNY: sumNY!, sumNN: sumNN! },
      practitioners: Number(practitioners),
      quartiles: { 1: at(0), 2: at(2), 3: at(4) },
      gross: known ? sumOfFractions(parts) : null,
    };
  });
}

/** What patients have in common at each pair of levels (hundredths of a percentage point), in the order of the pairs. */
export async function readCross(engine: Engine, pairs: readonly (readonly [bigint, bigint])[]): Promise<CrossSums[]> {
  if (pairs.length === 0) return [];
  const values = pairs.map(([from, to], i) => `(${i}, ${from}, ${to})`).join(', ');
  const rows = await engine.rows(`WITH pair(number, low, high) AS (VALUES ${values})
SELECT number, count(b.n), coalesce(sum(b.y * a.y), 0), coalesce(sum(b.y * a.n), 0), coalesce(sum(b.n * a.y), 0),
  coalesce(sum(b.n * a.n), 0)
FROM pair JOIN ${CELLS} a ON a.kind = 0 AND a.level = pair.low
  LEFT JOIN ${CELLS} b ON b.kind = 0 AND b.level = pair.high AND b.patient IS NOT DISTINCT FROM a.patient
GROUP BY number ORDER BY number`);
  return rows.map((row) => {
    const [, shared, y1y0, y1n0, n1y0, n1n0] = row.map(big);
    return { shared: shared!, y1y0: y1y0!, y1n0: y1n0!, n1y0: n1y0!, n1n0: n1n0! };
  });
}

/** Who owns the orders of one slope cluster. */
export type Owner = 'patient' | 'practitioner';

function among(levels: readonly bigint[]): string {
  return `${COUNTED} AND kind = 0 AND level IN (${levels.join(', ')})`;
}

/**
 * Per-owner sums of the orders at these levels, x being the discount as stored. Orders without a practitioner are no
 * cluster and left out there; those without a patient are one cluster.
 */
export async function readSlopeSums(engine: Engine, owner: Owner, levels: readonly bigint[]): Promise<SlopeSums[]> {
  if (levels.length === 0) return [];
  const known = owner === 'practitioner' ? 'AND practitioner IS NOT NULL' : '';
  const rows =
    await engine.rows(`SELECT count(*), sum(x), sum(y), sum(CAST(x AS HUGEINT) * x), sum(CAST(x AS HUGEINT) * y)
FROM ${among(levels)} ${known} GROUP BY ${owner} ORDER BY ${owner}`);
  return rows.map((row) => {
    const [n, x, y, xx, xy] = row.map(big);
    return { n: n!, x: x!, y: y!, xx: xx!, xy: xy! };
  });
}

/** Distinct patients behind the within-practitioner slope: at practitioners with two or more discounts, and at none. */
export async function practitionerPatients(engine: Engine, levels: readonly bigint[]) {
  if (levels.length === 0) return { varying: 0, without: 0 };
  const [row] = await engine.rows(`WITH chosen AS (SELECT patient, practitioner, x FROM ${among(levels)}),
varying AS (SELECT practitioner FROM chosen WHERE practitioner IS NOT NULL GROUP BY practitioner HAVING min(x) < max(x))
SELECT (SELECT ${PATIENTS} FROM chosen WHERE practitioner IN (FROM varying)),
  (SELECT ${PATIENTS} FROM chosen WHERE practitioner IS NULL)`);
  return { varying: Number(row![0]), without: Number(row![1]) };
}
