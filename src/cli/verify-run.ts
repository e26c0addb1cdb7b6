import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { DiagnosticError, EXIT, type ExitCode } from '../diagnostics/diagnostic.js';
import { jsonText } from '../diagnostics/visible.js';
import type { Engine } from '../engine/engine.js';
import { keyFingerprint } from '../privacy/hash-key.js';
import { type Comparison, compareManifests } from '../provenance/compare.js';
import { sha256 } from '../provenance/digest.js';
import { type Manifest, mappingOf, replayOptionsOf } from '../provenance/manifest.js';
import { parseManifest } from '../provenance/parse.js';
import type { Arguments } from './arguments.js';
import type { Effects } from './effects.js';
import { type Job, type JobTarget, PLAIN, type Produced } from './jobs.js';
import { BUNDLED_INPUT } from './package.js';
import { readHashKey } from './privacy-options.js';
import { manifestOf } from './results.js';
import { withEngine } from './session.js';
import { readerOf, readLimits, readVoice } from './settings.js';
import type { Voice } from './style.js';
import { usage } from './usage.js';
import type { Reader } from './values.js';

/** Runs `pharmabi verify`. */
export async function runVerify(args: Arguments, effects: Effects): Promise<ExitCode> {
  const read = await readerOf(args, effects);
  const voice = readVoice(read, effects);
  const limits = readLimits(read);
  const [path, ...more] = args.positionals;
  if (path === undefined)
    read.refuse(
      usage(
        'missing-argument',
        'Which manifest? Its name is missing.',
        'It stands beside the first --out FILE, as FILE.manifest.json.',
      ),
    );
  if (more.length > 0)
    read.refuse(usage('too-many-arguments', 'pharmabi verify takes one MANIFEST.', 'Verify them one by one.'));
  read.done();
  const file = path!;
  const recorded = parseManifest(readText(file, effects), file);
  const job = withKey(jobOf(recorded, file, effects), recorded, read.text('hash-key'), file, effects);
  const replayed = await withEngine(limits, voice, effects, async (engine) =>
    manifestOf(job, await produceAgain(engine, job, voice, effects), file, effects.cwd),
  );
  const comparison = compareManifests(recorded, replayed, await digestsOnDisk(recorded, file, effects));
  await sayComparison(file, recorded, comparison, args.flags.has('json'), voice.quiet, effects);
  return comparison.equal ? EXIT.ok : EXIT.difference;
}

/** The job that a manifest describes, with the key of its hashes. Throws what is wrong with it (exit 2 or 3). */
export function jobOfManifest(file: string, read: Reader, effects: Effects): Job {
  const recorded = parseManifest(readText(file, effects), file);
  return withKey(jobOf(recorded, file, effects), recorded, read.text('hash-key'), file, effects);
}

/** A run over hashes needs the same key again. */
function withKey(job: Job, recorded: Manifest, keyFile: string | undefined, file: string, effects: Effects): Job {
  const wanted = recorded.options.policy?.key ?? null;
  if (wanted === null) return job;
  const hashKey = readHashKey(keyFile, effects);
  if (hashKey !== undefined && keyFingerprint(hashKey) === wanted)
    return { ...job, options: { ...job.options, hashKey } };
  const message =
    hashKey === undefined
      ? `${file} describes a run with keyed hashes, and no key was given.`
      : `The key is another one than that of ${file}.`;
  throw new DiagnosticError(
    [
      {
        ...usage('hash-key-missing', message, 'Give the key of that run: --hash-key FILE'),
        expected: `a key with the fingerprint ${wanted}`,
        found: hashKey === undefined ? 'no key' : `a key with the fingerprint ${keyFingerprint(hashKey)}`,
      },
    ],
    EXIT.usage,
  );
}

async function produceAgain(engine: Engine, job: Job, voice: Voice, effects: Effects): Promise<Produced> {
  const { command } = job;
  if (command.kind === 'report')
    return (await import('./report-job.js')).produceReport(engine, { ...job, command }, voice, effects);
  return (await import('./replay-job.js')).reproduceReplay(engine, { ...job, command }, voice, effects);
}

