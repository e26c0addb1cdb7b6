import type { Engine } from '../../engine/engine.js';
import { identifier } from '../../sql/quote.js';
import {
  type ClusterProducts,
  clusterProducts,
  SLOPE_TERMS,
  type SlopeSums,
  TERM_PAIRS,
  type WithinPool,
  withinPools,
} from '../../statistics/slope-sums.js';
import { CELLS, PATIENTS } from './orders.js';
import { big } from './sums.js';

/** Who owns the orders of one cluster. */
type Owner = 'patient' | 'practitioner';

/** One owner's clusters, added up. */
export interface OwnerSums {
  readonly products: ClusterProducts;
  readonly pools: readonly WithinPool[];
}

/** All that the slopes over some levels need. */
export interface SlopeFacts {
  readonly patient: OwnerSums;
  readonly practitioner: OwnerSums;
  /** Distinct patients at practitioners with two or more discounts, and at none. */
  readonly behind: { readonly varying: number; readonly without: number };
}

/** The largest HUGEINT. */
const LARGEST = 2n ** 127n - 1n;

function table(owner: Owner): string {
  return identifier(`$discount_impact_${owner}s`);
}

function among(levels: readonly bigint[]): string {
  return `${CELLS} WHERE kind = 0 AND level IN (${levels.join(', ')})`;
}

/**
 * Makes the owner's clusters: SLOPE_TERMS, x being the discount as stored, and per cluster `u` and `v`, the xy and xx of
 * WithinPool. They fit HUGEINT: with orders * amount^3 <= 10^38 and discounts below 10^9, n * xy stays below it up to 5e9 orders.
 */
async function makeClusters(engine: Engine, owner: Owner, levels: readonly bigint[]): Promise<void> {
  const known = owner === 'practitioner' ? 'AND practitioner IS NOT NULL' : '';
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${table(owner)} AS
WITH cell AS (
  SELECT ${owner} AS owner, CAST(n AS HUGEINT) AS n, CAST(x AS HUGEINT) AS x, y FROM ${among(levels)} ${known}
), cluster AS (
  SELECT owner, sum(n) AS n, sum(n * x) AS x, sum(y) AS y, sum(n * x * x) AS xx, sum(x * y) AS xy FROM cell GROUP BY owner
)
SELECT *, n * xy - x * y AS u, n * xx - x * x AS v FROM cluster`);
}

/** Do the sums of products of two terms fit HUGEINT? None is larger than clusters * (largest term)^2. */
async function productsFit(engine: Engine, owner: Owner): Promise<boolean> {
  const terms = [...SLOPE_TERMS, 'u', 'v'].map((term) => `coalesce(max(abs(${term})), 0)`);
  const [row] = await engine.rows(`SELECT count(*), greatest(${terms.join(', ')}) FROM ${table(owner)}`);
  const [clusters, largest] = row!.map(big) as [bigint, bigint];
  return clusters * largest * largest <= LARGEST;
}

async function addInSql(engine: Engine, owner: Owner): Promise<OwnerSums> {
  const terms = [...SLOPE_TERMS, ...TERM_PAIRS.map(([i, j]) => `${SLOPE_TERMS[i]} * ${SLOPE_TERMS[j]}`)];
  const sums = terms.map((term) => `sum(${term})`).join(', ');
  const [row] = await engine.rows(`SELECT count(*), ${sums} FROM ${table(owner)}`);
  const [clusters, ...added] = row!.map(big);
  const mixed = ['u', 'v'].flatMap((one) => SLOPE_TERMS.map((term) => `sum(${term} * ${one})`)).join(', ');
  const pools = await engine.rows(`SELECT n, count(*), count(*) FILTER (v <> 0), sum(u), sum(v), sum(u * u), sum(u * v),
  sum(v * v), ${mixed} FROM ${table(owner)} GROUP BY n ORDER BY n`);
  return {
    products: {
      clusters: clusters!,
      sums: added.slice(0, SLOPE_TERMS.length),
      products: added.slice(SLOPE_TERMS.length),
    },
    pools: pools.map((pool) => {
      const [n, size, varying, xy, xx, xyxy, xyxx, xxxx, ...rest] = pool.map(big);
      return {
        n: n!,
        clusters: size!,
        varying: varying!,
        xy: xy!,
        xx: xx!,
        xyxy: xyxy!,
        xyxx: xyxx!,
        xxxx: xxxx!,
        termsXy: rest.slice(0, SLOPE_TERMS.length),
        termsXx: rest.slice(SLOPE_TERMS.length),
      };
    }),
  };
}

async function addInBigInt(engine: Engine, owner: Owner): Promise<OwnerSums> {
  const rows = await engine.rows(`SELECT ${SLOPE_TERMS.join(', ')} FROM ${table(owner)}`);
  const clusters = rows.map((row): SlopeSums => {
    const [n, x, y, xx, xy] = row.map(big);
    return { n: n!, x: x!, y: y!, xx: xx!, xy: xy! };
  });
  return { products: clusterProducts(clusters), pools: withinPools(clusters) };
}

async function addClusters(engine: Engine, owner: Owner): Promise<OwnerSums> {
  return (await productsFit(engine, owner)) ? addInSql(engine, owner) : addInBigInt(engine, owner);
}

async function practitionerPatients(engine: Engine, levels: readonly bigint[]): Promise<SlopeFacts['behind']> {
  const varying = `SELECT owner FROM ${table('practitioner')} WHERE v <> 0`;
  const [row] = await engine.rows(`WITH chosen AS (SELECT patient, practitioner FROM ${among(levels)})
SELECT (SELECT ${PATIENTS} FROM chosen WHERE practitioner IN (${varying})),
  (SELECT ${PATIENTS} FROM chosen WHERE practitioner IS NULL)`);
  return { varying: Number(row![0]), without: Number(row![1]) };
}

/**
 * The sums of the orders at these levels by patient and by practitioner. Orders without a practitioner are no cluster and left
 * out there; those without a patient are one cluster.
 */
export async function readSlopeFacts(engine: Engine, levels: readonly bigint[]): Promise<SlopeFacts> {
  const none: OwnerSums = { products: clusterProducts([]), pools: [] };
  if (levels.length === 0) return { patient: none, practitioner: none, behind: { varying: 0, without: 0 } };
  try {
    await makeClusters(engine, 'patient', levels);
    await makeClusters(engine, 'practitioner', levels);
    return {
      patient: await addClusters(engine, 'patient'),
      practitioner: await addClusters(engine, 'practitioner'),
      behind: await practitionerPatients(engine, levels),
    };
  } finally {
    for (const owner of ['patient', 'practitioner'] as const) await engine.run(`DROP TABLE IF EXISTS ${table(owner)}`);
  }
}
