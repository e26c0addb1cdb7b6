import type { SourceDeclaration } from '../ksql/source.js';
import { LIVE, SEQ, TS } from '../relation.js';
import { identifier } from '../sql/quote.js';
import type { ColumnPlan } from './columns.js';
import { EVENTS } from './events-table.js';
import { type LastRows, ORDERED, PLACE } from './order.js';

/** Makes the relation of one source: `$seq, $ts, $live`, key columns, then used columns; a delete keeps only its key. */
export function relationSql(name: string, source: SourceDeclaration, at: number, plan: ColumnPlan): readonly string[] {
  return [
    `CREATE OR REPLACE TEMP TABLE ${name} AS SELECT ${columns(PLACE, 'o', 'e', source, at, plan)} FROM ${ORDERED} o JOIN ${EVENTS} e ON e.rowid = o.key_row WHERE o.s = ${at}`,
  ];
}

const SEVERAL = '"$several"';

/** The statements that make the same for a table of which only the last rows are wanted: one per key, deleted keys gone. Its `$seq` says nothing. */
export function lastRowsSql(
  name: string,
  source: SourceDeclaration,
  at: number,
  plan: ColumnPlan,
  last: LastRows,
): readonly string[] {
  const indexes = source.columns.filter((c) => c.key).map((c) => `value${plan.bySource[at]!.get(c.name)}`);
  const keys = indexes.map((k) => `p.${k}`).join(', ');
  const keyed = `${last.from} AND ${indexes.map((k) => `p.${k} IS NOT NULL`).join(' AND ')}`;
  // Most keys have one record, and grouping costs half of sorting: only the others are put in order.
  const chosen = columns('0', 'p', 'p', source, at, plan);
  // Most keys have one record, and grouping costs less than sorting: only the others are put in order.
  const several = `(${keys}) IN (FROM ${SEVERAL})`;
  return [
    `CREATE OR REPLACE TEMP TABLE ${SEVERAL} AS SELECT ${keys} FROM ${keyed} GROUP BY ${keys} HAVING count(*) > 1`,
    `CREATE OR REPLACE TEMP TABLE ${name} AS SELECT ${chosen} FROM ${keyed} AND p.live AND NOT ${several} UNION ALL SELECT * FROM (SELECT ${chosen} FROM ${keyed} AND ${several} QUALIFY row_number() OVER (PARTITION BY ${keys} ORDER BY ${last.latestFirst}) = 1) WHERE ${identifier(LIVE)}`,
    `DROP TABLE ${SEVERAL}`,
  ];
}

function columns(
  seq: string,
  row: string,
  values: string,
  source: SourceDeclaration,
  at: number,
  plan: ColumnPlan,
): string {
  const value = (column: string): string => `${values}.value${plan.bySource[at]!.get(column)}`;
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
