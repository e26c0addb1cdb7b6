import { BIGINT, DOUBLE, type KsqlType } from './types.js';

/** What an aggregate gives for its argument's type, and whether a table (which takes rows back) may use it. */
export interface AggregateSignature {
  readonly name: string;
  /** Result type for the types of the non-constant arguments; undefined where it does not take them. */
  readonly result: (argument: KsqlType | undefined) => KsqlType | undefined;
  readonly undo: boolean;
  readonly doc: string;
}

const numeric = (t: KsqlType | undefined): boolean =>
  t !== undefined && ['INTEGER', 'BIGINT', 'DOUBLE', 'DECIMAL'].includes(t.kind);
const ordered = (t: KsqlType | undefined): boolean =>
  t !== undefined && !['ARRAY', 'MAP', 'STRUCT', 'BOOLEAN'].includes(t.kind);

/** The aggregates that a replay computes; a new one is a row here and its SQL in `src/sql/aggregates.ts`. */
const AGGREGATES: readonly AggregateSignature[] = [
  {
    name: 'AVG',
    undo: true,
    doc: 'AVG(x): sum / count of the values that are not null; 0.0 where there is none. DOUBLE.',
    result: (t) => (numeric(t) && t?.kind !== 'DECIMAL' ? DOUBLE : undefined),
  },
  {
    name: 'COLLECT_LIST',
    undo: false,
    doc: 'COLLECT_LIST(x): all values in order of arrival, nulls too.',
    result: (t) => (t === undefined ? undefined : { kind: 'ARRAY', element: t }),
  },
  {
    name: 'COLLECT_SET',
    undo: false,
    doc: 'COLLECT_SET(x): the different values in order of arrival, null once.',
    result: (t) => (t === undefined ? undefined : { kind: 'ARRAY', element: t }),
  },
  { name: 'COUNT', undo: true, doc: 'COUNT(*) counts rows, COUNT(x) values that are not null.', result: () => BIGINT },
  {
    name: 'EARLIEST_BY_OFFSET',
    undo: false,
    doc: 'EARLIEST_BY_OFFSET(x [, ignoreNulls]): the first value, by default the first that is not null.',
    result: (t) => t,
  },
  {
    name: 'LATEST_BY_OFFSET',
    undo: false,
    doc: 'LATEST_BY_OFFSET(x [, ignoreNulls]): the last value, by default the last that is not null.',
    result: (t) => t,
  },
  {
    name: 'MAX',
    undo: false,
    doc: 'MAX(x): the largest value; null until one is seen.',
    result: (t) => (ordered(t) ? t : undefined),
  },
  {
    name: 'MIN',
    undo: false,
    doc: 'MIN(x): the smallest value; null until one is seen.',
    result: (t) => (ordered(t) ? t : undefined),
  },
  {
    name: 'SUM',
    undo: true,
    doc: 'SUM(x): starts at 0, ignores null; INT and BIGINT wrap, DECIMAL keeps its type.',
    result: (t) => (numeric(t) ? t : undefined),
  },
];

/** The aggregate of that name, or undefined. */
export function aggregateSignature(name: string): AggregateSignature | undefined {
  return AGGREGATES.find((a) => a.name === name);
}
