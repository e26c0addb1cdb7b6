import type { ExitCode } from '../diagnostics/diagnostic.js';
import type { Arguments } from './arguments.js';
import type { Effects } from './effects.js';
import type { OptionDefinition } from './option.js';

/** A command line that runs as it stands, with what it shows. A test runs every one of them. */
export interface Example {
  readonly command: string;
  readonly says: string;
}

/** A command as data. `run` loads what it needs itself, so that help never pays for it. */
export interface CommandDefinition {
  readonly name: string;
  /** One line in the list of commands. */
  readonly summary: string;
  readonly usage: string;
  /** Paragraphs of help. */
  readonly description: readonly string[];
  readonly examples: readonly Example[];
  readonly options: readonly OptionDefinition[];
  /** Options that are known only once other rooms or files are read: the parameters of the reports. */
  moreOptions?(positionals: readonly string[], cwd: string): Promise<readonly OptionDefinition[]>;
  run(args: Arguments, effects: Effects): Promise<ExitCode>;
}
