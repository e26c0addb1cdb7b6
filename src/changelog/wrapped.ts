import type { Engine } from '../engine/engine.js';
import { tableOfTopic } from '../input/topic-name.js';
import type { SourceDeclaration } from '../ksql/source.js';
import type { ColumnPlan } from './columns.js';
import { count, EVENTS, isFor } from './events-table.js';
import type { TableVersion } from './schema-history.js';

/**
 * Columns that the database declares BIGINT UNSIGNED and that hold negative numbers: the connector's default
 * (`bigint.unsigned.handling.mode=long`) wraps what is above 2^63 - 1. In words, with counts; only a schema-change topic tells it.
 */
export async function wrappedNumbers(
  engine: Engine,
  sources: readonly SourceDeclaration[],
  plan: ColumnPlan,
  history: readonly TableVersion[],
): Promise<readonly string[]> {
  const texts = new Set<string>();
  for (const value of plan.values.filter(({ type }) => type.kind !== 'BYTES' && type.kind !== 'BOOLEAN')) {
    for (const at of value.sources) {
      const table = tableOfTopic(sources[at]!.topic);
      const unsigned = history.some(
        (v) => v.table === table && /^BIGINT.*UNSIGNED/.test(v.columns.get(value.field)?.type ?? ''),
      );
      if (!unsigned) continue;
      const n = await count(
        engine,
        `SELECT count(*) FROM ${EVENTS} WHERE class = 0 AND ${isFor([at])} AND starts_with(value${value.index}::VARCHAR, '-')`,
      );
      if (n > 0)
        texts.add(
          `${table}.${value.field}: ${n} numbers of a BIGINT UNSIGNED column are negative: the connector wraps what is above 2^63 - 1 (bigint.unsigned.handling.mode=long); the database holds 18446744073709551616 more.`,
        );
    }
  }
  return [...texts].sort();
}
