import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { EVERYWHERE } from '../../src/cli/option.js';
import { reportOptions } from '../../src/cli/report-parameters.js';
import { say } from './support/in-process.js';

describe('every command', () => {
  it.each(COMMANDS.map((c) => [c.name, c] as const))(
    '%s has a summary, a usage, an example and options with help',
    (name, command) => {
      expect(command.summary).toMatch(/^[A-Z].*\.$/);
      expect(command.usage).toMatch(new RegExp(`^pharmabi ${name}\\b`));
      expect(command.examples.length).toBeGreaterThan(0);
      for (const option of command.options) expect(option.help, option.name).toMatch(/^[A-Z].*[.?]$/);
    },
  );

  it('has options that mean the same everywhere', () => {
    const byName = new Map<string, string>();
    for (const option of [...COMMANDS.flatMap((c) => c.options), ...EVERYWHERE]) {
      const meaning = JSON.stringify([option.value, option.short]);
      if (!['out', 'format', 'json'].includes(option.name)) {
        expect(byName.get(option.name) ?? meaning, option.name).toBe(meaning);
      }
      byName.set(option.name, meaning);
    }
  });

  it('has no option with the name of a parameter of a report', () => {
    const parameters = reportOptions().map((o) => o.name);
    expect(parameters.length).toBeGreaterThan(3);
    const own = new Set([...COMMANDS.flatMap((c) => c.options), ...EVERYWHERE].map((o) => o.name));
    expect(parameters.filter((name) => own.has(name))).toEqual([]);
  });

  it('has short options that stand for one thing each', () => {
    const all = [...COMMANDS.flatMap((c) => c.options), ...EVERYWHERE].filter((o) => o.short !== undefined);
    const names = new Map<string, Set<string>>();
    for (const o of all) names.set(o.short!, (names.get(o.short!) ?? new Set()).add(o.name));
    expect([...names].filter(([, meanings]) => meanings.size > 1)).toEqual([]);
  });
});

describe('the examples of help run, one after the other in one folder', () => {
  const home = process.cwd();
  const cwd = mkdtempSync(join(tmpdir(), 'pharmabi-examples-'));
  beforeAll(() => process.chdir(cwd));
  afterAll(() => {
    process.chdir(home);
    rmSync(cwd, { recursive: true, force: true });
  });
  it.each(COMMANDS.flatMap((c) => c.examples.map((e) => e.command)))('%s', async (line) => {
    // Two examples may write to one file.
    const argv = [...line.split(' ').slice(1), ...(line.includes('--out') ? ['--force'] : [])];
    const { exit, stdout, stderr } = await say(argv, { cwd });
    expect(exit, stderr).toBe(0);
    expect(stdout.length + stderr.length).toBeGreaterThan(0);
    expect(stderr).not.toMatch(/error\[/);
  });
});
