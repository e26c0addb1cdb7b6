import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kitOf } from '../../src/deploy/kit.js';
import { clusterProblems } from '../../src/deploy/refusals.js';
import { topologyOf } from '../../src/deploy/topology.js';
import { parsePolicy } from '../../src/privacy/parse.js';
import { actionOf } from '../../src/privacy/policy.js';
import { compile } from '../../src/replay/compile.js';

const ROOT = join(import.meta.dirname, '../..');
const SHIPPED = readFileSync(join(ROOT, 'pipelines/pharmacy.ksql'), 'utf8');

function kit(text: string, queries = 20): ReadonlyMap<string, string> {
  const { pipeline } = compile(text, 'p.ksql');
  const topology = topologyOf(pipeline);
  const request = { text, pipeline, topology, database: 'pharmacy', partitions: () => 4, replicas: 3, queries };
  return new Map(kitOf(request).map((file) => [file.name, file.text]));
}

function parts(files: ReadonlyMap<string, string>): readonly string[] {
  return [...files].filter(([name]) => name.endsWith('.ksql')).map(([, text]) => text);
}

describe('the parts of the shipped pipeline', () => {
  it.each([1, 7, 20, 41])('compile alone, %i queries each, and hold every query once', (queries) => {
    const names: string[] = [];
    for (const text of parts(kit(SHIPPED, queries))) {
      const { pipeline, diagnostics } = compile(text, 'part.ksql');
      expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
      expect(pipeline.queries.length).toBeLessThanOrEqual(queries);
      names.push(...pipeline.queries.map((q) => q.target));
      const problems = clusterProblems(pipeline, topologyOf(pipeline), new Map([['orders', 4]]));
      expect(problems.filter((d) => d.severity === 'error' && d.code !== 'deploy-topic')).toEqual([]);
    }
    expect(names).toEqual(compile(SHIPPED, 'p.ksql').pipeline.queries.map((q) => q.target));
  });

  it('are the text of the author but for PARTITIONS, IF NOT EXISTS and the head', () => {
    const [only, ...more] = parts(kit(SHIPPED, 100));
    expect(more).toEqual([]);
    const restored = only!.slice(only!.indexOf('\n', only!.indexOf('SET ')) + 1).replaceAll('IF NOT EXISTS ', '');
    expect(restored.trim()).toBe(SHIPPED.replaceAll(', PARTITIONS=4', '').trim());
  });

  it('drop PARTITIONS wherever it stands in the clause, and keep that of a result', () => {
    const text = `CREATE STREAM A (K INT KEY) WITH (PARTITIONS=3, KAFKA_TOPIC='a', FORMAT='JSON');
CREATE STREAM B WITH (PARTITIONS=2) AS SELECT * FROM A;`;
    expect(parts(kit(text))[0]).toContain("A (K INT KEY) WITH (KAFKA_TOPIC='a', FORMAT='JSON');");
    expect(parts(kit(text))[0]).toContain('B WITH (PARTITIONS=2) AS');
  });
});

describe('the source connector', () => {
  const { config } = JSON.parse(kit(SHIPPED).get('2-source-connector.json')!);

  it('reads the columns that the pipeline declares and no other: none that the policy drops', () => {
    const policy = parsePolicy(readFileSync(join(ROOT, 'policies/pharmacy.yaml'), 'utf8'), 'pharmacy.yaml');
    const included = (config['column.include.list'] as string).split(',').flatMap((entry) => {
      const [, table, columns] = /^pharmacy\[\.\](.+)\[\.\]\((.+)\)$/.exec(entry)!;
      return columns!.split('|').map((column) => ({ table: table!, column, action: actionOf(policy, table!, column) }));
    });
    expect(included).toHaveLength(47);
    expect(included.filter(({ action }) => typeof action === 'object' && action.kind === 'drop')).toEqual([]);
    expect(actionOf(policy, 'patients', 'email')).toEqual({ kind: 'drop' });
  });

  it('says what a cluster cannot do without', () => {
    expect(config).toMatchObject({
      'decimal.handling.mode': 'string',
      'time.precision.mode': 'connect',
      'transforms.key0.field': 'id',
      'key.converter.schemas.enable': 'false',
    });
  });

  it('extracts each key by its own column', () => {
    const text = `CREATE TABLE A (AID INT PRIMARY KEY) WITH (KAFKA_TOPIC='a', FORMAT='JSON');
CREATE TABLE B (BID INT PRIMARY KEY, CID INT PRIMARY KEY) WITH (KAFKA_TOPIC='b', FORMAT='JSON');
CREATE TABLE C (AID INT PRIMARY KEY) WITH (KAFKA_TOPIC='c', FORMAT='JSON');`;
    const made = JSON.parse(kit(text).get('2-source-connector.json')!).config;
    expect(made['predicates.key0.pattern']).toBe('a|c');
    expect(made['transforms.key0.field']).toBe('aid');
    expect(made.transforms).toBe('unwrap,route,key0');
  });
});

it('the sink takes the results that nobody reads', () => {
  const { config } = JSON.parse(kit(SHIPPED).get('4-sink-connector.json')!);
  expect(config.topics.split(',')).toContain('AVG_ORDER_VALUE_BY_DISCOUNT');
  expect(config.topics.split(',')).not.toContain('ORDERS_ENRICHED');
});
