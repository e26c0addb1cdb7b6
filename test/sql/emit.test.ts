import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { duckType } from '../../src/ksql/types.js';
import { type Demand, planReplay } from '../../src/plan/plan.js';
import { compile } from '../../src/replay/compile.js';
import { exposeSources, prepareEngine } from '../../src/replay/pipeline.js';
import { emitPlan } from '../../src/sql/emit.js';
import { identifier } from '../../src/sql/quote.js';

const KSQL = `
CREATE STREAM S (ID BIGINT KEY, K STRING, X DOUBLE) WITH (KAFKA_TOPIC='s', FORMAT='JSON');
CREATE TABLE T (ID STRING PRIMARY KEY, V INT, W STRING) WITH (KAFKA_TOPIC='t', FORMAT='JSON');
CREATE STREAM J AS SELECT S.K AS K, S.ID AS SID, S.X AS X, T.V AS V FROM S LEFT JOIN T ON S.K = T.ID;
CREATE TABLE P AS SELECT ID, V * 2 AS TWICE FROM T WHERE V > 1;
CREATE TABLE Q AS SELECT ID, W FROM T;
CREATE TABLE G AS SELECT V, SUM(X) AS SX, COLLECT_SET(SID) AS IDS FROM J GROUP BY V HAVING COUNT(*) > 1;
CREATE TABLE H AS SELECT W, COUNT(*) AS N FROM T GROUP BY W;
CREATE TABLE PT AS SELECT P.ID AS ID, P.TWICE AS TWICE, T.W AS W FROM P FULL OUTER JOIN T ON P.ID = T.ID;
CREATE TABLE F AS SELECT T.ID AS ID, T.W AS W, P.TWICE AS TWICE FROM T JOIN P ON T.W = P.ID;`.replace(
  'SELECT P.ID AS ID, P.TWICE',
  'SELECT ROWKEY, P.TWICE',
);
const { pipeline, diagnostics } = compile(KSQL, 'emit.ksql');

let engine: Engine;
beforeAll(async () => {
  expect(diagnostics).toEqual([]);
  engine = await openEngine({ threads: 1 });
});
afterAll(() => engine.close());

/** The statements of a demand as `KIND NAME`, each of them bound and run by the engine over empty sources. */
async function expectSql(...demand: readonly Demand[]): Promise<readonly string[]> {
  const plan = planReplay(pipeline, demand);
  const stored = new Map<string, string>();
  for (const { name, columns } of plan.sources) {
    const table = identifier(`${name}#records`);
    const typed = columns.map((c) => `${identifier(c.name)} ${duckType(c.type)}`).join(', ');
    await engine.run(`CREATE OR REPLACE TEMP TABLE ${table} ("$seq" BIGINT, "$ts" BIGINT, "$live" BOOLEAN, ${typed})`);
    stored.set(name, table);
  }
  const script = emitPlan(plan);
  await prepareEngine(engine, script);
  await exposeSources(engine, plan, stored);
  const told: string[] = [];
  for (const { sql } of script) {
    const [, kind, name] = /^CREATE TEMP (TABLE|VIEW) "((?:[^"]|"")+)"/.exec(sql)!;
    await engine.run(`EXPLAIN ${sql.replace(/^CREATE TEMP (?:TABLE|VIEW) .*? AS /s, '')}`);
    await engine.run(sql);
    expect(await engine.rows(`SELECT * FROM ${identifier(name!)}`)).toEqual([]);
    told.push(`${kind} ${name}`);
  }
  const drop = [...script.map(({ sql }) => /^CREATE TEMP ((?:TABLE|VIEW) "(?:[^"]|"")+")/.exec(sql)![1]!)].reverse();
  for (const one of [...drop, ...plan.sources.map(({ name }) => `VIEW ${identifier(name)}`)])
    await engine.run(`DROP ${one}`);
  return told;
}

describe('every statement that is emitted is one that the engine takes', () => {
  it.each(['J', 'P', 'G', 'H', 'PT', 'F'])('%s, as a changelog and as last rows', async (relation) => {
    for (const form of ['changes', 'final'] as const)
      expect((await expectSql({ relation, form })).length).toBeGreaterThan(0);
  });

  it('what is read once is a view; what is wanted, or read twice, is kept', async () => {
    expect(await expectSql({ relation: 'G', form: 'changes' })).toEqual(['VIEW J', 'TABLE G']);
    expect(await expectSql({ relation: 'G', form: 'final' })).toEqual(['VIEW J', 'TABLE G$final']);
    expect(await expectSql({ relation: 'PT', form: 'changes' })).toEqual(['VIEW P', 'TABLE PT']);
    expect(await expectSql({ relation: 'P', form: 'final' })).toEqual(['VIEW T$final', 'TABLE P$final']);
    expect(await expectSql({ relation: 'P', form: 'final' }, { relation: 'Q', form: 'final' })).toEqual([
      'TABLE T$final',
      'TABLE P$final',
      'TABLE Q$final',
    ]);
    expect(await expectSql({ relation: 'PT', form: 'changes' }, { relation: 'F', form: 'changes' })).toEqual([
      'TABLE P',
      'TABLE PT',
      'TABLE F',
    ]);
  });
});
