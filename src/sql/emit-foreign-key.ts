import type { AnalyzedJoin, SourceUse } from '../ksql/analyzed.js';
import { keyColumns } from '../ksql/catalog.js';
import type { EmitContext } from './context.js';
import { emitExpression } from './expression.js';
import { type FromSql, joinedColumns, keySql } from './from.js';
import { many, oneOfMany, orderBy, together } from './path.js';
import { text } from './quote.js';

/**
 * Changelog of a join of a table with another one on that one's primary key: every change of a left row with the state of
 * the other table, and every change over there once for each left row that points to it at that moment, in the order of the
 * bytes of the left keys. The rules are those of Kafka Streams (`docs/architecture.md`, "Which engine").
 */
export function foreignKeyChanges(
  join: AnalyzedJoin,
  leftUse: SourceUse,
  left: FromSql,
  right: FromSql,
  context: EmitContext,
): FromSql {
  const leftColumns = joinedColumns(leftUse, context);
  const rightColumns = joinedColumns(join.right, context);
  const order = together([left.order, right.order]);
  const side = (from: FromSql, columns: readonly string[]): string =>
    `SELECT "$seq", "$sub", "$ts", "$live", ${columns.join(', ')} FROM (${from.sql})`;
  // One position over both sides: what came before what is then one comparison.
  const both = `SELECT *, row_number() OVER (ORDER BY ${orderBy(order)}) AS "$pos" FROM (
${side(left, [`${emitExpression(join.leftKey)} AS "$fk"`, `${keyOf(leftUse)} AS "$key"`, 'TRUE AS "$left"', ...leftColumns])}
UNION ALL BY NAME ${side(right, [`${emitExpression(join.rightKey)} AS "$pk"`, 'FALSE AS "$left"', ...rightColumns])})`;
  const lefts = `SELECT "$seq", "$sub", "$ts", "$live", "$key", "$pos", "$fk", "$there", "$from", "$until", ${asked(join, context)} AS "$asks", ${leftColumns.join(', ')} FROM (
SELECT * REPLACE (CASE WHEN "$live" THEN "$fk" END AS "$fk"), coalesce(lag("$live") OVER w, FALSE) AS "$there", lag(CASE WHEN "$live" THEN "$fk" END) OVER w AS "$from", lead("$pos") OVER w AS "$until"
FROM b WHERE "$left" WINDOW w AS (PARTITION BY "$key" ORDER BY "$pos"))`;
  const rights = `SELECT "$seq", "$sub", "$ts", "$live", "$pk", "$pos", ${rightColumns.join(', ')} FROM b WHERE NOT "$left" AND "$pk" IS NOT NULL`;
  const outer = join.type === 'left';
  const rows = (met: string): string[] => [
    ...leftColumns.map((c) => `l.${c}`),
    ...rightColumns.map((c) => `CASE WHEN ${met} THEN r.${c} END AS ${c}`),
  ];
  const met = 'l."$live" AND l."$fk" IS NOT NULL AND coalesce(r."$live", FALSE)';
  const later = 'CASE WHEN r."$live" THEN greatest(l."$ts", r."$ts") ELSE l."$ts" END AS "$ts"';
  const asOf = (fk: string): string => `FROM l ASOF LEFT JOIN r ON l.${fk} = r."$pk" AND l."$pos" > r."$pos"`;
  const fromLeft = `SELECT l."$seq", ${leaves(join, context) ? oneOfMany(1, 'l') : 'l."$sub"'} AS "$sub", ${later}, ${outer ? 'l."$live"' : `(${met})`} AS "$live", l."$key", ${rows(met).join(', ')}
${asOf('"$asks"')} WHERE ${leftShows(join, met, context)}`;
  const unpointed = `SELECT l."$seq", ${oneOfMany(0, 'l')} AS "$sub", ${later}, l."$live", l."$key", ${rows('FALSE').join(', ')}
${asOf('"$from"')} WHERE l."$from" IS NOT NULL AND l."$fk" IS DISTINCT FROM l."$from"`;
  const nth = `row_number() OVER (PARTITION BY r."$pos" ORDER BY ${keyBytes(leftUse)}) - 1`;
  const fromRight = `SELECT "$seq", ${oneOfMany('"$nth"')} AS "$sub", * EXCLUDE ("$seq", "$sub", "$nth") FROM (
SELECT r."$seq", r."$sub", ${nth} AS "$nth", r."$ts", ${outer ? 'TRUE' : 'r."$live"'} AS "$live", l."$key", ${rows('r."$live"').join(', ')}
FROM r JOIN l ON l."$fk" = r."$pk" AND l."$pos" < r."$pos" AND r."$pos" < coalesce(l."$until", 9223372036854775807))`;
  const sql = `WITH b AS MATERIALIZED (${both}), l AS MATERIALIZED (${lefts}), r AS MATERIALIZED (${rights})
${[...(leaves(join, context) ? [unpointed] : []), fromLeft, fromRight].join('\nUNION ALL BY NAME ')}`;
  return { sql, order: many(order) };
}

