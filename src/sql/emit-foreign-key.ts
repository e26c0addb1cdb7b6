import type { AnalyzedJoin, AnalyzedQuery, SourceUse } from '../ksql/analyzed.js';
import type { EmitContext } from './context.js';
import { leftFirst } from './emit-table-join.js';
import { emitExpression } from './expression.js';
import { type FromSql, joinedColumns, keySql } from './from.js';

/**
 * Changelog of a join of a table with another one on that one's primary key: every change of a left row with the state of
 * the other table, and every change over there once for each left row that points to it at that moment, in the order of the
 * left keys. An INNER join answers every later change of a row without a partner with a tombstone, as Kafka Streams does
 * (`ksqldb-observed`, section 3).
 */
export function foreignKeyChanges(
  query: AnalyzedQuery,
  join: AnalyzedJoin,
  leftUse: SourceUse,
  left: FromSql,
  right: FromSql,
  context: EmitContext,
): FromSql {
  const leftColumns = joinedColumns(leftUse, context);
  const rightColumns = joinedColumns(join.right, context);
  const rank = leftFirst(query, [leftUse], join.right, context) ? [0, 1] : [1, 0];
  const side = (from: FromSql, at: number, columns: readonly string[]): string =>
    `SELECT "$seq", "$sub", "$ts", "$live", ${at} AS "$side", ${columns.join(', ')} FROM (${from.sql})`;
  // One position over both sides: what came before what is then one comparison.
  const both = `SELECT *, row_number() OVER (ORDER BY "$seq", "$side", "$sub") AS "$pos" FROM (
${side(left, rank[0]!, [`${emitExpression(join.leftKey)} AS "$fk"`, `${keyOf(leftUse)} AS "$key"`, 'TRUE AS "$left"', ...leftColumns])}
UNION ALL BY NAME ${side(right, rank[1]!, [`${emitExpression(join.rightKey)} AS "$pk"`, 'FALSE AS "$left"', ...rightColumns])})`;
  const lefts = `SELECT "$seq", "$ts", "$live", "$fk", "$key", "$pos", ${leftColumns.join(', ')}, lag("$live" AND "$fk" IS NOT NULL) OVER w AS "$was", lag("$live") OVER w AS "$there", lead("$pos") OVER w AS "$until"
FROM b WHERE "$left" WINDOW w AS (PARTITION BY "$key" ORDER BY "$pos")`;
  const rights = `SELECT "$seq", "$ts", "$live", "$pk", "$pos", ${rightColumns.join(', ')}, lag("$live") OVER (PARTITION BY "$pk" ORDER BY "$pos") AS "$was" FROM b WHERE NOT "$left" AND "$pk" IS NOT NULL`;
  const outer = join.type === 'left';
  const rows = (met: string): string[] => [
    ...leftColumns.map((c) => `l.${c}`),
    ...rightColumns.map((c) => `CASE WHEN ${met} THEN r.${c} END AS ${c}`),
  ];
  const met = 'l."$live" AND coalesce(r."$live", FALSE)';
  const fromLeft = `SELECT l."$seq", l."$pos", CASE WHEN ${met} THEN greatest(l."$ts", r."$ts") ELSE l."$ts" END AS "$ts", ${outer ? 'l."$live"' : `(${met})`} AS "$live", l."$key", ${rows(met).join(', ')}
FROM l ASOF LEFT JOIN r ON l."$fk" = r."$pk" AND l."$pos" > r."$pos" WHERE ${outer ? 'l."$live" OR l."$there"' : `(${met}) OR l."$was"`}`;
  const fromRight = `SELECT r."$seq", r."$pos", greatest(l."$ts", r."$ts") AS "$ts", ${outer ? 'TRUE' : 'r."$live"'} AS "$live", l."$key", ${rows('r."$live"').join(', ')}
FROM r JOIN l ON l."$fk" = r."$pk" AND l."$pos" < r."$pos" AND r."$pos" < coalesce(l."$until", 9223372036854775807) WHERE l."$live" AND (r."$live" OR r."$was")`;
  const sql = `WITH b AS MATERIALIZED (${both}), l AS MATERIALIZED (${lefts}), r AS MATERIALIZED (${rights})
SELECT * EXCLUDE ("$pos"), row_number() OVER (PARTITION BY "$seq" ORDER BY "$pos", "$key") - 1 AS "$sub" FROM (${fromLeft} UNION ALL ${fromRight})`;
  return { sql, single: false };
}

/** Final rows of such a join: the final rows of the left table, each with the final row that it points to. */
export function foreignKeyFinal(
  join: AnalyzedJoin,
  leftUse: SourceUse,
  left: FromSql,
  right: FromSql,
  context: EmitContext,
): FromSql {
  const columns = [
    ...joinedColumns(leftUse, context).map((c) => `l.${c}`),
    ...joinedColumns(join.right, context).map((c) => `r.${c}`),
  ];
  const sql = `SELECT l."$seq", 0 AS "$sub", greatest(l."$ts", r."$ts") AS "$ts", TRUE AS "$live", l."$key", ${columns.join(', ')}
FROM (SELECT *, ${emitExpression(join.leftKey)} AS "$fk", ${keyOf(leftUse)} AS "$key" FROM (${left.sql})) l ${join.type === 'left' ? 'LEFT JOIN' : 'JOIN'} (SELECT *, ${emitExpression(join.rightKey)} AS "$pk" FROM (${right.sql})) r ON l."$fk" = r."$pk"`;
  return { sql, single: true };
}

/** The key of a left row as one value. */
function keyOf(use: SourceUse): string {
  const keys = keySql(use, true);
  return keys.length === 1 ? keys[0]! : `row(${keys.join(', ')})`;
}
