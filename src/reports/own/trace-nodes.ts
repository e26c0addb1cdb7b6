import { childrenOf, type Node } from './tree.js';

/** The column of a base table that holds the patient of a row: a number, 0 where nobody is named. */
export const PERSON = '$person';

/** The column that counts the patients behind a row of a result. */
export const PERSONS = '$persons';

/** A column that nobody sees: the patient of a row, or the set of those behind it; `half`: twice as many are asked for. */
export interface Hidden {
  readonly name: string;
  readonly kind: 'one' | 'set';
  readonly half: boolean;
}

/** A column by its table's alias and name. */
export function columnRef(...names: readonly string[]): Node {
  return { class: 'COLUMN_REF', type: 'COLUMN_REF', alias: '', column_names: names };
}

/** A call; `filter` and `distinct` only of aggregates. */
export function call(
  name: string,
  children: readonly Node[],
  more: { readonly filter?: Node; readonly distinct?: boolean; readonly operator?: boolean } = {},
): Node {
  return {
    class: 'FUNCTION',
    type: 'FUNCTION',
    alias: '',
    function_name: name,
    schema: '',
    children,
    filter: more.filter ?? null,
    order_bys: { type: 'ORDER_MODIFIER', orders: [] },
    distinct: more.distinct ?? false,
    is_operator: more.operator ?? false,
    export_state: false,
    catalog: '',
  };
}

/** A whole number. */
export function whole(value: number): Node {
  const type = { id: 'INTEGER', type_info: null };
  return { class: 'CONSTANT', type: 'VALUE_CONSTANT', alias: '', value: { type, is_null: false, value } };
}

/** True where an expression has a value. */
export function isThere(child: Node): Node {
  return { class: 'OPERATOR', type: 'OPERATOR_IS_NOT_NULL', alias: '', children: [child] };
}

/** True where all of them are. */
export function all(children: readonly Node[]): Node {
  if (children.length === 1) return children[0]!;
  return { class: 'CONJUNCTION', type: 'CONJUNCTION_AND', alias: '', children };
}

/** True where a number is not 0. */
export function isNotZero(left: Node): Node {
  return { class: 'COMPARISON', type: 'COMPARE_NOTEQUAL', alias: '', left, right: whole(0) };
}

/** The same expression under another name. */
export function aliased(node: Node, alias: string): Node {
  return { ...node, alias };
}

/** The smallest number of patients in any set of a row that has somebody in it; 0 where none has. */
export function personsCount(sets: readonly Node[], hidden: readonly Hidden[]): Node {
  const counts = sets.map((set, at) => {
    const { kind, half } = hidden[at]!;
    const plain = aliased(set, '');
    const size = kind === 'set' ? call('len', [plain]) : call('constant_or_null', [whole(1), plain]);
    // Half of a set, but one patient is not nobody.
    const told = half ? operate('+', operate('//', size, whole(2)), operate('//', whole(1), size)) : size;
    return call('nullif', [told, whole(0)]);
  });
  const smallest = call('least', counts.length === 1 ? [...counts, ...counts] : counts);
  const coalesce = { class: 'OPERATOR', type: 'OPERATOR_COALESCE', alias: '', children: [smallest, whole(0)] };
  return aliased(coalesce, PERSONS);
}

function operate(name: string, left: Node, right: Node): Node {
  return call(name, [left, right], { operator: true });
}

/** Whether a node is a query or anything else. */
export function nodeKind(node: Node): 'query' | 'other' {
  return typeof node.type === 'string' && node.type.endsWith('_NODE') && 'cte_map' in node ? 'query' : 'other';
}

/** A tree with some of its nodes replaced: those that `change` gives something for. Their parts are not looked at. */
export function mapNodes<T>(value: T, change: (node: Node) => Node | null): T {
  const map = (part: unknown, isRoot: boolean): unknown => {
    if (Array.isArray(part)) return part.map((item) => map(item, false));
    if (typeof part !== 'object' || part === null || childrenOf(part as Node).length === 0) return part;
    const changed = isRoot ? null : change(part as Node);
    if (changed !== null) return changed;
    return Object.fromEntries(Object.entries(part).map(([name, child]) => [name, map(child, false)]));
  };
  return map(value, true) as T;
}

/** Every node of a tree that is not inside a query of its own. */
export function nodesIn(value: unknown): readonly Node[] {
  const found: Node[] = [];
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) for (const item of part) visit(item);
    else if (typeof part === 'object' && part !== null && nodeKind(part as Node) !== 'query') {
      found.push(part as Node);
      for (const child of childrenOf(part as Node)) visit(child);
    }
  };
  visit(value);
  return found;
}
