import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { DiagnosticError } from '../diagnostics/diagnostic.js';
import type { Engine } from '../engine/engine.js';
import { type RelationFormat, writeRelation } from '../output/relation.js';
import type { RunResult } from '../replay/run.js';
import type { Effects } from './effects.js';
import { ALL_RELATIONS, type JobTarget, type Produced, type Rendered, type ReplayJob, readingOf } from './jobs.js';
import { replayQuery } from './replay-query.js';
import { replayIn } from './session.js';
import type { Voice } from './style.js';
import { exitOfWrite } from './targets.js';

const CHUNK = 1 << 20;

/** Replays one relation and writes it where the job says, while it comes: it may be larger than memory. */
export async function produceReplay(
  engine: Engine,
  job: ReplayJob,
  force: boolean,
  voice: Voice,
  effects: Effects,
): Promise<Produced> {
  const target = job.targets[0]!;
  if (target.form === 'duckdb') return await toDatabase(engine, job, target, voice, effects);
  const result = await replayOne(engine, job, voice, effects);
  const file =
    target.path === '-'
      ? await toStdout(engine, job, result, target, effects)
      : await toFile(engine, job, result, target, target.path, force);
  return { files: [file], result, rows: null };
}

/** The same for a verification: into a temporary file, for its digest alone. */
export async function reproduceReplay(
  engine: Engine,
  job: ReplayJob,
  voice: Voice,
  effects: Effects,
): Promise<Produced> {
  const target = job.targets[0]!;
  if (target.form === 'duckdb') return await toDatabase(engine, job, target, voice, effects);
  const result = await replayOne(engine, job, voice, effects);
  const file = await toFile(engine, job, result, job.targets[0]!, join(engine.tempDirectory, 'verify'), true);
  return { files: [file], result, rows: null };
}

async function toDatabase(
  engine: Engine,
  job: ReplayJob,
  target: JobTarget,
  voice: Voice,
  effects: Effects,
): Promise<Produced> {
  const { databaseRelations, renderDatabase, replayEverything } = await import('./database-job.js');
  const { relation, changes } = job.command;
  const { result, absent } =
    relation === ALL_RELATIONS
      ? await replayEverything(engine, job, { demand: [] }, changes, voice, effects)
      : { result: await replayOne(engine, job, voice, effects), absent: [] };
  const relations = databaseRelations(result, changes, relation);
  return { files: [await renderDatabase(engine, job, target, { relations, absent }, effects)], result, rows: null };
}

async function replayOne(engine: Engine, job: ReplayJob, voice: Voice, effects: Effects): Promise<RunResult> {
  const { relation, changes } = job.command;
  const form = changes ? ('changes' as const) : ('final' as const);
  const request = {
    inputs: job.paths,
    pipeline: job.pipeline,
    options: job.options,
    demand: [{ relation, form }],
    ...readingOf(job),
  };
  return await replayIn(engine, request, voice, effects);
}

async function toFile(
  engine: Engine,
  job: ReplayJob,
  result: RunResult,
  target: JobTarget,
  path: string,
  force: boolean,
): Promise<Rendered> {
  const problems = await writeRelation(engine, queryOf(job, result), formatOf(target), path, { force });
  if (problems.length > 0) throw new DiagnosticError(problems, exitOfWrite(problems.map((p) => p.code)));
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK })) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { ...target, bytes, sha256: hash.digest('hex') };
}

async function toStdout(
  engine: Engine,
  job: ReplayJob,
  result: RunResult,
  target: JobTarget,
  effects: Effects,
): Promise<Rendered> {
  const hash = createHash('sha256');
  let bytes = 0;
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      effects.stdout.write(chunk).then(() => done(), done);
    },
  });
  await writeRelation(engine, queryOf(job, result), formatOf(target), stream);
  return { ...target, bytes, sha256: hash.digest('hex') };
}

function queryOf(job: ReplayJob, result: RunResult): ReturnType<typeof replayQuery> {
  const relation = result.relations.get(job.command.relation);
  if (relation === undefined) throw new Error(`the replay did not make ${job.command.relation}`);
  return replayQuery(relation, job.command.changes);
}

function formatOf(target: JobTarget): RelationFormat {
  return target.form === 'json' || target.form === 'ndjson' ? target.form : 'csv';
}
