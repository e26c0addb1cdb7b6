import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeTemporaryFiles } from '../../src/engine/temporary.js';
import { commit, temporaryFor, writeAtomically } from '../../src/output/atomic.js';
import { failure, inspectTarget, type Target } from '../../src/output/target.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atomic-'));
});
afterEach(() => {
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true, force: true });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const file = (name: string, text: string) => ({ path: join(folder, name), bytes: bytes(text) });
const content = (name: string): string => readFileSync(join(folder, name), 'utf8');
const names = (): readonly string[] => readdirSync(folder).sort();
const codes = async (
  files: readonly { path: string; bytes: Uint8Array }[],
  force = false,
): Promise<readonly string[]> => (await writeAtomically(files, { force })).map((d) => d.code);

describe('writing a set of files', () => {
  it('writes new files and nothing beside them', async () => {
    expect(await codes([file('a.csv', '1'), file('b.csv', '2')])).toEqual([]);
    expect(names()).toEqual(['a.csv', 'b.csv']);
    expect([content('a.csv'), content('b.csv')]).toEqual(['1', '2']);
  });

  it('leaves an existing file alone without force, and then writes none of the set', async () => {
    writeFileSync(join(folder, 'b.csv'), 'old');
    expect(await codes([file('a.csv', '1'), file('b.csv', '2')])).toEqual(['output-exists']);
    expect(names()).toEqual(['b.csv']);
    expect(content('b.csv')).toBe('old');
    expect(await codes([file('a.csv', '1'), file('b.csv', '2')], true)).toEqual([]);
    expect([content('a.csv'), content('b.csv'), names()]).toEqual(['1', '2', ['a.csv', 'b.csv']]);
  });

  it('counts equal bytes as done and does not touch the file', async () => {
    writeFileSync(join(folder, 'a.csv'), 'same');
    const before = statSync(join(folder, 'a.csv'));
    expect(await codes([file('a.csv', 'same')])).toEqual([]);
    const after = statSync(join(folder, 'a.csv'));
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
    expect(await codes([file('a.csv', 'samE')])).toEqual(['output-exists']);
  });

  it('keeps the permissions of a file that it replaces', async () => {
    writeFileSync(join(folder, 'a.csv'), 'old', { mode: 0o600 });
    expect(await codes([file('a.csv', 'new')], true)).toEqual([]);
    expect(statSync(join(folder, 'a.csv')).mode & 0o777).toBe(0o600);
  });

  it('refuses two outputs in one place', async () => {
    symlinkSync('a.csv', join(folder, 'link.csv'));
    expect(await codes([file('a.csv', '1'), file('link.csv', '2')])).toEqual(['output-named-twice']);
    expect(names()).toEqual(['link.csv']);
  });
});

