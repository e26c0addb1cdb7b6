import { SINGLE_VALUES, WHOLE_ROWS } from './functions.js';
import { aliased, columnRef, type Hidden, mapNodes, nodeKind, PERSON, personsCount } from './trace-nodes.js';
import {
  aggregatesIn,
  type Contribution,
  contributions,
  isAggregated,
  stars,
  starsWithout,
  windowsIn,
} from './trace-select.js';
import type { Node } from './tree.js';

/** Whose rows a relation holds: of patients who are told, of patients who are not, of nobody. */
export type Whose = 'told' | 'untold' | 'nobody';

/** Why the patients behind the rows of a query cannot be counted; `at` is the place in its text, in bytes. */
export class Untraceable extends Error {
  readonly at: number | undefined;
  readonly help: string;
  constructor(message: string, at: unknown, help: string) {
    super(message);
    this.at = typeof at === 'number' ? at : undefined;
    this.help = help;
  }
}

/** A query with columns that nobody sees: the sets of patients behind its rows. */
interface Traced {
  readonly node: Node;
  readonly hidden: readonly Hidden[];
}

/** What a FROM offers, by alias. */
interface Source {
  readonly alias: string;
  readonly hidden: readonly Hidden[];
}

/** By lower-case name of a CTE. */
type Scope = ReadonlyMap<string, readonly Hidden[]>;

/** Sets beyond this: a query of too many levels. */
const MOST_SETS = 200;

/**
 * Adds to a query one column behind its own: the number of distinct patients behind each row, counted from its own groups. Each base
 * table hands on the patient of a row (`PERSON`), each GROUP BY gathers them, once over all its rows and once per aggregate over the
 * rows that it is made of; the smallest of these sets counts. Null: the query reads nobody's rows.
 */
export function countPersons(root: Node, relations: ReadonlyMap<string, Whose>): Node | null {
  const tracer = new Tracer(relations);
  const { node, hidden } = tracer.query(root, new Map(), true);
  if (hidden.length === 0) return null;
  const { select_list: list } = node as { select_list: readonly Node[] };
  const visible = list.slice(0, list.length - hidden.length);
  const sets = list.slice(list.length - hidden.length);
  return { ...node, select_list: [...visible, personsCount(sets, hidden)] };
}

class Tracer {
  private readonly relations: ReadonlyMap<string, Whose>;
  private names = 0;
  /** How many times rows of persons were read so far. */
  private reads = 0;
  constructor(relations: ReadonlyMap<string, Whose>) {
    this.relations = relations;
  }

  /** A query; `wanted`: its sets of patients stand behind its columns. */
  query(node: Node, around: Scope, wanted: boolean): Traced {
    const { map, scope } = this.ctes(node, around);
    if (node.type === 'SELECT_NODE') return this.select({ ...node, cte_map: map }, scope, wanted);
    const before = this.reads;
    const inside = node.type === 'RECURSIVE_CTE_NODE' ? new Map([...scope, [lower(node.cte_name), []]]) : scope;
    const { cte_map: _map, ...rest } = node;
    const parts = mapNodes(rest as Node, (part) =>
      nodeKind(part) === 'query' ? this.query(part, inside, false).node : null,
    );
    if (wanted && this.reads > before) {
      const what = node.type === 'RECURSIVE_CTE_NODE' ? 'A recursive query' : 'UNION, EXCEPT or INTERSECT';
      throw new Untraceable(`${what} over rows of patients is not followed.`, undefined, 'Use one GROUP BY.');
    }
    return { node: { ...parts, cte_map: map }, hidden: [] };
  }

  private ctes(node: Node, around: Scope): { map: unknown; scope: Scope } {
    const given = node.cte_map as { map?: readonly { key: string; value: Node }[] } | undefined;
    const scope = new Map(around);
    const map = (given?.map ?? []).map(({ key, value }) => {
      const query = value.query as Node;
      const { node: traced, hidden } = this.query(query.node as Node, scope, true);
      scope.set(lower(key), hidden);
      return { key, value: { ...value, query: { ...query, node: traced } } };
    });
    return { map: { ...given, map }, scope };
  }

  private select(node: Node, scope: Scope, wanted: boolean): Traced {
    const { node: from, sources } = this.from(node.from_table as Node, scope);
    const where = this.plain(node.where_clause, scope);
    const before = this.reads;
    const { from_table: _from, where_clause: _where, cte_map: map, ...rest } = node;
    const others = this.plain(rest, scope) as Node;
    const hidden = sources.flatMap((source) => source.hidden);
    if (wanted && this.reads > before)
      throw new Untraceable(
        'A subquery beside FROM and WHERE reads rows of patients.',
        placeOf(node),
        'Join it in FROM, with a GROUP BY of its own.',
      );
    const whole = { ...others, cte_map: map, from_table: from, where_clause: where };
    if (hidden.length === 0) return { node: whole, hidden: [] };
    const told = { ...whole, ...starsWithout(others, sources) } as Node;
    if (!wanted) return { node: told, hidden: [] };
    refuseUntold(node, hidden);
    return this.withSets(told, sources);
  }

