import type { AggregateCall, AnalyzedQuery, Grouping } from '../ksql/analyzed.js';
import type { Form } from '../plan/plan.js';
import { aggregateSql, foldOf } from './aggregates.js';
import { emitCondition, emitSafe } from './expression.js';
import { type FromSql, keySql } from './from.js';
import { many, oneOfMany, orderBy, type RowOrder } from './path.js';

/** GROUP BY over a stream: one row per record (changelog), or one per group (final state). */
export function streamGroups(query: AnalyzedQuery, grouping: Grouping, from: FromSql, form: Form): FromSql {
  const rows = addFirst(
    grouping,
    orderBy(from.order),
    `SELECT "$seq", "$sub", "$ts", ${inputs(grouping)} FROM (${from.sql}) WHERE ${live(query)}`,
  );
  const known = `SELECT * FROM (${rows}) WHERE ${keyNames(grouping)
    .map((k) => `${k} IS NOT NULL`)
    .join(' AND ')}`;
  return { sql: aggregate(grouping, known, form, undefined, from.order, ''), order: from.order };
}

/**
 * GROUP BY over a table: every change takes the old row out of its group and puts the new one into its own. A change
 * inside one group is one row, a move between groups two, the old group first.
 */
export function tableGroups(query: AnalyzedQuery, grouping: Grouping, from: FromSql, form: Form): FromSql {
  const keys = query.joins.length > 0 ? ['"$key"'] : keySql(query.from, false);
  const names = [...keyNames(grouping), ...grouping.calls.flatMap((c, i) => (c.star ? [] : [`"$x${i}"`]))];
  const state = `SELECT "$seq", "$sub", "$ts", ${live(query)} AS "$on", ${keys.map((k, i) => `${k} AS "$k${i}"`).join(', ')}, ${inputs(grouping)} FROM (${from.sql})`;
  const packed = `struct_pack("$on" := "$on", ${names.map((n) => `${n} := ${n}`).join(', ')})`;
  const versions = `SELECT *, lag(${packed}) OVER (PARTITION BY ${keys.map((_, i) => `"$k${i}"`).join(', ')} ORDER BY ${orderBy(from.order)}) AS "$p" FROM (${state})`;
  const grouped = (prefix: string): string =>
    keyNames(grouping)
      .map((k) => `${prefix}${k} IS NOT NULL`)
      .join(' AND ');
  const deltas = `SELECT "$seq", ${oneOfMany(0)} AS "$sub", "$sub" AS "$change", "$ts", -1 AS "$n", ${names.map((n) => `"$p".${n} AS ${n}`).join(', ')} FROM v WHERE "$p"."$on" AND ${grouped('"$p".')}
UNION ALL SELECT "$seq", ${oneOfMany(1)}, "$sub", "$ts", 1, ${names.join(', ')} FROM v WHERE "$on" AND ${grouped('')}`;
  const order = many(from.order);
  const sql = `WITH v AS MATERIALIZED (${versions}), d AS MATERIALIZED (${deltas}) ${aggregate(grouping, 'SELECT * FROM d', form, '"$n"', order, ONE_PER_CHANGE)}`;
  return { sql, order };
}

/** Of the two steps of a change inside one group only the second is shown. */
const ONE_PER_CHANGE = `QUALIFY lead("$seq") OVER w IS DISTINCT FROM "$seq" OR lead("$change") OVER w IS DISTINCT FROM "$change"`;

function live(query: AnalyzedQuery): string {
  return query.where === undefined ? '"$live"' : `"$live" AND ${emitCondition(query.where)}`;
}

function keyNames(grouping: Grouping): string[] {
  return grouping.keys.map((_, i) => `"$g${i}"`);
}

function inputs(grouping: Grouping): string {
  const keys = grouping.keys.map((k, i) => `${emitSafe(k)} AS "$g${i}"`);
  const values = grouping.calls.flatMap((c, i) => {
    const argument = c.arguments[0];
    return argument === undefined ? [] : [`${emitSafe(argument)} AS "$x${i}"`];
  });
  return [...keys, ...values].join(', ');
}

/** COLLECT_SET takes each value where it comes first. */
function addFirst(grouping: Grouping, order: string, sql: string): string {
  const sets = grouping.calls.flatMap((c, i) => (c.name === 'COLLECT_SET' ? [i] : []));
  if (sets.length === 0) return sql;
  const flags = sets.map(
    (i) =>
      `row_number() OVER (PARTITION BY ${keyNames(grouping).join(', ')}, "$x${i}" ORDER BY ${order}) = 1 AS "$x${i}_first"`,
  );
  return `SELECT *, ${flags.join(', ')} FROM (${sql})`;
}

function aggregate(
  grouping: Grouping,
  rows: string,
  form: Form,
  sign: string | undefined,
  order: RowOrder,
  qualify: string,
): string {
  const keys = keyNames(grouping).join(', ');
  if (form === 'final') {
    const calls = grouping.calls.map((c, i) => `${call(c, i, sign, '', order)} AS "$a${i}"`);
    return `SELECT max("$seq") AS "$seq", ''::BLOB AS "$sub", max("$ts") AS "$ts", ${[keys, ...calls].join(', ')} FROM (${rows}) GROUP BY ${keys}`;
  }
  const calls = grouping.calls.map((c, i) => `${call(c, i, sign, ' OVER w', order)} AS "$a${i}"`);
  return `SELECT "$seq", "$sub", max("$ts") OVER w AS "$ts", ${[keys, ...calls].join(', ')} FROM (${withFolds(rows, keys, grouping.calls, sign, orderBy(order))})
WINDOW w AS (PARTITION BY ${keys} ORDER BY ${orderBy(order)} ROWS UNBOUNDED PRECEDING) ${qualify}`;
}

function call(c: AggregateCall, i: number, sign: string | undefined, over: string, order: RowOrder): string {
  const value = `"$x${i}"`;
  const signed = sign === undefined ? value : `${sign} * ${value}`;
  const fold = foldOf(c);
  const running = over === '' ? `coalesce(${fold}(list(${signed} ORDER BY ${orderBy(order)}))[-1], 0)` : `"$r${i}"`;
  return aggregateSql(c, {
    value,
    ...(sign === undefined ? {} : { sign }),
    ...(fold === undefined ? {} : { folded: running }),
    over,
    order: order.single ? '"$seq"' : '{s: "$seq", u: "$sub"}',
  });
}

/**
 * DOUBLE sums are added in the order of the log, as the engine adds them: DuckDB's window sum adds in another order and
 * moves the last digit (`design.md` section 4). A fold (`foldOf`) runs over each group's values once.
 */
function withFolds(
  rows: string,
  keys: string,
  calls: readonly AggregateCall[],
  sign: string | undefined,
  order: string,
): string {
  const folds = calls.flatMap((c, i) => {
    const fold = foldOf(c);
    return fold === undefined ? [] : [{ fold, i }];
  });
  if (folds.length === 0) return rows;
  const lists = folds.map(
    ({ fold, i }) =>
      `unnest(${fold}(list(${sign === undefined ? '' : `${sign} * `}"$x${i}" ORDER BY ${order}))) AS "$r${i}"`,
  );
  return `WITH t AS MATERIALIZED (${rows}) SELECT t.*, ${folds.map(({ i }) => `s."$r${i}"`).join(', ')} FROM t JOIN (
SELECT unnest(list("$seq" ORDER BY ${order})) AS "$sseq", unnest(list("$sub" ORDER BY ${order})) AS "$ssub", ${lists.join(', ')} FROM t GROUP BY ${keys}) s ON t."$seq" = s."$sseq" AND t."$sub" = s."$ssub"`;
}
