import type { Template } from './template.js';

/** SQL of the null functions. */
export const NULLS_SQL: Readonly<Record<string, Template>> = {
  AS_VALUE: '{0}',
  COALESCE: (c) => firstKnown(c.args),
  IFNULL: (c) => firstKnown(c.args),
  NULLIF: 'nullif({0}, {1})',
};

// Not COALESCE: see ks_or.
function firstKnown(args: readonly string[]): string {
  if (args.length === 1) return args[0]!;
  const branches = args.slice(0, -1).map((a) => `WHEN ${a} IS NOT NULL THEN ${a}`);
  return `CASE ${branches.join(' ')} ELSE ${args.at(-1)} END`;
}
