import { EXIT } from '../diagnostics/diagnostic.js';
import type { Effects, Sink } from './effects.js';
import { runCommandLine } from './run.js';
import { RUN_NAME } from './supervised.js';

export { runCommandLine };

/** What reads no data and opens no engine needs nobody to watch it. */
const ALONE = new Set(['completion', 'help', 'reports', 'version']);

/** The process: its streams, signals and exit code around one command line. */
export async function main(): Promise<void> {
  const argv = process.argv.slice(2);
  if (process.argv0 !== RUN_NAME && !isAlone(argv)) {
    const { supervise } = await import('./supervisor.js');
    process.exit(await supervise(argv));
  }
  // `| head` closes the pipe: the reader has what it wanted.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.engine));
  }
  if (process.argv0 !== RUN_NAME) {
    process.exitCode = await runCommandLine(argv, realEffects(new Set()));
    return;
  }
  const { listenForSupervisor, tellSupervisor } = await import('./supervised-run.js');
  const exit = await runCommandLine(argv, realEffects(listenForSupervisor()));
  process.exitCode = exit;
  tellSupervisor({ exit });
}

function isAlone(argv: readonly string[]): boolean {
  const asks = argv.some((word) => ['--help', '-h', '--version', '-V'].includes(word));
  const command = argv.find((word) => !word.startsWith('-'));
  return asks || command === undefined || ALONE.has(command);
}

function realEffects(handlers: Set<() => void>): Effects {
  return {
    stdout: sink(process.stdout),
    stderr: sink(process.stderr),
    stdinIsTerminal: process.stdin.isTTY === true,
    env: process.env,
    cwd: process.cwd(),
    now: () => performance.now(),
    onInterrupt(handler) {
      handlers.add(handler);
      return () => void handlers.delete(handler);
    },
  };
}

function sink(stream: NodeJS.WriteStream): Sink {
  return {
    get isTerminal() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.isTTY === true && stream.columns > 0 ? stream.columns : 80;
    },
    write: (bytes) => new Promise((resolve) => void stream.write(bytes, () => resolve())),
  };
}
