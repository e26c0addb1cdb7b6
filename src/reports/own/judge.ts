import { FUNCTIONS, NO_COLUMNS, refusalOf, TABLE_FUNCTIONS } from './functions.js';
import { tooLarge } from './sizes.js';
import { childrenOf, type Node } from './tree.js';

/** Something that a report may not do, with its place in the text (bytes). */
export interface Refusal {
  readonly code: 'own-report-statement' | 'own-report-function' | 'own-report-relation' | 'own-report-argument';
  readonly message: string;
  readonly at: number | undefined;
  /** A relation that was asked for: the nearest one that there is helps. */
  readonly near?: string;
  readonly help?: string;
}

/** What a statement was found to use. */
export interface Uses {
  /** Lower-case name to the pipeline's spelling. */
  readonly relations: Map<string, string>;
  /** Lower-case names of columns that stand anywhere. */
  readonly columns: Set<string>;
  star: boolean;
  readonly problems: Refusal[];
}

/** What a FROM may hold. */
const FROM = new Set(['BASE_TABLE', 'SUBQUERY', 'JOIN', 'TABLE_FUNCTION', 'EXPRESSION_LIST', 'EMPTY', 'CTE']);

/** Walks a whole query: every table, function, column and parameter in it, wherever it stands. */
export function judgeNodes(
  root: Node,
  uses: Uses,
  relations: ReadonlyMap<string, string>,
  parameters: readonly string[],
): void {
  const named = new Set(parameters.map((name) => name.replaceAll('-', '_')));
  const visit = (value: unknown, ctes: ReadonlySet<string>): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, ctes);
    else if (typeof value === 'object' && value !== null) {
      const node = value as Node;
      const refusal = judge(node, uses, relations, ctes, named);
      if (refusal !== null) uses.problems.push(refusal);
      else visitParts(node, ctes, visit);
    }
  };
  visit(root, new Set());
}

/** The parts of a node with the names of CTEs that hold there: of those before it in its WITH, and of those around it. */
function visitParts(
  node: Node,
  around: ReadonlySet<string>,
  visit: (value: unknown, ctes: ReadonlySet<string>) => void,
): void {
  const { cte_map: map, ...rest } = node as { cte_map?: { map?: readonly { key: string; value: Node }[] } };
  const own = node.type === 'RECURSIVE_CTE_NODE' ? [String(node.cte_name).toLowerCase()] : [];
  let ctes: ReadonlySet<string> = own.length === 0 ? around : new Set([...around, ...own]);
  for (const { key, value } of map?.map ?? []) {
    visit(value, ctes);
    ctes = new Set([...ctes, key.toLowerCase()]);
  }
  for (const child of childrenOf(rest)) visit(child, ctes);
}

function judge(
  node: Node,
  uses: Uses,
  relations: ReadonlyMap<string, string>,
  ctes: ReadonlySet<string>,
  parameters: ReadonlySet<string>,
): Refusal | null {
  const at = typeof node.query_location === 'number' ? node.query_location : undefined;
  const from = node.from_table as Node | undefined;
  if (from !== undefined && !FROM.has(String(from.type)))
    return {
      code: 'own-report-statement',
      message: 'A report selects; it does not describe or summarise tables.',
      at: undefined,
    };
  if (node.sample !== undefined && node.sample !== null)
    return {
      code: 'own-report-function',
      message: 'SAMPLE picks rows at random: a report gives the same rows each time.',
      at,
    };
  if (node.type === 'BASE_TABLE') return judgeTable(node, uses, relations, ctes, at);
  if (node.type === 'TABLE_FUNCTION') {
    const name = String((node.function as Node | undefined)?.function_name ?? '').toLowerCase();
    if (!TABLE_FUNCTIONS.has(name))
      return {
        code: 'own-report-function',
        message: `${name}() is not for reports: they read the pipeline's relations and nothing else.`,
        at,
      };
  }
  if (typeof node.function_name === 'string') return judgeFunction(node, node.function_name.toLowerCase(), at);
  if (node.class === 'STAR') uses.star = true;
  if (node.class === 'COLUMN_REF') return judgeColumn(node, uses, at);
  for (const using of (node.using_columns as readonly string[] | undefined) ?? [])
    uses.columns.add(using.toLowerCase());
  if (node.ref_type === 'NATURAL') uses.star = true;
  if (node.class === 'PARAMETER' && !parameters.has(String(node.identifier))) {
    const help =
      parameters.size === 0
        ? 'The file declares none.'
        : `Parameters: ${[...parameters].map((p) => `$${p}`).join(', ')}.`;
    return {
      code: 'own-report-statement',
      message: `The file declares no parameter $${String(node.identifier)}.`,
      at,
      help,
    };
  }
  return null;
}

function judgeTable(
  node: Node,
  uses: Uses,
  relations: ReadonlyMap<string, string>,
  ctes: ReadonlySet<string>,
  at: number | undefined,
): Refusal | null {
  const name = String(node.table_name);
  const qualified = [node.schema_name, node.catalog_name].some((part) => typeof part === 'string' && part !== '');
  if (!qualified && ctes.has(name.toLowerCase())) return null;
  const found = relations.get(name.toLowerCase());
  if (!qualified && found !== undefined) uses.relations.set(name.toLowerCase(), found);
  else {
    const message = `The pipeline makes no relation "${name}" that a report may read.`;
    const help = `Relations: ${[...relations.values()].join(', ')}.`;
    return { code: 'own-report-relation', message, at, near: name, help };
  }
  return null;
}

function judgeFunction(node: Node, name: string, at: number | undefined): Refusal | null {
  const qualified = [node.schema, node.catalog].some(
    (part) => typeof part === 'string' && part !== '' && part !== 'main',
  );
  if (FUNCTIONS.has(name) && !qualified) {
    const large = tooLarge(name, (node.children ?? []) as readonly Node[]);
    return large === null ? null : { code: 'own-report-argument', message: `${name}() ${large}.`, at };
  }
  return { code: 'own-report-function', message: `${name}() cannot be used in a report: ${refusalOf(name)}.`, at };
}

function judgeColumn(node: Node, uses: Uses, at: number | undefined): Refusal | null {
  const names = (node.column_names as readonly string[]).map((name) => name.toLowerCase());
  const last = names.at(-1)!;
  if (NO_COLUMNS.has(last) || NO_COLUMNS.has(names[0]!))
    return { code: 'own-report-function', message: `${last} cannot be used in a report: ${refusalOf('now')}.`, at };
  for (const name of names) uses.columns.add(name);
  // A table's name alone stands for all of its columns.
  if (names.length === 1 && uses.relations.has(last)) uses.star = true;
  return null;
}
