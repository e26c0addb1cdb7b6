import type { TypedExpression } from '../../ksql/typed-expression.js';
import { BYTES_SQL } from './bytes.js';
import { COLLECTIONS_SQL } from './collections.js';
import { JSON_SQL } from './json.js';
import { NULLS_SQL } from './nulls.js';
import { NUMERIC_SQL } from './numeric.js';
import { STRINGS_SQL } from './strings.js';
import { fill, type Template } from './template.js';
import { TIME_SQL } from './time.js';
import { URL_SQL } from './url.js';

/** SQL of every scalar function, by its ksqlDB name; the rows' signatures are under `src/ksql/functions`. */
export const FUNCTION_SQL: Readonly<Record<string, Template>> = {
  ...NULLS_SQL,
  ...NUMERIC_SQL,
  ...STRINGS_SQL,
  ...COLLECTIONS_SQL,
  ...JSON_SQL,
  ...BYTES_SQL,
  ...TIME_SQL,
  ...URL_SQL,
};

/** SQL of a call whose arguments are SQL already. */
export function functionSql(e: Extract<TypedExpression, { kind: 'call' }>, args: readonly string[]): string {
  const template = FUNCTION_SQL[e.name];
  if (template === undefined) throw new Error(`no SQL for function ${e.name}`);
  return fill(template, { args, types: e.arguments.map((a) => a.type), nodes: e.arguments, type: e.type });
}

const NEVER_NULL: ReadonlySet<string> = new Set(['IS_JSON_STRING']);

/** True for a BOOLEAN function that has an answer for null. */
export function neverNull(name: string): boolean {
  return NEVER_NULL.has(name);
}
