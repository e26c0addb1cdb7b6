import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { suggest } from '../diagnostics/suggest.js';
import type { CommandDefinition } from './command.js';

/** A mistake in the command line itself. */
export function usage(code: string, message: string, help?: string): Diagnostic {
  return { code, severity: 'error', message, ...(help !== undefined && { help }) };
}

/** The first word is no command: says which one is near. */
export function unknownCommand(word: string, commands: readonly CommandDefinition[]): Diagnostic {
  const near = suggest(
    word,
    commands.map((c) => c.name),
  );
  return {
    ...usage(
      'unknown-command',
      `pharmabi has no command "${word}".`,
      near === undefined ? undefined : `Did you mean ${near}?`,
    ),
    next: 'pharmabi --help',
  };
}
