import { basename } from 'node:path';
import { DiagnosticError, EXIT, type ExitCode } from '../diagnostics/diagnostic.js';
import { suggest } from '../diagnostics/suggest.js';
import { problem } from '../output/target.js';
import type { Demand } from '../plan/plan.js';
import { checkPipeline } from '../replay/check.js';
import type { PipelineText } from '../replay/compile.js';
import type { Arguments } from './arguments.js';
import { readCache } from './cache-folder.js';
import { dryRun } from './dry-run.js';
import type { Effects } from './effects.js';
import { withText } from './failures.js';
import { finish } from './finish.js';
import { isInput } from './input-word.js';
import { ALL_RELATIONS, type ReplayJob, wantsDatabase } from './jobs.js';
import { shownOptions } from './option.js';
import { readPrivacy } from './privacy-options.js';
import { REPLAY_COMMAND } from './replay.js';
import { produceReplay } from './replay-job.js';
import { readReading, readReplayOptions } from './replay-options.js';
import { manifestPath } from './results.js';
import { readerOf, readInputs, readLimits, readPipeline, readVoice, sayConfig } from './settings.js';
import { showConfig } from './show-config.js';
import { checkTargets, type Forms, readTargets } from './targets.js';
import { usage } from './usage.js';

const DEFAULT_RELATION = 'ORDERS_ENRICHED';

const ENDINGS: Readonly<Record<string, string>> = {
  csv: 'csv',
  duckdb: 'duckdb',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
};

const FORMS: Forms = {
  names: ['csv', 'duckdb', 'ndjson', 'json'],
  fallback: 'csv',
  ofPath(path) {
    const ending = /\.([^./\\]+)$/.exec(path)?.[1] ?? '';
    const help = `Endings that say one: ${Object.keys(ENDINGS)
      .map((e) => `.${e}`)
      .join(', ')}; or add --format.`;
    return (
      ENDINGS[ending.toLowerCase()] ??
      problem('unknown-output-form', `The ending of ${path} says no form of rows.`, { help })
    );
  },
};

/** Runs `pharmabi replay`. */
export async function runReplay(args: Arguments, effects: Effects): Promise<ExitCode> {
  const read = await readerOf(args, effects, REPLAY_COMMAND.options);
  const voice = readVoice(read, effects);
  const limits = { ...readLimits(read), ...readCache(read, effects) };
  const shaping = readReplayOptions(read);
  const reading = readReading(read);
  const targets = readTargets(read, FORMS, effects);
  read.done();
  if (read.flag('show-config')) {
    await showConfig(read, shownOptions(REPLAY_COMMAND.options), null, effects);
    return EXIT.ok;
  }
  const pipeline = readPipeline(read, effects);
  const relations = relationsOf(pipeline);
  const { relation: chosen, named } = takeRelation(args.positionals, relations, effects);
  // A database file holds everything, where nothing is named.
  const relation = chosen ?? (wantsDatabase({ targets }) ? ALL_RELATIONS : defaultRelation(relations));
  const options = { ...shaping, ...readPrivacy(read, effects) };
  const inputs = readInputs(named, effects);
  const manifest = manifestPath(
    read.text('manifest'),
    targets.map((t) => t.path),
  );
  checkTargets([...targets.map((t) => t.path), ...read.texts('manifest'), ...read.texts('quarantine')]);
  const job: ReplayJob = {
    command: { kind: 'replay', relation, changes: read.flag('changes') },
    pipeline,
    ...inputs,
    options,
    ...reading,
    targets,
    ...(manifest !== null && { manifestName: basename(manifest) }),
  };
  const force = read.flag('force');
  const settings = {
    limits,
    voice,
    manifest,
    force,
    strict: read.flag('strict'),
    quarantine: read.text('quarantine') ?? null,
  };
  const { changes } = job.command;
  if (read.flag('dry-run')) return await dryRun(job, demandOf(relation, relations, changes), settings, effects);
  await sayConfig(read, voice, effects);
  return await finish(job, (engine) => produceReplay(engine, job, force, voice, effects), settings, effects);
}

function demandOf(relation: string, relations: readonly string[], changes: boolean): readonly Demand[] {
  const form = changes ? ('changes' as const) : ('final' as const);
  return (relation === ALL_RELATIONS ? relations : [relation]).map((name) => ({ relation: name, form }));
}

/** The relations that a pipeline declares. Throws its mistakes (exit 4). */
function relationsOf(pipeline: PipelineText): readonly string[] {
  const { diagnostics, relations } = checkPipeline(pipeline);
  if (diagnostics.some((d) => d.severity === 'error'))
    throw withText(new DiagnosticError(diagnostics, EXIT.pipeline), pipeline);
  return relations.map((r) => r.name);
}

/** The first argument is a relation where the pipeline declares one of that name, and an input otherwise (then null). */
function takeRelation(
  words: readonly string[],
  relations: readonly string[],
  effects: Effects,
): { readonly relation: string | null; readonly named: readonly string[] } {
  const [first, ...rest] = words;
  if (first === undefined) return { relation: null, named: [] };
  const found = relations.find((r) => r === first) ?? relations.find((r) => r.toUpperCase() === first.toUpperCase());
  if (found !== undefined) return { relation: found, named: rest };
  if (isInput(first, effects.cwd)) return { relation: null, named: words };
  throw new DiagnosticError([unknownRelation(first, relations)], EXIT.usage);
}

function defaultRelation(relations: readonly string[]): string {
  if (relations.includes(DEFAULT_RELATION)) return DEFAULT_RELATION;
  const message = `Which relation? This pipeline has no ${DEFAULT_RELATION}, which is the default.`;
  throw new DiagnosticError([usage('missing-argument', message, `It declares ${relations.join(', ')}.`)], EXIT.usage);
}

function unknownRelation(word: string, relations: readonly string[]): ReturnType<typeof usage> {
  const near = suggest(word, relations);
  const help = near === undefined ? `Relations: ${relations.join(', ')}.` : `Did you mean ${near}?`;
  return {
    ...usage('unknown-relation', `"${word}" is neither a stream or table of the pipeline nor a file.`, help),
    next: 'pharmabi check',
  };
}
