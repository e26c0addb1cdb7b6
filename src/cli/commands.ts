import { CACHE } from './cache.js';
import { CHECK } from './check.js';
import type { CommandDefinition } from './command.js';
import { COMPLETION } from './completion.js';
import { DEPLOY } from './deploy.js';
import { DIFF } from './diff.js';
import { HELP } from './help.js';
import { INIT } from './init.js';
import { INSPECT } from './inspect.js';
import { REPLAY_COMMAND } from './replay.js';
import { REPORT } from './report.js';
import { REPORTS } from './reports.js';
import { VERIFY } from './verify.js';
import { VERSION } from './version.js';

/** Every command, in the order in which help lists them. */
export const COMMANDS: readonly CommandDefinition[] = [
  REPORT,
  REPORTS,
  REPLAY_COMMAND,
  CHECK,
  DEPLOY,
  INSPECT,
  INIT,
  VERIFY,
  DIFF,
  CACHE,
  HELP,
  VERSION,
  COMPLETION,
];
