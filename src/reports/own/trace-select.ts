import { AGGREGATES, SINGLE_VALUES, SUMS } from './functions.js';
import { all, call, type Hidden, isNotZero, isThere, mapNodes, nodesIn } from './trace-nodes.js';
import type { Node } from './tree.js';

/** A set of patients that a row is made of, as an expression. */
export interface Contribution {
  readonly kind: Hidden['kind'];
  readonly half: boolean;
  readonly expression: Node;
}

interface Reference {
  readonly one: Hidden;
  readonly ref: Node;
}

/** The parts of a select that are evaluated over its rows or groups. */
function partsOf({ select_list: list, having, qualify, modifiers }: Node): unknown {
  return [list, having, qualify, modifiers];
}

/** The aggregates of a select: of what it shows, keeps and sorts by. */
export function aggregatesIn(node: Node): readonly Node[] {
  return nodesIn(partsOf(node)).filter((n) => n.class === 'FUNCTION' && AGGREGATES.has(nameOf(n)));
}

/** True where a row of the result stands for a group. */
export function isAggregated(node: Node): boolean {
  const groups = (node.group_expressions ?? []) as readonly unknown[];
  return groups.length > 0 || node.aggregate_handling === 'FORCE_AGGREGATES' || aggregatesIn(node).length > 0;
}

/** Windows over groups that show more than a place in an order, or a share of everything. */
export function windowsIn({ select_list: list }: Node): readonly Node[] {
  return nodesIn(list).filter((n) => n.class === 'WINDOW' && !RANKS.has(String(n.type)) && !isOfEverything(n));
}

const RANKS = new Set([
  'WINDOW_RANK',
  'WINDOW_RANK_DENSE',
  'WINDOW_ROW_NUMBER',
  'WINDOW_NTILE',
  'WINDOW_PERCENT_RANK',
  'WINDOW_CUME_DIST',
]);

const OF_EVERYTHING = new Set(['sum', 'count', 'count_star', 'avg', 'mean']);

function isOfEverything(window: Node): boolean {
  const none = (list: unknown): boolean => Array.isArray(list) && list.length === 0;
  const isBare = none(window.partitions) && none(window.orders) && (window.filter_expr ?? null) === null;
  return isBare && OF_EVERYTHING.has(nameOf(window));
}

/** The stars of a select. */
export function stars({ select_list: list }: Node): readonly Node[] {
  return nodesIn(list).filter((n) => n.class === 'STAR');
}

/** The parts of a select with stars that do not show what nobody sees. */
export function starsWithout(
  node: Node,
  sources: readonly { readonly alias: string; readonly hidden: readonly Hidden[] }[],
): Node {
  const without = (star: Node): Node => {
    const of = String(star.relation_name ?? '').toLowerCase();
    const covered = sources.filter(({ alias }) => of === '' || alias.toLowerCase() === of);
    const names = new Set(covered.flatMap(({ hidden }) => hidden.map(({ name }) => name)));
    return { ...star, exclude_list: [...((star.exclude_list ?? []) as readonly string[]), ...names] };
  };
  return mapNodes(node, (n) => (n.class === 'STAR' ? without(n) : null));
}

/**
 * The sets of patients behind a group: of each source all of them, and per aggregate those from whose rows it is made (its FILTER
 * holds, its arguments have a value; for sums and means one that is not 0).
 */
export function contributions(references: readonly Reference[], aggregates: readonly Node[]): readonly Contribution[] {
  const conditions = aggregates.flatMap((aggregate) => {
    const condition = conditionOf(aggregate);
    return condition === null ? [] : [{ condition, half: SINGLE_VALUES.has(nameOf(aggregate)) }];
  });
  const found = new Map<string, Contribution>();
  for (const { one, ref } of references)
    for (const { condition, half } of [{ condition: null, half: false }, ...conditions]) {
      const expression = gathered(one, ref, condition);
      const set = { kind: 'set' as const, half: half || one.half, expression };
      found.set(
        JSON.stringify([set.half, expression], (key, value) => (key === 'query_location' ? 0 : value)),
        set,
      );
    }
  return [...found.values()];
}

function gathered({ kind }: Hidden, ref: Node, condition: Node | null): Node {
  const filter = all([isThere(ref), ...(condition === null ? [] : [condition])]);
  if (kind === 'one') return call('list', [ref], { filter, distinct: true });
  return call('list_distinct', [call('flatten', [call('list', [ref], { filter })])]);
}

/** Which rows an aggregate is made of; null: of all. */
function conditionOf(aggregate: Node): Node | null {
  const name = nameOf(aggregate);
  const children = (aggregate.children ?? []) as readonly Node[];
  const filter = (aggregate.filter ?? null) as Node | null;
  const counted = name === 'count_if' || name === 'countif' ? children : children.slice(0, 2).map(isThere);
  const summed = SUMS.has(name) && children[0] !== undefined ? [isNotZero(children[0])] : [];
  const conditions = [...(filter === null ? [] : [filter]), ...(name === 'count_star' ? [] : counted), ...summed];
  return conditions.length === 0 ? null : all(conditions);
}

function nameOf(node: Node): string {
  return String(node.function_name).toLowerCase();
}
