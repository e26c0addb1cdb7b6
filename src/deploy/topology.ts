import type { Span } from '../diagnostics/diagnostic.js';
import type { AnalyzedJoin, AnalyzedQuery, Pipeline } from '../ksql/analyzed.js';
import { keyColumns, type RelationSchema } from '../ksql/catalog.js';
import type { TypedExpression } from '../ksql/typed-expression.js';

/** A topic that the pipeline reads and does not write: what a connector has to fill. */
export interface SourceTopic {
  readonly name: string;
  /** Streams and tables declared over it, in the order of the file. */
  readonly relations: readonly RelationSchema[];
  /** What `PARTITIONS` says, once per declaration that says it. */
  readonly declared: readonly DeclaredPartitions[];
}

/** `PARTITIONS=4` of a declaration, and where it stands. */
export interface DeclaredPartitions {
  readonly relation: string;
  readonly count: number;
  readonly span: Span;
}

/** What a join asks of the topics on its two sides: the same number of partitions, filled by the same partitioner. */
export interface CoPartitioned {
  readonly query: string;
  readonly left: string;
  readonly right: string;
  readonly span: Span;
}

/** What a cluster builds for one query. */
export interface QueryCost {
  readonly query: string;
  /** Topics through which records are keyed anew: PARTITION BY, GROUP BY on another key or over a table, joins on a value. */
  readonly repartitions: number;
  readonly foreignKeyJoins: number;
  /** Tables read, aggregates, subscriptions and results of table-table joins that are kept on disk and in a changelog topic. */
  readonly stores: number;
}

/** What a pipeline asks of a cluster, read off its text alone. */
export interface Topology {
  readonly sources: readonly SourceTopic[];
  readonly queries: readonly QueryCost[];
  readonly joins: readonly CoPartitioned[];
  /** The source topic whose number of partitions a relation takes over, by relation; a sink that names its own has none. */
  readonly partitionedLike: ReadonlyMap<string, string>;
}

/** Works out topics, repartitions, stores and co-partitioning of a pipeline, by the rules of Kafka Streams. */
export function topologyOf(pipeline: Pipeline): Topology {
  const partitionedLike = partitioning(pipeline);
  return {
    sources: sourceTopics(pipeline),
    queries: pipeline.queries.map(costOf),
    joins: pipeline.queries.flatMap((query) => coPartitionedJoins(query, partitionedLike)),
    partitionedLike,
  };
}

/** Source topics that must have one number of partitions, each group sorted; groups of one are left out. */
export function coPartitionedTopics(topology: Topology): readonly (readonly string[])[] {
  const groups = new Map<string, Set<string>>();
  for (const { left, right } of topology.joins) {
    const merged = new Set([...(groups.get(left) ?? [left]), ...(groups.get(right) ?? [right])]);
    for (const topic of merged) groups.set(topic, merged);
  }
  const distinct = [...new Set(groups.values())].filter((group) => group.size > 1);
  return distinct.map((group) => [...group].sort()).sort((a, b) => (a[0]! < b[0]! ? -1 : 1));
}

function sourceTopics(pipeline: Pipeline): SourceTopic[] {
  const written = new Set(pipeline.queries.map((q) => pipeline.relations.get(q.target)?.format.topic));
  const topics = new Map<string, RelationSchema[]>();
  for (const schema of pipeline.relations.values()) {
    if (schema.declaration === undefined || written.has(schema.declaration.topic)) continue;
    topics.set(schema.declaration.topic, [...(topics.get(schema.declaration.topic) ?? []), schema]);
  }
  const declared = declaredPartitions(pipeline);
  return [...topics].map(([name, relations]) => ({
    name,
    relations,
    declared: declared.filter((d) => relations.some((r) => r.name === d.relation)),
  }));
}

/** Every `PARTITIONS` of the file, of declarations and of results. */
export function declaredPartitions(pipeline: Pipeline): readonly DeclaredPartitions[] {
  return pipeline.statements.flatMap((statement) => {
    if (statement.kind !== 'create-source' && statement.kind !== 'create-as-select') return [];
    const property = statement.properties.find((p) => p.name === 'PARTITIONS');
    const count = Number(property?.value.text);
    if (property === undefined || !Number.isInteger(count)) return [];
    return [{ relation: statement.name.name, count, span: property.span }];
  });
}

/** A result has as many partitions as its first source, unless its WITH clause says another number. */
function partitioning(pipeline: Pipeline): Map<string, string> {
  const own = new Set(declaredPartitions(pipeline).map((d) => d.relation));
  const like = new Map<string, string>();
  for (const schema of pipeline.relations.values()) {
    if (schema.declaration !== undefined) like.set(schema.name, schema.declaration.topic);
  }
  for (const query of pipeline.queries) {
    if (query.insert || like.has(query.target)) continue;
    const from = like.get(query.from.schema.name);
    like.set(query.target, own.has(query.target) || from === undefined ? query.target : from);
  }
  return like;
}

function coPartitionedJoins(query: AnalyzedQuery, like: ReadonlyMap<string, string>): CoPartitioned[] {
  return query.joins.flatMap((join, at) => {
    if (join.kind === 'foreign-key') return [];
    const left = like.get(query.from.schema.name) ?? query.from.schema.format.topic;
    const right = like.get(join.right.schema.name) ?? join.right.schema.format.topic;
    return [{ query: query.target, left, right, span: query.select.joins[at]?.span ?? query.select.span }];
  });
}

function costOf(query: AnalyzedQuery): QueryCost {
  const foreignKeyJoins = query.joins.filter((j) => j.kind === 'foreign-key').length;
  const tables = [query.from, ...query.joins.map((j) => j.right)].filter((use) => use.schema.kind === 'table').length;
  const kept = query.joins.filter((j) => j.kind === 'table-table' || j.kind === 'foreign-key').length;
  const buffers = query.joins.filter((j) => j.kind === 'stream-stream').length * 2;
  const aggregates = query.grouping === undefined ? 0 : 1;
  return {
    query: query.target,
    repartitions: repartitionsOf(query),
    foreignKeyJoins,
    stores: tables + kept + foreignKeyJoins + buffers + aggregates,
  };
}

function repartitionsOf(query: AnalyzedQuery): number {
  let key: readonly string[] = keyColumns(query.from.schema).map((c) => c.name);
  let count = 0;
  for (const join of query.joins) {
    if (join.kind !== 'stream-table' && join.kind !== 'stream-stream') continue;
    if (!isKey(join.leftKey, key)) count += 1;
    if (join.kind === 'stream-stream' && !isKey(join.rightKey, ownKey(join))) count += 1;
    key = [columnName(join.leftKey) ?? ''];
  }
  if (query.partitionBy !== undefined && query.partitionBy.length > 0) count += 1;
  if (query.grouping !== undefined && !keepsKey(query, key)) count += 1;
  return count;
}

function ownKey(join: AnalyzedJoin): readonly string[] {
  return keyColumns(join.right.schema).map((c) => c.name);
}

/** GROUP BY over a table is always keyed anew, over a stream only where the group is not its key. */
function keepsKey(query: AnalyzedQuery, key: readonly string[]): boolean {
  if (query.from.schema.kind === 'table') return false;
  const groups = query.grouping?.keys.map(columnName) ?? [];
  return groups.length === key.length && groups.every((name, i) => name === key[i]);
}

function isKey(expression: TypedExpression, key: readonly string[]): boolean {
  return key.length === 1 && columnName(expression) === key[0];
}

function columnName(expression: TypedExpression): string | undefined {
  return expression.kind === 'column' ? expression.name : undefined;
}
