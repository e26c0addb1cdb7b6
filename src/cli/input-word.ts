import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** True where an argument can only mean an input: stdin, a path with a folder or an ending, a pattern, an existing file. */
export function isInput(word: string, cwd: string): boolean {
  return word === '-' || /[/\\.*?[{]/.test(word) || existsSync(resolve(cwd, word));
}
