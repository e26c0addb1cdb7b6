// Which test files use most of the processor: node scripts/slowest-tests.js [--all] [VITEST ARGUMENT...], such as `test/sql` or
// `--project quick`. Runs them one after the other, each in a process of its own, and counts user and system time of that process and its
// children: the figures hold beside other work too, where wall time says nothing.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SHOWN = 20;
const given = process.argv.slice(2);
const all = given.includes('--all');
const folder = mkdtempSync(join(tmpdir(), 'pharmabi-slowest-'));
const measured = join(folder, 'cpu.ndjson');
try {
  const { status } = spawnSync(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--maxWorkers=1',
      '--reporter=dot',
      ...given.filter((a) => a !== '--all'),
    ],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, PHARMABI_MEASURED: measured } },
  );
  const files = readFileSync(measured, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .sort((a, b) => b.cpu - a.cpu);
  const sum = (what, which = files) => which.reduce((total, file) => total + file[what], 0);
  const line = (cpu, assertions, text) =>
    console.log(`${cpu.toFixed(1).padStart(7)} s ${String(assertions).padStart(8)} assertions  ${text}`);
  for (const { file, cpu, assertions } of all ? files : files.slice(0, SHOWN)) line(cpu, assertions, file);
  line(sum('cpu'), sum('assertions'), `in ${sum('tests')} tests of ${files.length} files`);
  // What vitest itself took beside (it transforms the sources), where the system tells: fields 16 and 17, ticks of 10 ms.
  if (existsSync('/proc/self/stat')) {
    const [user, system] = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ').slice(13, 15).map(Number);
    console.log(`${((user + system) / 100).toFixed(1).padStart(7)} s  of CPU in all, with vitest itself`);
  }
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
