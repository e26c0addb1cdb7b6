import { basename } from 'node:path';
import type { Engine } from '../engine/engine.js';
import { checkPipeline } from '../replay/check.js';
import type { RunResult } from '../replay/run.js';
import { bookOf, type LeftOut } from '../reports/book.js';
import { demandOf, type ReportDefinition } from '../reports/definition.js';
import { lacksOf, lackText } from '../reports/fit.js';
import { REPORTS } from '../reports/index.js';
import type { Report } from '../reports/report.js';
import type { Effects } from './effects.js';
import type { Produced, Rendered, ReportJob } from './jobs.js';
import { withoutLacking } from './lacking.js';
import { contextOf, optionalOf, render } from './report-job.js';
import { replayIn } from './session.js';
import type { Voice } from './style.js';

/** The parameters that a report of the book takes of those that were typed, and its own (`sales-trend.by`) of the configuration. */
function ownParameters(definition: ReportDefinition, { command }: ReportJob): Readonly<Record<string, string>> {
  const known = new Set(definition.parameters.map(({ name }) => name));
  const all = Object.entries(command.parameters);
  const own = all.map(([name, text]) => [name.replace(`${definition.id}.`, ''), text, name] as const);
  return Object.fromEntries([
    ...all.filter(([name]) => known.has(name)),
    ...own.filter(([name, , whole]) => name !== whole && known.has(name)).map(([name, text]) => [name, text]),
  ]);
}

function demandFor(definitions: readonly ReportDefinition[], job: ReportJob) {
  const columns = new Map<string, Set<string>>();
  for (const { relation, columns: names } of definitions.flatMap((one) => demandOf(one, ownParameters(one, job))))
    columns.set(relation, new Set([...(columns.get(relation) ?? []), ...names]));
  return [...columns].map(([relation, names]) => ({ relation, columns: [...names], form: 'final' as const }));
}

interface Replayed {
  readonly result: RunResult;
  readonly definitions: readonly ReportDefinition[];
  readonly left: readonly LeftOut[];
}

/** The reports that can be asked for: those that have what they must be told, and what they read of the pipeline. */
function askable(
  job: ReportJob,
): Omit<Replayed, 'result' | 'definitions'> & { readonly asked: readonly ReportDefinition[] } {
  const { relations } = checkPipeline(job.pipeline);
  const left = REPORTS.flatMap((one): LeftOut[] => {
    const own = ownParameters(one, job);
    if (one.id === 'site-change' && own['change-at'] === undefined)
      return [{ id: one.id, why: 'it needs the day of the change (--change-at YYYY-MM-DD).' }];
    const [first] = lacksOf(one, relations, own);
    return first === undefined ? [] : [{ id: one.id, why: `${job.pipeline.file} gives ${lackText(first)}.` }];
  });
  return { asked: REPORTS.filter(({ id }) => left.every((one) => one.id !== id)), left };
}

/** All that a book would read, of the reports that can be asked for. */
export function bookDemand(job: ReportJob): ReturnType<typeof demandFor> {
  return demandFor(askable(job).asked, job);
}

/** Replays what all reports read; where the export lacks a table, without the reports that need it. */
async function replayAll(engine: Engine, job: ReportJob, voice: Voice, effects: Effects): Promise<Replayed> {
  const request = {
    inputs: job.paths,
    pipeline: job.pipeline,
    options: job.options,
    ...(job.locate !== undefined && { locate: job.locate }),
    ...(job.maxBad !== undefined && { maxBad: job.maxBad }),
  };
  const { asked, left: unasked } = askable(job);
  const parts = asked.map((definition) => ({ name: definition.id, definition, demand: demandFor([definition], job) }));
  const {
    result,
    parts: made,
    left,
  } = await withoutLacking(parts, job.pipeline, (possible) => {
    const definitions = possible.map(({ definition }) => definition);
    const demand = demandFor(definitions, job);
    return replayIn(engine, { ...request, demand, optional: optionalOf(definitions) }, voice, effects);
  });
  const lacking = left.map(({ name, why }) => ({ id: name, why: `${why}.` }));
  return { result, definitions: made.map(({ definition }) => definition), left: [...unasked, ...lacking] };
}

/** Makes the whole book: CSV targets are one report each, named after it; every other target is the book. */
export async function produceBook(engine: Engine, job: ReportJob, voice: Voice, effects: Effects): Promise<Produced> {
  const { result, definitions, left } = await replayAll(engine, job, voice, effects);
  const reports: Report[] = [];
  for (const one of definitions) reports.push(await one.run(contextOf(one, ownParameters(one, job), job, result)));
  const book = bookOf(reports, left);
  const files: Rendered[] = [];
  for (const target of job.targets) {
    const report = target.form === 'csv' ? reports.find(({ id }) => `${id}.csv` === basename(target.path)) : book;
    if (report !== undefined) files.push(...(await render(report, target, job.manifestName)));
  }
  return { files, result, rows: book.tables.reduce((sum, table) => sum + table.rows.length, 0) };
}
