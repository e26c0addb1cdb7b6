import type { CommandDefinition } from './command.js';
import { CONFIGURED, HASH_KEY, LIMITS } from './option.js';

/** `pharmabi verify`: reproduces what a manifest describes. */
export const VERIFY: CommandDefinition = {
  name: 'verify',
  summary: 'Replay what a manifest describes and compare every digest.',
  usage: 'pharmabi verify MANIFEST [options]',
  description: [
    'Reads the inputs, pipeline and options that the manifest records (paths are relative to it), replays them, and compares the digests of inputs, pipeline and outputs. Nothing is written. Exit 0 when all are equal, 1 when something differs, and it says what: which input changed, which version is another, which output differs.',
  ],
  examples: [
    { command: 'pharmabi report discount-impact --out impact.csv', says: 'writes impact.csv.manifest.json beside it' },
    { command: 'pharmabi verify impact.csv.manifest.json', says: 'the same bytes again?' },
  ],
  options: [
    { name: 'json', common: true, help: 'One JSON document on stdout: {equal, differences, notes}.' },
    HASH_KEY,
    ...CONFIGURED.filter((o) => o.name === 'config'),
    ...LIMITS.filter((o) => !['strict', 'cache', 'cache-by-time', 'no-cache'].includes(o.name)),
  ],
  run: async (args, effects) => (await import('./verify-run.js')).runVerify(args, effects),
};
