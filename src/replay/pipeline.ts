import { buildChangeLog, type ChangeLog } from '../changelog/index.js';
import { DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import type { Engine } from '../engine/engine.js';
import { registerRunningSum } from '../engine/running-sum.js';
import { recogniseInputs } from '../input/index.js';
import type { InputFile } from '../input/input-file.js';
import { locateRejected } from '../input/locate.js';
import { type PlannedRelation, planReplay, type ReplayPlan } from '../plan/plan.js';
import type { CoarseTime } from '../privacy/policy.js';
import { DEFAULT_ENGINE } from '../relation.js';
import { finalRelation } from '../sql/context.js';
import { emitPlan, type ScriptStep } from '../sql/emit.js';
import { neededMacros } from '../sql/needed-macros.js';
import { identifier } from '../sql/quote.js';
import { type Bound, bindRun } from './bind.js';
import { coarseTimes } from './coarse-times.js';
import { compileText } from './compile.js';
import { nullValuesOf } from './null-values.js';
import { lacksOnly, optionalDemand } from './optional.js';
import type { NullValues, ResultRelation, RunRequest, RunResult } from './run.js';
import { countUnjoined, type Unjoined } from './unjoined.js';

/**
 * One replay: the pipeline is compiled, the inputs become the change log, every wanted relation is made of it.
 * Throws DiagnosticError with exit code 4 where the pipeline does not compile, 3 where the inputs cannot serve it.
 */
export async function runPipeline(request: RunRequest): Promise<RunResult> {
  const { engine, options } = request;
  const bound = bindRun(request);
  request.onProgress?.('recognising inputs');
  const files = await recogniseInputs(engine, request.inputs, options, { early: true });
  if (engine.mayUseOne && isLittle(files)) await engine.run('SET threads = 1');
  const optional = optionalDemand(bound.pipeline, request, files);
  if (optional === null) return replay(request, request.demand, bound, files);
  try {
    return await replay(request, [...request.demand, ...optional.demand], bound, files);
  } catch (error) {
    // Only reading a file of many topics tells that it has none of these.
    if (!lacksOnly(error, optional.topics)) throw error;
    return replay(request, request.demand, bound, files);
  }
}

/** Fewer bytes than this (unpacked, as logs pack) are read before a second thread pays. */
const LITTLE = 32_000_000;
const PACKED = 16;

function isLittle(files: readonly InputFile[]): boolean {
  return files.reduce((sum, { bytes, compression }) => sum + bytes * (compression === 'none' ? 1 : PACKED), 0) < LITTLE;
}

async function replay(
  request: RunRequest,
  demand: RunRequest['demand'],
  { pipeline, warnings }: Bound,
  files: readonly InputFile[],
): Promise<RunResult> {
  const { engine, options } = request;
  const engineVersion = options.engine ?? DEFAULT_ENGINE;
  const plan = planReplay(pipeline, demand, engineVersion);
  const coarse = coarseTimes(options.policy, pipeline);
  const { onProgress, maxBad, journal } = request;
  const log = await buildChangeLog(engine, files, plan.sources, options, onProgress, maxBad, journal);
  if (log.unusable.length > 0) throw new DiagnosticError(log.unusable, EXIT.input);
  const quarantined = request.locate === true ? await locateRejected(files, log.rejected) : [];
  const script = emitPlan(plan, { engine: engineVersion });
  await prepareEngine(engine, script);
  await exposeSources(engine, plan, log.relations);
  for (const step of script) {
    request.onProgress?.(`replaying ${step.relation}`);
    await engine.run(step.sql);
  }
  const unjoined = await countUnjoined(engine, plan, engineVersion);
  return {
    engine,
    relations: new Map(
      plan.relations.map((r) => [r.schema.name, result(r, coarse(r.schema.name), nullValuesOf(r, plan))]),
    ),
    ...facts(log, unjoined),
    quarantined,
    warnings: [...warnings, ...log.warnings, ...(options.declaredScales === true ? unjoined.warnings : [])],
  };
}

/** The declared streams and tables that a demand reads; what the pipeline lacks needs none. The pipeline must compile. */
export function neededSources({ pipeline, demand }: Pick<RunRequest, 'pipeline' | 'demand'>): ReplayPlan['sources'] {
  const compiled = compileText(pipeline).pipeline;
  return planReplay(
    compiled,
    demand.filter(({ relation }) => compiled.relations.has(relation)),
  ).sources;
}

/** Gives the engine the macros and functions that a script relies on. */
export async function prepareEngine(engine: Engine, script: readonly ScriptStep[]): Promise<void> {
  await registerRunningSum(engine);
  for (const sql of neededMacros(script.map((s) => s.sql))) await engine.run(sql);
}

/** Puts the change log's relations (quoted names) under the names of the sources that they are read by. */
export async function exposeSources(
  engine: Engine,
  plan: ReplayPlan,
  relations: ReadonlyMap<string, string>,
): Promise<void> {
  for (const source of plan.sources) {
    const stored = relations.get(source.name);
    if (stored === undefined) throw new Error(`the change log has no relation for ${source.name}`);
    const written = plan.relations.some((r) => r.schema.name === source.name && r.queries.length > 0);
    const name = identifier(written ? `${source.name}$topic` : source.name);
    const columns = source.columns.filter((c) => c.used || c.key).map((c) => identifier(c.name));
    await engine.run(
      `CREATE TEMP VIEW ${name} AS SELECT "$seq", ''::BLOB AS "$sub", "$ts", "$live", ${columns.join(', ')} FROM ${stored}`,
    );
  }
}

function facts(
  log: ChangeLog,
  unjoined: Unjoined,
): Pick<
  RunResult,
  'counts' | 'inputs' | 'rejected' | 'notes' | 'guesses' | 'losses' | 'deidentified' | 'firstEvent' | 'lastEvent'
> {
  const { counts, inputs, rejected, notes, guesses, losses, deidentified, firstEvent, lastEvent } = log;
  return {
    counts: { ...counts, withoutJoinKey: unjoined.records },
    inputs,
    rejected,
    notes: [...notes, ...unjoined.notes].sort(),
    guesses,
    losses,
    deidentified,
    firstEvent,
    lastEvent,
  };
}

function result(
  relation: PlannedRelation,
  coarse: ReadonlyMap<string, CoarseTime>,
  nullValues: NullValues | undefined,
): ResultRelation {
  const { schema, forms } = relation;
  const rowtime = coarse.get('rowtime');
  return {
    name: schema.name,
    kind: schema.kind,
    columns: schema.columns
      .filter((c) => relation.columns.has(c.name))
      .map((c) => {
        const time = coarse.get(c.name.toLowerCase());
        return time === undefined ? c : { ...c, coarse: time };
      }),
    windowed: false,
    ...(nullValues === undefined ? {} : { nullValues }),
    ...(rowtime === undefined ? {} : { coarseRowtime: rowtime }),
    ...(forms.has('changes') ? { changes: schema.name } : {}),
    ...(forms.has('final') ? { final: finalRelation(schema.name) } : {}),
  };
}
