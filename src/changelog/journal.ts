import type { Engine } from '../engine/engine.js';
import { fieldOf, type SourceDeclaration } from '../ksql/source.js';
import type { Policy } from '../privacy/policy.js';
import { text } from '../sql/quote.js';
import type { ColumnPlan } from './columns.js';
import { mappedAction } from './deidentify.js';
import { EVENTS, POSITION } from './load.js';
import { keyTextSql } from './order.js';
import { DROPPED } from './repeats.js';
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
  const values = plan.values.length === 0 ? '0' : `hash(${plan.values.map((v) => `e.v${v.index}`).join(', ')})`;
  const arm = (pick: (part: ReturnType<typeof topicSql>) => string): string =>
    `CASE ${parts.map((part) => `WHEN ${part.condition} THEN ${pick(part)}`).join(' ')} END`;
  const position = `CASE e.kind WHEN ${POSITION.binlog} THEN 'binlog ' || e.p1 || ':' || e.p2 || ':' || coalesce(e.p3, 0) WHEN ${POSITION.lsn} THEN 'lsn ' || e.p1 || '/' || e.p2 WHEN ${POSITION.offset} THEN 'partition ' || e.p1 || ' offset ' || e.p2 ELSE '' END`;
  await engine.run(
    `COPY (SELECT ${[
      `${arm((p) => text(p.topic))} AS topic`,
      `${position} AS position`,
      `CASE e.op WHEN 'x' THEN 'd' ELSE e.op END AS op`,
      `${arm((p) => p.key)} AS key`,
      `${arm((p) => String(p.shown))} AS shown`,
      `coalesce(${arm((p) => p.time)}, e.ct, e.rt) AS event_time`,
      'coalesce(e.ct, e.rt) AS committed',
      `${values} AS content`,
      `${text(shape)} AS shape`,
    ].join(
      ', ',
    )} FROM ${EVENTS} e WHERE e.cls = 0 AND e.mask <> 0 AND e.rowid NOT IN (SELECT eid FROM ${DROPPED})) TO ${text(path)} (FORMAT parquet, USE_TMP_FILE false)`,
  );
}

function topicSql(topic: string, { sources, plan, policy, hasKey }: JournalContext) {
  const over = sources.flatMap((source, at) => (source.topic === topic ? [{ source, at }] : []));
  const bits = over.reduce((sum, { at }) => sum + 2n ** BigInt(at), 0n);
  const keyed = over.find(({ source }) => source.columns.some((c) => c.key)) ?? over[0]!;
  const dating = over.find(({ source }) => source.timestamp !== undefined);
  const keeps = (column: SourceDeclaration['columns'][number]): boolean => {
    if (policy === null) return false;
    const action = mappedAction(policy, keyed.source, fieldOf(column));
    return action !== 'unnamed' && (action.kind === 'keep' || (action.kind === 'hash' && hasKey));
  };
  return {
    topic,
    condition: `(e.mask & ${bits}::UBIGINT) <> 0`,
    key: keyTextSql(keyed.source, keyed.at, plan, 'e'),
    shown: keyed.source.columns.filter((c) => c.key).every(keeps),
    time: dating === undefined ? 'NULL' : timestampSql(dating.source, dating.at, plan, 'e.'),
  };
}
