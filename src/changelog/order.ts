import type { Engine } from '../engine/engine.js';
import type { SourceDeclaration } from '../ksql/source.js';
import type { ReplayOptions } from '../relation.js';
import type { ColumnPlan } from './columns.js';
import { EVENTS, POSITION } from './load.js';
import { count, DROPPED } from './repeats.js';
import { timestampSql } from './rowtime.js';
import { truncatedSql } from './truncates.js';

/** One row per (record, declared source) with its `seq`, ROWTIME, `live`, and `keid`: the events row that holds its key. */
export const ORDERED = '"$ordered"';
const PAIRS = '"$pairs"';

/** What the order of a run is made of. */
export interface OrderContext {
  readonly sources: readonly SourceDeclaration[];
  readonly plan: ColumnPlan;
  readonly options: ReplayOptions;
  /** ROWTIME of rows that nothing dates (dumps): the latest event time of the input. */
  readonly fallback: number;
}

/** Gives every (record, source) pair its place in the replay. Returns the number of openings (`--baseline open`). */
export async function orderEvents(engine: Engine, context: OrderContext): Promise<number> {
  await arrivals(engine);
  const parts: string[] = [];
  for (const [at, source] of context.sources.entries()) {
    parts.push(pairSql(source, at, context));
    if (source.kind === 'table') {
      const truncated = await truncatedSql(engine, source, at, context.plan);
      if (truncated !== null) parts.push(truncated);
    }
  }
  const columns = 'eid, keid, s, ts, ct, snap, kind, p1, p2, p3, rank, live, op';
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${PAIRS} AS SELECT ${columns} FROM (${parts.join(' UNION ALL ')})`);
  const keys = keyTextSql(context);
  const openings = context.options.baseline === 'open' ? await openFirst(engine, context, keys) : 0;
  const opening = openings > 0 ? '(CASE WHEN o.eid IS NULL THEN 1 ELSE 0 END), ' : '';
  const join = openings > 0 ? 'LEFT JOIN "$opened" o ON o.eid = p.eid AND o.s = p.s' : '';
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${ORDERED} AS SELECT p.keid, p.s, p.ts, p.live, row_number() OVER (ORDER BY ${opening}${sortSql(context, keys)}) AS seq FROM ${PAIRS} p ${join} ${sortJoins()}`,
  );
  return openings;
}

function pairSql(source: SourceDeclaration, at: number, context: OrderContext): string {
  const deleted = "e.op IN ('d','x')";
  return `SELECT e.rowid AS eid, e.rowid AS keid, ${at} AS s, ${rowtimeOf(source, at, context)} AS ts, e.ct, e.snap, e.kind, e.p1, e.p2, e.p3, (CASE e.op WHEN 'd' THEN 0 WHEN 'x' THEN 2 ELSE 1 END) AS rank, NOT (${deleted}) AS live, e.op FROM ${EVENTS} e ${incrementalJoin()} WHERE e.cls = 0 AND (e.mask & ${2n ** BigInt(at)}::UBIGINT) <> 0 AND e.op IN ('r','c','u','d','x') AND e.rowid NOT IN (SELECT eid FROM ${DROPPED})`;
}

function rowtimeOf(source: SourceDeclaration, at: number, context: OrderContext): string {
  const commit = `coalesce(greatest(e.ct, i.t), e.ct, e.rt, ${context.fallback})`;
  const own = timestampSql(source, at, context.plan, 'e.');
  return `CASE WHEN e.op IN ('d','x') THEN coalesce(e.ct, e.rt, ${context.fallback}) ELSE coalesce(${own}, ${commit}) END`;
}

function incrementalJoin(): string {
  return 'LEFT JOIN "$incremental" i ON i.eid = e.rowid';
}

/**
 * Incremental-snapshot rows stand at their position: their commit time is the wall clock of the connector, so it is raised to
 * the latest commit before that position. Records without a position in the source are placed by arrival in their partition.
 */
