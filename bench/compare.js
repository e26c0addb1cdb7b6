// Paired comparison with plain Node: `node bench/compare.js [EVENTS] [RUNS]`. Runs A B C A B C ..., checks that all answers agree, and prints
// CPU seconds (user + system) and peak memory as the operating system counted them, with the ratio of each pair.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from './generate.js';
import { measured } from './measure.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const BIN = join(HERE, '../bin/pharmabi.js');

/** Columns of both answers: counts and sums must be the same, the others within a billionth. */
const EXACT = ['discount_pct', 'orders', 'patients', 'practitioners', 'net_revenue', 'row', 'n', 'clusters'];
const NEAR = ['aov', 'median', 'p25', 'p75', 'sd', 'se', 'slope'];
const BILLIONTH = 1e-9;

/** The part of our report that plain Node computes too. */
function answerOf(text) {
  const { tables, provenance } = JSON.parse(text);
  return {
    levels: tables.levels,
    slopes: tables.slopes.filter(({ row }) => row !== 'within practitioner'),
    inputs: Object.fromEntries(provenance.inputs.map((input) => input.split(' sha256:'))),
  };
}

function byName(rows) {
  return new Map(rows.map((row) => [String(row.discount_pct ?? row.row), row]));
}

/** Where two tables differ, as sentences. */
function differences(table, ours, plain) {
  const [left, right] = [byName(ours), byName(plain)];
  const names = [...new Set([...left.keys(), ...right.keys()])];
  return names.flatMap((name) => {
    const [a, b] = [left.get(name), right.get(name)];
    if (!a || !b) return [`${table} ${name}: only in ${a ? 'ours' : 'plain'}`];
    const cells = Object.keys(b).map((column) => [column, a[column], b[column]]);
    return cells
      .filter(([column, x, y]) => {
        if (EXACT.includes(column)) return x !== y;
        if (NEAR.includes(column)) return !(Math.abs(x - y) <= BILLIONTH * Math.abs(y));
        throw new Error(`no rule compares the column ${column}`);
      })
      .map(([column, x, y]) => `${table} ${name}, ${column}: ours ${x}, plain ${y}`);
  });
}

/** How many numbers both answers hold; exits where one of them differs. */
function agree(ours, plain) {
  const wrong = ['levels', 'slopes'].flatMap((table) => differences(table, ours[table], plain[table]));
  for (const name of Object.keys({ ...ours.inputs, ...plain.inputs })) {
    if (ours.inputs[name] !== plain.inputs[name]) wrong.push(`SHA-256 of ${name} differs`);
  }
  if (wrong.length > 0) {
    console.error(`the answers differ\n${wrong.join('\n')}`);
    process.exit(1);
  }
  const cells = [...plain.levels, ...plain.slopes].reduce((sum, row) => sum + Object.keys(row).length - 1, 0);
  return cells + Object.keys(plain.inputs).length;
}

function spread(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { min: sorted[0], median, max: sorted[sorted.length - 1] };
}

const show = ({ min, median, max }, digits) => [min, median, max].map((number) => number.toFixed(digits)).join(' - ');

const said = (run) => `${run.cpu.toFixed(1)} CPU s, ${run.wall.toFixed(1)} s, ${Math.round(run.peak)} MiB`;

const events = Number(process.argv[2] ?? 1_000_000);
const pairs = Number(process.argv[3] ?? 3);
const folder = join(HERE, 'data', String(events));
if (!existsSync(join(folder, 'orders.ndjson'))) generate(events, folder);

/** Three scripts that give the same answer; only `EXACT_PEER` keeps the digits of ids, as pharmabi does. */
const EXACT_PEER = 'plain Node, ids exact (lossless-json)';
const PEERS = {
  'plain Node, readline + JSON.parse + Map': ['readline'],
  'plain Node, own buffers + JSON.parse': ['buffers'],
  [EXACT_PEER]: ['buffers', 'exact'],
};
const WANTED = 0.5;

const ours = [];
const theirs = Object.fromEntries(Object.keys(PEERS).map((name) => [name, []]));
for (let pair = 1; pair <= pairs; pair++) {
  const our = await measured(BIN, ['report', 'discount-impact', folder, '--format', 'json', '--quiet', '--no-cache']);
  ours.push(our);
  const answer = answerOf(our.out);
  console.log(`run ${pair}: pharmabi ${said(our)}`);
  for (const [name, options] of Object.entries(PEERS)) {
    const plain = await measured(join(HERE, 'plain-node.js'), [folder, ...options]);
    const same = agree(answer, JSON.parse(plain.out));
    theirs[name].push(plain);
    console.log(`  ${name} ${said(plain)}; CPU ratio ${(our.cpu / plain.cpu).toFixed(2)}; ${same} numbers agree`);
  }
}
console.log(`${events} events, ${pairs} runs of each, min - median - max`);
const summary = (list) =>
  `CPU s ${show(spread(list.map((run) => run.cpu)), 1)}, peak MiB ${show(spread(list.map((run) => run.peak)), 0)}`;
const ratios = (list) => spread(ours.map((run, at) => run.cpu / list[at].cpu));
console.log(`  pharmabi: ${summary(ours)}`);
for (const [name, list] of Object.entries(theirs)) {
  console.log(`  ${name}: ${summary(list)}; CPU of pharmabi / its CPU: ${show(ratios(list), 2)}`);
}
for (const [name, list] of Object.entries(theirs)) {
  const { median } = ratios(list);
  console.log(`  at most ${WANTED} of ${name}: ${median <= WANTED ? 'met' : 'not met'} (${median.toFixed(2)})`);
}
process.exitCode = ratios(theirs[EXACT_PEER]).median <= WANTED ? 0 : 1;
