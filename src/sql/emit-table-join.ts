import type { AnalyzedJoin, SourceUse } from '../ksql/analyzed.js';
import { columnSql } from '../ksql/scope.js';
import type { EmitContext } from './context.js';
import { emitExpression } from './expression.js';
import { type FromSql, joinedColumns } from './from.js';
import { orderBy, together } from './path.js';

/**
 * Changelog of a join of two tables on their primary keys: the changes of both sides in one order, each with the state
 * of the other side at that point (`ksqldb-observed`: what is emitted depends only on whether the other side has a row).
 */
export function tableJoinChanges(
  join: AnalyzedJoin,
  leftUses: readonly SourceUse[],
  left: FromSql,
  right: FromSql,
  context: EmitContext,
): FromSql {
  const leftColumns = leftUses.flatMap((u) => joinedColumns(u, context));
  const rightColumns = joinedColumns(join.right, context);
  const order = together([left.order, right.order]);
  const by = orderBy(order);
  const pack = (columns: readonly string[]): string =>
    `struct_pack("$live" := "$live", "$ts" := "$ts", ${columns.map((c) => `${c} := ${c}`).join(', ')})`;
  const side = (from: FromSql, key: string, l: string, r: string): string =>
    `SELECT "$seq", "$sub", ${key} AS "$key", ${l} AS "$l", ${r} AS "$r" FROM (${from.sql}) WHERE ${key} IS NOT NULL`;
  const union = `${side(left, leftKey(join, leftUses), pack(leftColumns), 'NULL')}
UNION ALL BY NAME ${side(right, emitExpression(join.rightKey), 'NULL', pack(rightColumns))}`;
  const states = `SELECT "$seq", "$sub", "$key", "$l" IS NOT NULL AS "$left", last_value("$l" IGNORE NULLS) OVER w AS "$l", last_value("$r" IGNORE NULLS) OVER w AS "$r" FROM (${union})
WINDOW w AS (PARTITION BY "$key" ORDER BY ${by} ROWS UNBOUNDED PRECEDING)`;
  const flags = `SELECT *, coalesce("$l"."$live", FALSE) AS "$ln", coalesce("$r"."$live", FALSE) AS "$rn",
coalesce(lag("$l"."$live") OVER v, FALSE) AS "$lp", coalesce(lag("$r"."$live") OVER v, FALSE) AS "$rp" FROM (${states}) WINDOW v AS (PARTITION BY "$key" ORDER BY ${by})`;
  const { emits, live } = rules(join.type);
  // The side that did not change is asked for its state: of a join, that is the latest time of the rows that it has now.
  const state = `greatest(${leftUses.map((u) => `"$l".${columnSql(u.alias, '$ts', true)}`).join(', ')})`;
  const time = `CASE WHEN "$left" THEN greatest("$l"."$ts", CASE WHEN "$rn" THEN "$r"."$ts" END) ELSE greatest(CASE WHEN "$ln" THEN ${state} END, "$r"."$ts") END`;
  const unpack = (columns: readonly string[], struct: string, on: string): string[] =>
    columns.map((c) => `CASE WHEN ${on} THEN "${struct}".${c} END AS ${c}`);
  const values = [...unpack(leftColumns, '$l', '"$ln"'), ...unpack(rightColumns, '$r', '"$rn"')];
  return {
    sql: `SELECT "$seq", "$sub", ${time} AS "$ts", ${live} AS "$live", "$key", ${values.join(', ')} FROM (${flags}) WHERE ${emits}`,
    order,
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

/** Tables joined so far have their key, also where the column that the condition names is null: in a tombstone, in a padded row. */
function leftKey(join: AnalyzedJoin, leftUses: readonly SourceUse[]): string {
  return leftUses.length > 1 ? '"$key"' : emitExpression(join.leftKey);
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
  const sql = `SELECT greatest(l."$seq", r."$seq") AS "$seq", l."$sub", greatest(l."$ts", r."$ts") AS "$ts", TRUE AS "$live", coalesce(l."$lkey", r."$rkey") AS "$key", ${columns.join(', ')}
FROM (SELECT *, ${leftKey(join, leftUses)} AS "$lkey" FROM (${left.sql})) l ${word} (SELECT *, ${emitExpression(join.rightKey)} AS "$rkey" FROM (${right.sql})) r ON l."$lkey" = r."$rkey"`;
  return { sql, order: together([left.order, right.order]) };
}
