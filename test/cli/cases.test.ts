import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { packageVersion } from '../../src/cli/package.js';
import { say } from './support/in-process.js';

// A case is a folder: `cmd` (a command line), perhaps `files/` (what stands in the working folder), and what came out:
// `stdout`, `stderr`, `exit`. `npm run test:update` writes the last three; `git diff` is the review.
const CASES = fileURLToPath(new URL('./cases/', import.meta.url));
const home = process.cwd();

afterEach(() => process.chdir(home));

/** What runs of others on this machine left behind, told by whichever run comes next. */
const SWEPT = /^removed what a run that was killed had left behind.*\n/gm;

describe('command line', () => {
  const names = readdirSync(CASES).sort();

  it('has cases', () => expect(names.length).toBeGreaterThan(25));

  it.each(names)('%s', async (name) => {
    const folder = join(CASES, name);
    const cwd = mkdtempSync(join(tmpdir(), 'pharmabi-case-'));
    try {
      if (existsSync(join(folder, 'files'))) cpSync(join(folder, 'files'), cwd, { recursive: true });
      process.chdir(cwd);
      const [program, ...argv] = words(readFileSync(join(folder, 'cmd'), 'utf8').trim());
      expect(program).toBe('pharmabi');
      const { exit, stdout, stderr } = await say(argv, { cwd });
      process.chdir(home);
      await expect(normal(stdout)).toMatchFileSnapshot(join(folder, 'stdout'));
      await expect(normal(stderr.replace(SWEPT, ''))).toMatchFileSnapshot(join(folder, 'stderr'));
      await expect(`${exit}\n`).toMatchFileSnapshot(join(folder, 'exit'));
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  });
});

/** Splits a command line at spaces; double quotes keep a word together. */
function words(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2]!);
}

/** The version is the only thing that changes from release to release. */
function normal(text: string): string {
  return text.replaceAll(packageVersion(), '<version>');
}
