import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the installed package (both `src/cli` and `dist/cli` stand two below it). */
const PACKAGE_FOLDER = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The export that ships: a kcat dump of the shop's change log, replayed where no INPUT is given. */
export const BUNDLED_INPUT = join(PACKAGE_FOLDER, 'fixtures', 'captures', 'B-json-plain', 'kcat');

/** A file of the installed package, by its path in it. */
export function packageFile(path: string): string {
  return join(PACKAGE_FOLDER, path);
}

/** The version in package.json. */
export function packageVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(join(PACKAGE_FOLDER, 'package.json'), 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : 'unknown';
}
