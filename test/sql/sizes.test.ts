import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { INTEGER } from '../../src/ksql/types.js';
import { emitSafe } from '../../src/sql/expression.js';
import { SETUP_SQL } from '../../src/sql/macros.js';
import { typed } from '../../src/testing/evaluate.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
  for (const sql of SETUP_SQL) await engine.run(sql);
});
afterAll(() => engine.close());

it('a size that nobody reads is refused where it stands in the text', () => {
  for (const [text, wrong] of [
    ["LPAD('a', 2000000000, 'x')", true],
    ["LEN(RPAD('a', 100001, 'x'))", true],
    ["LPAD('a', 100000, 'x')", false],
    ['GENERATE_SERIES(1, 1000000000)', true],
    ['GENERATE_SERIES(1, -1000000000)', true],
    ['GENERATE_SERIES(0, 1000000000, 2)', true],
    ['GENERATE_SERIES(0, 1000000000, 1000)', false],
  ] as const) {
    const codes = typed(text, {}).problems.map(({ code }) => code);
    expect([text, codes]).toEqual([text, wrong ? ['argument-too-large'] : []]);
  }
});

it('and null where only the data tell it', async () => {
  const lengths = async (text: string): Promise<unknown> => {
    const { expression } = typed(text, { N: INTEGER });
    return (await engine.rows(`SELECT ${emitSafe(expression!)} FROM (VALUES (3), (100000), (2000000000)) t("N")`)).map(
      ([v]) => v,
    );
  };
  expect(await lengths("LEN(LPAD('a', N, 'x'))")).toEqual([3, 100000, null]);
  expect(await lengths("LEN(RPAD('a', N, 'x'))")).toEqual([3, 100000, null]);
  expect(await lengths('ARRAY_LENGTH(GENERATE_SERIES(1, N))')).toEqual([3, 100000, null]);
  expect(await lengths('ARRAY_LENGTH(GENERATE_SERIES(N, -N))')).toEqual([7, 200001, null]);
});
