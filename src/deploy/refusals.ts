import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { Pipeline } from '../ksql/analyzed.js';
import { keyColumns } from '../ksql/catalog.js';
import { typeText } from '../ksql/types.js';
import { coPartitionedTopics, type Topology } from './topology.js';

/** Partitions that topics have on a cluster, by topic name; a topic that is not named is not there yet. */
export type ExistingTopics = ReadonlyMap<string, number>;

/**
 * What a ksqlDB cluster would refuse of this pipeline (errors), or do otherwise than a replay does (warnings). `existing` says
 * what its topics are like. Places are in the pipeline's text.
 */
export function clusterProblems(
  pipeline: Pipeline,
  topology: Topology,
  existing: ExistingTopics,
): readonly Diagnostic[] {
  return [
    ...unknownTopics(topology, existing),
    ...otherPartitions(topology, existing),
    ...notCoPartitioned(topology, existing),
    ...keyFormats(pipeline),
    ...secondRun(pipeline),
    ...offsetReset(pipeline),
    ...forgottenDeletes(pipeline),
    ...namesApartByCase(pipeline, topology),
    ...overtakenTables(topology),
  ];
}

/** Queries that a cluster refuses for their partitions, and those that read what would not be there then; in the file's order. */
export function refusedQueries(pipeline: Pipeline, topology: Topology, existing: ExistingTopics): readonly string[] {
  const partitions = partitionsOf(topology, existing);
  const apart = topology.joins.filter(({ left, right }) => isApart(partitions.get(left), partitions.get(right)));
  const refused = new Set(apart.map((join) => join.query));
  for (const query of pipeline.queries) {
    const reads = [query.from, ...query.joins.map((join) => join.right)].map((use) => use.schema.name);
    if (reads.some((name) => refused.has(name))) refused.add(query.target);
  }
  return [...new Set(pipeline.queries.map((query) => query.target))].filter((name) => refused.has(name));
}

function isApart(left: number | undefined, right: number | undefined): boolean {
  return left !== undefined && right !== undefined && left !== right;
}

function unknownTopics(topology: Topology, existing: ExistingTopics): Diagnostic[] {
  const names = topology.sources.map((s) => s.name);
  return [...existing.keys()]
    .filter((name) => !names.includes(name))
    .map((name) => ({
      code: 'deploy-topic',
      severity: 'error' as const,
      message: `The pipeline reads no topic ${name}.`,
      help: `it reads ${names.join(', ')}`,
    }));
}

function otherPartitions(topology: Topology, existing: ExistingTopics): Diagnostic[] {
  return topology.sources.flatMap((source) => {
    const there = existing.get(source.name);
    return source.declared
      .filter((d) => there !== undefined && d.count !== there)
      .map((d) => ({
        code: 'deploy-partitions',
        severity: 'error' as const,
        message: `${d.relation}: a cluster refuses PARTITIONS=${d.count}, since the topic ${source.name} has ${there}.`,
        place: { span: d.span },
        expected: `${there} partitions`,
        found: `PARTITIONS=${d.count}`,
        help: 'leave PARTITIONS out of declarations: the topic that the connector filled says it',
        next: 'pharmabi deploy PIPELINE.ksql DIR',
      }));
  });
}

/** Topics with the number of partitions that they have on the cluster, or will have: what the file declares for them. */
function partitionsOf(topology: Topology, existing: ExistingTopics): ReadonlyMap<string, number> {
  const declared = topology.sources.flatMap((s) => s.declared.slice(0, 1).map((d) => [s.name, d.count] as const));
  return new Map([...declared, ...existing]);
}

function notCoPartitioned(topology: Topology, existing: ExistingTopics): Diagnostic[] {
  const partitions = partitionsOf(topology, existing);
  const group = (topic: string): string =>
    coPartitionedTopics(topology)
      .find((topics) => topics.includes(topic))
      ?.join(', ') ?? topic;
  return topology.joins.flatMap(({ query, left, right, span }) => {
    const [l, r] = [partitions.get(left), partitions.get(right)];
    if (!isApart(l, r)) return [];
    return [
      {
        code: 'deploy-co-partitioning',
        severity: 'error' as const,
        message: `${query}: a cluster refuses this join, since its sides have different numbers of partitions.`,
        place: { span },
        expected: `as many as ${left}: ${l}`,
        found: `${right}: ${r}`,
        help: `these topics need one number of partitions and one partitioner: ${group(left)}`,
      },
    ];
  });
}

