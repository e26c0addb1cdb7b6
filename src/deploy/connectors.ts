import { keyColumns, type RelationSchema } from '../ksql/catalog.js';
import { fieldOf } from '../ksql/source.js';
import type { KsqlType } from '../ksql/types.js';
import type { SourceTopic } from './topology.js';

/** A connector as Kafka Connect's REST API takes it. Values in `${file:...}` stay on the Connect worker. */
export interface Connector {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
}

const JSON_CONVERTER = 'org.apache.kafka.connect.json.JsonConverter';
const secret = (key: string): string => `\${file:/etc/kafka-connect/source.properties:${key}}`;

/**
 * Debezium's MySQL connector, set so that the pipeline can read what it writes: rows without envelope, deletes as tombstones, the
 * bare key, decimals as text, times in milliseconds, topics named as the pipeline names them, and only the columns that the
 * pipeline declares (so no personal column enters Kafka). Settings are those of Debezium 2.5 and later.
 */
export function sourceConnector(sources: readonly SourceTopic[], database: string): Connector {
  const keys = keyFields(sources);
  const transforms = ['unwrap', 'route', ...keys.map((_, i) => `key${i}`)];
  return {
    name: `${database}-source`,
    config: {
      'connector.class': 'io.debezium.connector.mysql.MySqlConnector',
      'tasks.max': '1',
      'database.hostname': secret('hostname'),
      'database.port': secret('port'),
      'database.user': secret('user'),
      'database.password': secret('password'),
      'database.server.id': '5701',
      'topic.prefix': database,
      'database.include.list': database,
      'table.include.list': sources.map((s) => `${database}.${tableOf(s)}`).join(','),
      'column.include.list': sources.map((s) => `${database}[.]${tableOf(s)}[.](${columnsOf(s).join('|')})`).join(','),
      'schema.history.internal.kafka.bootstrap.servers': secret('bootstrap.servers'),
      'schema.history.internal.kafka.topic': `${database}.schema-history`,
      'snapshot.mode': 'initial',
      'decimal.handling.mode': 'string',
      'time.precision.mode': 'connect',
      'bigint.unsigned.handling.mode': 'long',
      'tombstones.on.delete': 'true',
      transforms: transforms.join(','),
      'transforms.unwrap.type': 'io.debezium.transforms.ExtractNewRecordState',
      'transforms.unwrap.delete.tombstone.handling.mode': 'tombstone',
      'transforms.route.type': 'org.apache.kafka.connect.transforms.RegexRouter',
      'transforms.route.regex': `${database}[.]${database}[.](.*)`,
      'transforms.route.replacement': '$1',
      ...Object.fromEntries(keys.flatMap(keyTransform)),
      ...(keys.length > 0 && { predicates: keys.map((_, i) => `key${i}`).join(',') }),
      ...converter('key.converter', keyFormat(sources), keyType(sources)),
      ...converter('value.converter', sources[0]?.relations[0]?.format.valueFormat ?? 'JSON', { kind: 'STRING' }),
    },
  };
}

/** An object store that takes every result nobody in the pipeline reads, as JSON lines with keys: pharmabi reads them as they are. */
export function sinkConnector(results: readonly RelationSchema[], database: string): Connector {
  return {
    name: `${database}-results`,
    config: {
      'connector.class': 'io.confluent.connect.s3.S3SinkConnector',
      'tasks.max': '1',
      topics: results.map((r) => r.format.topic).join(','),
      's3.bucket.name': secret('bucket'),
      's3.region': secret('region'),
      'storage.class': 'io.confluent.connect.s3.storage.S3Storage',
      'format.class': 'io.confluent.connect.s3.format.json.JsonFormat',
      'store.kafka.keys': 'true',
      'keys.format.class': 'io.confluent.connect.s3.format.json.JsonFormat',
      'behavior.on.null.values': 'write',
      'flush.size': '1000',
      'rotate.interval.ms': '600000',
      'key.converter': JSON_CONVERTER,
      'key.converter.schemas.enable': 'false',
      'value.converter': JSON_CONVERTER,
      'value.converter.schemas.enable': 'false',
    },
  };
}

/** The table behind a topic: the last part of its name. */
function tableOf(source: SourceTopic): string {
  return source.name.split('.').at(-1)!;
}

function columnsOf(source: SourceTopic): readonly string[] {
  return [...new Set(source.relations.flatMap((r) => r.declaration?.columns.map(fieldOf) ?? []))].sort();
}

interface KeyField {
  readonly field: string;
  readonly topics: readonly string[];
}

/** Topics by the single column that is their key; those with several columns keep their object. */
function keyFields(sources: readonly SourceTopic[]): readonly KeyField[] {
  const topics = new Map<string, string[]>();
  for (const source of sources) {
    const columns = source.relations[0]?.declaration?.columns.filter((c) => c.key) ?? [];
    if (columns.length !== 1) continue;
    const field = fieldOf(columns[0]!);
    topics.set(field, [...(topics.get(field) ?? []), source.name]);
  }
  return [...topics].map(([field, names]) => ({ field, topics: names }));
}

function keyTransform(key: KeyField, at: number): readonly (readonly [string, string])[] {
  return [
    [`transforms.key${at}.type`, 'org.apache.kafka.connect.transforms.ExtractField$Key'],
    [`transforms.key${at}.field`, key.field],
    [`transforms.key${at}.predicate`, `key${at}`],
    [`predicates.key${at}.type`, 'org.apache.kafka.connect.transforms.predicates.TopicNameMatches'],
    [`predicates.key${at}.pattern`, key.topics.join('|')],
  ];
}

function keyFormat(sources: readonly SourceTopic[]): string {
  return sources[0]?.relations[0]?.format.keyFormat ?? 'JSON';
}

function keyType(sources: readonly SourceTopic[]): KsqlType {
  const first = sources[0]?.relations[0];
  return (first === undefined ? undefined : keyColumns(first)[0]?.type) ?? { kind: 'STRING' };
}

const KAFKA_CONVERTERS: Partial<Record<KsqlType['kind'], string>> = {
  BIGINT: 'org.apache.kafka.connect.converters.LongConverter',
  INTEGER: 'org.apache.kafka.connect.converters.IntegerConverter',
  DOUBLE: 'org.apache.kafka.connect.converters.DoubleConverter',
  STRING: 'org.apache.kafka.connect.storage.StringConverter',
};

function converter(name: string, format: string, type: KsqlType): Record<string, string> {
  if (format === 'AVRO')
    return {
      [name]: 'io.confluent.connect.avro.AvroConverter',
      [`${name}.schema.registry.url`]: secret('schema.registry.url'),
    };
  const kafka = format === 'KAFKA' ? KAFKA_CONVERTERS[type.kind] : undefined;
  return kafka === undefined ? { [name]: JSON_CONVERTER, [`${name}.schemas.enable`]: 'false' } : { [name]: kafka };
}
