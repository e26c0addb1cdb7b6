import type { CommandDefinition } from './command.js';

/** `pharmabi reports`: the list of reports. */
export const REPORTS: CommandDefinition = {
  name: 'reports',
  summary: 'List the reports and the question that each answers.',
  usage: 'pharmabi reports [options]',
  description: ['The parameters of one report are shown by `pharmabi report ID --help`.'],
  examples: [
    { command: 'pharmabi reports', says: 'what can be asked' },
    { command: 'pharmabi reports --json', says: 'the same with all parameters, as one JSON document' },
  ],
  options: [{ name: 'json', common: true, help: 'One JSON document on stdout.' }],
  run: async (args, effects) => (await import('./reports-run.js')).runReports(args, effects),
};
