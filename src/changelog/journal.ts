import type { Engine } from '../engine/engine.js';
import { fieldOf, type SourceDeclaration } from '../ksql/source.js';
import type { Policy } from '../privacy/policy.js';
import { text } from '../sql/quote.js';
import type { ColumnPlan } from './columns.js';
import { mappedAction } from './deidentify.js';
import { DROPPED, EVENTS, isFor, POSITION } from './events-table.js';
import { keyTextSql } from './order.js';
import { timestampSql } from './rowtime.js';

/** What a journal is made of. */
export interface JournalContext {
  readonly sources: readonly SourceDeclaration[];
  readonly plan: ColumnPlan;
  readonly policy: Policy | null;
  readonly hasKey: boolean;
}

/**
 * Writes every change event that takes part in a replay to a Parquet file, so that two replays can be compared: `topic, position, op,
 * key, shown, event_time, committed, content, shape`. Times are epoch milliseconds; `shown` is true where the policy keeps the key as it
 * is; `content` is a hash of the values that were read, which `shape` names.
 */
export async function writeJournal(engine: Engine, path: string, context: JournalContext): Promise<void> {
  const { sources, plan } = context;
  const topics = [...new Set(sources.map(({ topic }) => topic))];
  const parts = topics.map((topic) => topicSql(topic, context));
  const shape = JSON.stringify(plan.values.map(({ field, type }) => [field, type]));
  const values = plan.values.length === 0 ? '0' : `hash(${plan.values.map((v) => `e.value${v.index}`).join(', ')})`;
  const arm = (pick: (part: ReturnType<typeof topicSql>) => string): string =>
    `CASE ${parts.map((part) => `WHEN ${part.condition} THEN ${pick(part)}`).join(' ')} END`;
  const position = `CASE e.place_kind WHEN ${POSITION.binlog} THEN 'binlog ' || e.place1 || ':' || e.place2 || ':' || coalesce(e.place3, 0) WHEN ${POSITION.lsn} THEN 'lsn ' || e.place1 || '/' || e.place2 WHEN ${POSITION.offset} THEN 'partition ' || e.place1 || ' offset ' || e.place2 ELSE '' END`;
  await engine.run(
    `COPY (SELECT ${[
      `${arm((p) => text(p.topic))} AS topic`,
      `${position} AS position`,
      `CASE e.op WHEN 'x' THEN 'd' ELSE e.op END AS op`,
      `${arm((p) => p.key)} AS key`,
      `${arm((p) => String(p.shown))} AS shown`,
      `coalesce(${arm((p) => p.time)}, e.committed, e.recorded) AS event_time`,
      'coalesce(e.committed, e.recorded) AS committed',
      `${values} AS content`,
      `${text(shape)} AS shape`,
    ].join(
      ', ',
    )} FROM ${EVENTS} e WHERE e.class = 0 AND e.wanted AND e.rowid NOT IN (SELECT event_row FROM ${DROPPED})) TO ${text(path)} (FORMAT parquet, USE_TMP_FILE false)`,
  );
}

function topicSql(topic: string, { sources, plan, policy, hasKey }: JournalContext) {
  const over = sources.flatMap((source, at) => (source.topic === topic ? [{ source, at }] : []));
  const keyed = over.find(({ source }) => source.columns.some((c) => c.key)) ?? over[0]!;
  const dating = over.find(({ source }) => source.timestamp !== undefined);
  const keeps = (column: SourceDeclaration['columns'][number]): boolean => {
    if (policy === null) return false;
    const action = mappedAction(policy, keyed.source, fieldOf(column));
    return action !== 'unnamed' && (action.kind === 'keep' || (action.kind === 'hash' && hasKey));
  };
  return {
    topic,
    condition: isFor(
      over.map(({ at }) => at),
      'e.',
    ),
    key: keyTextSql(keyed.source, keyed.at, plan, 'e'),
    shown: keyed.source.columns.filter((c) => c.key).every(keeps),
    time: dating === undefined ? 'NULL' : timestampSql(dating.source, dating.at, plan, 'e.'),
  };
}
