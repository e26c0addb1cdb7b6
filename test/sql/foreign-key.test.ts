import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { planReplay } from '../../src/plan/plan.js';
import type { EngineVersion } from '../../src/relation.js';
import { compile } from '../../src/replay/compile.js';
import { emitPlan } from '../../src/sql/emit.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(() => engine.close());

/** A change of either table: an order with whom it points to, or a user with a discount; `value` undefined is a delete. */
type Change =
  | { readonly table: 'ORDERS'; readonly key: string; readonly value?: string | null }
  | { readonly table: 'USERS'; readonly key: string; readonly value?: number | null };

const order = (key: string, value?: string | null): Change => ({
  table: 'ORDERS',
  key,
  ...(value !== undefined && { value }),
});
const user = (key: string, value?: number | null): Change => ({
  table: 'USERS',
  key,
  ...(value !== undefined && { value }),
});

const text = (join: string): string => `
CREATE TABLE ORDERS (ID STRING PRIMARY KEY, USER_ID STRING) WITH (KAFKA_TOPIC='orders', FORMAT='JSON');
CREATE TABLE USERS (ID STRING PRIMARY KEY, DISCOUNT INT) WITH (KAFKA_TOPIC='users', FORMAT='JSON');
CREATE TABLE JOINED AS SELECT O.ID AS ID, U.ID AS USER_ID, U.DISCOUNT AS DISCOUNT FROM ORDERS O ${join} USERS U ON O.USER_ID = U.ID;`;

/** The rows of JOINED after these changes: `key user discount`, `key gone` for a tombstone. */
async function joined(
  changes: readonly Change[],
  join: 'JOIN' | 'LEFT JOIN',
  form: 'changes' | 'final',
  version: EngineVersion = '7.7',
): Promise<string[]> {
  const { pipeline, diagnostics } = compile(text(join), 'test.ksql');
  expect(diagnostics).toEqual([]);
  const columns = {
    ORDERS: '"ID" VARCHAR, "USER_ID" VARCHAR',
    USERS: '"ID" VARCHAR, "DISCOUNT" INTEGER',
  } as const;
  for (const [name, declared] of Object.entries(columns)) {
    await engine.run(
      `CREATE OR REPLACE TEMP TABLE "${name}" ("$seq" BIGINT, "$sub" INTEGER, "$ts" BIGINT, "$live" BOOLEAN, ${declared})`,
    );
  }
  for (const [at, { table, key, value }] of changes.entries()) {
    const stored = value === undefined || value === null ? 'NULL' : `'${value}'`;
    await engine.run(`INSERT INTO "${table}" VALUES (${at}, 0, ${at}, ${value !== undefined}, '${key}', ${stored})`);
  }
  for (const { sql } of emitPlan(planReplay(pipeline, [{ relation: 'JOINED', form }], version), { engine: version }))
    await engine.run(sql.replace(/^CREATE TEMP/, 'CREATE OR REPLACE TEMP'));
  const from = form === 'final' ? '"JOINED$final" ORDER BY "ID"' : '"JOINED" ORDER BY "$seq", "$sub"';
  const rows = await engine.rows(`SELECT "ID", "USER_ID", "DISCOUNT", "$live" FROM ${from}`);
  await engine.run('DROP VIEW IF EXISTS "USERS$final"; DROP VIEW IF EXISTS "ORDERS$final"');
  for (const name of ['JOINED$final', 'JOINED'])
    await engine.run(`DROP VIEW IF EXISTS "${name}"`).catch(() => engine.run(`DROP TABLE "${name}"`));
  return rows.map((row) => (row[3] === true ? row.slice(0, 3).map(String).join(' ') : `${row[0]} gone`));
}

