import type { Engine } from '../engine/engine.js';
import type { SourceDeclaration } from '../ksql/source.js';
import type { ColumnPlan } from './columns.js';
import { CLASS, count, EVENTS, isFor, sourceWords, wordOf } from './events-table.js';

/** A table takes no record whose key is null (a stream does): such records leave its sources. Gives how many there are, and how many belong to no source any more. */
export async function leaveKeyless(
  engine: Engine,
  sources: readonly SourceDeclaration[],
  plan: ColumnPlan,
): Promise<{ readonly records: number; readonly gone: number }> {
  const keyless = sources.flatMap((source, at) => {
    const keys = source.columns.filter((c) => c.key).map((c) => `value${plan.bySource[at]!.get(c.name)} IS NULL`);
    return source.kind !== 'table' || keys.length === 0
      ? []
      : [{ at, test: `(${isFor([at])} AND (${keys.join(' OR ')}))` }];
  });
  if (keyless.length === 0) return { records: 0, gone: 0 };
  const rows = `class = ${CLASS.event} AND op IN ('r', 'c', 'u', 'd') AND misfit IS NULL AND wanted AND (${keyless.map(({ test }) => test).join(' OR ')})`;
  const records = await count(engine, `SELECT count(*) FROM ${EVENTS} WHERE ${rows}`);
  if (records === 0) return { records, gone: 0 };
  const left = sourceWords(plan.sources).map((name, word) => {
    const leaving = keyless.filter(({ at }) => wordOf([at], word) !== wordOf([], word));
    const bits = leaving.map(
      ({ at, test }) => `CASE WHEN ${test} THEN ${wordOf([at], word)} ELSE ${wordOf([], word)} END`,
    );
    return [name, [name, ...bits].reduce((sql, bit) => `xor(${sql}, ${bit})`)] as const;
  });
  const none = left.map(([, sql]) => `${sql} = 0`).join(' AND ');
  const gone = await count(engine, `SELECT count(*) FROM ${EVENTS} WHERE ${rows} AND ${none}`);
  await engine.run(
    `UPDATE ${EVENTS} SET ${left.map(([name, sql]) => `${name} = ${sql}`).join(', ')}, wanted = NOT (${none}) WHERE ${rows}`,
  );
  return { records, gone };
}
