import type { Engine } from '../engine/engine.js';
import { tableOfTopic } from '../input/topic-name.js';
import { encodingOf } from './encoding.js';
import type { LoadContext } from './load-context.js';
import { matchSql } from './match.js';
import { FULL_NAME, namesOf } from './raw-select.js';
import { type EmbeddedSchema, schemaCases } from './schemas.js';

/** BIGINT columns over instants in finer units than milliseconds: in words, how many values lose digits. Those that date a source are counted with their guesses. */
export async function cutInstants(
  engine: Engine,
  staged: string,
  context: LoadContext,
  schemas: readonly EmbeddedSchema[],
): Promise<readonly string[]> {
  const fields = [...new Set(context.values.map((v) => v.field))];
  const names = {
    table: "coalesce(table_name, split_part(topic_name, '.', -1))",
    topic: 'topic_name',
    full: FULL_NAME,
  };
  const fine = context.values.flatMap((v) => {
    const { unit } = encodingOf(schemaCases(namesOf(context, v.field), schemas, false));
    if (v.type.kind !== 'BIGINT' || v.guessed || unit === undefined) return [];
    const n = `TRY_CAST(field${fields.indexOf(v.field)} AS BIGINT)`;
    const cut = `CASE ${unit} WHEN 'us' THEN ${n} % 1000 <> 0 WHEN 'ns' THEN ${n} % 1000000 <> 0 END`;
    return v.sources.map((s) => {
      const source = context.sources[s]!;
      return {
        name: `${tableOfTopic(source.topic)}.${v.field}`,
        sql: `count(*) FILTER (${cut} AND ${matchSql(source, names, context.options.topics)})`,
      };
    });
  });
  if (fine.length === 0) return [];
  const row = (await engine.rows(`SELECT ${fine.map((f) => f.sql).join(', ')} FROM ${staged}`))[0]!;
  const texts = fine.flatMap(({ name }, i) =>
    Number(row[i]) > 0
      ? [
          `${name}: ${Number(row[i])} values have parts of a millisecond, which a BIGINT of milliseconds does not hold; declared as VARCHAR they come out in full.`,
        ]
      : [],
  );
  return [...new Set(texts)];
}
