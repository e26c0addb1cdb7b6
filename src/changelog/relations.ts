import type { SourceDeclaration } from '../ksql/source.js';
import { LIVE, SEQ, TS } from '../relation.js';
import { identifier } from '../sql/quote.js';
import type { ColumnPlan } from './columns.js';
import { EVENTS } from './load.js';
import { ORDERED } from './order.js';

/** Makes the relation of one source: `$seq, $ts, $live`, key columns, then used columns; a delete keeps only its key. */
export function relationSql(name: string, source: SourceDeclaration, at: number, plan: ColumnPlan): string {
  const value = (column: string): string => `e.v${plan.bySource[at]!.get(column)}`;
  const keys = source.columns.filter((c) => c.key).map((c) => `${value(c.name)} AS ${identifier(c.name)}`);
  const used = source.columns
    .filter((c) => !c.key && c.used)
    .map((c) => `CASE WHEN o.live THEN ${value(c.name)} END AS ${identifier(c.name)}`);
  const columns = [
    `o.seq AS ${identifier(SEQ)}`,
    `o.ts AS ${identifier(TS)}`,
    `o.live AS ${identifier(LIVE)}`,
    ...keys,
    ...used,
  ];
  return `CREATE OR REPLACE TEMP TABLE ${name} AS SELECT ${columns.join(', ')} FROM ${ORDERED} o JOIN ${EVENTS} e ON e.rowid = o.keid WHERE o.s = ${at}`;
}