function readText(file: string, effects: Effects): string {
  const path = resolve(effects.cwd, file);
  if (existsSync(path)) return readFileSync(path, 'utf8');
  throw new DiagnosticError(
    [
      usage(
        'input-not-found',
        `There is no manifest ${file}.`,
        'It stands beside the first --out FILE, as FILE.manifest.json.',
      ),
    ],
    EXIT.input,
  );
}

function jobOf(manifest: Manifest, file: string, effects: Effects): Job {
  if (manifest.sources.includes('-')) {
    throw new DiagnosticError(
      [
        usage(
          'manifest-of-stdin',
          `${file} describes a run over stdin, which cannot be read again.`,
          'Save the data to a file and run the report on that.',
        ),
      ],
      EXIT.input,
    );
  }
  const folder = dirname(resolve(effects.cwd, file));
  const bundled = manifest.sources.length === 0;
  const mapping = mappingOf(manifest.pipeline);
  return {
    command: manifest.command,
    pipeline: { file: manifest.pipeline.name, text: manifest.pipeline.text, ...(mapping !== undefined && { mapping }) },
    paths: bundled ? [BUNDLED_INPUT] : manifest.sources.map((s) => relative(effects.cwd, resolve(folder, s)) || '.'),
    bundled,
    options: optionsOf(manifest, folder, effects),
    targets: targetsOf(manifest, folder, effects),
    manifestName: basename(file),
    again: true,
  };
}

function optionsOf(manifest: Manifest, folder: string, effects: Effects): Job['options'] {
  const options = replayOptionsOf(manifest.options);
  if (options.avroSchemas === undefined) return options;
  return { ...options, avroSchemas: relative(effects.cwd, resolve(folder, options.avroSchemas)) || '.' };
}

// A form that writes several files (report.csv, report.jumps.csv) is one target: the file without a suffix, its first.
function targetsOf(manifest: Manifest, folder: string, effects: Effects): readonly JobTarget[] {
  const targets: JobTarget[] = [];
  for (const output of manifest.outputs) {
    const path = output.name === '-' ? '-' : relative(effects.cwd, resolve(folder, output.name));
    const before = targets.at(-1);
    if (before !== undefined && before.form === output.form && isFurtherFile(path, before.path)) continue;
    targets.push({ path, form: output.form, layout: output.layout ?? PLAIN });
  }
  return targets;
}

function isFurtherFile(path: string, main: string): boolean {
  const ending = /\.[^./\\]+$/.exec(main)?.[0] ?? '';
  const stem = main.slice(0, main.length - ending.length);
  return path !== main && path.startsWith(`${stem}.`) && path.endsWith(ending);
}

async function digestsOnDisk(manifest: Manifest, file: string, effects: Effects): Promise<ReadonlyMap<string, string>> {
  const folder = dirname(resolve(effects.cwd, file));
  const digests = new Map<string, string>();
  for (const { name, form } of manifest.outputs) {
    const path = resolve(folder, name);
    if (name !== '-' && existsSync(path)) digests.set(name, await digestOf(path, form));
  }
  return digests;
}

/** Of a database file the digest of its content; of one that is no database any more, of its bytes: another one for sure. */
async function digestOf(path: string, form: string): Promise<string> {
  if (form !== 'duckdb') return sha256(readFileSync(path));
  const { contentOrNull } = await import('./database-job.js');
  return (await contentOrNull(path))?.sha256 ?? sha256(readFileSync(path));
}

async function sayComparison(
  file: string,
  manifest: Manifest,
  comparison: Comparison,
  json: boolean,
  quiet: boolean,
  effects: Effects,
): Promise<void> {
  if (json) return effects.stdout.write(jsonText({ manifest: file, ...comparison }));
  if (!quiet) for (const note of comparison.notes) await effects.stderr.write(`note: ${note}\n`);
  const { inputs, outputs } = manifest;
  const lines = comparison.equal
    ? [`${file}: equal (${count(inputs.length, 'input')}, ${count(outputs.length, 'output')})`]
    : [`${file}: different`, ...comparison.differences.map((d) => `  ${d.kind} ${d.name} ${d.message}`)];
  await effects.stdout.write(`${lines.join('\n')}\n`);
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
