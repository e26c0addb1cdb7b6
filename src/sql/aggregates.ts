import type { AggregateCall } from '../ksql/analyzed.js';
import type { KsqlType } from '../ksql/types.js';
import { duckType } from '../ksql/types.js';

/** `INTEGER` and `BIGINT` sums wrap around, as the engine's do. `sql` is a HUGEINT. */
function wrapInteger(sql: string, type: KsqlType): string {
  if (type.kind === 'INTEGER') return `CAST((${sql} % 4294967296 + 6442450944) % 4294967296 - 2147483648 AS INTEGER)`;
  const two64 = '18446744073709551616::HUGEINT';
  return `CAST((${sql} % ${two64} + 27670116110564327424::HUGEINT) % ${two64} - 9223372036854775808::HUGEINT AS BIGINT)`;
}

/** The fold that adds a running value up in order, where one must: the last digits of doubles change with the order of addition. */
export function foldOf(call: AggregateCall): 'ksql_running_sum' | 'ksql_running_variance' | undefined {
  if (call.name.startsWith('STDDEV_')) return 'ksql_running_variance';
  return (call.name === 'SUM' || call.name === 'AVG') && argumentType(call)?.kind === 'DOUBLE'
    ? 'ksql_running_sum'
    : undefined;
}

function argumentType(call: AggregateCall): KsqlType | undefined {
  return call.arguments[0]?.type ?? undefined;
}

/** What an aggregate is made of, over a frame: `over` is `OVER w` (changelog) or empty (grouped final state). */
export interface AggregateSql {
  /** Column with the argument. */
  readonly value: string;
  /** Signed count of the row: 1, or -1 where a table takes it back; absent where rows only come. */
  readonly sign?: string;
  /** What the fold of the aggregate (`foldOf`) gives. */
  readonly folded?: string;
  readonly over: string;
  /** Total order of the rows, for the grouped forms of first, last and lists. */
  readonly order: string;
}

/** The DuckDB text of one aggregate. */
export function aggregateSql(call: AggregateCall, sql: AggregateSql): string {
  const { value, over } = sql;
  const windowed = over !== '';
  const type = argumentType(call);
  const ignoreNulls = call.constants.at(-1) !== 'false';
  const [count] = call.constants.filter((c) => /^\d/.test(c));
  const values = (): string => (windowed ? `list(${value})${over}` : `list(${value} ORDER BY ${sql.order})`);
  const known = (): string => `list_filter(${values()}, lambda v: v IS NOT NULL)`;
  const counted = (filter: string): string =>
    sql.sign === undefined
      ? `count(${filter})${over}`
      : `CAST(coalesce(sum(CASE WHEN ${filter} IS NOT NULL THEN ${sql.sign} END)${over}, 0) AS BIGINT)`;
  switch (call.name) {
    case 'COUNT':
      if (!call.star) return counted(value);
      return sql.sign === undefined ? `count(*)${over}` : `CAST(sum(${sql.sign})${over} AS BIGINT)`;
    case 'SUM':
      return sumSql(sql, type);
    case 'AVG': {
      const n = counted(value);
      return `CASE WHEN ${n} = 0 THEN CAST(0 AS DOUBLE) ELSE CAST(${sumSql(sql, type)} AS DOUBLE) / ${n} END`;
    }
    case 'MIN':
    case 'MAX':
      return `${call.name.toLowerCase()}(${value})${over}`;
    case 'COLLECT_LIST':
      return windowed ? `list(${value})${over}` : `list(${value} ORDER BY ${sql.order})`;
    case 'COLLECT_SET':
      return windowed
        ? `list(${value}) FILTER (${firstFlag(value)})${over}`
        : `list(${value} ORDER BY ${sql.order}) FILTER (${firstFlag(value)})`;
    case 'TOPK':
      return `list_sort(${known()}, 'DESC')[1:${count}]`;
    case 'TOPKDISTINCT':
      return `list_sort(list_distinct(${values()}), 'DESC')[1:${count}]`;
    case 'COUNT_DISTINCT':
      return `CAST(len(list_distinct(${values()})) AS BIGINT)`;
    case 'HISTOGRAM': {
      const nulls = `CASE WHEN len(${known()}) < len(${values()}) THEN MAP {'null': 1::BIGINT} ELSE MAP {}::MAP(VARCHAR, BIGINT) END`;
      return `map_concat(coalesce(list_aggregate(${known()}, 'histogram')::MAP(VARCHAR, BIGINT), MAP {}::MAP(VARCHAR, BIGINT)), ${nulls})`;
    }
    case 'ATTR':
      return `CASE WHEN len(list_distinct(${values()})) = 1 AND len(${known()}) = len(${values()}) THEN ${values()}[1] END`;
    case 'STDDEV_SAMP':
      return sql.folded ?? 'NULL';
    case 'STDDEV_SAMPLE':
      return `sqrt(${sql.folded})`;
    case 'LATEST_BY_OFFSET':
      if (count !== undefined) return `(${ignoreNulls ? known() : values()})[-${count}:]`;
      return edge('last_value', 'DESC', value, ignoreNulls, sql);
    case 'EARLIEST_BY_OFFSET':
      if (count !== undefined) return `(${ignoreNulls ? known() : values()})[1:${count}]`;
      return edge('first_value', 'ASC', value, ignoreNulls, sql);
    default:
      throw new Error(`aggregate ${call.name} has no SQL`);
  }
}

/** Column that marks the row where a value of a group comes first; made beside the argument (`emit-grouping.ts`). */
function firstFlag(value: string): string {
  return value.replace(/"$/, '_first"');
}

function sumSql(sql: AggregateSql, type: KsqlType | undefined): string {
  if (type === undefined) return '0';
  if (type.kind === 'DOUBLE') return sql.folded ?? 'NULL';
  const signed = sql.sign === undefined ? sql.value : `${sql.sign} * ${sql.value}`;
  const sum = `coalesce(sum(${signed})${sql.over}, 0)`;
  return type.kind === 'DECIMAL' ? `CAST(${sum} AS ${duckType(type)})` : wrapInteger(sum, type);
}

function edge(word: string, direction: string, value: string, ignoreNulls: boolean, sql: AggregateSql): string {
  if (sql.over !== '') return `${word}(${value}${ignoreNulls ? ' IGNORE NULLS' : ''})${sql.over}`;
  const by = direction === 'DESC' ? 'arg_max' : 'arg_min';
  // The order is unique, so there are no ties; the plain forms skip nulls of the value, the _null ones keep them.
  return `${by}${ignoreNulls ? '' : '_null'}(${value}, ${sql.order})`;
}
