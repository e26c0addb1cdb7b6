import { BYTES_MACROS } from './macros/bytes.js';
import { COLLECTION_MACROS } from './macros/collections.js';
import { JSON_MACROS } from './macros/json.js';
import { NUMBER_MACROS } from './macros/numbers.js';
import { STRING_MACROS } from './macros/strings.js';
import { TIME_MACROS } from './macros/time.js';
import { URL_MACROS } from './macros/url.js';

const DEFINITIONS: readonly string[] = [
  ...NUMBER_MACROS,
  ...STRING_MACROS,
  ...COLLECTION_MACROS,
  ...BYTES_MACROS,
  ...JSON_MACROS,
  ...TIME_MACROS,
  ...URL_MACROS,
];

/**
 * Statements that the emitted SQL relies on; run once per engine, in this order. DuckDB moves a subexpression that
 * stands twice to a projection of its own, out of the TRY around it, where its error would end the query: that
 * optimizer is off.
 */
export const SETUP_SQL: readonly string[] = [
  "SET GLOBAL disabled_optimizers = 'common_subexpressions'",
  ...inOrder(DEFINITIONS).map((d) => `CREATE OR REPLACE MACRO ${d}`),
];

function nameOf(definition: string): string {
  return /^\w+/.exec(definition)![0];
}

// DuckDB binds a macro when it is created: those that it calls must stand before it.
function inOrder(definitions: readonly string[]): readonly string[] {
  const byName = new Map(definitions.map((d) => [nameOf(d), d]));
  const done = new Set<string>();
  const ordered: string[] = [];
  const visit = (name: string): void => {
    const definition = byName.get(name);
    if (definition === undefined || done.has(name)) return;
    done.add(name);
    for (const [used] of definition.matchAll(/\bks_\w+/g)) visit(used);
    ordered.push(definition);
  };
  for (const definition of definitions) visit(nameOf(definition));
  return ordered;
}
