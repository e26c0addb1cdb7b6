import type { AnalyzedQuery, Pipeline, SourceUse } from '../ksql/analyzed.js';
import type { SchemaColumn } from '../ksql/catalog.js';
import type { TypedExpression } from '../ksql/expression.js';
import { writersOf } from '../ksql/topic-edges.js';
import { columnsOf } from './columns.js';

/** How a column carries values of another: as it is (`value`), or inside a list, map or struct (`inside`). */
export type Carrying = 'value' | 'inside';

/** By relation, then by column. */
export type Carriers = ReadonlyMap<string, ReadonlyMap<string, Carrying>>;

/** Aggregates and functions over an id that say how many there are, not which. */
const COUNTS = new Set(['COUNT', 'COUNT_DISTINCT']);

/**
 * Which columns of all relations may hold values of the declared columns that `isOrigin` names. What an expression only compares or
 * counts it does not hand on; whatever else it reads it may.
 */
export function carriersOf(
  pipeline: Pipeline,
  isOrigin: (relation: string, column: SchemaColumn) => boolean,
): Carriers {
  const carriers = new Map<string, Map<string, Carrying>>();
  const note = (relation: string, column: string, how: Carrying): void => {
    const columns = carriers.get(relation) ?? new Map<string, Carrying>();
    if (columns.get(column) !== 'inside') columns.set(column, how);
    carriers.set(relation, columns);
  };
  for (const schema of pipeline.relations.values()) {
    if (schema.declaration !== undefined)
      for (const column of schema.columns) if (isOrigin(schema.name, column)) note(schema.name, column.name, 'value');
    for (const query of writersOf(pipeline, schema.name))
      for (const [column, how] of carriedBy(query, carriers)) note(schema.name, column, how);
  }
  return carriers;
}

function carriedBy(query: AnalyzedQuery, carriers: Carriers): readonly (readonly [string, Carrying])[] {
  const joined = query.joins.length > 0;
  const uses: readonly SourceUse[] = [query.from, ...query.joins.map((j) => j.right)];
  const texts = new Set(
    uses.flatMap(({ alias, schema }) =>
      [...(carriers.get(schema.name)?.keys() ?? [])].map((name) => quoted(joined ? `${alias}.${name}` : name)),
    ),
  );
  // What is joined or partitioned on is the key of the result, under a name of its own.
  const keys = [...query.joins.flatMap((j) => [j.leftKey, j.rightKey]), ...(query.partitionBy ?? [])];
  if (keys.some((key) => handsOn(key, texts))) texts.add(quoted('$key'));
  const { grouping } = query;
  for (const [at, key] of (grouping?.keys ?? []).entries()) if (handsOn(key, texts)) texts.add(quoted(`$g${at}`));
  for (const [at, call] of (grouping?.calls ?? []).entries())
    if (!COUNTS.has(call.name) && call.arguments.some((argument) => handsOn(argument, texts)))
      texts.add(quoted(`$a${at}`));
  return query.items.flatMap(({ name, expression }) => {
    if (!handsOn(expression, texts)) return [];
    const isCollection = ['ARRAY', 'MAP', 'STRUCT'].includes(expression.type?.kind ?? '');
    return [[name, isCollection ? ('inside' as const) : ('value' as const)] as const];
  });
}

/** True where a value of one of these columns may be part of what an expression gives. */
function handsOn(expression: TypedExpression, texts: ReadonlySet<string>): boolean {
  switch (expression.kind) {
    case 'comparison':
    case 'logic':
    case 'not':
    case 'is-null':
    case 'in':
    case 'like':
      return false;
    case 'case':
      return [
        ...expression.branches.map((b) => b.result),
        ...(expression.otherwise ? [expression.otherwise] : []),
      ].some((result) => handsOn(result, texts));
    case 'call':
      return expression.arguments.some((argument) => handsOn(argument, texts));
    case 'cast':
      return handsOn(expression.operand, texts);
    default:
      return columnsOf(expression).some((text) => texts.has(text));
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
