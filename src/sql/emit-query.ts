import type { AnalyzedQuery, OutputItem } from '../ksql/analyzed.js';
import { columnsOf } from '../plan/columns.js';
import type { Form, PlannedRelation } from '../plan/plan.js';
import type { EmitContext } from './context.js';
import { emitFrom } from './emit-from.js';
import { streamGroups, tableGroups } from './emit-grouping.js';
import { emitCondition, emitExpression, emitSafe } from './expression.js';
import { type FromSql, keySql } from './from.js';
import { orderBy } from './path.js';
import { identifier } from './quote.js';
import { rowtimeSql } from './rowtime.js';

/** The SELECT that makes a query's records, changelog or final rows: `$seq, $sub, $ts, $live` and the wanted columns. */
export function emitQuery(query: AnalyzedQuery, relation: PlannedRelation, form: Form, context: EmitContext): FromSql {
  const items = query.items.filter((i) => i.key || relation.columns.has(i.name));
  const grouped =
    query.grouping === undefined ? plain(query, items, form, context) : aggregated(query, items, form, context);
  const timestamp = relation.schema.timestamp;
  const column = relation.schema.columns.find((c) => c.name === timestamp?.column);
  if (column === undefined) return grouped;
  const millis = rowtimeSql(identifier(column.name), column.type, timestamp?.format);
  return {
    sql: `SELECT * REPLACE (CAST(${millis} AS BIGINT) AS "$ts") FROM (${grouped.sql}) WHERE ${millis} >= 0`,
    order: grouped.order,
  };
}

function plain(query: AnalyzedQuery, items: readonly OutputItem[], form: Form, context: EmitContext): FromSql {
  const from = emitFrom(query, form, context);
  if (query.edge === true) return handedOn(query, items, from);
  const keys = new Set(keySql(query.from, query.joins.length > 0));
  const condition = query.where === undefined ? undefined : emitCondition(query.where);
  if (query.kind === 'table' && form === 'changes' && condition !== undefined)
    return filteredTable(query, items, from, condition);
  const where = condition === undefined ? '' : ` WHERE "$live" AND ${condition}`;
  // The key of a null-value record is known only where it is made of key columns.
  const lost = (i: OutputItem): boolean =>
    query.partitionBy !== undefined && i.key && columnsOf(i.expression).some((c) => !keys.has(c));
  return {
    sql: `SELECT ${meta('"$live"')}, ${columns(items, '"$live"', lost)} FROM (${from.sql})${where}`,
    order: from.order,
  };
}

/** Records of a topic as another relation declared over it reads them: a table takes none without a key. */
function handedOn(query: AnalyzedQuery, items: readonly OutputItem[], from: FromSql): FromSql {
  const keys = query.items.filter((i) => i.key).map((i) => `${emitSafe(i.expression)} IS NOT NULL`);
  const where = query.schema.kind === 'table' && keys.length > 0 ? ` WHERE ${keys.join(' AND ')}` : '';
  const [only, ...more] = query.items.filter((i) => !i.key);
  // A single column that stands in the record without its name is the value: null, the record is a tombstone.
  const bare = query.schema.format.wrapSingleValue === false && only !== undefined && more.length === 0;
  const live = bare ? `("$live" AND ${emitSafe(only.expression)} IS NOT NULL)` : '"$live"';
  return { sql: `SELECT ${meta(live)}, ${columns(items, '"$live"')} FROM (${from.sql})${where}`, order: from.order };
}

/** A table with a condition: a row that passes, and a tombstone where a row that passed passes no more. */
function filteredTable(query: AnalyzedQuery, items: readonly OutputItem[], from: FromSql, condition: string): FromSql {
  const keys = query.joins.length > 0 ? ['"$key"'] : keySql(query.from, false);
  // A join on a foreign key does not say what its row was before: whatever does not pass is a tombstone, each time.
  const passes = query.joins.some((j) => j.kind === 'foreign-key')
    ? `SELECT *, "$live" AND ${condition} AS "$on" FROM (${from.sql})`
    : changedPass(from, condition, keys);
  return {
    sql: `SELECT ${meta('"$on"')}, ${columns(items, '"$on"')} FROM (${passes})`,
    order: from.order,
  };
}

/** Rows that pass now or passed before, with `$on`: whether they pass now. */
function changedPass({ sql, order }: FromSql, condition: string, keys: readonly string[]): string {
  const now = `SELECT *, "$live" AND ${condition} AS "$on" FROM (${sql})`;
  return `SELECT * FROM (${now}) QUALIFY "$on" OR coalesce(lag("$on") OVER (PARTITION BY ${keys.join(', ')} ORDER BY ${orderBy(order)}), FALSE)`;
}

function aggregated(query: AnalyzedQuery, items: readonly OutputItem[], form: Form, context: EmitContext): FromSql {
  const grouping = query.grouping;
  if (grouping === undefined) throw new Error('no grouping');
  const from = emitFrom(query, 'changes', context);
  const groups =
    query.from.schema.kind === 'stream'
      ? streamGroups(query, grouping, from, form)
      : tableGroups(query, grouping, from, form);
  const having = grouping.having === undefined ? undefined : emitCondition(grouping.having);
  const all = `SELECT *, TRUE AS "$live" FROM (${groups.sql})`;
  if (having === undefined)
    return { sql: `SELECT ${meta('TRUE')}, ${columns(items, 'TRUE')} FROM (${all})`, order: groups.order };
  if (form === 'final')
    return {
      sql: `SELECT ${meta('TRUE')}, ${columns(items, 'TRUE')} FROM (${all}) WHERE ${having}`,
      order: groups.order,
    };
  const keys = grouping.keys.map((_, i) => `"$g${i}"`);
  return {
    sql: `SELECT ${meta('"$on"')}, ${columns(items, '"$on"')} FROM (${changedPass({ sql: all, order: groups.order }, having, keys)})`,
    order: groups.order,
  };
}

function meta(live: string): string {
  return `"$seq", "$sub", "$ts", ${live} AS "$live"`;
}

/** Items as columns. Keys are always there; a value is null where the record has none, and where its expression fails. */
function columns(
  items: readonly OutputItem[],
  live: string,
  lost: (item: OutputItem) => boolean = () => false,
): string {
  const sql = (item: OutputItem): string =>
    lost(item) ? `CASE WHEN ${live} THEN ${value(item, live)} END` : value(item, live);
  return items.map((item) => `${sql(item)} AS ${identifier(item.name)}`).join(', ');
}

function value(item: OutputItem, live: string): string {
  if (item.expression.kind === 'column' && (item.key || live === '"$live"')) return item.expression.sql;
  const sql = item.expression.kind === 'column' ? emitExpression(item.expression) : emitSafe(item.expression);
  return item.key || live === 'TRUE' ? sql : `CASE WHEN ${live} THEN ${sql} END`;
}
