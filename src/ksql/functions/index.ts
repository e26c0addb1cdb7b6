import { BYTES_FUNCTIONS } from './bytes.js';
import { COLLECTIONS } from './collections.js';
import { JSON_FUNCTIONS } from './json.js';
import { NULLS } from './nulls.js';
import { NUMERIC } from './numeric.js';
import type { ScalarFunction } from './row.js';
import { STRINGS } from './strings.js';
import { TIME_FUNCTIONS } from './time.js';
import { URL_FUNCTIONS } from './url.js';

export type { ScalarFunction } from './row.js';

/** Every scalar function, family by family. */
export const SCALAR_FUNCTIONS: readonly ScalarFunction[] = [
  ...NULLS,
  ...NUMERIC,
  ...STRINGS,
  ...COLLECTIONS,
  ...JSON_FUNCTIONS,
  ...BYTES_FUNCTIONS,
  ...TIME_FUNCTIONS,
  ...URL_FUNCTIONS,
];

const BY_NAME: ReadonlyMap<string, ScalarFunction> = new Map(SCALAR_FUNCTIONS.map((f) => [f.name, f]));

const AGGREGATES: ReadonlySet<string> = new Set([
  'ATTR',
  'AVG',
  'COLLECT_LIST',
  'COLLECT_SET',
  'CORRELATION',
  'COUNT',
  'COUNT_DISTINCT',
  'EARLIEST_BY_OFFSET',
  'HISTOGRAM',
  'LATEST_BY_OFFSET',
  'MAX',
  'MIN',
  'STDDEV_SAMP',
  'STDDEV_SAMPLE',
  'SUM',
  'SUM_LIST',
  'TOPK',
  'TOPKDISTINCT',
]);

const TABLE_FUNCTIONS: ReadonlySet<string> = new Set(['CUBE_EXPLODE', 'EXPLODE']);

/** The row of a scalar function, by its name in capitals. */
export function scalarFunction(name: string): ScalarFunction | undefined {
  return BY_NAME.get(name.toUpperCase());
}

/** True for a function of a group: COUNT, SUM, ... */
export function isAggregateFunction(name: string): boolean {
  return AGGREGATES.has(name.toUpperCase());
}

/** True for a function that makes several rows of one: EXPLODE, CUBE_EXPLODE. */
export function isTableFunction(name: string): boolean {
  return TABLE_FUNCTIONS.has(name.toUpperCase());
}

/** Every name of the dialect, sorted, for suggestions and the manual. */
export function functionNames(): readonly string[] {
  return [...BY_NAME.keys(), ...AGGREGATES, ...TABLE_FUNCTIONS].sort();
}
