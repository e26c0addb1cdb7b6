import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.js';
import { renderDiagnostics } from '../diagnostics/render.js';
import { type Engine, type EngineOptions, openEngine } from '../engine/engine.js';
import { runPipeline } from '../replay/index.js';
import type { RunRequest, RunResult } from '../replay/run.js';
import type { Effects } from './effects.js';
import { Interrupted, textsOf, withText } from './failures.js';
import { startProgress } from './progress.js';
import type { Voice } from './style.js';
import { sweepLeftovers, workFolders } from './sweep.js';
import { traced } from './trace.js';

/**
 * Opens an engine for `work` and closes it whatever happens. Ctrl-C stops the running statement; the work then ends with
 * `Interrupted`, also where it had just finished, so that nothing is written after a Ctrl-C.
 */
export async function withEngine<T>(
  limits: EngineOptions,
  voice: Voice,
  effects: Effects,
  work: (engine: Engine, goOn: () => void) => Promise<T>,
): Promise<T> {
  await sweepLeftovers(workFolders(limits), voice, effects);
  const opened = await openEngine(limits);
  const engine = voice.debug ? traced(opened, effects) : opened;
  let stopped = false;
  const goOn = (): void => {
    if (stopped) throw new Interrupted();
  };
  const ignore = effects.onInterrupt(() => {
    stopped = true;
    opened.interrupt();
  });
  try {
    const result = await work(engine, goOn);
    goOn();
    return result;
  } catch (error) {
    goOn();
    throw error;
  } finally {
    ignore();
    opened.close();
  }
}

/** What a replay needs beside its engine. */
export type ReplayRequest = Omit<RunRequest, 'engine' | 'onProgress'>;

/** Replays with progress on a terminal; an error about the pipeline comes with its text. Warnings are printed. */
export async function replayIn(
  engine: Engine,
  request: ReplayRequest,
  voice: Voice,
  effects: Effects,
): Promise<RunResult> {
  const progress = startProgress(effects, voice, () => engine.progress());
  try {
    const result = await runPipeline({ ...request, engine, onProgress: progress.say });
    await progress.stop();
    await warn(result.warnings, request, voice, effects);
    return result;
  } catch (error) {
    await progress.stop();
    throw error instanceof DiagnosticError ? withText(error, request.pipeline) : error;
  }
}

async function warn(
  warnings: readonly Diagnostic[],
  request: ReplayRequest,
  voice: Voice,
  effects: Effects,
): Promise<void> {
  if (voice.quiet || warnings.length === 0) return;
  await effects.stderr.write(`${renderDiagnostics(warnings, textsOf(request.pipeline), { color: voice.colour })}\n`);
}
