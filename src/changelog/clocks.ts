import type { Engine } from '../engine/engine.js';
import type { SourceDeclaration } from '../ksql/source.js';
import { count } from './repeats.js';

const DAY = 86_400_000;

/**
 * Where the commit clock of a log runs behind its event times (an import, a rehearsal: more than half of the streamed
 * records of dated sources are dated over a day after their own commit), the commit time of a delete says nothing of when
 * it happened. Such a delete moves up to the latest event time that was committed before it. Returns how many moved.
 */
export async function followEventClock(
  engine: Engine,
  pairs: string,
  sources: readonly SourceDeclaration[],
): Promise<number> {
  const dated = sources.flatMap((s, at) => (s.timestamp === undefined ? [] : [at]));
  if (dated.length === 0) return 0;
  const streamed = `s IN (${dated.join(', ')}) AND NOT snap AND kind IN (1, 2)`;
  const ahead = `SELECT CASE WHEN count(*) FILTER (ts > ct + ${DAY}) * 2 > count(*) THEN 1 ELSE 0 END FROM ${pairs} WHERE live AND ${streamed}`;
  if ((await count(engine, ahead)) === 0) return 0;
  const later = `SELECT eid, keid, s, live, ts, max(CASE WHEN live THEN ts END) OVER (ORDER BY kind, p1, p2, p3, rank, s ROWS UNBOUNDED PRECEDING) AS later FROM ${pairs} WHERE ${streamed}`;
  const moved = `SELECT * FROM (${later}) WHERE NOT live AND later > ts`;
  const n = await count(engine, `SELECT count(*) FROM (${moved})`);
  await engine.run(`INSERT INTO "$redated" SELECT eid, keid, s, later FROM (${moved})`);
  return n;
}
