import { EXIT } from '../diagnostics/diagnostic.js';
import { jsonText } from '../diagnostics/visible.js';
import type { CommandDefinition } from './command.js';
import { packageVersion } from './package.js';

/** `pharmabi version`: what a bug report needs. */
export const VERSION: CommandDefinition = {
  name: 'version',
  summary: 'Print the version; with --json also those of Node, DuckDB and the time-zone data.',
  usage: 'pharmabi version [options]',
  description: ['`pharmabi --version` prints the version alone.'],
  examples: [
    { command: 'pharmabi version', says: 'the version' },
    { command: 'pharmabi version --json', says: 'all that a bug report needs' },
  ],
  options: [
    {
      name: 'json',
      common: true,
      help: 'One JSON document on stdout: {pharmabi, node, duckdb, timeZoneData, platform}.',
    },
  ],
  async run(args, effects) {
    if (!args.flags.has('json')) {
      await effects.stdout.write(`${packageVersion()}\n`);
      return EXIT.ok;
    }
    const { versions } = await import('../provenance/versions.js');
    const facts = {
      pharmabi: packageVersion(),
      node: process.versions.node,
      ...(await versions()),
      platform: `${process.platform} ${process.arch}`,
    };
    await effects.stdout.write(jsonText(facts));
    return EXIT.ok;
  },
};