describe('places that cannot be written', () => {
  it('says so for a folder, a missing folder and a file used as folder', async () => {
    mkdirSync(join(folder, 'dir'));
    writeFileSync(join(folder, 'plain'), '');
    const problems = await writeAtomically(
      [file('ok.csv', '1'), file('dir', '2'), file('no/x.csv', '3'), file('plain/x.csv', '4')],
      { force: true },
    );
    expect(problems.map((d) => d.code)).toEqual(['output-is-folder', 'output-folder-missing', 'output-not-written']);
    expect(problems[1]!.next).toBe(`mkdir -p ${join(folder, 'no')}`);
    expect(problems[2]!.message).toContain('not a folder (ENOTDIR)');
    expect(names()).toEqual(['dir', 'plain']);
  });

  it.skipIf(process.getuid === undefined)('says so for a folder without permission', async () => {
    const root = process.getuid?.() === 0;
    chmodSync(folder, 0o555);
    // Permissions do not bind root: for the length of the test it becomes a user whom nobody knows.
    if (root) process.seteuid!(65534);
    try {
      const problems = await writeAtomically([file('a.csv', '1')], { force: false });
      expect(problems[0]!.message).toContain('permission denied (EACCES)');
    } finally {
      if (root) process.seteuid!(0);
    }
    expect(names()).toEqual([]);
  });

  it('puts the reason of the system in words', () => {
    const message = (code: string): string => failure('r.csv', Object.assign(new Error('x'), { code })).message;
    expect(message('ENOSPC')).toBe('Cannot write r.csv: no space is left on the disk (ENOSPC).');
    expect(message('EROFS')).toContain('the disk is read-only');
    expect(() => failure('r.csv', new TypeError('a bug'))).toThrow('a bug');
  });

  it.skipIf(!existsSync('/dev/full'))('reports a full disk from a device', async () => {
    const problems = await writeAtomically([{ path: '/dev/full', bytes: bytes('x') }], { force: false });
    expect(problems.map((d) => d.message)).toEqual(['Cannot write /dev/full: no space is left on the disk (ENOSPC).']);
  });

  it.skipIf(!existsSync('/dev/null'))('writes through to a device', async () => {
    expect(await codes([{ path: '/dev/null', bytes: bytes('x') }])).toEqual([]);
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});

describe('symbolic links', () => {
  it('replaces what a link points to and keeps the link', async () => {
    mkdirSync(join(folder, 'real'));
    writeFileSync(join(folder, 'real', 'a.csv'), 'old');
    symlinkSync(join('real', 'a.csv'), join(folder, 'link.csv'));
    expect(await codes([file('link.csv', 'new')], true)).toEqual([]);
    expect(lstatSync(join(folder, 'link.csv')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'real', 'a.csv'), 'utf8')).toBe('new');
  });

  it('makes the file that a dangling link names, and stops at a circle', async () => {
    symlinkSync('later.csv', join(folder, 'link.csv'));
    symlinkSync('circle.csv', join(folder, 'circle.csv'));
    expect(await codes([file('link.csv', 'new')])).toEqual([]);
    expect(content('later.csv')).toBe('new');
    expect((await writeAtomically([file('circle.csv', 'x')], { force: false }))[0]!.message).toContain(
      'circle (ELOOP)',
    );
  });
});

describe('interruption', () => {
  it('removes temporary files, and a commit after it changes nothing', async () => {
    writeFileSync(join(folder, 'a.csv'), 'old');
    const target = inspectTarget(join(folder, 'a.csv')) as Target;
    const fresh = inspectTarget(join(folder, 'b.csv')) as Target;
    const staged = [target, fresh].map((t) => ({ target: t, temporary: temporaryFor(t) }));
    for (const s of staged) writeFileSync(s.temporary, 'half');
    expect(names()).toHaveLength(3);
    removeTemporaryFiles();
    expect(names()).toEqual(['a.csv']);
    expect((await commit(staged, { force: true })).length).toBeGreaterThan(0);
    expect([names(), content('a.csv')]).toEqual([['a.csv'], 'old']);
  });

  it('takes back what was renamed when a later file of the set fails', async () => {
    writeFileSync(join(folder, 'a.csv'), 'old');
    const staged = ['a.csv', 'b.csv', 'c.csv'].map((name) => {
      const target = inspectTarget(join(folder, name)) as Target;
      return { target, temporary: temporaryFor(target) };
    });
    for (const s of staged) writeFileSync(s.temporary, 'new');
    // A folder where the last file should stand, made after the look at the targets: its rename fails.
    mkdirSync(join(folder, 'c.csv'));
    const problems = await commit(staged, { force: true });
    removeTemporaryFiles();
    expect(problems).toHaveLength(1);
    expect([names(), content('a.csv')]).toEqual([['a.csv', 'c.csv'], 'old']);
  });

  it('does not replace a file that appeared meanwhile', async () => {
    const target = inspectTarget(join(folder, 'a.csv')) as Target;
    const staged = [{ target, temporary: temporaryFor(target) }];
    writeFileSync(staged[0]!.temporary, 'new');
    writeFileSync(join(folder, 'a.csv'), 'theirs');
    expect((await commit(staged, { force: false })).map((d) => d.message)[0]).toContain('appeared there');
    removeTemporaryFiles();
    expect([names(), content('a.csv')]).toEqual([['a.csv'], 'theirs']);
  });
});
