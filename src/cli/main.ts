import { EXIT } from '../diagnostics/diagnostic.js';
import type { Effects, Sink } from './effects.js';
import { runCommandLine } from './run.js';

export { runCommandLine };

/** How long a stopped run may take to clear up before the process ends anyway, in milliseconds. */
const PATIENCE = 1000;

/** The process: its streams, signals and exit code around one command line. */
export async function main(): Promise<void> {
  // `| head` closes the pipe: the reader has what it wanted.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.engine));
  }
  process.exitCode = await runCommandLine(process.argv.slice(2), realEffects());
}

function realEffects(): Effects {
  const handlers = listenForInterrupts();
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

// The first signal lets the run clear up, the second one leaves at once; folders for spilling go with the process.
function listenForInterrupts(): Set<() => void> {
  const handlers = new Set<() => void>();
  let stopping = false;
  const stop = (): void => {
    if (stopping || handlers.size === 0) process.exit(EXIT.interrupted);
    stopping = true;
    for (const handler of handlers) handler();
    setTimeout(() => process.exit(EXIT.interrupted), PATIENCE).unref();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('SIGHUP', stop);
  return handlers;
}
