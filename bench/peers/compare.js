// Ours beside what people use instead: `node bench/peers/compare.js [EVENTS] [ROUNDS] [NAME...]` (100000 and 3; all peers). All answer the same
// question (average order value by the discount in force at each order's latest version) over the same log. The peers are installed into
// bench/peers/.venv on the first run. Every round runs ours, then each peer: ratios are of runs that stood side by side. Exits 1 where an answer differs.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from './generate.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const BIN = join(HERE, '../../bin/pharmabi.js');
const PYTHON = join(HERE, '.venv', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/** Peers, and how much more CPU than ours each is to need at least. */
const PEERS = {
  'DuckDB by hand': { command: [PYTHON, join(HERE, 'duckdb-hand.py')], wanted: 1.0 },
  'ClickHouse embedded': { command: [PYTHON, join(HERE, 'chdb-asof.py')], wanted: 1.3 },
  pandas: { command: [PYTHON, join(HERE, 'pandas-asof.py')], wanted: 1.7 },
  polars: { command: [PYTHON, join(HERE, 'polars-asof.py')], wanted: 1.7 },
  'plain Node': { command: [process.execPath, join(HERE, 'plain-node.js')], wanted: 2.8 },
};

function install() {
  if (existsSync(PYTHON)) return;
  execFileSync('python3', ['-m', 'venv', join(HERE, '.venv')], { stdio: 'inherit' });
  execFileSync(PYTHON, ['-m', 'pip', 'install', '--quiet', '-r', join(HERE, 'requirements.txt')], { stdio: 'inherit' });
}

/** Runs a command to its end: its output, CPU seconds and peak MiB; rejects where it fails. */
function measured(command) {
  return new Promise((resolve, reject) => {
    const child = spawn(PYTHON, [join(HERE, 'measure.py'), ...command], { stdio: ['ignore', 'pipe', 'pipe'] });
    const texts = { out: [], err: [] };
    child.stdout.on('data', (chunk) => texts.out.push(chunk));
    child.stderr.on('data', (chunk) => texts.err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      const err = Buffer.concat(texts.err).toString();
      if (code !== 0) return reject(new Error(`${command.join(' ')}: exit ${code}\n${err}`));
      const figures = JSON.parse(err.trim().split('\n').at(-1));
      return resolve({ out: Buffer.concat(texts.out).toString(), ...figures });
    });
  });
}

/** Our rows (discount, orders, sum) in the words of the peers, which print the average too. */
function answerOf(csv) {
  const rows = csv.trim().split(/\r?\n/).slice(1);
  const key = ([discount]) => (discount === 'none' ? Number.POSITIVE_INFINITY : Number(discount));
  const sorted = rows.map((row) => row.split(',')).sort((a, b) => key(a) - key(b));
  return sorted
    .map(([discount, n, sum]) => `${[discount, n, sum, (Number(sum) / Number(n)).toFixed(4)].join(',')}\n`)
    .join('');
}

async function ours(folder) {
  const options = [
    '--pipeline',
    join(HERE, 'aov.ksql'),
    '--policy',
    join(HERE, 'policy.yaml'),
    '--no-cache',
    '--quiet',
    '--format',
    'csv',
  ];
  const run = await measured([process.execPath, BIN, 'replay', 'AOV', folder, ...options]);
  return { ...run, out: answerOf(run.out) };
}

const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const spread = (numbers, digits) =>
  [Math.min(...numbers), median(numbers), Math.max(...numbers)].map((n) => n.toFixed(digits)).join(' - ');

const [events = '100000', rounds = '3', ...names] = process.argv.slice(2);
const chosen = Object.entries(PEERS).filter(([name]) => names.length === 0 || names.includes(name));
install();
const folder = join(HERE, '../data', `peers-${events}`);
if (!existsSync(join(folder, 'orders.ndjson'))) generate(Number(events), folder);

const own = [];
const theirs = new Map(chosen.map(([name]) => [name, []]));
for (let round = 1; round <= Number(rounds); round++) {
  const mine = await ours(folder);
  own.push(mine);
  for (const [name, { command }] of chosen) {
    const run = await measured([...command, folder]);
    if (run.out !== mine.out) {
      console.error(`the answers differ: ours\n${mine.out}\n${name}\n${run.out}`);
      process.exit(1);
    }
    theirs.get(name).push(run);
  }
}
const { model } = cpus()[0];
console.log(
  `${events} events, ${rounds} rounds, all answers equal; ${cpus().length} x ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}; min - median - max`,
);
console.log(
  `| | CPU s | peak MiB | its CPU / ours, pair by pair | wanted | its memory / ours |\n|---|---|---|---|---|---|`,
);
console.log(
  `| ours | ${spread(
    own.map((run) => run.cpu),
    1,
  )} | ${spread(
    own.map((run) => run.peak),
    0,
  )} | 1 | | 1 |`,
);
let met = true;
for (const [name, { wanted }] of chosen) {
  const runs = theirs.get(name);
  const ratios = runs.map((run, at) => run.cpu / own[at].cpu);
  const enough = median(ratios) >= wanted;
  met &&= enough;
  console.log(
    `| ${name} | ${spread(
      runs.map((run) => run.cpu),
      1,
    )} | ${spread(
      runs.map((run) => run.peak),
      0,
    )} | ${spread(ratios, 2)} | ${wanted.toFixed(1)}: ${enough ? 'met' : 'not met'} | ${spread(
      runs.map((run, at) => run.peak / own[at].peak),
      2,
    )} |`,
  );
}
process.exitCode = met ? 0 : 1;
