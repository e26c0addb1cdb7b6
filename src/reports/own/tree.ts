import { LosslessNumber, parse, stringify } from 'lossless-json';

/** A node of the engine's own syntax tree. */
export type Node = Readonly<Record<string, unknown>>;

/** What `json_serialize_sql` gives: one node per statement, or what is wrong with the text. */
export interface Tree {
  readonly error: boolean;
  readonly error_type?: string;
  readonly error_message?: string;
  readonly position?: string;
  readonly statements?: readonly { readonly node: Node }[];
}

/** A serialised tree as objects. A number that a double could round, or write otherwise, keeps its digits. */
export function parseTree(json: string): Tree {
  return parse(json, null, (digits) =>
    /^-?\d{1,15}$/.test(digits) ? Number(digits) : new LosslessNumber(digits),
  ) as Tree;
}

/** A tree as the engine reads it. */
export function treeText(tree: Tree): string {
  return stringify(tree)!;
}

/** Everything of a tree that is an object, as it may stand anywhere in a node. */
export function childrenOf(node: Node): readonly unknown[] {
  return node instanceof LosslessNumber ? [] : Object.values(node);
}
