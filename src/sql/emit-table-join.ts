import type { AnalyzedJoin, AnalyzedQuery, SourceUse } from '../ksql/analyzed.js';
import type { EmitContext } from './context.js';
import { emitExpression } from './expression.js';
import { type FromSql, joinedColumns } from './from.js';

/**
 * Changelog of a join of two tables on their primary keys: the changes of both sides in one order, each with the state
 * of the other side at that point (`ksqldb-observed`: what is emitted depends only on whether the other side has a row).
 */
export function tableJoinChanges(
  query: AnalyzedQuery,
  join: AnalyzedJoin,
  leftUses: readonly SourceUse[],
  left: FromSql,
  right: FromSql,
  context: EmitContext,
): FromSql {
  const leftColumns = leftUses.flatMap((u) => joinedColumns(u, context));
  const rightColumns = joinedColumns(join.right, context);
  const first = leftFirst(query, leftUses, join.right, context);
  // A tombstone of a join before this one has no columns but its key.
  const leftKey = leftUses.length > 1 ? '"$key"' : emitExpression(join.leftKey);
  const pack = (columns: readonly string[]): string =>
    `struct_pack("$live" := "$live", "$ts" := "$ts", ${columns.map((c) => `${c} := ${c}`).join(', ')})`;
  const side = (from: FromSql, key: string, rank: number, l: string, r: string): string =>
    `SELECT "$seq", "$sub", ${rank} AS "$side", ${key} AS "$key", ${l} AS "$l", ${r} AS "$r" FROM (${from.sql}) WHERE ${key} IS NOT NULL`;
  const union = `${side(left, leftKey, first ? 0 : 1, pack(leftColumns), 'NULL')}
UNION ALL BY NAME ${side(right, emitExpression(join.rightKey), first ? 1 : 0, 'NULL', pack(rightColumns))}`;
  const states = `SELECT "$seq", "$sub", "$side", "$key", "$l" IS NOT NULL AS "$left", last_value("$l" IGNORE NULLS) OVER w AS "$l", last_value("$r" IGNORE NULLS) OVER w AS "$r" FROM (${union})
WINDOW w AS (PARTITION BY "$key" ORDER BY "$seq", "$side", "$sub" ROWS UNBOUNDED PRECEDING)`;
  const flags = `SELECT *, coalesce("$l"."$live", FALSE) AS "$ln", coalesce("$r"."$live", FALSE) AS "$rn",
coalesce(lag("$l"."$live") OVER v, FALSE) AS "$lp", coalesce(lag("$r"."$live") OVER v, FALSE) AS "$rp" FROM (${states}) WINDOW v AS (PARTITION BY "$key" ORDER BY "$seq", "$side", "$sub")`;
  const { emits, live } = rules(join.type);
  const time = `greatest(CASE WHEN "$ln" OR "$left" THEN "$l"."$ts" END, CASE WHEN "$rn" OR NOT "$left" THEN "$r"."$ts" END)`;
  const unpack = (columns: readonly string[], struct: string, on: string): string[] =>
    columns.map((c) => `CASE WHEN ${on} THEN "${struct}".${c} END AS ${c}`);
  const values = [...unpack(leftColumns, '$l', '"$ln"'), ...unpack(rightColumns, '$r', '"$rn"')];
  const single = left.single && right.single;
  const sub = single ? '"$side" AS "$sub"' : '"$sub" * 2 + "$side" AS "$sub"';
  return {
    sql: `SELECT "$seq", ${sub}, ${time} AS "$ts", ${live} AS "$live", "$key", ${values.join(', ')} FROM (${flags}) WHERE ${emits}`,
    single: false,
  };
}

function rules(type: AnalyzedJoin['type']): { emits: string; live: string } {
  switch (type) {
    case 'inner':
      return { emits: 'CASE WHEN "$left" THEN "$rn" ELSE "$ln" END', live: '("$ln" AND "$rn")' };
    case 'left':
      return { emits: 'CASE WHEN "$left" THEN "$ln" OR "$lp" OR "$rn" ELSE "$ln" END', live: '"$ln"' };
    case 'right':
      return { emits: 'CASE WHEN "$left" THEN "$rn" ELSE "$rn" OR "$rp" OR "$ln" END', live: '"$rn"' };
    case 'full':
      return { emits: '"$ln" OR "$rn" OR "$lp" OR "$rp"', live: '("$ln" OR "$rn")' };
  }
}

/** True where the left side hears of a record first, when both sides are fed by it. */
export function leftFirst(
  query: AnalyzedQuery,
  leftUses: readonly SourceUse[],
  right: SourceUse,
  context: EmitContext,
): boolean {
  const step = (use: SourceUse): number => {
    const planned = context.relations.get(use.schema.name);
    return planned === undefined || planned.queries.length === 0
      ? (context.relations.get(query.target)?.index ?? 0)
      : planned.index;
  };
  return Math.min(...leftUses.map(step)) <= step(right);
}

/** Final rows of a join of two tables, from the final rows of both. */
export function tableJoinFinal(
  join: AnalyzedJoin,
  leftUses: readonly SourceUse[],
  left: FromSql,
  right: FromSql,
  context: EmitContext,
): FromSql {
  const leftColumns = leftUses.flatMap((u) => joinedColumns(u, context));
  const rightColumns = joinedColumns(join.right, context);
  const word = { inner: 'JOIN', left: 'LEFT JOIN', right: 'RIGHT JOIN', full: 'FULL JOIN' }[join.type];
  const columns = [...leftColumns.map((c) => `l.${c}`), ...rightColumns.map((c) => `r.${c}`)];
  const sql = `SELECT greatest(l."$seq", r."$seq") AS "$seq", 0 AS "$sub", greatest(l."$ts", r."$ts") AS "$ts", TRUE AS "$live", coalesce(l."$lkey", r."$rkey") AS "$key", ${columns.join(', ')}
FROM (SELECT *, ${emitExpression(join.leftKey)} AS "$lkey" FROM (${left.sql})) l ${word} (SELECT *, ${emitExpression(join.rightKey)} AS "$rkey" FROM (${right.sql})) r ON l."$lkey" = r."$rkey"`;
  return { sql, single: true };
}
