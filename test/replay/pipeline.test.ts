import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.js';
import { DiagnosticError } from '../../src/diagnostics/diagnostic.js';
import { checkPipeline } from '../../src/replay/check.js';
import { bindRun } from '../../src/replay/index.js';
import {
  changes,
  changesOf,
  created,
  deleted,
  final,
  finalOf,
  type LogRecord,
  updated,
  withReplay,
} from '../support/small-replay.js';

const KSQL = `
CREATE STREAM ORDERS (ID BIGINT KEY, USER_ID BIGINT, AMOUNT DECIMAL(8, 2)) WITH (KAFKA_TOPIC='orders', FORMAT='JSON');
CREATE TABLE USERS (ID BIGINT PRIMARY KEY, DISCOUNT INT) WITH (KAFKA_TOPIC='users', FORMAT='JSON');
CREATE STREAM J AS SELECT O.USER_ID AS USER_ID, O.ID AS ORDER_ID, O.AMOUNT AS AMOUNT, U.DISCOUNT AS DISCOUNT FROM ORDERS O JOIN USERS U ON O.USER_ID = U.ID;
CREATE TABLE SUMS AS SELECT DISCOUNT, SUM(AMOUNT) AS S, COUNT(*) AS N FROM J GROUP BY DISCOUNT;`;
const order = (at: number, id: number, user_id: number | null, amount: string): LogRecord =>
  created('orders', at, { id, user_id, amount });
const user = (at: number, id: number, discount: number): LogRecord => updated('users', at, { id, discount });
const LOG = [
  user(10, 1, 5),
  order(20, 100, 1, '2.50'),
  user(30, 1, 7),
  order(40, 101, 1, '1.25'),
  order(50, 102, 1, '1.00'),
];

/** The diagnostics of what is refused. */
async function refused(run: () => Promise<unknown> | unknown): Promise<readonly Diagnostic[]> {
  try {
    await run();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a replay', () => {
  it('gives every relation that was asked for, in its form, out of one change log', async () => {
    const demand = [
      { relation: 'J', form: 'changes' as const },
      { relation: 'SUMS', form: 'changes' as const },
      { relation: 'SUMS', form: 'final' as const },
    ];
    await withReplay({ ksql: KSQL, log: LOG, demand }, async (result, engine) => {
      expect(await changesOf(result, engine, 'J')).toEqual([
        '20: 1 100 2.50 5',
        '40: 1 101 1.25 7',
        '50: 1 102 1.00 7',
      ]);
      expect(await changesOf(result, engine, 'SUMS')).toEqual(['20: 5 2.50 1', '40: 7 1.25 1', '50: 7 2.25 2']);
      expect(await finalOf(result, engine, 'SUMS')).toEqual(['5 2.50 1', '7 2.25 2']);
      expect(result.counts).toMatchObject({ events: 5, duplicates: 0, undecodable: 0, cut: 0, withoutJoinKey: 0 });
      expect([result.firstEvent, result.lastEvent]).toEqual([20, 50]);
    });
  });

  it('is the same for the columns alone as for the whole rows', async () => {
    const columns = ['DISCOUNT', 'S'];
    const demand = [{ relation: 'SUMS', form: 'final' as const, columns }];
    await withReplay({ ksql: KSQL, log: LOG, demand }, async (result, engine) => {
      expect(result.relations.get('SUMS')!.columns.map((c) => c.name)).toEqual(columns);
      expect(await finalOf(result, engine, 'SUMS')).toEqual(['5 2.50', '7 2.25']);
    });
  });

  it('keeps ROWTIME where one asks for whole rows and another for columns, whoever asks first', async () => {
    const whole = { relation: 'SUMS', form: 'final' as const };
    const named = { ...whole, columns: ['S'] };
    for (const demand of [
      [whole, named],
      [named, whole],
    ])
      await withReplay({ ksql: KSQL, log: LOG, demand }, async (result, engine) => {
        const rows = await engine.rows(
          `SELECT "$ts", "S"::VARCHAR FROM "${result.relations.get('SUMS')!.final}" ORDER BY 1`,
        );
        expect(rows).toEqual([
          [20n, '2.50'],
          [50n, '2.25'],
        ]);
      });
  });

  it('cut off at a time is what the whole replay had given by then', async () => {
    const whole = ['20: 5 2.50 1', '40: 7 1.25 1', '50: 7 2.25 2'];
    expect(await changes('SUMS', KSQL, LOG, { until: 19 })).toEqual([]);
    expect(await changes('SUMS', KSQL, LOG, { until: 20 })).toEqual(whole.slice(0, 1));
    expect(await changes('SUMS', KSQL, LOG, { until: 49 })).toEqual(whole.slice(0, 2));
    expect(await changes('SUMS', KSQL, LOG, { until: 50 })).toEqual(whole);
  });

  it('counts the records that no join could place, and says where', async () => {
    const demand = [{ relation: 'SUMS', form: 'final' as const }];
    const log = [...LOG, order(60, 103, null, '9.00'), order(70, 104, null, '9.00')];
    await withReplay({ ksql: KSQL, log, demand }, async (result) => {
      expect(result.counts.withoutJoinKey).toBe(2);
      expect(result.notes).toContain('2 records of ORDERS have no USER_ID: the join that makes J leaves them out.');
    });
  });

  it('of a table that was deleted away gives no row', async () => {
    const gone = [user(10, 1, 5), deleted('users', 20, { id: 1, discount: 5 })];
    expect(await final('USERS', KSQL, gone)).toEqual([]);
    expect(await final('USERS', KSQL, gone.slice(0, 1))).toEqual(['1 5']);
  });
});

