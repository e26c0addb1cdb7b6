import type { CommandDefinition } from './command.js';
import { CONFIGURED, HASH_KEY, LIMITS } from './option.js';

const POINT = { value: 'TIME', repeatable: true, common: true } as const;

/** `pharmabi diff`: what changed between two runs, and what caused it. */
export const DIFF: CommandDefinition = {
  name: 'diff',
  summary: 'Replay two runs, and show which cells differ and which events caused it.',
  usage: 'pharmabi diff MANIFEST [MANIFEST] [options]',
  description: [
    'With two manifests both are replayed. With one, its report is replayed at two points: --until or --known-at given once (against the run as it was) or twice. A first argument that is the ID of a report stands for that report on the INPUT behind it, with its default parameters.',
    'Shown are the cells that differ (table, row, column, before, after), the change events that only one of the two has (topic, position, operation, key, event time, commit time; never a value of a row), and the options in which the runs differ. The key of a person is a number that stands for it here alone, unless the policy keeps it. Exit 0 where all cells are the same, 1 where one is not.',
    'Two close points tell single orders apart: what diff shows is for those who may see the data.',
  ],
  examples: [
    {
      command: 'pharmabi diff discount-impact --known-at 2026-11-23T00:00:00Z --known-at 2026-11-23T00:00:00Z',
      says: 'what a report knew at two times (here the same: nothing differs)',
    },
  ],
  options: [
    { name: 'until', ...POINT, help: 'Event time up to which the runs go: once for the second, twice for both.' },
    { name: 'known-at', ...POINT, help: 'Commit time up to which the runs go: once for the second, twice for both.' },
    { name: 'format', value: 'FORM', common: true, help: 'Form of what goes to stdout (terminal, json, csv, ...).' },
    {
      name: 'out',
      short: 'o',
      value: 'FILE',
      repeatable: true,
      common: true,
      help: 'Write to FILE instead, in the form of its ending.',
    },
    { name: 'force', short: 'f', help: 'Replace existing files.', onlyTyped: true },
    { name: 'events', value: 'N', defaultText: '200', help: 'List at most N events (all are counted).' },
    HASH_KEY,
    ...CONFIGURED.filter((o) => o.name === 'config'),
    ...LIMITS.filter((o) => !['strict', 'cache', 'cache-by-time', 'no-cache', 'max-bad'].includes(o.name)),
  ],
  run: async (args, effects) => (await import('./diff-run.js')).runDiff(args, effects),
};
