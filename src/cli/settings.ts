import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import type { EngineOptions } from '../engine/engine.js';
import { SMALLEST_BUDGET } from '../engine/memory.js';
import type { PipelineText } from '../replay/compile.js';
import { shippedPipeline } from '../replay/shipped.js';
import type { Arguments } from './arguments.js';
import { loadConfig } from './config-file.js';
import type { Effects } from './effects.js';
import { EVERYWHERE, LIMITS, type OptionDefinition, REPLAY, RESULTS } from './option.js';
import { BUNDLED_INPUT } from './package.js';
import { usesColour, type Voice } from './style.js';
import { whyUnreadable } from './unreadable.js';
import { usage } from './usage.js';
import { type Reader, reader } from './values.js';

const LARGEST_THREADS = 1024;
/** Each thread needs buffers of its own: more than these would eat the default budget. */
const USEFUL_THREADS = 8;
const DEFAULT_MEMORY = 1e9;

/** The values of a command line, with everything that may come from the environment and the configuration. */
export async function readerOf(
  args: Arguments,
  effects: Effects,
  further: readonly OptionDefinition[] = [],
): Promise<Reader> {
  const config = await loadConfig(args, effects);
  const options = [...EVERYWHERE, ...REPLAY, ...RESULTS, ...LIMITS, ...further];
  return reader({ args, env: effects.env, cwd: effects.cwd, config }, options);
}

/** Limits of the engine. None of them changes a number, so none stands in a manifest. */
export function readLimits(read: Reader): EngineOptions {
  const asked = read.integer('threads', 1, LARGEST_THREADS);
  const memory = read.size('memory', SMALLEST_BUDGET) ?? DEFAULT_MEMORY;
  const tempDirectory = read.text('temp-dir');

  return {
    threads: asked ?? Math.min(availableParallelism(), USEFUL_THREADS),
    mayUseOne: asked === undefined,
    memory: `${memory}B`,
    ...(tempDirectory !== undefined && { tempDirectory }),
  };
}

/** How much the user wants to hear on stderr. */
export function readVoice(read: Reader, effects: Effects): Voice {
  const [quiet, debug] = [read.flag('quiet'), read.flag('debug')];
  if (quiet && (debug || read.flag('verbose'))) {
    read.refuse(
      usage('conflicting-options', '--quiet and --verbose (or --debug) ask for opposite things.', 'Give one of them.'),
    );
  }
  return {
    quiet,
    debug,
    verbose: debug || read.flag('verbose'),
    colour: usesColour(effects.stderr, effects.env, read.flag('no-color')),
    ascii: read.flag('ascii'),
  };
}

/**
 * The pipeline that was named, else the shipped one, with the names that the configuration gives to its sources. Throws
 * `pipeline-not-readable` (exit 4).
 */
export function readPipeline(read: Reader, effects: Effects, file = read.text('pipeline')): PipelineText {
  const mapping = read.config?.mapping;
  const named = file === undefined ? shippedPipeline() : pipelineIn(file, effects);
  return { ...named, ...(mapping !== undefined && { mapping }) };
}

function pipelineIn(file: string, effects: Effects): PipelineText {
  try {
    const bytes = readFileSync(file === '-' ? 0 : resolve(effects.cwd, file));
    return { file: file === '-' ? 'stdin' : file, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    throw new DiagnosticError([unreadable(file, error)], EXIT.pipeline);
  }
}

function unreadable(file: string, error: unknown): ReturnType<typeof usage> {
  return {
    ...usage(
      'pipeline-not-readable',
      `The pipeline ${file} cannot be read: ${whyUnreadable(error)}.`,
      'Name a .ksql file, or leave it out for the shipped pipeline.',
    ),
    place: { file },
  };
}

/** The inputs that were named, else the bundled data. A terminal is no input. */
export function readInputs(
  named: readonly string[],
  effects: Effects,
): { readonly paths: readonly string[]; readonly bundled: boolean } {
  if (named.includes('-') && effects.stdinIsTerminal) {
    throw new DiagnosticError(
      [
        usage(
          'stdin-is-terminal',
          '- reads from stdin, and stdin is a terminal.',
          'Pipe data in: zcat export.gz | pharmabi report ID -',
        ),
      ],
      EXIT.usage,
    );
  }
  return named.length === 0 ? { paths: [BUNDLED_INPUT], bundled: true } : { paths: named, bundled: false };
}

/** Says on stderr which configuration was found: a file must not change a number unseen. */
export async function sayConfig({ config }: Reader, voice: Voice, effects: Effects): Promise<void> {
  if (config !== null && !voice.quiet) await effects.stderr.write(`configuration: ${config.file}\n`);
}

/** Says on stderr that the bundled data are used, where no INPUT was named. */
export async function sayBundled(bundled: boolean, voice: Voice, effects: Effects): Promise<void> {
  if (bundled && !voice.quiet) {
    await effects.stderr.write(
      'no INPUT was named: these are the bundled data (fixtures/captures/B-json-plain/kcat)\n',
    );
  }
}