  /** The select with the sets of patients behind each of its rows. */
  private withSets(node: Node, sources: readonly Source[]): Traced {
    const list = node.select_list as readonly Node[];
    const refs = sources.flatMap(({ alias, hidden }) =>
      hidden.map((one) => ({ one, ref: columnRef(alias, one.name) })),
    );
    const sets: readonly Contribution[] = isAggregated(node)
      ? contributions(refs, aggregatesIn(node))
      : refs.map(({ one, ref }) => ({ kind: one.kind, half: one.half, expression: ref }));
    if (sets.length > MOST_SETS)
      throw new Untraceable('The query has too many aggregates over aggregates.', placeOf(node), 'Use fewer levels.');
    const hidden = sets.map(({ kind, half }) => ({ name: `$p${this.names++}`, kind, half }));
    const columns = sets.map(({ expression }, at) => aliased(expression, hidden[at]!.name));
    return { node: { ...node, select_list: [...list, ...columns] }, hidden };
  }

  private from(node: Node, scope: Scope): { node: Node; sources: readonly Source[] } {
    switch (node.type) {
      case 'BASE_TABLE':
        return { node, sources: [{ alias: String(node.alias || node.table_name), hidden: this.table(node, scope) }] };
      case 'SUBQUERY': {
        const query = node.subquery as Node;
        const { node: traced, hidden } = this.query(query.node as Node, scope, true);
        const alias = String(node.alias || `$q${this.names++}`);
        return { node: { ...node, alias, subquery: { ...query, node: traced } }, sources: [{ alias, hidden }] };
      }
      case 'JOIN': {
        const left = this.from(node.left as Node, scope);
        const right = this.from(node.right as Node, scope);
        const both = [...left.sources, ...right.sources];
        if (node.ref_type === 'NATURAL' && both.some(({ hidden }) => hidden.length > 0))
          throw new Untraceable(
            'A NATURAL JOIN of rows of patients is not followed.',
            placeOf(node),
            'Say USING (...).',
          );
        const sources = node.join_type === 'SEMI' || node.join_type === 'ANTI' ? left.sources : both;
        const condition = this.plain(node.condition, scope);
        return { node: { ...node, left: left.node, right: right.node, condition }, sources };
      }
      default:
        return { node: this.plain(node, scope) as Node, sources: [] };
    }
  }

  private table(node: Node, scope: Scope): readonly Hidden[] {
    const name = lower(node.table_name);
    const cte = scope.get(name);
    const whose = cte === undefined ? this.relations.get(name) : undefined;
    if (whose === 'untold')
      throw new Untraceable(
        `${String(node.table_name)} holds rows of patients and does not say of which.`,
        placeOf(node),
        'Read it beside a relation that has the id of the patient and that it names by its key.',
      );
    const hidden = cte ?? (whose === 'told' ? [{ name: PERSON, kind: 'one' as const, half: false }] : []);
    if (hidden.length > 0) this.reads += 1;
    return hidden;
  }

  /** Expressions with their subqueries, of which no set is wanted. */
  private plain(value: unknown, scope: Scope): unknown {
    return mapNodes(value, (part) => (nodeKind(part) === 'query' ? this.query(part, scope, false).node : null));
  }
}

/** What hands on values of single rows, or sums of rows that are told elsewhere. */
function refuseUntold(node: Node, hidden: readonly Hidden[]): void {
  const modifiers = (node.modifiers ?? []) as readonly Node[];
  if (modifiers.some(({ type }) => type === 'DISTINCT_MODIFIER'))
    throw new Untraceable('SELECT DISTINCT over rows of patients is not followed.', placeOf(node), 'Use GROUP BY ALL.');
  if (((node.group_sets ?? []) as readonly unknown[]).length > 1)
    throw new Untraceable(
      'ROLLUP, CUBE and GROUPING SETS show totals by which hidden rows follow.',
      placeOf(node),
      'Use one GROUP BY, or sum(sum(...)) OVER () for a total.',
    );
  const pattern = stars(node).find((star) => star.expr !== null && star.expr !== undefined);
  if (pattern !== undefined)
    throw new Untraceable('COLUMNS(...) over rows of patients is not followed.', placeOf(pattern), 'Name the columns.');
  for (const call of aggregatesIn(node))
    if (WHOLE_ROWS.has(lower(call.function_name)))
      throw new Untraceable(
        `${lower(call.function_name)}() hands on values of single patients.`,
        placeOf(call),
        `Sums, counts and means do not; ${[...SINGLE_VALUES].slice(0, 3).join(', ')} are shown where twice as many patients are behind them.`,
      );
  const isOfGroups = isAggregated(node) || hidden.some(({ kind }) => kind === 'set');
  for (const window of isOfGroups ? windowsIn(node) : [])
    throw new Untraceable(
      `${lower(window.function_name)}() OVER (...) shows values of other rows, which may be hidden.`,
      placeOf(window),
      'Ranks, and sum, count and avg OVER () are fine.',
    );
}

function lower(value: unknown): string {
  return String(value).toLowerCase();
}

function placeOf(node: Node): unknown {
  const first = ((node.select_list ?? []) as readonly Node[])[0];
  return node.query_location ?? first?.query_location;
}
