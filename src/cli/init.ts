import type { CommandDefinition } from './command.js';
import { CONFIGURED, LIMITS, REPLAY, RESULTS } from './option.js';

/** `pharmabi init`: a first configuration out of an export. */
export const INIT: CommandDefinition = {
  name: 'init',
  summary: 'Write pharmabi.yaml and a pipeline for what an export holds.',
  usage: 'pharmabi init DIR [INPUT...] [options]',
  description: [
    'Looks through the INPUT (without it the bundled data) for topics, tables, columns and types, and matches them with those that the pipeline declares: by name, then by what shops commonly call these things. What is not sure is written behind a # with its candidates, to be decided by you. DIR gets pharmabi.yaml and pharmacy.ksql; existing files are kept unless --force is given.',
  ],
  examples: [
    {
      command: 'pharmabi init shop',
      says: 'a configuration for the bundled data: their names are those of the pipeline',
    },
    { command: 'pharmabi report discount-impact --config shop/pharmabi.yaml', says: 'the report with it' },
  ],
  options: [
    ...RESULTS.filter((o) => o.name === 'force'),
    ...REPLAY.filter((o) => ['pipeline', 'csv', 'avro-schemas'].includes(o.name)),
    ...CONFIGURED.filter((o) => o.name === 'config'),
    ...LIMITS.filter((o) => !['strict', 'cache', 'cache-by-time', 'no-cache', 'max-bad'].includes(o.name)),
  ],
  run: async (args, effects) => (await import('./init-run.js')).runInit(args, effects),
};
