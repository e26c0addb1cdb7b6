import type { Engine } from '../engine/engine.js';
import { pseudonymSql } from '../privacy/run-secret.js';
import { text } from '../sql/quote.js';

/** A change event that one of two runs has and the other has not. Times are ISO 8601 in UTC. */
export interface DifferingEvent {
  readonly side: 'before' | 'after';
  readonly topic: string;
  readonly position: string;
  readonly op: string;
  /** As it is where the policy keeps it, else a number that stands for it among these events. */
  readonly key: string | null;
  readonly eventTime: string | null;
  readonly committed: string | null;
}

/** The first events that only one of two journals has, in the order of their commits, and how many there are. */
export interface DifferingEvents {
  readonly listed: readonly DifferingEvent[];
  readonly before: number;
  readonly after: number;
}

/** Compares two journals (see `writeJournal`). Values count only where both runs read the same columns. */
export async function differingEvents(
  engine: Engine,
  before: string,
  after: string,
  limit: number,
): Promise<DifferingEvents> {
  const journal = (path: string): string => `read_parquet(${text(path)})`;
  const same = `(SELECT count(*) FROM (SELECT shape FROM ${journal(before)} UNION SELECT shape FROM ${journal(after)})) <= 1`;
  const rows = (path: string): string =>
    `SELECT topic, position, op, key, shown, event_time, committed, CASE WHEN ${same} THEN content END AS content FROM ${journal(path)}`;
  const only = (side: string, a: string, b: string): string =>
    `SELECT '${side}' AS side, * FROM (${rows(a)} EXCEPT ALL ${rows(b)})`;
  await engine.run(
    `CREATE TEMP TABLE "$differing" AS ${only('before', before, after)} UNION ALL ${only('after', after, before)}`,
  );
  const counts = await engine.rows(
    `SELECT count(*) FILTER (side = 'before'), count(*) FILTER (side = 'after') FROM "$differing"`,
  );
  const iso = (column: string): string => `strftime(make_timestamp(${column} * 1000), '%Y-%m-%dT%H:%M:%S.%gZ')`;
  const name = `CASE WHEN shown THEN key WHEN key IS NOT NULL THEN topic || ' #' || dense_rank() OVER (PARTITION BY topic, shown ORDER BY ${pseudonymSql('key', ['"$differing"'])}, key) END`;
  const listed = await engine.rows(
    `SELECT side, topic, position, op, ${name}, ${iso('event_time')}, ${iso('committed')} FROM "$differing" ORDER BY committed, topic, position, op, key, side DESC, content LIMIT ${limit}`,
  );
  const cell = (value: unknown): string | null => (value === null ? null : String(value));
  return {
    listed: listed.map(([side, topic, position, op, key, eventTime, committed]) => ({
      side: side === 'before' ? 'before' : 'after',
      topic: String(topic),
      position: String(position),
      op: String(op),
      key: cell(key),
      eventTime: cell(eventTime),
      committed: cell(committed),
    })),
    before: Number(counts[0]![0]),
    after: Number(counts[0]![1]),
  };
}
