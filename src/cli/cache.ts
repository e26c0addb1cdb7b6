import type { CommandDefinition } from './command.js';
import { LIMITS } from './option.js';

/** `pharmabi cache`: what earlier runs have read and kept. */
export const CACHE: CommandDefinition = {
  name: 'cache',
  summary: 'List or clear what earlier runs have kept of large inputs.',
  usage: 'pharmabi cache [list|clear] [options]',
  description: [
    'A large input is decoded once: what a replay needs of it, typed, de-identified and in order, is kept as a DuckDB file for its owner only. An entry holds for the same bytes, policy, pipeline declarations, options and version; anything else is read anew. --no-cache reads and keeps nothing.',
  ],
  examples: [
    { command: 'pharmabi cache', says: 'entries with their input, rows, size and date' },
    { command: 'pharmabi cache clear', says: 'removes them all' },
  ],
  options: [
    { name: 'json', common: true, help: 'One JSON document on stdout.' },
    ...LIMITS.filter((o) => o.name === 'cache'),
  ],
  run: async (args, effects) => (await import('./cache-run.js')).runCache(args, effects),
};
