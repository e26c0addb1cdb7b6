import type { AnalyzedJoin, AnalyzedQuery, SourceUse } from '../ksql/analyzed.js';
import { columnSql } from '../ksql/scope.js';
import type { Form, PlannedRelation } from '../plan/plan.js';
import { changesName, type EmitContext, finalName, seqOf } from './context.js';
import { foreignKeyChanges, foreignKeyFinal } from './emit-foreign-key.js';
import { tableJoinChanges, tableJoinFinal } from './emit-table-join.js';
import { emitExpression, emitSafe } from './expression.js';
import { type FromSql, joinedColumns, usedColumns } from './from.js';
import { identifier } from './quote.js';

/** The rows that a query reads: its source, joined step by step with the others. */
export function emitFrom(query: AnalyzedQuery, form: Form, context: EmitContext): FromSql {
  const joined = query.joins.length > 0;
  let result = readSource(query, query.from, form, joined, context);
  query.joins.forEach((join, i) => {
    const left = [query.from, ...query.joins.slice(0, i).map((j) => j.right)];
    const right = readSource(query, join.right, form, true, context);
    if (join.kind === 'stream-table') result = streamTable(query, join, left, result, right, context);
    else if (join.kind === 'foreign-key' && form === 'final')
      result = foreignKeyFinal(join, query.from, result, right, context);
    else if (join.kind === 'foreign-key') result = foreignKeyChanges(query, join, query.from, result, right, context);
    else if (form === 'final') result = tableJoinFinal(join, left, result, right, context);
    else result = tableJoinChanges(query, join, left, result, right, context);
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
  const meta = [`${seqOf(context, query.target, name)} AS "$seq"`, '"$sub"', '"$ts"', '"$live"'];
  const sql = `SELECT ${[...meta, ...columns, ...time].join(', ')} FROM ${final ? finalName(name) : changesName(name)}`;
  return { sql, single: context.single.get(name) ?? false };
}

function streamTable(
  query: AnalyzedQuery,
  join: AnalyzedJoin,
  leftUses: readonly SourceUse[],
  left: FromSql,
  right: FromSql,
  context: EmitContext,
): FromSql {
  const rightColumns = joinedColumns(join.right, context);
  const leftColumns = leftUses.flatMap((u) => joinedColumns(u, context));
  const key = emitExpression(join.rightKey);
  const last = right.single ? '' : ` QUALIFY row_number() OVER (PARTITION BY ${key}, "$seq" ORDER BY "$sub" DESC) = 1`;
  const filled = rightColumns.map((c) => `CASE WHEN r."$rlive" THEN r.${c} END AS ${c}`);
  const sql = `SELECT l."$seq", l."$sub", l."$ts", l."$live", l."$key", ${[...leftColumns.map((c) => `l.${c}`), ...filled].join(', ')}
FROM (SELECT * FROM (SELECT ${['"$seq"', '"$sub"', '"$ts"', '"$live"', ...leftColumns].join(', ')}, ${emitSafe(join.leftKey)} AS "$key" FROM (${left.sql}) WHERE "$live") WHERE "$key" IS NOT NULL) l
ASOF LEFT JOIN (SELECT ${key} AS "$rkey", "$seq" AS "$rseq", "$live" AS "$rlive", ${rightColumns.join(', ')} FROM (${right.sql}) WHERE ${key} IS NOT NULL${last}) r
ON l."$key" = r."$rkey" AND l."$seq" ${sameRecord(query, leftUses, join.right, context)} r."$rseq"`;
  return { sql: join.type === 'inner' ? `${sql}\nWHERE r."$rlive"` : sql, single: left.single };
}

/** Whether one record of the log reaches the table before it reaches the stream side (then the row sees it) or after. */
function sameRecord(
  query: AnalyzedQuery,
  leftUses: readonly SourceUse[],
  right: SourceUse,
  context: EmitContext,
): '>' | '>=' {
  const table = context.relations.get(right.schema.name);
  const reader = context.relations.get(query.target);
  if (table === undefined || reader === undefined || table.queries.length === 0) return '>';
  const shared = leftUses.some((u) =>
    [...(context.relations.get(u.schema.name)?.origins ?? [])].some((o) => table.origins.has(o)),
  );
  if (!shared) return '>';
  return table.index < firstStep(leftUses, reader, context) ? '>=' : '>';
}

function firstStep(leftUses: readonly SourceUse[], reader: PlannedRelation, context: EmitContext): number {
  const steps = leftUses.flatMap((u) => {
    const planned = context.relations.get(u.schema.name);
    return planned === undefined || planned.queries.length === 0 ? [] : [planned.index];
  });
  return Math.min(...steps, reader.index);
}
