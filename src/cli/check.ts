import type { CommandDefinition } from './command.js';
import { CONFIGURED, PARTITIONS, REPLAY } from './option.js';

/** `pharmabi check`: compiles a pipeline without data. */
export const CHECK: CommandDefinition = {
  name: 'check',
  summary: 'Compile a pipeline file without data, and list what it declares.',
  usage: 'pharmabi check [FILE.ksql] [options]',
  description: [
    'Reports every mistake of the file in one go, each with its line, column, what was expected and the nearest right word (exit 4). A file without mistakes is summarised: its sources, streams and tables with their columns. Without FILE the shipped pipeline is checked; - is stdin.',
  ],
  examples: [
    { command: 'pharmabi check', says: 'what the shipped pipeline declares' },
    { command: 'pharmabi check --json', says: 'the same as one JSON document' },
    {
      command: 'pharmabi check --deploy --partitions 4',
      says: 'what a cluster with four partitions a topic would refuse or do otherwise',
    },
  ],
  options: [
    ...REPLAY.filter((o) => o.name === 'pipeline'),
    ...CONFIGURED.filter((o) => o.name === 'config'),
    {
      name: 'deploy',
      common: true,
      help: 'Also say what a ksqlDB cluster would refuse (errors) or do otherwise than a replay (warnings), and what it has to hold.',
      onlyTyped: true,
    },
    PARTITIONS,
    { name: 'json', common: true, help: 'One JSON document on stdout: {ok, file, diagnostics, relations, sources}.' },
  ],
  run: async (args, effects) => (await import('./check-run.js')).runCheck(args, effects),
};
