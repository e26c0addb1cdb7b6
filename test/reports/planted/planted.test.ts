import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, openEngine } from '../../../src/engine/engine.js';
import type { ReportContext } from '../../../src/reports/definition.js';
import { siteChange } from '../../../src/reports/site-change/index.js';
import { contextOf } from '../orders-table.js';
import { CHANGE, revenueOf, type Sales } from './days.js';

/**
 * A planted effect is found, and none is claimed where none is planted: `PLANTED_RUNS=100 npx vitest run test/reports/planted`
 * makes the figures of docs/what-holds.md; without it a short slice runs.
 */
const RUNS = Number(process.env.PLANTED_RUNS ?? 3);
const FIRST_SEED = Number(process.env.PLANTED_SEED ?? 1);
/** At least 95 of 100; a slice of three may be wrong once. */
const NEEDED = RUNS >= 20 ? Math.ceil(0.95 * RUNS) : RUNS - 1;

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(() => engine.close());

/** First sentences of all runs, and how many of them are right. */
async function count(
  name: string,
  isRight: (sentence: string) => boolean,
  sentenceOf: (seed: number) => Promise<string>,
) {
  const sentences: string[] = [];
  for (let run = 0; run < RUNS; run++) sentences.push(await sentenceOf(FIRST_SEED + run));
  const wrong = sentences.filter((sentence) => !isRight(sentence));
  if (process.env.PLANTED_RUNS !== undefined)
    console.log(`${name}: ${RUNS - wrong.length} of ${RUNS}${wrong.map((one) => `\n  ${one}`).join('')}`);
  expect({ name, right: RUNS - wrong.length >= NEEDED, wrong: RUNS - wrong.length >= NEEDED ? [] : wrong }).toEqual({
    name,
    right: true,
    wrong: [],
  });
}

describe('changes to the site', () => {
  const PLACED = 'planted orders';

  const sentence =
    (sales: Sales) =>
    async (seed: number): Promise<string> => {
      const days = revenueOf(sales, seed);
      const rows = days.flatMap(({ at, cents }, day) =>
        // Four orders a day, each a quarter of its revenue, of four patients.
        [0, 1, 2, 3].map((i) => {
          const part = i < 3 ? Math.floor(cents / 4) : cents - 3 * Math.floor(cents / 4);
          return `(${day * 4 + i}, ${(day * 7 + i * 13) % 90}, ${(part / 100).toFixed(2)}, ${at + i * 3_600_000})`;
        }),
      );
      await engine.run(`CREATE OR REPLACE TABLE "${PLACED}" AS SELECT a AS "ORDER_ID", b AS "PATIENT_ID", 1 AS "RESPONSIBLE_ID", 'none' AS "DISCOUNT_LEVEL",
CAST(c AS DECIMAL(18,2)) AS "AMOUNT_SUBTOTAL", CAST(c AS DECIMAL(18,2)) AS "AMOUNT_TOTAL", 'paid' AS "STATUS", CAST(d AS BIGINT) AS "EVENT_TS" FROM (VALUES ${rows.join(', ')}) v(a, b, c, d)`);
      const context: ReportContext = {
        ...contextOf(engine, { 'change-at': CHANGE }),
        final: () => PLACED,
        lastEvent: days.at(-1)!.at + 86_400_000 - 1,
      };
      return (await siteChange.run(context)).summary[0]!;
    };
  const NONE = /can be chance|is ruled out|look as different|goes away/;
  const ROSE = /is [0-9.]+ % higher than expected .* more than chance explains/;

  test.each<[string, Sales, RegExp]>([
    ['no effect, days independent', { effect: 0, phi: 0 }, NONE],
    ['no effect, days go together a little', { effect: 0, phi: 0.3 }, NONE],
    ['no effect, days go together', { effect: 0, phi: 0.6 }, NONE],
    ['an effect of 20 %, days go together a little', { effect: 0.2, phi: 0.3 }, ROSE],
    ['an effect of 25 %, days go together', { effect: 0.25, phi: 0.6 }, ROSE],
  ])('%s', (name, sales, right) => count(name, (one) => right.test(one), sentence(sales)));
});
