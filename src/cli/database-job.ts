import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import type { Engine } from '../engine/engine.js';
import { temporaryFor } from '../output/atomic.js';
import {
  type AbsentRelation,
  addReport,
  type DatabaseContent,
  type DatabaseRelation,
  databaseContent,
  writeDatabase,
} from '../output/database.js';
import { failure, inspectTarget } from '../output/target.js';
import { checkPipeline } from '../replay/check.js';
import type { RunRequest, RunResult } from '../replay/run.js';
import type { Report } from '../reports/report.js';
import type { Effects } from './effects.js';
import { ALL_RELATIONS, type Job, type JobTarget, type Rendered, readingOf } from './jobs.js';
import { withoutLacking } from './lacking.js';
import { replayQuery } from './replay-query.js';
import { replayIn } from './session.js';
import type { Voice } from './style.js';
import { exitOfWrite } from './targets.js';

type Demand = RunRequest['demand'];

function everything({ pipeline }: Job, changes: boolean): Demand {
  const { relations } = checkPipeline(pipeline);
  return relations.map(({ name, kind }) => ({
    relation: name,
    form: kind === 'stream' || changes ? ('changes' as const) : ('final' as const),
  }));
}

/** A replay of all relations, and those that the input does not allow. */
export interface FullReplay {
  readonly result: RunResult;
  readonly absent: readonly AbsentRelation[];
}

/**
 * Replays every stream and table that the pipeline declares. Where the input lacks topics or columns, without the relations that need them;
 * what is in `must` (a report's own) is asked for all the same, and its error is thrown.
 */
export async function replayEverything(
  engine: Engine,
  job: Job,
  must: Pick<RunRequest, 'demand' | 'optional'>,
  changes: boolean,
  voice: Voice,
  effects: Effects,
): Promise<FullReplay> {
  const parts = everything(job, changes).map((one) => ({ name: one.relation, demand: [one] }));
  const { result, left } = await withoutLacking(parts, job.pipeline, (possible) => {
    const request = { inputs: job.paths, pipeline: job.pipeline, options: job.options, ...readingOf(job) };
    const demand = [...possible.flatMap((one) => one.demand), ...must.demand];
    return replayIn(engine, { ...request, ...must, demand }, voice, effects);
  });
  return { result, absent: left };
}

/** The relations of a replay (or the one of that name) as they go into a database file: in the form that was asked for, by name. */
export function databaseRelations(
  result: RunResult,
  changes: boolean,
  only = ALL_RELATIONS,
): readonly DatabaseRelation[] {
  return [...result.relations.values()]
    .filter(({ name }) => only === ALL_RELATIONS || name === only)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((relation) => {
      const log = relation.kind === 'stream' || changes;
      return { name: relation.name, kind: relation.kind, changes: log, ...replayQuery(relation, log) };
    });
}

/** What goes into a database file. */
export interface DatabaseParts {
  readonly relations: readonly DatabaseRelation[];
  readonly absent: readonly AbsentRelation[];
  readonly report?: Report;
}

/**
 * Makes the file of a database target beside where it shall stand (a verification: in the engine's folder), with the digest of
 * its content. Where the target holds the same already, nothing is left to do. Throws what the disk refuses.
 */
export async function renderDatabase(
  engine: Engine,
  job: Job,
  target: JobTarget,
  parts: DatabaseParts,
  effects: Effects,
): Promise<Rendered> {
  const path = resolve(effects.cwd, target.path);
  const temporary = job.again === true ? join(engine.tempDirectory, 'again.duckdb') : temporaryBeside(target.path);
  try {
    // DuckDB reports trouble with a file without a code; making it here first gives the system's own words.
    closeSync(openSync(temporary, 'wx'));
    rmSync(temporary);
    await writeDatabase(engine, temporary, parts.relations, parts.absent);
    if (parts.report !== undefined) await addReport(temporary, parts.report, job.manifestName);
  } catch (error) {
    const full = /No space left/i.test(String(error)) ? { code: 'ENOSPC' } : error;
    throw new DiagnosticError([failure(target.path, full)], EXIT.engine);
  }
  const content = await databaseContent(temporary);
  const there = job.again !== true && existsSync(path) ? await contentOrNull(path) : null;
  return { ...target, temporary, ...content, unchanged: there?.sha256 === content.sha256 };
}

function temporaryBeside(path: string): string {
  const target = inspectTarget(path);
  if ('code' in target) throw new DiagnosticError([target], exitOfWrite([target.code]));
  return temporaryFor(target);
}

/** The content of a file that may be no database at all. */
export async function contentOrNull(path: string): Promise<DatabaseContent | null> {
  try {
    return await databaseContent(path);
  } catch {
    return null;
  }
}
