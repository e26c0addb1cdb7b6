import type { ExitCode } from '../diagnostics/diagnostic.js';
import type { Engine, EngineOptions } from '../engine/engine.js';
import { removeTemporaryFiles } from '../engine/temporary.js';
import { NO_POLICY } from '../privacy/shipped.js';
import { sayClosing, strictExit } from './closing.js';
import type { Effects } from './effects.js';
import type { Job, Produced } from './jobs.js';
import { manifestOf, sayWritten, writeResults } from './results.js';
import { withEngine } from './session.js';
import { sayBundled } from './settings.js';
import type { Voice } from './style.js';
import { foldersOf, sweepLeftovers } from './sweep.js';

/** How a run is carried out and closed. Nothing here changes a number. */
export interface Settings {
  readonly limits: EngineOptions;
  readonly voice: Voice;
  readonly manifest: string | null;
  readonly force: boolean;
  readonly strict: boolean;
  /** Where records that could not be used are listed. */
  readonly quarantine: string | null;
}

function quarantineBytes(records: readonly object[]): Uint8Array {
  return new TextEncoder().encode(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

/** Carries a job out: engine, replay, results with their manifest, closing table, exit code. */
export async function finish(
  job: Job,
  produce: (engine: Engine) => Promise<Produced>,
  settings: Settings,
  effects: Effects,
): Promise<ExitCode> {
  try {
    return await carryOut(job, produce, settings, effects);
  } finally {
    // A database file that was finished beside its target before something else failed.
    removeTemporaryFiles();
  }
}

async function carryOut(
  job: Job,
  produce: (engine: Engine) => Promise<Produced>,
  settings: Settings,
  effects: Effects,
): Promise<ExitCode> {
  const { voice } = settings;
  await sayBundled(job.bundled, voice, effects);
  if (job.options.policy?.file === NO_POLICY.file)
    await effects.stderr.write(
      'NO POLICY: every column is read as it is, also those of persons; do not pass the result on.\n',
    );
  const outputs = job.targets.map((target) => target.path);
  await sweepLeftovers(foldersOf(outputs, effects.cwd), voice, effects);
  const produced = await withEngine(settings.limits, voice, effects, async (engine, goOn) => {
    const made = await produce(engine);
    goOn();
    return made;
  });
  const path = settings.manifest;
  const manifest = path === null ? null : { path, content: await manifestOf(job, produced, path, effects.cwd) };
  const { quarantine } = settings;
  const listed = quarantine === null ? [] : [{ path: quarantine, bytes: quarantineBytes(produced.result.quarantined) }];
  await writeResults(produced, manifest, settings.force, effects, listed);
  await sayClosing(produced.result, produced.rows, voice, effects);
  await sayWritten(produced, path, voice, effects);
  return strictExit(produced.result, settings.strict);
}
