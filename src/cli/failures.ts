import { type Diagnostic, DiagnosticError, EXIT, type ExitCode } from '../diagnostics/diagnostic.js';
import { renderDiagnostics } from '../diagnostics/render.js';
import type { PipelineText } from '../replay/compile.js';
import type { Effects } from './effects.js';
import { packageVersion } from './package.js';
import { usesColour } from './style.js';

/** Diagnostics with the texts that their places point into, so that a caret can be drawn. */
export class SourcedError extends DiagnosticError {
  readonly sources: ReadonlyMap<string, string>;
  constructor(error: DiagnosticError, sources: ReadonlyMap<string, string>) {
    super(error.diagnostics, error.exitCode);
    this.sources = sources;
  }
}

/** Adds the text of a pipeline and of its mapping to an error about them; anything else comes back as it is. */
export function withText(error: unknown, pipeline: PipelineText): unknown {
  return error instanceof DiagnosticError ? new SourcedError(error, textsOf(pipeline)) : error;
}

/** The texts that a diagnostic about a pipeline may point into, by file. */
export function textsOf({ file, text, mapping }: PipelineText): ReadonlyMap<string, string> {
  const origin = mapping?.origin;
  return new Map([[file, text], ...(origin === undefined ? [] : [[origin.file, origin.text] as const])]);
}

/** The run was stopped by Ctrl-C. */
export class Interrupted extends Error {}

/** Says on stderr what went wrong, in the user's words, and gives the exit code. */
export async function reportFailure(error: unknown, argv: readonly string[], effects: Effects): Promise<ExitCode> {
  if (error instanceof Interrupted) {
    await effects.stderr.write('interrupted; nothing was written\n');
    return EXIT.interrupted;
  }
  const debug = argv.includes('--debug') || Boolean(effects.env.PHARMABI_DEBUG);
  const known = error instanceof DiagnosticError ? error : (knownTrouble(error) ?? internal(error, debug));
  const sources = known instanceof SourcedError ? known.sources : undefined;
  const text = renderDiagnostics(known.diagnostics, sources, {
    color: usesColour(effects.stderr, effects.env, argv.includes('--no-color')),
  });
  await effects.stderr.write(`${text}\n`);
  if (debug && !(error instanceof DiagnosticError) && error instanceof Error)
    await effects.stderr.write(`${error.stack}\n`);
  return known.exitCode;
}

function one(diagnostic: Omit<Diagnostic, 'severity'>, exitCode: ExitCode): DiagnosticError {
  return new DiagnosticError([{ ...diagnostic, severity: 'error' }], exitCode);
}

const DISK: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EBUSY: 'it is in use',
  EDQUOT: 'the quota of the disk is used up',
  EISDIR: 'it is a folder',
  EMFILE: 'too many files are open',
  ENOENT: 'it does not exist',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is no folder',
  EPERM: 'permission is denied',
  EROFS: 'the disk is read-only',
};

/** Troubles of the machine: disk, memory, rights. They are nobody's bug and get no stack. */
function knownTrouble(error: unknown): DiagnosticError | null {
  if (!(error instanceof Error)) return null;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const path = 'path' in error && typeof error.path === 'string' ? error.path : undefined;
  if (code in DISK) {
    return one({ code: 'disk', message: `${path ?? 'A file'} cannot be used: ${DISK[code]}.` }, EXIT.engine);
  }
  if (/^Out of Memory Error/i.test(error.message)) {
    return one(
      {
        code: 'out-of-memory',
        message: 'The engine ran out of memory, and what it holds cannot be spilled to disk.',
        help: 'Give more with --memory 2GB, or fewer --threads (each needs buffers of its own).',
      },
      EXIT.engine,
    );
  }
  if (/No space left on device|max_temp_directory_size/i.test(error.message)) {
    return one(
      {
        code: 'disk',
        message: 'The folder for temporary files is full.',
        help: 'Name another with --temp-dir FOLDER.',
      },
      EXIT.engine,
    );
  }
  return null;
}

// An engine's message may quote a value of a row ("could not convert ..."): only what kind of error it was is printed.
function internal(error: unknown, debug: boolean): DiagnosticError {
  const kind =
    error instanceof Error ? (/^[A-Z][A-Za-z ]* Error(?=:)/.exec(error.message)?.[0] ?? error.name) : typeof error;
  return one(
    {
      code: 'internal',
      message: `pharmabi ${packageVersion()} met an error of its own (${kind}); this is a bug, not your mistake.`,
      help: debug
        ? 'The stack below may quote a value of your data: read it before you send it to anybody.'
        : 'Report it with the command line, the pipeline file, and the output of `pharmabi version --json`; do not attach data.',
      next: debug ? 'pharmabi version --json' : 'the same command with --debug',
    },
    EXIT.engine,
  );
}
