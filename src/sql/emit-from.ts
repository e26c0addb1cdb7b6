import type { AnalyzedJoin, AnalyzedQuery, SourceUse } from '../ksql/analyzed.js';
import { columnSql } from '../ksql/scope.js';
import type { Form } from '../plan/plan.js';
import { changesName, type EmitContext, finalName, seqOf } from './context.js';
import { foreignKeyChanges, foreignKeyFinal } from './emit-foreign-key.js';
import { tableJoinChanges, tableJoinFinal } from './emit-table-join.js';
import { emitExpression, emitSafe } from './expression.js';
import { type FromSql, joinedColumns, usedColumns } from './from.js';
import { firstOf, heard, orderBy, together } from './path.js';
import { identifier } from './quote.js';

/** The rows that a query reads: its source, joined step by step with the others. */
export function emitFrom(query: AnalyzedQuery, form: Form, context: EmitContext): FromSql {
  const joined = query.joins.length > 0;
  let result = readSource(query, query.from, form, joined, context);
  query.joins.forEach((join, i) => {
    const left = [query.from, ...query.joins.slice(0, i).map((j) => j.right)];
    const right = readSource(query, join.right, form, true, context);
    if (join.kind === 'stream-table') result = streamTable(join, left, result, right, context);
    else if (join.kind === 'foreign-key' && form === 'final')
      result = foreignKeyFinal(join, query.from, result, right, context);
    else if (join.kind === 'foreign-key') result = foreignKeyChanges(join, query.from, result, right, context);
    else if (form === 'final') result = tableJoinFinal(join, left, result, right, context);
    else result = tableJoinChanges(join, left, result, right, context);
  });
  return result;
}

function readSource(query: AnalyzedQuery, use: SourceUse, form: Form, joined: boolean, context: EmitContext): FromSql {
  const name = use.schema.name;
  const final = form === 'final' && use.schema.kind === 'table';
  const columns = usedColumns(use, context).map((c) =>
    joined ? `${identifier(c)} AS ${columnSql(use.alias, c, true)}` : identifier(c),
  );
  const time = joined ? [`"$ts" AS ${columnSql(use.alias, '$ts', true)}`] : [];
  const made = context.orders.get(name)!;
  // What an edge hands on is the record itself.
  const { order, sub } = query.edge === true ? { order: made, sub: '"$sub"' } : heard(made, query.number);
  const meta = [`${seqOf(context, query.target, name)} AS "$seq"`, `${sub} AS "$sub"`, '"$ts"', '"$live"'];
  const sql = `SELECT ${[...meta, ...columns, ...time].join(', ')} FROM ${final ? finalName(name) : changesName(name)}`;
  return { sql, order };
}

/** Each record of the stream with the row that the table has for its key at that moment. */
function streamTable(
  join: AnalyzedJoin,
  leftUses: readonly SourceUse[],
  left: FromSql,
  right: FromSql,
  context: EmitContext,
): FromSql {
  const rightColumns = joinedColumns(join.right, context);
  const leftColumns = leftUses.flatMap((u) => joinedColumns(u, context));
  const key = emitExpression(join.rightKey);
  const records = `SELECT * FROM (SELECT ${['"$seq"', '"$sub"', '"$ts"', '"$live"', ...leftColumns].join(', ')}, ${emitSafe(join.leftKey)} AS "$key" FROM (${left.sql}) WHERE "$live")${nullKeyStays(join, context) ? '' : ' WHERE "$key" IS NOT NULL'}`;
  const versions = `SELECT ${key} AS "$rkey", "$seq", "$sub", "$live" AS "$rlive", ${rightColumns.join(', ')} FROM (${right.sql}) WHERE ${key} IS NOT NULL`;
  const rows = [
    ...['"$seq"', '"$sub"', '"$ts"', '"$live"', '"$key"', ...leftColumns].map((c) => `l.${c}`),
    ...rightColumns.map((c) => `CASE WHEN r."$rlive" THEN r.${c} END AS ${c}`),
  ];
  const first = firstOf(left.order, right.order);
  const joined =
    first === 'mixed'
      ? byPosition(records, versions, rows, orderBy(together([left.order, right.order])))
      : `SELECT ${rows.join(', ')} FROM (${records}) l ASOF LEFT JOIN (${versions}${lastOfRecord(right)}) r
ON l."$key" = r."$rkey" AND l."$seq" ${first === 'right' ? '>=' : '>'} r."$seq"`;
  return { sql: join.type === 'inner' ? `${joined}\nWHERE r."$rlive"` : joined, order: left.order };
}

/** Kafka Streams 3.6 drops a record whose join column is null, of LEFT joins too; 3.7 keeps it there, padded with nulls. */
function nullKeyStays(join: AnalyzedJoin, context: EmitContext): boolean {
  return join.type === 'left' && context.options.engine !== '7.6';
}

/** Of the rows that one record of the log gave a key, the last one. */
function lastOfRecord(right: FromSql): string {
  return right.order.single ? '' : ' QUALIFY row_number() OVER (PARTITION BY "$rkey", "$seq" ORDER BY "$sub" DESC) = 1';
}

/** The same join where one record reaches both sides along several paths: as of the place among the rows of both. */
function byPosition(records: string, versions: string, rows: readonly string[], by: string): string {
  const both = `SELECT *, row_number() OVER (ORDER BY ${by}) AS "$pos" FROM (SELECT *, TRUE AS "$left" FROM (${records}) UNION ALL BY NAME SELECT *, FALSE AS "$left" FROM (${versions}))`;
  return `WITH b AS MATERIALIZED (${both}) SELECT ${rows.join(', ')} FROM (SELECT * FROM b WHERE "$left") l
ASOF LEFT JOIN (SELECT * FROM b WHERE NOT "$left") r ON l."$key" = r."$rkey" AND l."$pos" > r."$pos"`;
}
