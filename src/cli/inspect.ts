import type { CommandDefinition } from './command.js';
import { CONFIGURED, LIMITS, REPLAY } from './option.js';

/** `pharmabi inspect`: what is in these files. */
export const INSPECT: CommandDefinition = {
  name: 'inspect',
  summary: 'Say what is in these files: forms, topics, tables, times, what cannot be read.',
  usage: 'pharmabi inspect [INPUT...] [options]',
  description: [
    'INPUT is a file, a folder, a pattern or - (stdin); without it the bundled data are inspected. No value of a row is printed.',
  ],
  examples: [
    { command: 'pharmabi inspect', says: 'what the bundled data hold' },
    { command: 'pharmabi inspect --json', says: 'the same as one JSON document' },
    { command: 'pharmabi inspect --privacy', says: 'which columns a report reads, and what the policy does to them' },
  ],
  options: [
    { name: 'json', common: true, help: 'One JSON document on stdout.' },
    {
      name: 'privacy',
      common: true,
      help: 'Say what becomes of each column: kept, changed, dropped, not read, and why. No values.',
    },
    ...REPLAY.filter((o) => ['topic', 'csv', 'avro-schemas', 'pipeline', 'policy', 'hash-key'].includes(o.name)),
    ...CONFIGURED.filter((o) => o.name === 'config'),
    ...LIMITS.filter((o) => !['strict', 'cache', 'cache-by-time', 'no-cache'].includes(o.name)),
  ],
  run: async (args, effects) => (await import('./inspect-run.js')).runInspect(args, effects),
};
