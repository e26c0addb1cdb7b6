import type { Engine } from '../engine/engine.js';
import type { SourceDeclaration } from '../ksql/source.js';
import type { ReplayOptions } from '../relation.js';
import { anyDeleteBehind, followEventClock } from './clocks.js';
import type { ColumnPlan } from './columns.js';
import { count, DROPPED, EVENTS, isFor, isPlaced, POSITION } from './events-table.js';
import { timestampSql } from './rowtime.js';
import { truncatedSql } from './truncates.js';
import { DELETED, droppedSql } from './undated.js';

/**
 * One row per (record, declared source) with its ROWTIME, `live`, and `key_row`: the events row that holds its key. It stands in the
 * order of the replay: `PLACE` numbers it.
 */
export const ORDERED = '"$ordered"';
/** `$seq` of a row of `ORDERED` (alias `o`): a sorted table keeps its order, and a window that counts rows costs as much as the sort. */
export const PLACE = '(o.rowid + 1)';
const PAIRS = '"$pairs"';

/** What the order of a run is made of. */
export interface OrderContext {
  readonly sources: readonly SourceDeclaration[];
  readonly plan: ColumnPlan;
  readonly options: ReplayOptions;
  /** ROWTIME of rows that nothing dates (dumps): the latest event time of the input. */
  readonly fallback: number;
}

