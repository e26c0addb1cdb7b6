import type { DuckDBValue } from '@duckdb/node-api';
import type { Behind } from '../../disclosure/shown-counts.js';
import type { Engine } from '../../engine/engine.js';
import type { CrossSums } from '../../statistics/clustered-difference.js';
import type { ClusterSums } from '../../statistics/clustered-mean.js';
import { type Fraction, sumOfFractions } from '../../statistics/exact.js';
import type { PowerSums } from '../../statistics/mean.js';
import type { Quarter } from '../../statistics/quantile.js';
import { LINE_SUMS } from '../order-lines.js';
import { amountsSql } from './amounts.js';
import { BASES, CELLS, CLUSTERS, type Extent, ORDERS, PATIENTS, readExtent } from './orders.js';

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
  /** Four times each quartile, in cents: an integer. */
  readonly quartiles: Readonly<Record<Quarter, bigint>>;
  /** The amounts before the discount, in cents; null where a discount of 100 % or more leaves them open. */
  readonly gross: Fraction | null;
}

/** An integer as DuckDB gives it, whatever its width; null is 0. */
export function big(value: DuckDBValue | undefined): bigint {
  return typeof value === 'bigint' ? value : BigInt(Number(value ?? 0));
}

/** Counted orders by what their discount rests on: `proven`, `assumed`, `unknown`. */
export async function countBasis(engine: Engine): Promise<ReadonlyMap<string, Behind>> {
  const rows = await engine.rows(`SELECT basis, sum(n), ${PATIENTS} FROM ${CELLS} GROUP BY basis ORDER BY basis`);
  return new Map(rows.map((row) => [BASES[Number(row[0])]!, { orders: Number(row[1]), patients: Number(row[2]) }]));
}

/** Orders left out, by reason (`status pending`, `no amount`), sorted; `sql` is `excludedSql`. */
export async function countExcluded(engine: Engine, sql: string): Promise<ReadonlyMap<string, Behind>> {
  const rows = await engine.rows(sql);
  return new Map(rows.map((row) => [String(row[0]), { orders: Number(row[1]), patients: Number(row[2]) }]));
}

/** Distinct patients behind the given levels taken together. */
export async function patientsBehind(engine: Engine, levels: readonly LevelSums[]): Promise<number> {
  if (levels.length === 0) return 0;
  const keys = levels.map(({ kind, level }) => `(${KINDS.indexOf(kind)}, ${level})`).join(', ');
  const [row] = await engine.rows(`SELECT ${PATIENTS} FROM ${CLUSTERS} WHERE (kind, level) IN (${keys})`);
  return Number(row![0]);
}

/** The discounts as stored, in hundredths of a percentage point, ascending. */
export async function distinctDiscounts(engine: Engine): Promise<bigint[]> {
  const rows = await engine.rows(`SELECT DISTINCT x FROM ${CELLS} WHERE kind = 0 ORDER BY x`);
  return rows.map((row) => big(row[0]));
}

/**
 * Amounts before the discount by level, as fractions that add up: of the lines where `lined` and all of an order's lines have a
 * recommended price, else net / (1 - x/10000), added per discount as stored, so that `--level-width` does not blur it; its
 * denominator is 0 where nothing tells.
 */
async function readGross(engine: Engine, lined: boolean): Promise<ReadonlyMap<string, readonly Fraction[]>> {
  const rows = await engine.rows(
    lined
      ? `SELECT kind, level, CASE WHEN gross IS NULL THEN x END AS told, CAST(sum(coalesce(gross, y)) AS HUGEINT)
FROM ${ORDERS} LEFT JOIN ${LINE_SUMS} USING (ord) GROUP BY kind, level, told ORDER BY kind, level, told`
      : `SELECT kind, level, x, sum(y) FROM ${CELLS} GROUP BY kind, level, x ORDER BY kind, level, x`,
  );
  const parts = new Map<string, Fraction[]>();
  for (const row of rows) {
    const key = `${row[0]}/${row[1]}`;
    const list = parts.get(key) ?? [];
    parts.set(key, list);
    const sum = big(row[3]);
    if (row[2] === null) list.push({ numerator: sum, denominator: 1n });
    else if (big(row[0]) === 2n) list.push({ numerator: 0n, denominator: 0n });
    else list.push({ numerator: sum * 10_000n, denominator: 10_000n - big(row[2]) });
  }
  return parts;
}

function levelsSql(extent: Extent): string {
  return `WITH clustered AS (
  SELECT kind, level, count(*) AS clusters, sum(y * y) AS yy, sum(n * y) AS ny, sum(n * n) AS nn
  FROM ${CLUSTERS} GROUP BY kind, level
), power AS (
  SELECT kind, level, sum(n) AS n, sum(y) AS s1, count(DISTINCT practitioner) AS practitioners
  FROM ${CELLS} GROUP BY kind, level
), amounts AS (${amountsSql(extent)})
SELECT kind, level, n, s1, s2, s3, practitioners, clusters, yy, ny, nn, q1, q2, q3
FROM power JOIN clustered USING (kind, level) JOIN amounts USING (kind, level) ORDER BY kind, level`;
}

/** The exact sums of every level, discounts ascending, then `none`, then `unknown`; `lined` where LINE_SUMS stands. */
export async function readLevels(engine: Engine, lined: boolean): Promise<LevelSums[]> {
  const gross = await readGross(engine, lined);
  const rows = await engine.rows(levelsSql(await readExtent(engine)));
  return rows.map((row) => {
    const [kind, level, n, sum, sum2, sum3, practitioners, clusters, sumYY, sumNY, sumNN, q1, q2, q3] = row.map(big);
    const parts = gross.get(`${row[0]}/${row[1]}`)!;
    const known = parts.every((part) => part.denominator > 0n);
    return {
      kind: KINDS[Number(kind)]!,
      level: level!,
      power: { n: n!, sum: sum!, sum2: sum2!, sum3: sum3! },
      clusters: { n: n!, sum: sum!, clusters: clusters!, sumYY: sumYY!, sumNY: sumNY!, sumNN: sumNN! },
      practitioners: Number(practitioners),
      quartiles: { 1: q1!, 2: q2!, 3: q3! },
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
FROM pair JOIN ${CLUSTERS} a ON a.kind = 0 AND a.level = pair.low
  LEFT JOIN ${CLUSTERS} b ON b.kind = 0 AND b.level = pair.high AND b.patient IS NOT DISTINCT FROM a.patient
GROUP BY number ORDER BY number`);
  return rows.map((row) => {
    const [, shared, y1y0, y1n0, n1y0, n1n0] = row.map(big);
    return { shared: shared!, y1y0: y1y0!, y1n0: y1n0!, n1y0: n1y0!, n1n0: n1n0! };
  });
}
