import type { Span } from '../diagnostics/diagnostic.js';
import type { ColumnReference, Expression, Identifier } from './ast/index.js';

/**
 * A text that two expressions share exactly where they say the same: columns by what they resolve to, no positions.
 * `f1 + f2` and `f2 + f1` differ, as they do for GROUP BY.
 */
export function canonical(expression: Expression, name: (reference: ColumnReference) => string): string {
  return JSON.stringify(expression, function (this: unknown, key: string, value: unknown) {
    if (key === 'span' || key === 'operatorSpan' || key === 'quoted') return undefined;
    if (isColumn(value)) return { column: name(value) };
    return value;
  });
}

function isColumn(value: unknown): value is ColumnReference {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'column';
}

/** Rebuilds an expression from the root down: where `replace` gives a node, it stands for the whole subtree. */
export function rewrite(expression: Expression, replace: (e: Expression) => Expression | undefined): Expression {
  const found = replace(expression);
  if (found !== undefined) return found;
  return mapChildren(expression, (child) => rewrite(child, replace));
}

const CHILD_KEYS = [
  'operand',
  'left',
  'right',
  'low',
  'high',
  'pattern',
  'otherwise',
  'index',
  'body',
  'key',
  'value',
  'when',
  'then',
];
const LIST_KEYS = ['arguments', 'values', 'elements', 'branches', 'entries', 'fields'];

function mapChildren<T extends object>(node: T, map: (e: Expression) => Expression): T {
  const copy = { ...node } as Record<string, unknown>;
  for (const key of CHILD_KEYS) {
    const child = copy[key];
    if (typeof child === 'object' && child !== null) copy[key] = map(child as Expression);
  }
  for (const key of LIST_KEYS) {
    const list = copy[key];
    if (Array.isArray(list)) {
      copy[key] = list.map((item: Expression | object) => ('kind' in item ? map(item) : mapChildren(item, map)));
    }
  }
  return copy as T;
}

/** Calls `visit` on every node of an expression, parents first. */
export function walk(expression: Expression, visit: (e: Expression) => void): void {
  rewrite(expression, (e) => {
    visit(e);
    return undefined;
  });
}

/** An identifier made by the analyzer, with the position of the text that it stands for. */
function madeIdentifier(name: string, at: { readonly span: Span }): Identifier {
  return { kind: 'identifier', name, quoted: true, span: at.span };
}

/** A reference to a column made by the analyzer. */
export function madeColumn(name: string, at: { readonly span: Span }): ColumnReference {
  return { kind: 'column', name: madeIdentifier(name, at), span: at.span };
}

/** A reference to a column of one source of a query, made by the analyzer. */
export function ownedColumn(
  owner: { readonly alias: string },
  name: string,
  at: { readonly span: Span },
): ColumnReference {
  return { ...madeColumn(name, at), qualifier: madeIdentifier(owner.alias, at) };
}