/** Gives every (record, source) pair its place in the replay. Counts what `--baseline open` moved, the deletes that were postponed, and those that follow the event clock. */
export async function orderEvents(
  engine: Engine,
  context: OrderContext,
): Promise<{ openings: number; postponed: number; followed: number; last: (at: number) => LastRows }> {
  await arrivals(engine);
  const parts: string[] = [];
  for (const [at, source] of context.sources.entries()) {
    parts.push(pairSql(source, at, context));
    if (source.kind === 'table' && !forgetsNothing(source, context)) {
      const truncated = await truncatedSql(engine, source, at, context.plan);
      if (truncated !== null) parts.push(truncated);
    }
  }
  const all = parts.join(' UNION ALL ');
  await engine.run('CREATE OR REPLACE TEMP TABLE "$redated" (event_row BIGINT, key_row BIGINT, s INTEGER, ts BIGINT)');
  await engine.run(`CREATE OR REPLACE TEMP VIEW ${PAIRS} AS ${all}`);
  const followed = await followEventClock(engine, PAIRS, context.sources, context.plan);
  if (followed > 0) await engine.run(redatedView(all));
  const behind = await anyDeleteBehind(engine, context.sources, context.plan);
  const postponed = behind ? await postponeDeletes(engine, context) : 0;
  if (followed + postponed > 0) await engine.run(redatedView(all));
  const ties = await tiesOf(engine);
  const openings = context.options.baseline === 'open' ? await openFirst(engine, context, ties) : 0;
  const opening = openings > 0 ? '(CASE WHEN o.event_row IS NULL THEN 1 ELSE 0 END), ' : '';
  const join = openings > 0 ? 'LEFT JOIN "$opened" o ON o.event_row = p.event_row AND o.s = p.s' : '';
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${ORDERED} AS SELECT p.key_row, p.s, p.ts, p.live FROM ${PAIRS} p ${join} ${arrivalJoin(ties)} ${ranked(context.sources)} ORDER BY ${opening}${sortSql(context, ties)}`,
  );
  const last = (at: number): LastRows => ({
    from: `${PAIRS} p ${arrivalJoin(ties)} WHERE p.s = ${at}`,
    latestFirst: backwards(context, ties),
  });
  return { openings, postponed, followed, last };
}

/** A dated table as ksqlDB keeps it: no delete reaches it. */
function forgetsNothing(source: SourceDeclaration, { options }: OrderContext): boolean {
  return source.timestamp !== undefined && options.order === 'as-published';
}

/** How many records each source loses because nothing dates them. */
export async function countUndated(
  engine: Engine,
  { sources, plan, options }: OrderContext,
): Promise<{ source: string; records: number }[]> {
  const found: { source: string; records: number }[] = [];
  for (const [at, source] of sources.entries()) {
    const dropped = droppedSql(source, timestampSql(source, at, plan, 'e.'), options);
    if (dropped === null) continue;
    const sql = `SELECT count(*) FROM ${EVENTS} e WHERE e.class = 0 AND ${isFor([at], 'e.')} AND e.op NOT IN ('t', 'm') AND ${dropped} AND e.rowid NOT IN (SELECT event_row FROM ${DROPPED})`;
    found.push({ source: source.name, records: await count(engine, sql) });
  }
  return found;
}

/** Where the rows of a source stand, and their order: for a source of which only the last rows are wanted. */
export interface LastRows {
  readonly from: string;
  readonly latestFirst: string;
}

/** Sources of which only the last rows are wanted take no place in the replay: nothing is asked at a moment of theirs. */
function ranked(sources: readonly SourceDeclaration[]): string {
  const final = sources.flatMap((s, at) => (s.finalOnly === true ? [at] : []));
  return final.length === 0 ? '' : `WHERE p.s NOT IN (${final.join(', ')})`;
}

/** The pairs with the deletes that moved at their new time. */
function redatedView(all: string): string {
  return `CREATE OR REPLACE TEMP VIEW ${PAIRS} AS SELECT p.* REPLACE (greatest(p.ts, r.ts) AS ts) FROM (${all}) p LEFT JOIN (SELECT event_row, key_row, s, max(ts) AS ts FROM "$redated" GROUP BY event_row, key_row, s) r ON NOT p.live AND r.event_row = p.event_row AND r.key_row = p.key_row AND r.s = p.s`;
}

function pairSql(source: SourceDeclaration, at: number, context: OrderContext): string {
  const dropped = droppedSql(source, timestampSql(source, at, context.plan, 'e.'), context.options);
  return `SELECT e.rowid AS event_row, e.rowid AS key_row, ${at} AS s, ${rowtimeOf(source, at, context)} AS ts, greatest(e.committed, i.t) AS committed, e.snapshot_row, e.place_kind, e.place1, e.place2, e.place3, (CASE e.op WHEN 'd' THEN 0 WHEN 'x' THEN 2 ELSE 1 END) AS rank, ${timeless(source)} AS timeless, NOT (${DELETED}) AS live, e.op, e.stream, CASE WHEN e.snapshot_row OR NOT ${isPlaced('e.')} THEN ${keyTextSql(source, at, context.plan, 'e')} END AS tie, e.file_index, e.record${context.plan.values.map((v) => `, e.value${v.index}`).join('')} FROM ${EVENTS} e ${incrementalJoin()} WHERE e.class = 0 AND ${isFor([at], 'e.')} AND e.op <> 't' AND e.op <> 'm'${dropped === null ? '' : ` AND NOT ${dropped}`} AND e.rowid NOT IN (SELECT event_row FROM ${DROPPED})`;
}

/** SQL boolean: a row of a dump that neither its table nor anything else dates: it holds for all time, from before the first event. */
function timeless(source: SourceDeclaration): string {
  return source.kind === 'table' && source.timestamp === undefined
    ? "(e.op = 'r' AND e.committed IS NULL AND e.recorded IS NULL)"
    : 'false';
}

function rowtimeOf(source: SourceDeclaration, at: number, context: OrderContext): string {
  const commit = `coalesce(greatest(e.committed, i.t), e.committed, e.recorded, ${context.fallback})`;
  const own = timestampSql(source, at, context.plan, 'e.');
  return `CASE WHEN ${DELETED} THEN coalesce(e.committed, e.recorded, ${context.fallback}) ELSE coalesce(${own}, ${commit}) END`;
}

function incrementalJoin(): string {
  return 'LEFT JOIN "$incremental" i ON i.event_row = e.rowid';
}

/**
 * Incremental-snapshot rows stand at their position: their commit time is the wall clock of the connector, so it is raised to
 * the latest commit before that position. Records without a position in the source are placed by arrival in their partition.
 */
async function arrivals(engine: Engine): Promise<void> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE "$incremental" AS SELECT e.rowid AS event_row, max(b.t) AS t FROM (SELECT rowid, place_kind, place1, place2 FROM ${EVENTS} WHERE incremental) e
    LEFT JOIN (SELECT place_kind, place1, place2, max(committed) AS t FROM ${EVENTS} WHERE NOT incremental AND NOT snapshot_row AND class = 0 AND ${isPlaced()} AND (SELECT count(*) FROM ${EVENTS} WHERE incremental) > 0 GROUP BY place_kind, place1, place2) b
    ON b.place_kind = e.place_kind AND (b.place1, b.place2) <= (e.place1, e.place2) GROUP BY e.rowid`);
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE "$arrival" AS SELECT rowid AS event_row, kafka_partition, kafka_offset, stream, max(recorded) OVER (PARTITION BY stream, kafka_partition ORDER BY kafka_offset, file_index, record ROWS UNBOUNDED PRECEDING) AS t FROM ${EVENTS} WHERE place_kind = ${POSITION.offset} AND wanted`,
  );
}

/**
 * A delete never stands before the version that it takes away: where a row's own time lies behind the commit of its delete
 * (dated ahead, or another clock), the delete moves up to it. Else the row would rise again.
 */
async function postponeDeletes(engine: Engine, context: OrderContext): Promise<number> {
  let postponed = 0;
  for (const [at, source] of context.sources.entries()) {
    const keyed = source.columns.some((c) => c.key) && source.timestamp !== undefined;
    if (!keyed || (await count(engine, `SELECT count(*) FROM ${PAIRS} WHERE s = ${at} AND NOT live`)) === 0) continue;
    const key = keyTextSql(source, at, context.plan, 'k');
    const mine = `FROM ${PAIRS} p JOIN ${EVENTS} k ON k.rowid = p.key_row WHERE p.s = ${at}`;
    await engine.run(`CREATE OR REPLACE TEMP TABLE "$postponed" AS SELECT event_row, key_row, later FROM (
      SELECT p.event_row, p.key_row, p.live, p.ts, max(CASE WHEN p.live THEN p.ts END) OVER (PARTITION BY ${key} ORDER BY p.place_kind, p.place1, p.place2, p.place3, p.rank, k.kafka_partition, k.kafka_offset, p.file_index, p.record, p.live DESC ROWS UNBOUNDED PRECEDING) AS later
      ${mine} AND hash(${key}) IN (SELECT hash(${key}) ${mine} AND NOT p.live)) WHERE NOT live AND later > ts`);
    postponed += await count(engine, 'SELECT count(*) FROM "$postponed"');
    await engine.run(`INSERT INTO "$redated" SELECT event_row, key_row, ${at}, later FROM "$postponed"`);
  }
  return postponed;
}

/** Key text of a record by one source: a tie-break that does not depend on files. */
export function keyTextSql(source: SourceDeclaration, at: number, plan: ColumnPlan, alias: string): string {
  const keys = source.columns
    .filter((c) => c.key)
    .map((c) => `${alias}.value${plan.bySource[at]!.get(c.name)}::VARCHAR`);
  return keys.length === 0 ? 'NULL::VARCHAR' : keys.length === 1 ? keys[0]! : `concat_ws(chr(31), ${keys.join(', ')})`;
}

/** Which parts of the sort key decide anything in this run. */
interface Ties {
  readonly snapshots: boolean;
  readonly unplaced: boolean;
  readonly arrivals: boolean;
  readonly lsn: boolean;
  /** Rows of a dump, or of a snapshot, that nothing dates. */
  readonly undated: boolean;
}

async function tiesOf(engine: Engine): Promise<Ties> {
  const row = (
    await engine.rows(
      `SELECT bool_or(snapshot_row OR op = 't'), bool_or(NOT ${isPlaced()}), bool_or(place_kind = ${POSITION.offset}), bool_or(place_kind = ${POSITION.lsn}), bool_or(op = 'r' AND committed IS NULL AND recorded IS NULL) FROM ${EVENTS} WHERE class = 0 AND wanted`,
    )
  )[0]!;
  return {
    snapshots: row[0] === true,
    unplaced: row[1] === true,
    arrivals: row[2] === true,
    lsn: row[3] === true,
    undated: row[4] === true,
  };
}

function arrivalJoin(ties: Ties): string {
  return ties.arrivals ? 'LEFT JOIN "$arrival" a ON a.event_row = p.event_row' : '';
}

/** ORDER BY list of a replay order; position decides within one instant, then tables before streams, then stable names. */
function sortSql(context: OrderContext, ties: Ties): string {
  return sortKeys(context, ties).join(', ');
}

/** The same order backwards: DuckDB puts nulls last in both directions unless told. */
function backwards(context: OrderContext, ties: Ties): string {
  return sortKeys(context, ties)
    .map((k) => (k.endsWith(' NULLS FIRST') ? k.replace(/ NULLS FIRST$/, ' DESC NULLS LAST') : `${k} DESC NULLS FIRST`))
    .join(', ');
}

function sortKeys(context: OrderContext, ties: Ties): readonly string[] {
  const tables = context.sources.flatMap((s, at) => (s.kind === 'table' ? [at] : []));
  const mixed = tables.length > 0 && tables.length < context.sources.length;
  const tableFirst = `(CASE WHEN p.s IN (${tables.join(', ')}) THEN 0 ELSE 1 END)`;
  const placed = (column: string): string =>
    ties.unplaced ? `(CASE WHEN ${isPlaced('p.')} THEN p.${column} END)` : `p.${column}`;
  const place = ['place1', 'place2', ...(ties.lsn && !ties.unplaced ? [] : ['place3']), 'rank'].map(placed);
  const tablesFirst = mixed ? [tableFirst] : [];
  const arrival = ties.arrivals ? ['a.t', 'a.stream', 'a.kafka_partition', 'a.kafka_offset'] : [];
  const snapshotFirst = ties.snapshots ? ['(CASE WHEN p.snapshot_row THEN 0 ELSE 1 END)'] : [];
  // Shortest first: integer keys then stand in the order of their numbers.
  const last = ['p.stream', 'length(p.tie)', 'p.tie', 'p.file_index', 'p.record', 'p.event_row'];
  const end = ties.snapshots || ties.unplaced ? last : ['p.event_row'];
  if (context.options.order === 'event-time') {
    const timelessFirst = ties.undated ? ['(CASE WHEN p.timeless THEN 0 ELSE 1 END)'] : [];
    return [
      ...timelessFirst,
      'p.ts',
      'p.committed NULLS FIRST',
      ...snapshotFirst,
      ...place,
      ...tablesFirst,
      'p.s',
      ...arrival,
      ...end,
    ];
  }
  const lines = ties.unplaced
    ? ['file_index', 'record'].map(
        (c) => `(CASE WHEN p.place_kind = ${POSITION.none} AND NOT p.snapshot_row THEN p.${c} END)`,
      )
    : [];
  const snapshotTables = ties.snapshots && mixed ? [`(CASE WHEN p.snapshot_row THEN ${tableFirst} END)`] : [];
  return [...snapshotFirst, ...snapshotTables, ...place, ...arrival, ...lines, ...tablesFirst, 'p.s', ...end];
}

/** `--baseline open`: the first known version of a table's key, unless the log shows its birth. */
async function openFirst(engine: Engine, context: OrderContext, ties: Ties): Promise<number> {
  const dated = context.sources.flatMap((s, at) => (s.kind === 'table' && s.timestamp !== undefined ? [at] : []));
  if (dated.length === 0) return 0;
  const sort = sortSql(context, ties);
  const first = dated.map((at) => {
    const key = keyTextSql(context.sources[at]!, at, context.plan, 'k');
    return `SELECT p.event_row, p.s, p.live, p.op, row_number() OVER (PARTITION BY ${key} ORDER BY ${sort}) AS n FROM ${PAIRS} p JOIN ${EVENTS} k ON k.rowid = p.key_row ${arrivalJoin(ties)} WHERE p.s = ${at}`;
  });
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE "$opened" AS SELECT event_row, s FROM (${first.join(' UNION ALL ')}) WHERE n = 1 AND live AND op <> 'c'`,
  );
  return await count(engine, 'SELECT count(*) FROM "$opened"');
}
