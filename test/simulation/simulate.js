// Planted truths against what the reports say: `npm run simulate -- --runs 200 --only site`. Each scenario is a value in scenarios/*.js: it
// makes relations as the pipeline would give them, from a seed, runs a report on them, and counts findings (not sentences).
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openEngine } from '../../dist/engine/engine.js';
import { REPORTS } from '../../dist/reports/index.js';

const FOLDER = fileURLToPath(new URL('./scenarios/', import.meta.url));

/**
 * All scenarios. A scenario: `name`, `report`, `parameters`, `relations(seed)` (SQL of each relation by name, with the columns that it
 * has), `lastEvent`, `isHit(findings)`, and what must hold of the share of hits over all seeds: `atMost` or `atLeast`.
 */
export async function allScenarios() {
  const files = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.js'))
    .sort();
  const made = await Promise.all(files.map(async (name) => (await import(`./scenarios/${name}`)).default));
  return made.flat();
}

function contextOf(engine, scenario, made) {
  return {
    engine,
    final: (name) => `planted ${name}`,
    columns: (name) => made.relations[name]?.columns ?? [],
    parameters: scenario.parameters ?? {},
    replay: {
      order: 'event-time',
      baseline: 'strict',
      topics: [],
      decimalScales: [],
      timeZone: 'UTC',
      policy: { entities: [] },
    },
    counts: { read: 0, records: 0, duplicates: 0, tombstones: 0, ignored: 0, unreadable: 0, cut: 0 },
    inputs: [],
    notes: [],
    firstEvent: made.firstEvent,
    lastEvent: made.lastEvent,
  };
}

/** The findings of a scenario under a seed. */
export async function findingsOf(engine, scenario, seed) {
  const made = scenario.make(seed);
  for (const [name, { sql }] of Object.entries(made.relations))
    await engine.run(`CREATE OR REPLACE TABLE "planted ${name}" AS ${sql}`);
  const report = REPORTS.find(({ id }) => id === scenario.report);
  return (await report.run(contextOf(engine, scenario, made))).findings;
}

/** Runs a scenario; gives how often it hits, and whether that is as it must be. */
export async function simulate(engine, scenario, runs, firstSeed = 1) {
  let hits = 0;
  const verdicts = {};
  for (let run = 0; run < runs; run++) {
    const findings = await findingsOf(engine, scenario, firstSeed + run);
    if (scenario.isHit(findings)) hits += 1;
    const { verdict, direction } = findings[0];
    verdicts[`${verdict} ${direction}`] = (verdicts[`${verdict} ${direction}`] ?? 0) + 1;
  }
  const share = hits / runs;
  const holds = scenario.atMost === undefined ? share >= scenario.atLeast : share <= scenario.atMost;
  return { hits, share, holds, verdicts };
}

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const runs = Number(option('runs', '200'));
  const only = option('only', '');
  const engine = await openEngine({ threads: 1 });
  let failed = 0;
  for (const scenario of await allScenarios()) {
    if (!`${scenario.report} ${scenario.name}`.includes(only)) continue;
    const { hits, holds, verdicts } = await simulate(engine, scenario, runs, Number(option('seed', '1')));
    if (!holds) failed += 1;
    const bound = scenario.atMost === undefined ? `at least ${scenario.atLeast}` : `at most ${scenario.atMost}`;
    console.log(
      `${holds ? 'holds' : 'FAILS'}  ${scenario.report}, ${scenario.name}: ${scenario.counts} in ${hits} of ${runs} (${bound}); headline ${JSON.stringify(verdicts)}`,
    );
  }
  engine.close();
  process.exitCode = failed === 0 ? 0 : 1;
}