describe('a join on a foreign key', () => {
  // ../shared/ksqldb-observed.md, section 3: what the engine gave on Kafka Streams 3.6.1.
  it('INNER: rows fan out in the order of their keys, and a row without a partner is answered with a tombstone', async () => {
    const changes = [
      order('o4', 'u1'),
      order('o4', 'u1'),
      order('o1', 'u1'),
      user('u1', 10),
      user('u1', 20),
      user('u1', 20),
      user('u1', null),
      user('u1'),
      order('o4'),
    ];
    expect(await joined(changes, 'JOIN', 'changes')).toEqual([
      'o4 gone',
      'o1 u1 10',
      'o4 u1 10',
      'o1 u1 20',
      'o4 u1 20',
      'o1 u1 20',
      'o4 u1 20',
      'o1 u1 null',
      'o4 u1 null',
      'o1 gone',
      'o4 gone',
      'o4 gone',
    ]);
  });

  it('LEFT: a row stays without its partner; one that points nowhere has none', async () => {
    const changes = [
      user('u2', 5),
      order('o1', 'u1'),
      user('u1', 10),
      order('o1', 'u2'),
      order('o1', null),
      user('u2'),
      order('o1'),
    ];
    // Kafka Streams 3.7 (117 cases of ../shared/corpus): a row that leaves its partner is shown without one first.
    expect(await joined(changes, 'LEFT JOIN', 'changes', '7.7')).toEqual([
      'o1 null null',
      'o1 u1 10',
      'o1 null null',
      'o1 u2 5',
      'o1 null null',
      'o1 null null',
      'o1 gone',
    ]);
    // 3.6: a null foreign key writes nothing, and the row shown before stays for ever.
    expect(await joined(changes, 'LEFT JOIN', 'changes', '7.6')).toEqual(['o1 null null', 'o1 u1 10', 'o1 u2 5']);
    expect(await joined(changes, 'LEFT JOIN', 'final', '7.6')).toEqual(['o1 u2 5']);
  });

  it('is the same whether followed change by change or made of the last rows', async () => {
    const keys = fc.constantFrom('a', 'b', 'c');
    const change = fc.oneof(
      fc
        .record({ key: keys, value: fc.option(fc.constantFrom('a', 'b', null), { nil: undefined }) })
        .map((c): Change => order(c.key, c.value)),
      fc
        .record({ key: keys, value: fc.option(fc.constantFrom(1, 2, null), { nil: undefined }) })
        .map((c): Change => user(c.key, c.value)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 14 }), fc.constantFrom('JOIN', 'LEFT JOIN'), async (all, join) => {
        const expected = fold(all, join);
        expect(await joined(all, join, 'final')).toEqual(expected);
        const last = new Map((await joined(all, join, 'changes')).map((row) => [row.split(' ')[0], row]));
        expect([...last.values()].filter((row) => !row.endsWith('gone')).sort()).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['RIGHT JOIN', 'join-type'],
    ['FULL OUTER JOIN', 'join-type'],
  ])('%s is refused', (join, code) => {
    expect(compile(text(join), 'test.ksql').diagnostics.map((d) => d.code)).toContain(code);
  });

  it('stands alone in its statement, whatever joins before or behind it', () => {
    const tables = text('LEFT JOIN');
    const behind = `${tables} CREATE TABLE MORE AS SELECT O.ID, U.DISCOUNT FROM ORDERS O JOIN USERS U ON O.USER_ID = U.ID JOIN JOINED J ON O.ID = J.ID;`;
    const before = `${tables} CREATE TABLE MORE AS SELECT O.ID, U.DISCOUNT FROM ORDERS O JOIN JOINED J ON O.ID = J.ID JOIN USERS U ON O.USER_ID = U.ID;`;
    for (const both of [behind, before]) {
      const [problem, ...more] = compile(both, 'test.ksql').diagnostics;
      expect([problem?.code, more.length]).toEqual(['not-supported', 0]);
      expect(problem?.message).toMatch(/stands alone/);
    }
  });
});

/** The join worked out by hand: last rows of both sides, looked up. */
function fold(changes: readonly Change[], join: string): string[] {
  const tables = { ORDERS: new Map<string, unknown>(), USERS: new Map<string, unknown>() };
  for (const { table, key, value } of changes) {
    if (value === undefined) tables[table].delete(key);
    else tables[table].set(key, value);
  }
  return [...tables.ORDERS]
    .flatMap(([id, to]) => {
      const known = tables.USERS.has(String(to));
      return known || join === 'LEFT JOIN'
        ? [`${id} ${known ? to : null} ${known ? tables.USERS.get(String(to)) : null}`]
        : [];
    })
    .sort();
}
