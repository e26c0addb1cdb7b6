// Runs a command and fails where a count in its last line has fallen: `node scripts/at-least.js 'run 875 error 239' COMMAND...`. The last line
// of the command says `NAME PASSED/TOTAL` for each name.
import { spawnSync } from 'node:child_process';

const [wanted, command, ...args] = process.argv.slice(2);
const { stdout, status } = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
process.stdout.write(stdout);
if (status !== 0) process.exit(status ?? 1);
const last = stdout.trimEnd().split('\n').at(-1);
const found = new Map([...last.matchAll(/(\w+) (\d+)\/\d+/g)].map(([, name, count]) => [name, Number(count)]));
const fallen = [...wanted.matchAll(/(\w+) (\d+)/g)].filter(
  ([, name, least]) => !((found.get(name) ?? -1) >= Number(least)),
);
for (const [, name, least] of fallen) process.stderr.write(`${name}: ${found.get(name) ?? 'nothing'}, was ${least}\n`);
process.exit(fallen.length > 0 ? 1 : 0);
