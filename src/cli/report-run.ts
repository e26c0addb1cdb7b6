import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { DiagnosticError, EXIT, type ExitCode } from '../diagnostics/diagnostic.js';
import { BOOK } from '../reports/book.js';
import { findReport, REPORTS } from '../reports/index.js';
import type { Arguments } from './arguments.js';
import { bookDefinition, bookParameters, bookTargets } from './book.js';
import { readCache } from './cache-folder.js';
import { dryRun } from './dry-run.js';
import type { Effects } from './effects.js';
import { finish } from './finish.js';
import { FORMS } from './forms.js';
import { type ReportJob, wantsDatabase } from './jobs.js';
import { shownOptions } from './option.js';
import { readPrivacy } from './privacy-options.js';
import { readReading, readReplayOptions } from './replay-options.js';
import { REPORT } from './report.js';
import { reportDemand } from './report-demand.js';
import { declaredReport, definitionOf, isReportFile, readReportFile } from './report-file.js';
import { produceReport } from './report-job.js';
import { optionsOf, readReportParameters } from './report-parameters.js';
import { manifestPath } from './results.js';
import { readerOf, readInputs, readLimits, readPipeline, readVoice, sayConfig } from './settings.js';
import { showConfig } from './show-config.js';
import { checkTargets, readTargets } from './targets.js';
import { usage } from './usage.js';

/** Runs `pharmabi report`. */
export async function runReport(args: Arguments, effects: Effects): Promise<ExitCode> {
  const [id, ...named] = args.positionals;
  if (id === undefined) throw new DiagnosticError([missingReport()], EXIT.usage);
  const file = isReportFile(id) ? readReportFile(id, effects.cwd) : undefined;
  const definition = id === BOOK ? bookDefinition() : file === undefined ? findReport(id) : declaredReport(file);
  const read = await readerOf(args, effects, REPORT.options);
  const voice = readVoice(read, effects);
  const limits = { ...readLimits(read), ...readCache(read, effects) };
  const shaping = readReplayOptions(read);
  const own = id === BOOK ? bookParameters(read) : {};
  const parameters = { ...readReportParameters(definition, args, read), ...own };
  const reading = readReading(read);
  const timeLimit = read.number('time-limit', 0, 86_400);
  const targets = id === BOOK ? bookTargets(read) : readTargets(read, FORMS, effects);
  if (parameters['small-numbers'] === 'external' && wantsDatabase({ targets })) {
    read.refuse(
      usage(
        'conflicting-options',
        'A DuckDB file holds the rows of single patients, which --small-numbers external keeps from outsiders.',
        'Write --out FILE.parquet, or another form of the report alone.',
      ),
    );
  }
  read.done();
  if (read.flag('show-config')) {
    await showConfig(
      read,
      shownOptions(REPORT.options),
      { id, parameters: optionsOf(definition), typed: args.given },
      effects,
    );
    return EXIT.ok;
  }
  const options = { ...shaping, ...readPrivacy(read, effects) };
  const inputs = readInputs(named, effects);
  const manifest = manifestPath(
    read.text('manifest'),
    targets.map((t) => t.path),
  );
  const dry = read.flag('dry-run');
  if (id === BOOK && !dry) for (const { path } of targets) mkdirSync(dirname(path), { recursive: true });
  if (id !== BOOK || !dry)
    checkTargets([...targets.map((t) => t.path), ...read.texts('manifest'), ...read.texts('quarantine')]);
  const job: ReportJob = {
    command: { kind: 'report', id: definition.id, parameters, ...(file !== undefined && { file }) },
    pipeline: readPipeline(read, effects),
    ...inputs,
    options,
    ...reading,
    ...(timeLimit !== undefined && { timeLimit }),
    targets,
    ...(manifest !== null && { manifestName: basename(manifest) }),
  };
  const settings = {
    limits,
    voice,
    manifest,
    force: read.flag('force'),
    strict: read.flag('strict'),
    quarantine: read.text('quarantine') ?? null,
  };
  if (dry) return await dryRun(job, await demandIn(job), settings, effects);
  await sayConfig(read, voice, effects);
  return await finish(job, (engine) => produceReport(engine, job, voice, effects), settings, effects);
}

async function demandIn(job: ReportJob): Promise<ReturnType<typeof reportDemand>> {
  if (job.command.id === BOOK) return (await import('./book-job.js')).bookDemand(job);
  return reportDemand(await definitionOf(job), job.command.parameters, job.pipeline);
}

function missingReport(): ReturnType<typeof usage> & { readonly next: string } {
  const help = `Reports: ${REPORTS.map((r) => r.id).join(', ')}; all of them: all.`;
  return { ...usage('missing-argument', 'Which report? Its ID is missing.', help), next: 'pharmabi reports' };
}
