import { basename } from 'node:path';
import type { Engine } from '../engine/engine.js';
import { neededTopics } from '../replay/index.js';
import type { RunResult } from '../replay/run.js';
import { bookOf, type LeftOut } from '../reports/book.js';
import { demandOf, type ReportDefinition } from '../reports/definition.js';
import { REPORTS } from '../reports/index.js';
import type { Report } from '../reports/report.js';
import type { Effects } from './effects.js';
import type { Produced, Rendered, ReportJob } from './jobs.js';
import { missingTopics } from './missing-topics.js';
import { contextOf, optionalOf, render } from './report-job.js';
import { replayIn } from './session.js';
import type { Voice } from './style.js';

/** The parameters that a report of the book takes of those that were typed. */
function ownParameters(definition: ReportDefinition, { command }: ReportJob): Readonly<Record<string, string>> {
  const known = new Set(definition.parameters.map(({ name }) => name));
  return Object.fromEntries(Object.entries(command.parameters).filter(([name]) => known.has(name)));
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

/** Replays what all reports read; where the export lacks a table, without the reports that need it. */
async function replayAll(engine: Engine, job: ReportJob, voice: Voice, effects: Effects): Promise<Replayed> {
  const request = {
    inputs: job.paths,
    pipeline: job.pipeline,
    options: job.options,
    ...(job.locate !== undefined && { locate: job.locate }),
    ...(job.maxBad !== undefined && { maxBad: job.maxBad }),
  };
  const asked = REPORTS.filter(({ id }) => id !== 'site-change' || job.command.parameters['change-at'] !== undefined);
  const unasked = REPORTS.filter((one) => !asked.includes(one)).map(({ id }) => ({
    id,
    why: 'it needs the day of the change (--change-at YYYY-MM-DD).',
  }));
  try {
    const result = await replayIn(
      engine,
      { ...request, demand: demandFor(asked, job), optional: optionalOf(asked) },
      voice,
      effects,
    );
    return { result, definitions: asked, left: unasked };
  } catch (error) {
    const missing = missingTopics(error);
    if (missing === null) throw error;
    const lacks = (one: ReportDefinition): readonly string[] =>
      neededTopics({ pipeline: job.pipeline, demand: demandFor([one], job) }).filter((topic) => missing.has(topic));
    const definitions = asked.filter((one) => lacks(one).length === 0);
    if (definitions.length === 0) throw error;
    const left = asked.flatMap((one) => {
      const topics = lacks(one);
      return topics.length === 0 ? [] : [{ id: one.id, why: `the input has no ${topics.join(', no ')}.` }];
    });
    const result = await replayIn(
      engine,
      { ...request, demand: demandFor(definitions, job), optional: optionalOf(definitions) },
      voice,
      effects,
    );
    return { result, definitions, left: [...unasked, ...left] };
  }
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
