import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { isTableFunction } from '../../src/ksql/functions/index.js';
import { SETUP_SQL } from '../../src/sql/macros.js';
import { grouped, runGroup } from '../../src/testing/run-vectors.js';
import { readVectors, type Vector } from '../../src/testing/vectors.js';

const VECTORS = new URL('../../../shared/functions/vectors.jsonl.gz', import.meta.url);
const FLOORS = new URL('./function-floors.json', import.meta.url);

const vectors = readVectors(VECTORS);
const floors = JSON.parse(readFileSync(FLOORS, 'utf8')) as Record<string, number>;

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine();
  for (const sql of SETUP_SQL) await engine.run(sql);
});
afterAll(() => engine.close());

function byFunction(all: readonly Vector[]): ReadonlyMap<string, readonly Vector[]> {
  const groups = new Map<string, Vector[]>();
  // Table functions make rows, not values: they have no place in an expression.
  for (const v of all.filter((x) => !isTableFunction(x.function))) {
    groups.set(v.function, [...(groups.get(v.function) ?? []), v]);
  }
  return groups;
}

describe.skipIf(vectors === undefined)(
  'functions and operators give what ksqlDB gave (../shared/functions; skipped where absent)',
  () => {
    const passed: Record<string, number> = {};

    it.each([...byFunction(vectors ?? [])].map(([name, list]) => [name, list.length, list] as const))(
      '%s: %i vectors, no fewer than its floor',
      async (name, total, list) => {
        let missed = 0;
        for (const group of grouped(list)) missed += (await runGroup(engine, group)).length;
        passed[name] = total - missed;
        expect(total - missed, `${name} gave ${total - missed} of ${total}`).toBeGreaterThanOrEqual(
          floors[name] ?? total,
        );
      },
    );

    // PHARMABI_RAISE_FLOORS=1 writes what passed; a floor never falls.
    afterAll(() => {
      if (process.env.PHARMABI_RAISE_FLOORS !== '1') return;
      const names = Object.keys({ ...floors, ...passed }).sort();
      const raised = Object.fromEntries(names.map((name) => [name, Math.max(floors[name] ?? 0, passed[name] ?? 0)]));
      writeFileSync(FLOORS, `${JSON.stringify(raised, null, 2)}\n`);
    });
  },
);
