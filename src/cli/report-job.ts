import type { Engine } from '../engine/engine.js';
import { outputForms, pathOf } from '../output/index.js';
import { sha256 } from '../provenance/digest.js';
import type { DemandGroup, RunResult } from '../replay/run.js';
import { BOOK } from '../reports/book.js';
import type { ReportContext, ReportDefinition } from '../reports/definition.js';
import type { Report } from '../reports/report.js';
import type { Effects } from './effects.js';
import { type Job, type Produced, type Rendered, type ReportJob, readingOf, wantsDatabase } from './jobs.js';
import { reportDemand } from './report-demand.js';
import { definitionOf } from './report-file.js';
import { replayIn } from './session.js';
import type { Voice } from './style.js';

const BUNDLED_NOTE = 'No input was named: these are the data that come with pharmabi (an invented shop), not yours.';

/** Replays and renders a report in every form that the job names. Nothing is written. */
export async function produceReport(engine: Engine, job: ReportJob, voice: Voice, effects: Effects): Promise<Produced> {
  if (job.command.id === BOOK) return (await import('./book-job.js')).produceBook(engine, job, voice, effects);
  const definition = await definitionOf(job);
  const demand = reportDemand(definition, job.command.parameters, job.pipeline);
  const must = { demand, optional: optionalOf([definition]) };
  const database = wantsDatabase(job) ? await import('./database-job.js') : null;
  const request = { inputs: job.paths, pipeline: job.pipeline, options: job.options, ...must, ...readingOf(job) };
  const { result, absent } =
    database === null
      ? { result: await replayIn(engine, request, voice, effects), absent: [] }
      : await database.replayEverything(engine, job, must, false, voice, effects);
  const report = await definition.run(contextOf(definition, job.command.parameters, job, result));
  const rendered: Rendered[] = [];
  for (const target of job.targets) {
    if (database === null || target.form !== 'duckdb')
      rendered.push(...(await render(report, target, job.manifestName)));
    else {
      const parts = { relations: database.databaseRelations(result, false), absent, report };
      rendered.push(await database.renderDatabase(engine, job, target, parts, effects));
    }
  }
  const rows = report.tables.reduce((sum, table) => sum + table.rows.length, 0);
  return { files: rendered, result, rows };
}

/** Replays and makes a report, and renders nothing. */
export async function makeReport(
  engine: Engine,
  job: ReportJob,
  voice: Voice,
  effects: Effects,
): Promise<{ readonly report: Report; readonly result: RunResult }> {
  const definition = await definitionOf(job);
  const demand = reportDemand(definition, job.command.parameters, job.pipeline);
  const must = { demand, optional: optionalOf([definition]) };
  const request = { inputs: job.paths, pipeline: job.pipeline, options: job.options, ...must, ...readingOf(job) };
  const result = await replayIn(engine, request, voice, effects);
  return { report: await definition.run(contextOf(definition, job.command.parameters, job, result)), result };
}

/** What reports read beside that where it is there. */
export function optionalOf(definitions: readonly ReportDefinition[]): readonly DemandGroup[] {
  return definitions.flatMap(({ optional = [] }) =>
    optional.map(({ relations, whole }) => ({
      demand: relations.map((one) => ({ ...one, form: 'final' as const })),
      ...(whole !== undefined && { whole }),
    })),
  );
}

/** What a report is given of a finished replay. */
export function contextOf(
  definition: ReportDefinition,
  parameters: Readonly<Record<string, string>>,
  job: Job,
  result: RunResult,
): ReportContext {
  const { engine, counts, inputs, notes, firstEvent, lastEvent } = result;
  return {
    engine,
    final(name) {
      const found = result.relations.get(name);
      const relation = found?.kind === 'stream' ? found.changes : found?.final;
      if (relation === undefined) throw new Error(`${definition.id} reads ${name}, which it does not require`);
      return relation;
    },
    columns: (name) => result.relations.get(name)?.columns ?? [],
    coarseRowtime: (name) => result.relations.get(name)?.coarseRowtime,
    parameters,
    replay: job.options,
    counts,
    inputs,
    notes: job.bundled ? [BUNDLED_NOTE, ...notes] : notes,
    firstEvent,
    lastEvent,
  };
}

/** A report in one form: the main file first. */
export async function render(
  report: Report,
  target: Job['targets'][number],
  manifestName: string | undefined,
): Promise<readonly Rendered[]> {
  const form = outputForms.find((f) => f.name === target.form);
  if (form === undefined) throw new Error(`there is no output form ${target.form}`);
  const name = manifestName === undefined ? {} : { manifestName };
  const files = await form.write(report, { ...target.layout, ...name });
  // A pipe holds one document: the first, which is the main one.
  const wanted = target.path === '-' ? files.slice(0, 1) : files;
  return wanted.map((file) => ({
    path: target.path === '-' ? '-' : pathOf(target.path, file),
    form: target.form,
    layout: target.layout,
    content: file.bytes,
    bytes: file.bytes.length,
    sha256: sha256(file.bytes),
  }));
}
