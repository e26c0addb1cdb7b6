import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import type { Scenario } from './scenario.js';
import { DISCOUNT_IMPACT } from './scenarios/discount-impact.js';

/**
 * Planted truths: `npm run simulate` runs each shop 200 times (SIMULATE_RUNS, SIMULATE_SEED for others) and holds the shares to their limits;
 * without it a short slice runs, which only fails where its count would be next to impossible. A new scenario is one value in its report's list.
 */
const RUNS = Number(process.env.SIMULATE_RUNS ?? 2);
const FIRST_SEED = Number(process.env.SIMULATE_SEED ?? 1);
const ENOUGH = 100;

const SCENARIOS: Readonly<Record<string, readonly Scenario[]>> = {
  'discount-impact': DISCOUNT_IMPACT,
};

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(() => engine.close());

/** P(X <= count) of a binomial distribution. */
function atMost(count: number, runs: number, share: number): number {
  let [term, sum] = [(1 - share) ** runs, 0];
  for (let k = 0; k <= count; k++) {
    sum += term;
    term *= ((runs - k) / (k + 1)) * (share / (1 - share));
  }
  return sum;
}

/** Does a count keep to the limits? In a slice it is out of them only where it would happen in less than one of 10,000. */
function isKept({ atMost: most, atLeast: least }: Scenario, count: number): boolean {
  if (RUNS >= ENOUGH)
    return (most === undefined || count <= most * RUNS) && (least === undefined || count >= least * RUNS);
  const rare = 1e-4;
  return (
    (most === undefined || (most === 0 ? count === 0 : count === 0 || 1 - atMost(count - 1, RUNS, most) > rare)) &&
    (least === undefined || atMost(count, RUNS, least) > rare)
  );
}

describe.each(Object.entries(SCENARIOS))('%s', (_, scenarios) => {
  test.each(scenarios.map((one) => [`${one.name}: ${one.counted}`, one] as const))('%s', async (name, scenario) => {
    const told: string[] = [];
    let count = 0;
    for (let run = 0; run < RUNS; run++) {
      const findings = await scenario.run(engine, FIRST_SEED + 7919 * run);
      if (!scenario.isCounted(findings)) continue;
      count += 1;
      told.push(findings[0]!.text);
    }
    const limit = scenario.atMost === undefined ? `at least ${scenario.atLeast}` : `at most ${scenario.atMost}`;
    if (process.env.SIMULATE_RUNS !== undefined) console.log(`${name}: ${count} of ${RUNS} (${limit})`);
    expect({ name, count, limit, kept: isKept(scenario, count), told: told.slice(0, 3) }).toMatchObject({ kept: true });
  });
});
