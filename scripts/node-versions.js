// Runs tests under other versions of Node: `npm run node-versions [-- FILE...]`. Each is the package `node-<platform>-<arch>` of the registry: a
// binary, without install scripts. Without FILE: what differs most between versions (the command line as processes, determinism, text).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const VERSIONS = ['20', '22', '24'];
const FILES = [
  'test/cli/cases.test.ts',
  'test/cli/process.test.ts',
  'test/cli/safe-text.test.ts',
  'test/cli/start-up.test.ts',
  'test/output',
  'test/engine',
];
const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const asked = process.argv.slice(2);
const files = asked.length > 0 ? asked : FILES.filter((file) => existsSync(join(ROOT, file)));

const folder = mkdtempSync(join(tmpdir(), 'node-versions-'));
let failed = 0;
try {
  for (const version of VERSIONS) {
    const place = join(folder, version);
    const got = spawnSync(
      'npm',
      ['install', '--silent', '--ignore-scripts', '--no-save', '--prefix', place, `${name}@${version}`],
      { encoding: 'utf8' },
    );
    const node = join(place, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (got.status !== 0 || !existsSync(node)) throw new Error(`no ${name}@${version}: ${got.stderr}`);
    const said = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
    const ran = spawnSync(node, [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', ...files], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${join(node, '..')}:${process.env.PATH}`, NO_COLOR: '1' },
    });
    const tests = /^\s*Tests\s+(.*)$/m.exec(ran.stdout)?.[1] ?? 'no tests';
    console.log(`Node ${said}: ${tests}`);
    if (ran.status !== 0) {
      failed += 1;
      console.log(
        ran.stdout
          .split('\n')
          .filter((line) => /FAIL|Error:/.test(line))
          .join('\n'),
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed > 0 ? 1 : 0;