async function arrivals(engine: Engine): Promise<void> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE "$incremental" AS SELECT e.rowid AS eid, max(b.t) AS t FROM (SELECT rowid, kind, p1, p2 FROM ${EVENTS} WHERE incremental) e
    LEFT JOIN (SELECT kind, p1, p2, max(ct) AS t FROM ${EVENTS} WHERE NOT incremental AND NOT snap AND cls = 0 AND kind IN (1, 2) AND (SELECT count(*) FROM ${EVENTS} WHERE incremental) > 0 GROUP BY kind, p1, p2) b
    ON b.kind = e.kind AND (b.p1, b.p2) <= (e.p1, e.p2) GROUP BY e.rowid`);
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE "$arrival" AS SELECT rowid AS eid, part, off, stream, max(rt) OVER (PARTITION BY stream, part ORDER BY off, fi, ord ROWS UNBOUNDED PRECEDING) AS t FROM ${EVENTS} WHERE kind = ${POSITION.offset} AND mask <> 0`,
  );
}

/** Key text of a pair's record by its source: a tie-break that does not depend on files. */
function keyTextSql(context: OrderContext): string {
  const branches = context.sources.flatMap((source, at) => {
    const keys = source.columns
      .filter((c) => c.key)
      .map((c) => `k.v${context.plan.bySource[at]!.get(c.name)}::VARCHAR`);
    return keys.length === 0 ? [] : [`WHEN ${at} THEN concat_ws(chr(31), ${keys.join(', ')})`];
  });
  return branches.length === 0 ? 'NULL' : `CASE p.s ${branches.join(' ')} END`;
}

function sortJoins(): string {
  return `LEFT JOIN "$arrival" a ON a.eid = p.eid JOIN ${EVENTS} k ON k.rowid = p.keid`;
}

/** ORDER BY list of a replay order; position decides within one instant, then tables before streams, then stable names. */
function sortSql(context: OrderContext, keys: string): string {
  const tables = context.sources.flatMap((s, at) => (s.kind === 'table' ? [at] : []));
  const tableFirst = tables.length === 0 ? '0' : `(CASE WHEN p.s IN (${tables.join(', ')}) THEN 0 ELSE 1 END)`;
  const placed = 'p.kind IN (1, 2)';
  const place = ['p1', 'p2', 'p3']
    .map((c) => `(CASE WHEN ${placed} THEN p.${c} END)`)
    .concat(`(CASE WHEN ${placed} THEN p.rank END)`);
  const tie = `(CASE WHEN ${placed} AND NOT p.snap AND p.keid = p.eid THEN NULL ELSE ${keys} END)`;
  const arrival = ['a.t', 'a.stream', 'a.part', 'a.off'];
  const snapshotFirst = '(CASE WHEN p.snap THEN 0 ELSE 1 END)';
  // Shortest first: integer keys then stand in the order of their numbers.
  const last = ['k.stream', `length(${tie})`, tie, 'k.fi', 'k.ord', 'p.eid'];
  const order =
    context.options.order === 'event-time'
      ? ['p.ts', 'p.ct NULLS FIRST', snapshotFirst, ...place, tableFirst, 'p.s', ...arrival, ...last]
      : [
          snapshotFirst,
          `(CASE WHEN p.snap THEN ${tableFirst} END)`,
          ...place,
          ...arrival,
          `(CASE WHEN p.kind = ${POSITION.none} AND NOT p.snap THEN k.fi END)`,
          `(CASE WHEN p.kind = ${POSITION.none} AND NOT p.snap THEN k.ord END)`,
          tableFirst,
          'p.s',
          ...last,
        ];
  return order.join(', ');
}

/** `--baseline open`: the first known version of a table's key, unless the log shows its birth. */
async function openFirst(engine: Engine, context: OrderContext, keys: string): Promise<number> {
  const dated = context.sources.flatMap((s, at) => (s.kind === 'table' && s.timestamp !== undefined ? [at] : []));
  if (dated.length === 0) return 0;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE "$opened" AS SELECT eid, s FROM (SELECT p.eid, p.s, p.live, p.op, row_number() OVER (PARTITION BY p.s, ${keys} ORDER BY ${sortSql(context, keys)}) AS n FROM ${PAIRS} p ${sortJoins()} WHERE p.s IN (${dated.join(', ')})) WHERE n = 1 AND live AND op <> 'c'`,
  );
  return await count(engine, 'SELECT count(*) FROM "$opened"');
}
