import { DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import type { CommandDefinition } from './command.js';
import { usage } from './usage.js';

/** `pharmabi completion`: a script for the user's shell, made from the option tables. */
export const COMPLETION: CommandDefinition = {
  name: 'completion',
  summary: 'Print a completion script for bash, zsh or fish.',
  usage: 'pharmabi completion SHELL',
  description: [
    'bash: eval "$(pharmabi completion bash)"; zsh: the same with zsh; fish: pharmabi completion fish | source',
  ],
  examples: [{ command: 'pharmabi completion bash', says: 'the script, to be evaluated by the shell' }],
  options: [],
  async run(args, effects) {
    const { COMPLETION_SCRIPTS } = await import('./completion-scripts.js');
    const shell = args.positionals[0] ?? '';
    const script = COMPLETION_SCRIPTS.get(shell);
    if (script === undefined || args.positionals.length > 1) {
      const known = [...COMPLETION_SCRIPTS.keys()].join(', ');
      throw new DiagnosticError([usage('bad-value', `pharmabi completion needs one of ${known}.`)], EXIT.usage);
    }
    await effects.stdout.write(script());
    return EXIT.ok;
  },
};
