import type { Effects } from '../../../src/cli/effects.js';
import { runCommandLine } from '../../../src/cli/run.js';
import { EXIT } from '../../../src/diagnostics/diagnostic.js';
import { remembering } from '../../support/remembering.js';

/** What a command line said and how it ended. */
export interface Said {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Surroundings of a run inside this process: nothing is a terminal unless a test says so. */
export interface Around {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly terminal?: boolean;
  /** Handed the interrupt handler of the run, as Ctrl-C would call it. */
  readonly onInterrupt?: (interrupt: () => void) => void;
}

/** Runs a command line in this process, with streams that only remember. */
export async function say(argv: readonly string[], around: Around = {}): Promise<Said> {
  const stdout = remembering(around.terminal ?? false);
  const stderr = remembering(around.terminal ?? false);
  let clock = 0;
  const effects: Effects = {
    stdout,
    stderr,
    stdinIsTerminal: around.terminal ?? false,
    env: around.env ?? {},
    cwd: around.cwd ?? process.cwd(),
    now: () => (clock += 1),
    onInterrupt(handler) {
      around.onInterrupt?.(handler);
      return () => {};
    },
  };
  const exit = await runCommandLine(argv, effects);
  if (!(Object.values(EXIT) as number[]).includes(exit)) throw new Error(`undocumented exit code ${exit}`);
  return { exit, stdout: stdout.text(), stderr: stderr.text() };
}
