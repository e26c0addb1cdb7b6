import { DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import type { CommandDefinition } from './command.js';
import { usage } from './usage.js';

/** `pharmabi help`: the page of a command, or what an error code means. */
export const HELP: CommandDefinition = {
  name: 'help',
  summary: 'Show help on a command or an error code.',
  usage: 'pharmabi help [COMMAND | ERROR-CODE]',
  description: ['An error code is the word in brackets of a message, as in error[unknown-column].'],
  examples: [
    { command: 'pharmabi help report', says: 'the page of `pharmabi report`' },
    { command: 'pharmabi help unknown-column', says: 'what this error means and what to do' },
  ],
  options: [],
  async run(args, effects) {
    if (args.positionals.length > 1) {
      throw new DiagnosticError([usage('too-many-arguments', 'pharmabi help takes one word.')], EXIT.usage);
    }
    const { helpOn } = await import('./help-run.js');
    await effects.stdout.write(await helpOn(args.positionals[0]));
    return EXIT.ok;
  },
};
