import { CODES, codeMeaning } from '../diagnostics/codes.js';
import { DiagnosticError, EXIT } from '../diagnostics/diagnostic.js';
import { suggest } from '../diagnostics/suggest.js';
import { COMMANDS } from './commands.js';
import { commandHelp, generalHelp, wrap } from './help-text.js';
import { usage } from './usage.js';

/** The page of a command, the meaning of an error code, or the general page. Throws `unknown-help-topic`. */
export async function helpOn(topic: string | undefined): Promise<string> {
  if (topic === undefined) return generalHelp(COMMANDS);
  const command = COMMANDS.find((c) => c.name === topic);
  if (command !== undefined) return commandHelp(command);
  const meaning = codeMeaning(topic);
  if (meaning !== undefined) return `${topic}\n\n${wrap(meaning, 0).join('\n')}\n`;
  const near = suggest(topic, [...COMMANDS.map((c) => c.name), ...Object.keys(CODES)]);
  const message = `There is no command and no error code "${topic}".`;
  throw new DiagnosticError(
    [
      {
        ...usage('unknown-help-topic', message, near === undefined ? undefined : `Did you mean ${near}?`),
        next: 'pharmabi --help',
      },
    ],
    EXIT.usage,
  );
}
