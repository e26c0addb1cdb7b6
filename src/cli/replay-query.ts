import { BIGINT, BOOLEAN, type KsqlType } from '../ksql/types.js';
import type { RelationQuery } from '../output/relation.js';
import { LIVE, SEQ, SUB, TS, WINDOW_END, WINDOW_START } from '../relation.js';
import { coarseSql } from '../replay/coarse-sql.js';
import type { ResultColumn, ResultRelation } from '../replay/run.js';
import { identifier } from '../sql/quote.js';

/** One column of the result: how it is named and typed, and its SQL over the relation. */
interface Shown {
  readonly name: string;
  readonly type: KsqlType;
  readonly sql: string;
}

/**
 * The rows that `pharmabi replay` writes of a relation. A stream: its records in replay order, with TOMBSTONE where records
 * without value can come and are records for ksqlDB too. A table: its final rows by
 * key, or its changelog in replay order with TOMBSTONE. Columns: keys, window bounds, values, TOMBSTONE, ROWTIME.
 */
export function replayQuery(relation: ResultRelation, changes: boolean): RelationQuery {
  const log = relation.kind === 'stream' || changes;
  const from = log ? relation.changes : relation.final;
  if (from === undefined) throw new Error(`${relation.name} was not made in the form that is wanted`);
  const tombstones = log && (relation.kind === 'table' || relation.nullValues === 'shown');
  const live = relation.nullValues === 'dropped' ? ` WHERE ${identifier(LIVE)}` : '';
  const keys = relation.columns.filter((c) => c.key).map(plain);
  const windows = relation.windowed ? [bound('WINDOWSTART', WINDOW_START), bound('WINDOWEND', WINDOW_END)] : [];
  const values = relation.columns.filter((c) => !c.key).map((c) => (tombstones ? whileLive(c) : plain(c)));
  const declared = [...keys, ...windows, ...values];
  const shown = [
    ...declared,
    ...(tombstones ? [{ name: freeName('TOMBSTONE', declared), type: BOOLEAN, sql: `NOT ${identifier(LIVE)}` }] : []),
    {
      name: freeName('ROWTIME', declared),
      type: BIGINT,
      sql: coarseSql(identifier(TS), BIGINT, relation.coarseRowtime),
    },
  ];
  const order = log
    ? [SEQ, SUB].map(identifier)
    : [
        ...relation.columns.filter((c) => c.key).map((c) => identifier(c.name)),
        ...windows.slice(0, 1).map((c) => c.sql),
      ];
  const list = shown.map((c) => `${c.sql} AS ${identifier(c.name)}`).join(', ');
  return {
    sql: `SELECT ${list} FROM ${identifier(from)} AS "$rows"${live} ORDER BY ${order.map((o) => `"$rows".${o}`).join(', ')}`,
    columns: shown.map(({ name, type }) => ({ name, type })),
  };
}

function plain(column: ResultColumn): Shown {
  return { name: column.name, type: column.type, sql: coarseSql(identifier(column.name), column.type, column.coarse) };
}

function whileLive(column: ResultColumn): Shown {
  const shown = plain(column);
  return { ...shown, sql: `CASE WHEN ${identifier(LIVE)} THEN ${shown.sql} END` };
}

function bound(name: string, column: string): Shown {
  return { name, type: BIGINT, sql: identifier(column) };
}

// A pipeline may have a column TOMBSTONE of its own; names in a file must be unique.
function freeName(name: string, taken: readonly Shown[]): string {
  return taken.some((c) => c.name.toUpperCase() === name) ? freeName(`${name}_`, taken) : name;
}
