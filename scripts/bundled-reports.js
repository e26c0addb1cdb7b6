// All reports over the bundled data, made in one process: what documents, pictures and checks of the outputs start from. Needs a build.
import { fileURLToPath } from 'node:url';
import { optionalOf } from '../dist/cli/report-job.js';
import { openEngine } from '../dist/engine/engine.js';
import { shippedPolicy } from '../dist/privacy/shipped.js';
import { runPipeline } from '../dist/replay/index.js';
import { shippedPipeline } from '../dist/replay/shipped.js';
import { demandOf } from '../dist/reports/definition.js';
import { REPORTS } from '../dist/reports/index.js';

const BUNDLED = fileURLToPath(new URL('../fixtures/captures/B-json-plain/kcat', import.meta.url));
const REPLAY = { order: 'event-time', baseline: 'strict', topics: [], decimalScales: [], timeZone: 'UTC' };

/** What a report is asked with here, where it cannot be asked without. */
const EXAMPLES = { 'site-change': { 'change-at': '2026-12-01' } };
export const exampleOf = ({ id }) => EXAMPLES[id] ?? {};

/** All relations that the reports read, each once with every column that one of them needs. */
function demandOfAll(parameters) {
  const columns = new Map();
  for (const { relation, columns: names } of REPORTS.flatMap((one) =>
    demandOf(one, { ...exampleOf(one), ...parameters }),
  ))
    columns.set(relation, new Set([...(columns.get(relation) ?? []), ...names]));
  return [...columns].map(([relation, names]) => ({ relation, form: 'final', columns: [...names] }));
}

function contextOf(engine, result, options, parameters) {
  const { counts, inputs, notes, firstEvent, lastEvent } = result;
  return {
    engine,
    final: (name) => result.relations.get(name).final,
    columns: (name) => result.relations.get(name)?.columns ?? [],
    parameters,
    replay: options,
    counts,
    inputs,
    notes,
    firstEvent,
    lastEvent,
  };
}

/** Every report with its definition, in the order of `pharmabi reports`. `parameters` are those of all, such as `small-numbers`. */
export async function bundledReports(parameters = {}) {
  const engine = await openEngine({ threads: 2, memory: '1GB' });
  const made = [];
  try {
    const options = { ...REPLAY, policy: shippedPolicy() };
    const demand = demandOfAll(parameters);
    const what = { demand, optional: optionalOf(REPORTS) };
    const result = await runPipeline({ engine, inputs: [BUNDLED], pipeline: shippedPipeline(), options, ...what });
    for (const definition of REPORTS) {
      const context = contextOf(engine, result, options, { ...exampleOf(definition), ...parameters });
      made.push({ definition, report: await definition.run(context) });
    }
  } finally {
    engine.close();
  }
  return made;
}
