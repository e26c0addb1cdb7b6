import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { EXIT } from '../diagnostics/diagnostic.js';
import { type FromRun, RUN_NAME } from './supervised.js';

/** How long a run may take to clear up after a signal, in milliseconds; then it is killed. */
const PATIENCE = 400;
/** How long one that is done may take to end: a thread of the engine may still work on something that nobody waits for. */
const GRACE = 300;

/**
 * Carries a command line out in a process of its own and ends as that does. A statement of the engine, a pipe without a partner or
 * a long calculation cannot be stopped from inside a process: from here they are killed, and what they had made for the time of the
 * run is removed.
 */
export function supervise(argv: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...argv], {
    argv0: RUN_NAME,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const temporary = new Set<string>();
  let done: number | undefined;
  child.on('message', (message: FromRun) => {
    if ('temporary' in message) temporary[message.isThere ? 'add' : 'delete'](message.temporary);
    else {
      done = message.exit;
      killAfter(child, GRACE);
    }
  });
  const signals = forwardSignals(child);
  return new Promise((resolve) => {
    child.on('error', () => resolve(EXIT.engine));
    child.on('exit', (code, signal) => {
      for (const path of temporary)
        for (const name of [path, `${path}.wal`]) rmSync(name, { recursive: true, force: true });
      if (done !== undefined) resolve(done);
      else if (signals.caught()) {
        if (code !== EXIT.interrupted) process.stderr.write('interrupted; nothing was written\n');
        resolve(EXIT.interrupted);
      } else if (signal === null) resolve(code ?? EXIT.engine);
      else {
        process.stderr.write(ended(signal));
        resolve(EXIT.engine);
      }
    });
  });
}

// The first signal lets the run clear up, a second one leaves at once.
function forwardSignals(child: ChildProcess): { caught(): boolean } {
  let caught = false;
  const stop = (): void => {
    if (caught) child.kill('SIGKILL');
    else if (child.connected) child.send('stop', () => {});
    caught = true;
    killAfter(child, PATIENCE);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeAllListeners(signal).on(signal, stop);
  return { caught: () => caught };
}

function killAfter(child: ChildProcess, milliseconds: number): void {
  setTimeout(() => child.kill('SIGKILL'), milliseconds).unref();
}

function ended(signal: NodeJS.Signals): string {
  const why =
    signal === 'SIGKILL'
      ? 'something else ended it, most likely the system for want of memory'
      : 'the engine met data that it cannot read';
  const help =
    signal === 'SIGKILL'
      ? 'give less with --memory 500MB, or the machine more'
      : 'pharmabi inspect FILE, one file after the other: the last one is it';
  return `error[run-ended]: The run was ended by ${signal}: ${why}. Nothing was written.\n  help:     ${help}\n`;
}
