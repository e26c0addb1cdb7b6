import type { SourceDeclaration } from '../ksql/source.js';
import { LIVE, SEQ, TS } from '../relation.js';
import { identifier } from '../sql/quote.js';
import type { ColumnPlan } from './columns.js';
import { EVENTS } from './load.js';
import { type LastRows, ORDERED } from './order.js';

/** Makes the relation of one source: `$seq, $ts, $live`, key columns, then used columns; a delete keeps only its key. */
export function relationSql(name: string, source: SourceDeclaration, at: number, plan: ColumnPlan): string {
  return `CREATE OR REPLACE TEMP TABLE ${name} AS SELECT ${columns('o.seq', 'o', 'e', source, at, plan)} FROM ${ORDERED} o JOIN ${EVENTS} e ON e.rowid = o.keid WHERE o.s = ${at}`;
}

/** The same for a table of which only the last rows are wanted: one per key, deleted keys gone. Its `$seq` says nothing. */
export function lastRowsSql(
  name: string,
  source: SourceDeclaration,
  at: number,
  plan: ColumnPlan,
  last: LastRows,
): string {
  const keys = source.columns.filter((c) => c.key).map((c) => `p.v${plan.bySource[at]!.get(c.name)}`);
  const rows = `SELECT ${columns('0', 'p', 'p', source, at, plan)} FROM ${last.from} AND ${keys.map((k) => `${k} IS NOT NULL`).join(' AND ')} QUALIFY row_number() OVER (PARTITION BY ${keys.join(', ')} ORDER BY ${last.latestFirst}) = 1`;
  return `CREATE OR REPLACE TEMP TABLE ${name} AS SELECT * FROM (${rows}) WHERE ${identifier(LIVE)}`;
}

function columns(
  seq: string,
  row: string,
  values: string,
  source: SourceDeclaration,
  at: number,
  plan: ColumnPlan,
): string {
  const value = (column: string): string => `${values}.v${plan.bySource[at]!.get(column)}`;
  const keys = source.columns.filter((c) => c.key).map((c) => `${value(c.name)} AS ${identifier(c.name)}`);
  const used = source.columns
    .filter((c) => !c.key && c.used)
    .map((c) => `CASE WHEN ${row}.live THEN ${value(c.name)} END AS ${identifier(c.name)}`);
  return [
    `${seq} AS ${identifier(SEQ)}`,
    `${row}.ts AS ${identifier(TS)}`,
    `${row}.live AS ${identifier(LIVE)}`,
    ...keys,
    ...used,
  ].join(', ');
}
