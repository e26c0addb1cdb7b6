import type { SourceDeclaration } from '../ksql/source.js';
import type { ReplayOptions } from '../relation.js';

/** A delete, in the events table. */
export const DELETED = "e.op IN ('d','x')";

/**
 * The records that ksqlDB drops because the column that the source names as TIMESTAMP gives them no time: "Failed to extract
 * timestamp from row" in its processing log. Null where nothing is dropped. `own` is that time, over the events table `e`.
 * Only as published: a table so declared then never sees a delete. By event time a delete stands at its commit, and a row without
 * a time of its own too.
 */
export function droppedSql(
  source: SourceDeclaration,
  own: string,
  { order }: Pick<ReplayOptions, 'order'>,
): string | null {
  if (source.timestamp === undefined || order !== 'as-published') return null;
  return own === 'NULL' ? DELETED : `(${DELETED} OR coalesce(${own}, -1) < 0)`;
}

/** What an as-published replay leaves out where an event-time one does not, in words; none where nothing is. */
export function undatedNotes(
  dropped: readonly { readonly source: string; readonly records: number }[],
): readonly string[] {
  return dropped
    .filter(({ records }) => records > 0)
    .map(
      ({ source, records }) =>
        `${records} records of ${source} have no time in the column that it names as TIMESTAMP (deletes have none) and are left out, as ksqlDB leaves them out; --order event-time takes deletes at their commit.`,
    );
}
