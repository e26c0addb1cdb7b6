import type { Engine } from '../engine/engine.js';
import type { SourceDeclaration } from '../ksql/source.js';
import type { ColumnPlan } from './columns.js';
import { count, EVENTS, isFor, isPlaced } from './events-table.js';
import { timestampSql } from './rowtime.js';

const DAY = 86_400_000;
/** A row as it was then: c, r or u. DuckDB makes a join of a longer IN, four times the cost. */
const VERSION = "op <> 'd' AND op <> 'x' AND op <> 't' AND op <> 'm'";

function datedSources(sources: readonly SourceDeclaration[]): readonly number[] {
  return sources.flatMap((s, at) => (s.timestamp === undefined ? [] : [at]));
}

/**
 * True where a delete was committed before a time that a version of its key gives for itself: only then can it stand before
 * the row that it takes away. Asked of the events themselves: it is the rare case, and looking for it must cost little.
 */
export async function anyDeleteBehind(
  engine: Engine,
  sources: readonly SourceDeclaration[],
  plan: ColumnPlan,
): Promise<boolean> {
  for (const at of datedSources(sources)) {
    const source = sources[at]!;
    const keys = source.columns.filter((c) => c.key).map((c) => `value${plan.bySource[at]!.get(c.name)}`);
    if (keys.length === 0) continue;
    const here = `class = 0 AND ${isFor([at])}`;
    const deletes = `SELECT ${keys.join(', ')}, min(coalesce(committed, recorded, 0)) AS first FROM ${EVENTS} WHERE ${here} AND op IN ('d', 'x') GROUP BY ALL`;
    const behind = `SELECT count(*) FROM ${EVENTS} v JOIN (${deletes}) d ON ${keys.map((k) => `v.${k} = d.${k}`).join(' AND ')} WHERE ${here} AND ${VERSION} AND ${timestampSql(source, at, plan, 'v.')} > d.first`;
    if ((await count(engine, behind)) > 0) return true;
  }
  return false;
}

/**
 * Where the commit clock of a log runs behind its event times (an import, a rehearsal: more than half of the streamed
 * records of dated sources are dated over a day after their own commit), the commit time of a delete says nothing of when
 * it happened. Such a delete moves up to the latest event time that was committed before it. Returns how many moved.
 */
export async function followEventClock(
  engine: Engine,
  pairs: string,
  sources: readonly SourceDeclaration[],
  plan: ColumnPlan,
): Promise<number> {
  const dated = datedSources(sources);
  const streamed = `s IN (${dated.join(', ')}) AND NOT snapshot_row AND ${isPlaced()}`;
  if (!(await commitClockBehind(engine, sources, plan))) return 0;
  const later = `SELECT event_row, key_row, s, live, ts, max(CASE WHEN live THEN ts END) OVER (ORDER BY place_kind, place1, place2, place3, rank, s ROWS UNBOUNDED PRECEDING) AS later FROM ${pairs} WHERE ${streamed}`;
  const moved = `SELECT * FROM (${later}) WHERE NOT live AND later > ts`;
  const n = await count(engine, `SELECT count(*) FROM (${moved})`);
  await engine.run(`INSERT INTO "$redated" SELECT event_row, key_row, s, later FROM (${moved})`);
  return n;
}

/** More than half of the streamed records of dated sources are dated over a day after their own commit. */
async function commitClockBehind(
  engine: Engine,
  sources: readonly SourceDeclaration[],
  plan: ColumnPlan,
): Promise<boolean> {
  const instants = [...new Set(datedSources(sources).map((at) => timestampSql(sources[at]!, at, plan)))];
  // The rule of most logs is settled by what costs least: no row is dated that late.
  const late = instants.map((own) => `EXISTS (SELECT 1 FROM ${EVENTS} WHERE ${own} > committed + ${DAY})`);
  if (late.length === 0 || (await count(engine, `SELECT (${late.join(' OR ')})::INTEGER`)) === 0) return false;
  const parts = datedSources(sources).map((at) => {
    const own = timestampSql(sources[at]!, at, plan);
    return `SELECT count(*) AS n, count(*) FILTER (${own} > committed + ${DAY}) AS late FROM ${EVENTS} WHERE class = 0 AND ${isFor([at])} AND NOT snapshot_row AND ${isPlaced()} AND op IN ('c', 'u')`;
  });
  return (await count(engine, `SELECT (sum(late) * 2 > sum(n))::INTEGER FROM (${parts.join(' UNION ALL ')})`)) > 0;
}
