import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { afterAll, afterEach, expect } from 'vitest';

// Set up by scripts/slowest-tests.js alone: what the process of one test file used of the processor, with its children, and how
// many assertions it made.
const MEASURED = process.env.PHARMABI_MEASURED;
let assertions = 0;
let tests = 0;

/** User and system seconds of this process and of the children it waited for; without /proc of this process alone. */
function cpuSeconds(): number {
  if (existsSync('/proc/self/stat')) {
    // The name of the program, in brackets, may hold spaces; utime, stime, cutime and cstime are fields 14 to 17, in ticks of 10 ms.
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ');
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
  }
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

afterEach(() => {
  tests += 1;
  assertions += expect.getState().assertionCalls;
});

afterAll(() => {
  if (MEASURED === undefined) return;
  const file = relative(process.cwd(), expect.getState().testPath ?? '');
  appendFileSync(MEASURED, `${JSON.stringify({ file, cpu: cpuSeconds(), tests, assertions })}\n`);
});
