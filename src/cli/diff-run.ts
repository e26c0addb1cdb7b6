import { DiagnosticError, EXIT, type ExitCode } from '../diagnostics/diagnostic.js';
import type { Engine } from '../engine/engine.js';
import { writeAtomically } from '../output/atomic.js';
import { diffReports, diffRuns } from '../provenance/diff.js';
import type { Manifest } from '../provenance/manifest.js';
import { BOOK } from '../reports/book.js';
import { findReport } from '../reports/index.js';
import type { Report } from '../reports/report.js';
import type { Arguments } from './arguments.js';
import { DIFF } from './diff.js';
import { type DifferingEvents, differingEvents } from './diff-events.js';
import { diffReport } from './diff-report.js';
import type { Effects } from './effects.js';
import { FORMS } from './forms.js';
import type { Job, ReportJob } from './jobs.js';
import { readPrivacy } from './privacy-options.js';
import { readReplayOptions } from './replay-options.js';
import { makeReport, render } from './report-job.js';
import { manifestOf } from './results.js';
import { withEngine } from './session.js';
import { readerOf, readInputs, readLimits, readPipeline, readVoice, sayBundled } from './settings.js';
import type { Voice } from './style.js';
import { exitOfWrite, readTargets } from './targets.js';
import { parseTime } from './times.js';
import { usage } from './usage.js';
import type { Reader } from './values.js';
import { jobOfManifest } from './verify-run.js';

const LISTED = 200;

/** One of the two runs, replayed. */
interface Side {
  readonly report: Report;
  readonly manifest: Manifest;
}

/** Runs `pharmabi diff`. */
export async function runDiff(args: Arguments, effects: Effects): Promise<ExitCode> {
  const read = await readerOf(args, effects, DIFF.options);
  const voice = readVoice(read, effects);
  const limits = readLimits(read);
  const targets = readTargets(read, FORMS, effects);
  const listed = read.integer('events', 0, 1_000_000) ?? LISTED;
  const [before, after] = jobsOf(args, read, effects);
  read.done();
  await sayBundled(before.bundled, voice, effects);
  const { sides, events } = await withEngine(limits, voice, effects, async (engine) => {
    const paths = [engine.spool('before.parquet'), engine.spool('after.parquet')] as const;
    const sides: Side[] = [];
    for (const [at, job] of [before, after].entries())
      sides.push(
        await withEngine(
          limits,
          voice,
          effects,
          async (own) => await replayed(own, { ...job, journal: paths[at]! }, voice, effects),
        ),
      );
    return { sides, events: await differingEvents(engine, paths[0], paths[1], listed) };
  });
  const [a, b] = sides as unknown as readonly [Side, Side];
  const cells = diffReports(a.report, b.report);
  const report = diffReport(a.report, cells, events as DifferingEvents, diffRuns(a.manifest, b.manifest));
  for (const target of targets) {
    const [main, ...more] = await render(report, target, undefined);
    if (target.path === '-') await effects.stdout.write(main!.content!);
    else {
      const files = [main!, ...more].map((file) => ({ path: file.path, bytes: file.content! }));
      const problems = await writeAtomically(files, { force: read.flag('force') });
      if (problems.length > 0) throw new DiagnosticError(problems, exitOfWrite(problems.map((p) => p.code)));
    }
  }
  return cells.length === 0 ? EXIT.ok : EXIT.difference;
}

async function replayed(engine: Engine, job: ReportJob, voice: Voice, effects: Effects): Promise<Side> {
  const { report, result } = await makeReport(engine, job, voice, effects);
  return {
    report,
    manifest: await manifestOf(job, { files: [], result, rows: null }, 'diff.manifest.json', effects.cwd),
  };
}

/** The two runs that are compared: two manifests, or one run at two points. Throws what is missing or cannot be compared (exit 2). */
function jobsOf(args: Arguments, read: Reader, effects: Effects): readonly [ReportJob, ReportJob] {
  const [first, second, ...more] = args.positionals;
  if (first === undefined)
    throw refusal(
      'missing-argument',
      'Which manifest? Its name is missing.',
      'pharmabi diff A.manifest.json B.manifest.json',
    );
  const isManifest = /\.json$/i.test(first);
  const points = { until: pointsOf(args, read, 'until'), knownAt: pointsOf(args, read, 'known-at') };
  const asked = args.given.has('until') || args.given.has('known-at');
  if (isManifest && second !== undefined) {
    if (more.length > 0 || asked)
      throw refusal(
        'too-many-arguments',
        'Two manifests are compared as they are.',
        'Give one manifest and two points, or two manifests.',
      );
    return [reportJob(jobOfManifest(first, read, effects)), reportJob(jobOfManifest(second, read, effects))];
  }
  if (!asked)
    throw refusal(
      'missing-argument',
      'One run is compared at two points, and none was given.',
      'Give --until TIME or --known-at TIME, once or twice, or a second manifest.',
    );
  const job = isManifest ? reportJob(jobOfManifest(first, read, effects)) : newJob(first, args, read, effects);
  return [at(job, points, 0), at(job, points, 1)];
}

function at(job: ReportJob, points: { until: readonly number[]; knownAt: readonly number[] }, which: 0 | 1): ReportJob {
  const pick = (given: readonly number[]): number | undefined =>
    given.length > 1 ? given[which] : which === 1 ? given[0] : undefined;
  const [until, knownAt] = [pick(points.until), pick(points.knownAt)];
  return {
    ...job,
    options: { ...job.options, ...(until !== undefined && { until }), ...(knownAt !== undefined && { knownAt }) },
  };
}

function pointsOf(args: Arguments, read: Reader, name: string): readonly number[] {
  const texts = args.given.get(name) ?? [];
  if (texts.length > 2)
    read.refuse(usage('repeated-option', `--${name} was given ${texts.length} times.`, 'Give it once or twice.'));
  return texts.flatMap((text) => {
    const parsed = parseTime(text, read.zone('time-zone', 'UTC'));
    if (parsed.kind === 'instant') return [parsed.epochMs];
    read.refuse(usage('bad-value', `--${name} cannot be "${text}": it ${parsed.why}.`));
    return [];
  });
}

function newJob(id: string, args: Arguments, read: Reader, effects: Effects): ReportJob {
  const { parameters } = findReport(id);
  const values = parameters.flatMap((p) => (p.default === undefined ? [] : [[p.name, p.default] as const]));
  // What is typed are the points; the environment and the configuration may still say where both runs end.
  const time: Reader['time'] = (name, zone) => (args.given.has(name) ? undefined : read.time(name, zone));
  const shaping = readReplayOptions({ ...read, time });
  return {
    command: { kind: 'report', id, parameters: Object.fromEntries(values) },
    pipeline: readPipeline(read, effects),
    ...readInputs(args.positionals.slice(1), effects),
    options: { ...shaping, ...readPrivacy(read, effects) },
    targets: [],
  };
}

function reportJob(job: Job): ReportJob {
  const { command } = job;
  if (command.kind === 'report' && command.id !== BOOK) return { ...job, command };
  throw refusal(
    'bad-value',
    'Only single reports can be compared, not the book or a replay.',
    'Compare the reports one by one.',
  );
}

function refusal(code: string, message: string, help: string): DiagnosticError {
  return new DiagnosticError([{ ...usage(code, message, help), next: 'pharmabi diff --help' }], EXIT.usage);
}