/** KAFKA, NONE and DELIMITED write one bare value (or none) where several key columns need a place each. */
function keyFormats(pipeline: Pipeline): Diagnostic[] {
  return [...pipeline.relations.values()]
    .filter((schema) => keyColumns(schema).length > 1 && schema.format.keyFormat === 'KAFKA')
    .map((schema) => ({
      code: 'deploy-key-format',
      severity: 'error' as const,
      message: `${schema.name}: a cluster refuses ${keyColumns(schema).length} key columns in the key format KAFKA.`,
      place: placeOf(pipeline, schema.name),
      expected: 'a format with room for several columns: JSON, AVRO, DELIMITED',
      found: `KAFKA for ${keyColumns(schema)
        .map((c) => `${c.name} ${typeText(c.type)}`)
        .join(', ')}`,
      help: "add WITH (KEY_FORMAT='JSON') to this statement",
    }));
}

function secondRun(pipeline: Pipeline): Diagnostic[] {
  const creates = pipeline.statements.filter((s) => s.kind === 'create-source' || s.kind === 'create-as-select');
  const once = creates.filter((s) => !s.orReplace && !s.ifNotExists);
  const first = once[0];
  if (first === undefined) return [];
  return [
    {
      code: 'deploy-second-run',
      severity: 'warning',
      message: `A second run of this file on the same cluster is refused: ${once.length} of ${creates.length} statements create what is there already.`,
      place: { span: first.name.span },
      help: 'write CREATE ... IF NOT EXISTS, or CREATE OR REPLACE where a statement may change; deploy writes the first',
      next: 'pharmabi deploy PIPELINE.ksql DIR',
    },
  ];
}

function offsetReset(pipeline: Pipeline): Diagnostic[] {
  const set = pipeline.statements.some(
    (s) => s.kind === 'other' && /auto\.offset\.reset'?\s*=\s*'earliest'/i.test(s.text),
  );
  return set
    ? []
    : [
        {
          code: 'deploy-offset-reset',
          severity: 'warning',
          message:
            'A server whose default is latest reads nothing of what the topics hold already: tables stay half filled.',
          help: "begin the file with SET 'auto.offset.reset'='earliest';",
        },
      ];
}

function forgottenDeletes(pipeline: Pipeline): Diagnostic[] {
  return [...pipeline.relations.values()]
    .filter((schema) => schema.kind === 'table' && schema.declaration !== undefined && schema.timestamp !== undefined)
    .map((schema) => ({
      code: 'deploy-deletes',
      severity: 'warning' as const,
      message: `${schema.name}: a cluster never sees a delete of this table, since a tombstone has no ${schema.timestamp!.column}.`,
      place: placeOf(pipeline, schema.name),
      help: 'a replay with --order as-published does the same; leave TIMESTAMP out where deletes matter more than times',
    }));
}

function namesApartByCase(pipeline: Pipeline, topology: Topology): Diagnostic[] {
  const sources = new Map(topology.sources.map((s) => [s.name.toLowerCase(), s.name]));
  return pipeline.queries.flatMap((query) => {
    const topic = pipeline.relations.get(query.target)?.format.topic ?? query.target;
    const source = sources.get(topic.toLowerCase());
    if (query.insert || source === undefined || source === topic) return [];
    return [
      {
        code: 'deploy-topic-case',
        severity: 'warning' as const,
        message: `The topics ${source} (source) and ${topic} (result) differ by case alone: sinks that write files or tables may merge them.`,
        place: placeOf(pipeline, query.target),
        help: `give the result a topic of its own: WITH (KAFKA_TOPIC='${topic.toLowerCase()}_out')`,
      },
    ];
  });
}

function overtakenTables(topology: Topology): Diagnostic[] {
  const joins = new Set(topology.joins.map((j) => j.query));
  const behind = topology.queries.filter((q) => joins.has(q.query) && q.repartitions > 0).map((q) => q.query);
  return behind.length === 0
    ? []
    : [
        {
          code: 'deploy-overtaken',
          severity: 'warning',
          message: `Read again from the start, ${behind.length} joins stand behind a repartition, where tables run ahead: orders meet later versions than the ones in force (${behind.join(', ')}).`,
          help: 'take history from pharmabi replay, and the live answer from a cluster that has caught up',
        },
      ];
}

function placeOf(pipeline: Pipeline, name: string): { readonly span: Pipeline['statements'][number]['span'] } | object {
  const statement = pipeline.statements.find(
    (s) => (s.kind === 'create-source' || s.kind === 'create-as-select') && s.name.name === name,
  );
  return statement === undefined || !('name' in statement) ? {} : { span: statement.name.span };
}
