// No test may depend on how fast the machine is: node scripts/under-load.js [RUNS] [BUSY] runs the quick tests three times beside eight processes
// that do nothing but keep the processors busy. Exits 1 when one run fails.
import { spawn, spawnSync } from 'node:child_process';

const [runs = 3, busy = 8] = process.argv.slice(2).map(Number);
const load = Array.from({ length: busy }, () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
let failed = 0;
try {
  for (let run = 1; run <= runs; run += 1) {
    const began = performance.now();
    const { status, stdout } = spawnSync(
      process.execPath,
      ['node_modules/vitest/vitest.mjs', 'run', '--mode', 'quick', '--reporter=dot', '--no-color'],
      { encoding: 'utf8', maxBuffer: 1 << 28 },
    );
    const told = stdout.split('\n').filter((line) => /^\s+(Test Files|Tests) /.test(line) || / FAIL /.test(line));
    console.log(`run ${run}: exit ${status}, ${((performance.now() - began) / 1000).toFixed(0)} s\n${told.join('\n')}`);
    if (status !== 0) failed += 1;
  }
} finally {
  for (const child of load) child.kill();
}
process.exitCode = failed === 0 ? 0 : 1;
