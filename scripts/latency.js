// How long a run takes to end after a signal: `npm run latency [-- --count 100]`, over eight commands, SIGINT and SIGTERM by turns, at seeded instants.
// Prints the median, the 99th percentile and the slowest; exits 1 where more than 1 % took over a second or one ended otherwise than with 130.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { randomFrom } from '../test/fuzz/random.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const INPUT = join(ROOT, 'fixtures/captures/B-json-plain/kcat');
const { values } = parseArgs({
  options: { count: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } },
});
const work = mkdtempSync(join(tmpdir(), 'latency-'));
const pipe = join(work, 'pipe.ndjson');
const COMMANDS = [
  ['report', 'discount-impact', INPUT, '--format', 'json'],
  ['report', 'all', INPUT, '--out', join(work, 'book')],
  ['report', join(ROOT, 'examples/orders-by-clinic.sql'), INPUT],
  ['replay', 'ORDERS_ENRICHED', INPUT, '--format', 'csv'],
  ['replay', INPUT, '--out', join(work, 'r.duckdb')],
  ['inspect', INPUT],
  ['inspect', pipe],
  ['verify', join(work, 'x.json.manifest.json')],
];
const START_UP = 250;

/** Waits until Node has started and the run with it: before that a signal ends a process that has begun nothing. */
async function isBegun(child) {
  const children = `/proc/${child.pid}/task/${child.pid}/children`;
  while (existsSync(children) && readFileSync(children, 'utf8') === '')
    await new Promise((resolve) => setTimeout(resolve, 10));
}

async function one(args, signal, delay) {
  const child = spawn(process.execPath, [join(ROOT, 'bin/pharmabi.js'), ...args, '--quiet'], {
    stdio: 'ignore',
    cwd: work,
  });
  const ended = new Promise((resolve) => child.on('close', (code, by) => resolve(code ?? by)));
  await isBegun(child);
  await new Promise((resolve) => setTimeout(resolve, delay));
  if (child.exitCode !== null) return null;
  const begun = performance.now();
  child.kill(signal);
  return { code: await ended, took: performance.now() - begun };
}

const r = randomFrom(Number(values.seed));
const times = [];
let otherwise = 0;
try {
  if (spawnSync('mkfifo', [pipe]).status !== 0) COMMANDS.splice(6, 1);
  spawnSync(process.execPath, [
    join(ROOT, 'bin/pharmabi.js'),
    'report',
    'discount-impact',
    INPUT,
    '--quiet',
    '--out',
    join(work, 'x.json'),
  ]);
  while (times.length < Number(values.count)) {
    const args = COMMANDS[times.length % COMMANDS.length];
    const done = await one(args, times.length % 2 === 0 ? 'SIGINT' : 'SIGTERM', START_UP + r() * 1500);
    if (done === null || done.code === 0) continue;
    if (done.code !== 130) {
      otherwise += 1;
      console.log(`${args.slice(0, 2).join(' ')}: ended with ${done.code}`);
    }
    times.push(done.took);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
const sorted = [...times].sort((a, b) => a - b);
const at = (share) => Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]);
const late = sorted.filter((t) => t > 1000).length;
console.log(
  `${sorted.length} tries: median ${at(0.5)} ms, 99 % ${at(0.99)} ms, slowest ${at(1)} ms; ${late} over a second, ${otherwise} not 130`,
);
process.exitCode = late > 0.01 * sorted.length || otherwise > 0 ? 1 : 0;
