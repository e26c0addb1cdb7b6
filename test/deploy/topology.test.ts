import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { totals } from '../../src/deploy/kit.js';
import { clusterProblems, refusedQueries } from '../../src/deploy/refusals.js';
import { coPartitionedTopics, topologyOf } from '../../src/deploy/topology.js';
import { compile } from '../../src/replay/compile.js';

const SHIPPED = readFileSync(join(import.meta.dirname, '../../pipelines/pharmacy.ksql'), 'utf8');

function of(text: string) {
  const { pipeline, diagnostics } = compile(text, 'p.ksql');
  expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
  return { pipeline, topology: topologyOf(pipeline) };
}

/** The same number for every source topic, but for those named. */
function existing(
  text: string,
  all: number,
  other: Readonly<Record<string, number>> = {},
): ReadonlyMap<string, number> {
  return new Map([...of(text).topology.sources.map((s): [string, number] => [s.name, all]), ...Object.entries(other)]);
}

function codes(text: string, topics: ReadonlyMap<string, number>): Record<string, number> {
  const { pipeline, topology } = of(text);
  const found: Record<string, number> = {};
  for (const { code } of clusterProblems(pipeline, topology, topics)) found[code] = (found[code] ?? 0) + 1;
  return found;
}

describe('the shipped pipeline, against what the real engine (ksqlDB 7.6.0) built of it', () => {
  it('has 41 queries, 19 repartitions, 8 foreign-key joins and 82 state stores', () => {
    const { topology } = of(SHIPPED);
    expect(topology.queries).toHaveLength(41);
    expect(totals(topology.queries)).toEqual({ repartitions: 19, foreignKeyJoins: 8, stores: 82 });
  });

  it('needs these topics co-partitioned', () => {
    expect(coPartitionedTopics(of(SHIPPED).topology)).toEqual([
      ['order_items', 'products'],
      ['orders', 'patients', 'practitioners', 'prescriptions'],
    ]);
  });

  it('is refused in 19 statements where orders has 6 partitions and the rest 4', () => {
    const text = SHIPPED.replaceAll(', PARTITIONS=4', '');
    const { pipeline, topology } = of(text);
    expect(refusedQueries(pipeline, topology, existing(text, 4, { orders: 6 }))).toHaveLength(19);
    expect(refusedQueries(pipeline, topology, existing(text, 4))).toEqual([]);
  });

  it('is refused where topics are as Debezium makes them (one partition), in every declaration', () => {
    expect(codes(SHIPPED, existing(SHIPPED, 1))['deploy-partitions']).toBe(22);
    expect(codes(SHIPPED, existing(SHIPPED, 4))['deploy-partitions']).toBeUndefined();
  });

  it("is refused in the two tables with two key columns under KEY_FORMAT='KAFKA'", () => {
    const text = SHIPPED.replaceAll("KEY_FORMAT='JSON'", "KEY_FORMAT='KAFKA'");
    const { pipeline, topology } = of(text);
    const refused = clusterProblems(pipeline, topology, new Map()).filter((d) => d.code === 'deploy-key-format');
    expect(refused.map((d) => d.message.split(':')[0])).toEqual([
      'AVG_ORDER_VALUE_BY_DISCOUNT_PER_YEAR',
      'DISCOUNT_HISTORY',
    ]);
    expect(codes(SHIPPED, new Map())['deploy-key-format']).toBeUndefined();
  });

  it('is refused in all 63 statements on a second run', () => {
    const { pipeline, topology } = of(SHIPPED);
    const second = clusterProblems(pipeline, topology, new Map()).find((d) => d.code === 'deploy-second-run');
    expect(second?.message).toContain('63 of 63');
  });
});

const TWO = `
CREATE STREAM S (K INT KEY, V INT) WITH (KAFKA_TOPIC='s', FORMAT='JSON');
CREATE TABLE T (K INT PRIMARY KEY, W INT) WITH (KAFKA_TOPIC='t', FORMAT='JSON');
`;

describe('a pipeline of two topics', () => {
  it('needs no repartition for a join on the key, one for a join on a value', () => {
    const cost = (on: string) =>
      of(`${TWO}CREATE STREAM J AS SELECT * FROM S JOIN T ON ${on} = T.K;`).topology.queries[0];
    expect(cost('S.K')).toEqual({ query: 'J', repartitions: 0, foreignKeyJoins: 0, stores: 1 });
    expect(cost('S.V')).toEqual({ query: 'J', repartitions: 1, foreignKeyJoins: 0, stores: 1 });
  });

  it('asks nothing of the two topics where no query joins them, and says of PARTITION BY that it keys anew', () => {
    const { topology } = of(`${TWO}CREATE STREAM P AS SELECT V, K FROM S PARTITION BY V;`);
    expect(coPartitionedTopics(topology)).toEqual([]);
    expect(topology.queries[0]?.repartitions).toBe(1);
  });

  it('takes the partitions of a result from its WITH clause', () => {
    const text = `${TWO}CREATE STREAM P WITH (PARTITIONS=2) AS SELECT * FROM S;
CREATE STREAM J AS SELECT * FROM P JOIN T ON P.K = T.K;`;
    const { topology } = of(text);
    expect(topology.joins).toMatchObject([{ query: 'J', left: 'P', right: 't' }]);
  });

  it('says nothing where everything is as a cluster wants it', () => {
    const text = `SET 'auto.offset.reset'='earliest';${TWO.replaceAll('CREATE', 'CREATE OR REPLACE')}`;
    expect(codes(text, existing(text, 3))).toEqual({});
  });

  it('knows a topic that the pipeline does not read', () => {
    expect(codes(TWO, new Map([['u', 3]]))['deploy-topic']).toBe(1);
  });
});