/** The foreign key whose row over there gives a left change its partner, or at least its time. */
function asked(join: AnalyzedJoin, context: EmitContext): string {
  return leaves(join, context) ? '"$fk"' : 'CASE WHEN "$live" THEN "$fk" ELSE "$from" END';
}

/** Kafka Streams 3.7 first tells a LEFT join that a row has left the one that it pointed to, then what it points to now. */
function leaves(join: AnalyzedJoin, context: EmitContext): boolean {
  return join.type === 'left' && context.options.engine !== '7.6';
}

/**
 * Which changes of a left row write a row. `met`: it is there and so is its partner. Kafka Streams 3.6 does nothing at all where the
 * new foreign key is null (the row shown before stays), nor where a deleted row had none; so does 3.7 in an INNER join of the latter.
 */
function leftShows(join: AnalyzedJoin, met: string, context: EmitContext): string {
  if (leaves(join, context)) return 'l."$live" OR l."$there"';
  const pointed = context.options.engine === '7.6' ? 'l."$asks" IS NOT NULL' : '(l."$live" OR l."$asks" IS NOT NULL)';
  return `(${join.type === 'left' ? 'TRUE' : `(${met}) OR l."$there"`}) AND ${pointed}`;
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
  const sql = `SELECT l."$seq", l."$sub", l."$ts", TRUE AS "$live", l."$key", ${columns.join(', ')}
FROM (SELECT *, ${emitExpression(join.leftKey)} AS "$fk", ${keyOf(leftUse)} AS "$key" FROM (${left.sql})) l ${join.type === 'left' ? 'LEFT JOIN' : 'JOIN'} (SELECT *, ${emitExpression(join.rightKey)} AS "$pk" FROM (${right.sql})) r ON l."$fk" = r."$pk"`;
  return { sql, order: together([left.order, right.order]) };
}

/** The key of a left row as one value. */
function keyOf(use: SourceUse): string {
  const keys = keySql(use, true);
  return keys.length === 1 ? keys[0]! : `row(${keys.join(', ')})`;
}

/** Sort terms that order left rows as the bytes of their keys do. */
function keyBytes(use: SourceUse): string {
  const format = use.schema.format.keyFormat;
  const columns = keyColumns(use.schema);
  const sql = keySql(use, true).map((k) => `l.${k}`);
  if (format === 'JSON') {
    const texts = sql.map((k) => `to_json(${k})::VARCHAR`);
    if (columns.length === 1) return texts[0]!;
    return texts.map((t, i) => `${text(`"${columns[i]!.name}":`)} || ${t}`).join(` || ',' || `);
  }
  if (format === 'DELIMITED') return sql.map((k) => `CAST(${k} AS VARCHAR)`).join(` || ',' || `);
  // Two's complement and IEEE bits, compared without sign: what is negative stands behind.
  const signed = (i: number): boolean => ['INTEGER', 'BIGINT', 'DOUBLE'].includes(columns[i]!.type.kind);
  const negative = (k: string, i: number): string => (columns[i]!.type.kind === 'DOUBLE' ? `abs(${k})` : k);
  return sql.map((k, i) => (signed(i) ? `${k} < 0, ${negative(k, i)}` : k)).join(', ');
}
