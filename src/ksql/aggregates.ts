import { BIGINT, DOUBLE, type KsqlType } from './types.js';

/** What an aggregate gives for its argument's type, and whether a table (which takes rows back) may use it. */
export interface AggregateSignature {
  readonly name: string;
  /** Result type for the type of the argument; undefined where it does not take it. `counted`: a number of values stands behind it. */
  readonly result: (argument: KsqlType | undefined, counted: boolean) => KsqlType | undefined;
  /** What constants may stand behind the argument: how many values (must, may), and whether nulls are left out. */
  readonly constants?: { readonly count?: 'must' | 'may'; readonly ignoreNulls?: true };
  readonly undo: boolean;
  readonly doc: string;
}

const numeric = (t: KsqlType | undefined): boolean =>
  t !== undefined && ['INTEGER', 'BIGINT', 'DOUBLE', 'DECIMAL'].includes(t.kind);
const ordered = (t: KsqlType | undefined): boolean =>
  t !== undefined && !['ARRAY', 'MAP', 'STRUCT', 'BOOLEAN'].includes(t.kind);

const list = (t: KsqlType | undefined): KsqlType | undefined =>
  t === undefined ? undefined : { kind: 'ARRAY', element: t };
const number = (t: KsqlType | undefined): boolean => numeric(t) && t?.kind !== 'DECIMAL';

/** The aggregates that a replay computes; a new one is a row here and its SQL in `src/sql/aggregates.ts`. */
const AGGREGATES: readonly AggregateSignature[] = [
  {
    name: 'ATTR',
    undo: false,
    doc: 'ATTR(x): the value that all rows share, nulls counted as a value; else null.',
    result: (t) => t,
  },
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
  {
    name: 'COUNT_DISTINCT',
    undo: false,
    doc: 'COUNT_DISTINCT(x): how many different values there are, null not counted.',
    result: () => BIGINT,
  },
  { name: 'COUNT', undo: true, doc: 'COUNT(*) counts rows, COUNT(x) values that are not null.', result: () => BIGINT },
  {
    name: 'EARLIEST_BY_OFFSET',
    undo: false,
    doc: 'EARLIEST_BY_OFFSET(x [, n] [, ignoreNulls]): the first value, by default the first that is not null; the first n as a list.',
    result: (t, counted) => (counted ? list(t) : t),
    constants: { count: 'may', ignoreNulls: true },
  },
  {
    name: 'HISTOGRAM',
    undo: false,
    doc: 'HISTOGRAM(x): how often each text comes; null stands under the key null, once however often it comes.',
    result: (t) => (t?.kind === 'STRING' ? { kind: 'MAP', key: t, value: BIGINT } : undefined),
  },
  {
    name: 'LATEST_BY_OFFSET',
    undo: false,
    doc: 'LATEST_BY_OFFSET(x [, n] [, ignoreNulls]): the last value, by default the last that is not null; the last n as a list.',
    result: (t, counted) => (counted ? list(t) : t),
    constants: { count: 'may', ignoreNulls: true },
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
    name: 'STDDEV_SAMP',
    undo: false,
    doc: 'STDDEV_SAMP(x): the variance of the sample (ksqlDB calls it so), 0.0 for fewer than two values.',
    result: (t) => (number(t) ? DOUBLE : undefined),
  },
  {
    name: 'STDDEV_SAMPLE',
    undo: false,
    doc: 'STDDEV_SAMPLE(x): the standard deviation of the sample, 0.0 for fewer than two values.',
    result: (t) => (number(t) ? DOUBLE : undefined),
  },
  {
    name: 'SUM',
    undo: true,
    doc: 'SUM(x): starts at 0, ignores null; INT and BIGINT wrap, DECIMAL keeps its type.',
    result: (t) => (numeric(t) ? t : undefined),
  },
  {
    name: 'TOPK',
    undo: false,
    doc: 'TOPK(x, k): the k largest values, the largest first.',
    result: (t) => (number(t) || t?.kind === 'STRING' ? list(t) : undefined),
    constants: { count: 'must' },
  },
  {
    name: 'TOPKDISTINCT',
    undo: false,
    doc: 'TOPKDISTINCT(x, k): the k largest different values, the largest first.',
    result: (t) => (ordered(t) ? list(t) : undefined),
    constants: { count: 'must' },
  },
];

/** The aggregate of that name, or undefined. */
export function aggregateSignature(name: string): AggregateSignature | undefined {
  return AGGREGATES.find((a) => a.name === name);
}
