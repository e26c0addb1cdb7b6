import { SETUP_SQL } from './macros.js';

const NAME = /\bks_\w+(?=\()/g;
const DEFINED = /MACRO (ks_\w+)\(/;

/**
 * The settings and CREATE MACRO statements that these texts rely on, also through other macros, in the order in which they must run.
 * Most pipelines use a few of the hundred and more; making them all would cost a short run a fifth of its time.
 */
export function neededMacros(texts: readonly string[]): string[] {
  const definitions = new Map(SETUP_SQL.map((sql) => [DEFINED.exec(sql)?.[1] ?? sql, sql]));
  // Settings are not asked for by name: they always count.
  const needed = new Set(SETUP_SQL.filter((sql) => !DEFINED.test(sql)));
  const visit = (text: string): void => {
    for (const [name] of text.matchAll(NAME)) {
      const definition = definitions.get(name);
      if (definition === undefined || needed.has(name)) continue;
      needed.add(name);
      visit(definition);
    }
  };
  texts.forEach(visit);
  return [...definitions].filter(([name]) => needed.has(name)).map(([, sql]) => sql);
}