describe('what cannot be replayed is refused before any file is read', () => {
  const bind = (text: string, relation: string, columns?: readonly string[]) =>
    refused(() =>
      bindRun({
        pipeline: { file: 'p.ksql', text },
        demand: [{ relation, form: 'final', ...(columns && { columns }) }],
      }),
    );

  it('a relation or a column that the pipeline does not make, with the nearest name', async () => {
    expect(await bind(KSQL, 'SUM')).toMatchObject([
      { code: 'unknown-relation', found: 'SUM', help: 'did you mean SUMS?', next: 'pharmabi check p.ksql' },
    ]);
    expect(await bind(KSQL, 'SUMS', ['S', 'DISCOUNTS'])).toMatchObject([
      { code: 'unknown-column', found: 'DISCOUNTS', help: 'did you mean DISCOUNT?', expected: 'DISCOUNT, S, N' },
    ]);
  });

  it('a pipeline that does not compile, with every mistake', async () => {
    const broken = KSQL.replace('U.DISCOUNT AS', 'U.DISCONT AS').replace('SUM(AMOUNT)', 'SUM(AMUNT)');
    expect((await bind(broken, 'SUMS')).filter((d) => d.severity === 'error').length).toBeGreaterThanOrEqual(2);
  });

  it('a source that no file feeds', async () => {
    const problems = await refused(() =>
      changes(
        'J',
        KSQL,
        LOG.filter(({ table }) => table === 'orders'),
      ),
    );
    expect(problems.map((d) => d.code)).toEqual(['no-input-for-source']);
    expect(problems[0]!.message).toContain('users');
  });
});

describe('a check of a pipeline', () => {
  it('lists its relations and sources without any data', () => {
    const { relations, sources, diagnostics } = checkPipeline({ file: 'p.ksql', text: KSQL });
    expect(diagnostics).toEqual([]);
    expect(relations.map((r) => `${r.kind} ${r.name} ${r.topic ?? '-'}`)).toEqual([
      'stream ORDERS orders',
      'table USERS users',
      'stream J -',
      'table SUMS -',
    ]);
    expect(sources.map((s) => s.name)).toEqual(['ORDERS', 'USERS']);
  });
});
