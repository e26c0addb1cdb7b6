import type { Pipeline } from '../ksql/analyzed.js';
import type { RelationSchema } from '../ksql/catalog.js';
import { sinkConnector, sourceConnector } from './connectors.js';
import { type Part, partsOf } from './parts.js';
import { coPartitionedTopics, type QueryCost, type Topology } from './topology.js';

/** What a kit is made of: `partitions` of a source topic, and how many `queries` one cluster takes. */
export interface KitRequest {
  readonly text: string;
  readonly pipeline: Pipeline;
  readonly topology: Topology;
  readonly database: string;
  readonly partitions: (topic: string) => number;
  readonly replicas: number;
  readonly queries: number;
}

/** A file of a kit, by its name below the kit's folder. */
export interface KitFile {
  readonly name: string;
  readonly text: string;
}

/** Sums over the queries of a pipeline: what a cluster has to hold. */
export function totals(queries: readonly QueryCost[]): Omit<QueryCost, 'query'> {
  const sum = (of: (q: QueryCost) => number): number => queries.reduce((total, q) => total + of(q), 0);
  return {
    repartitions: sum((q) => q.repartitions),
    foreignKeyJoins: sum((q) => q.foreignKeyJoins),
    stores: sum((q) => q.stores),
  };
}

/** Everything that brings a pipeline onto a cluster: topics, connectors, the file in parts, and what to know. */
export function kitOf(request: KitRequest): readonly KitFile[] {
  const { pipeline, topology, database } = request;
  const parts = partsOf(request.text, pipeline, request.queries);
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  return [
    { name: '1-topics.sh', text: topicsScript(request) },
    { name: '2-source-connector.json', text: json(sourceConnector(topology.sources, database)) },
    ...parts.map((part, i) => ({ name: partName(i), text: part.text })),
    { name: '4-sink-connector.json', text: json(sinkConnector(finalResults(pipeline), database)) },
    { name: 'README.md', text: readme(request, parts) },
  ];
}

function partName(at: number): string {
  return `3-pipeline-${at + 1}.ksql`;
}

/** Results that no query reads: what people look at. */
function finalResults(pipeline: Pipeline): readonly RelationSchema[] {
  const read = new Set(
    pipeline.queries.flatMap((q) => [q.from, ...q.joins.map((j) => j.right)].map((u) => u.schema.name)),
  );
  const targets = [...new Set(pipeline.queries.map((q) => q.target))].filter((name) => !read.has(name));
  return targets.flatMap((name) => pipeline.relations.get(name) ?? []);
}

function topicsScript({ topology, partitions, replicas }: KitRequest): string {
  const lines = topology.sources.map(
    ({ name, relations }) => `create '${name}' ${partitions(name)} # ${relations.map((r) => r.name).join(', ')}`,
  );
  return `#!/usr/bin/env bash
# Creates the source topics before the connector does, which would give each one partition. Joined topics need one number of
# partitions. Nothing is compacted or expires: streams over these topics read every version of a row.
# Usage: BOOTSTRAP=broker:9092 bash 1-topics.sh
set -eu
create() {
  kafka-topics.sh --bootstrap-server "\${BOOTSTRAP:?say BOOTSTRAP=broker:9092}" --create --if-not-exists --topic "$1" \\
    --partitions "$2" --replication-factor ${replicas} --config cleanup.policy=delete --config retention.ms=-1
}
${lines.join('\n')}
`;
}

function readme(request: KitRequest, parts: readonly Part[]): string {
  const { topology } = request;
  const sum = totals(topology.queries);
  const internal = topology.queries.length + sum.repartitions + 2 * sum.foreignKeyJoins + sum.stores;
  const groups = coPartitionedTopics(topology).map((topics) => `- ${topics.join(' = ')}`);
  return `# From a pipeline to a cluster

In this order; each step can be run again.
1. \`BOOTSTRAP=broker:9092 bash 1-topics.sh\`: ${topology.sources.length} source topics, as many partitions as stand there.
2. \`curl -X POST -H 'content-type: application/json' --data @2-source-connector.json http://connect:8083/connectors\`: Debezium. Only the columns that the pipeline declares are read.
3. ${parts.map((part, i) => `\`ksql --file ${partName(i)} http://ksqldb:8088\` (${part.queries.length} queries)`).join(', then ')}. A part declares what it reads, so each may run on a cluster of its own.
4. \`4-sink-connector.json\`: final results into an object store, in a form that pharmabi reads.

## What the cluster holds
${topology.queries.length} persistent queries, ${sum.repartitions} repartitions, ${sum.foreignKeyJoins} foreign-key joins, ${sum.stores} state stores: up to ${internal} topics beside the sources, each with its partitions.
${groups.length === 0 ? '\nNo join needs co-partitioned topics.\n' : `\nThese topics must have one number of partitions and the default partitioner, or joins are refused:\n${groups.join('\n')}\n`}
## What to know
- \`decimal.handling.mode=string\`: base64 decimals lose their record. \`time.precision.mode=connect\`: microseconds would be read as milliseconds, without a word.
- The bare key (\`ExtractField$Key\`): of a key like \`{"id":1}\` every record is lost, in the processing log only.
- \`auto.offset.reset=earliest\`: else what the topics hold already is not read.
- Behind a repartition tables run ahead when history is read again: the numbers of a re-run are not those of a live cluster, nor of a replay. Compare final rows, not numbers of changes: a cluster merges changes in its cache.
- ROWTIME of sources without TIMESTAMP is the clock of the connector on a cluster, and the commit time of the database in a replay.
`;
}
