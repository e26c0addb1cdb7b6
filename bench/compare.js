// Paired comparison with plain Node: `node bench/compare.js [EVENTS] [PAIRS]`. Runs A B A B ..., checks that both answers agree, and prints
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

const events = Number(process.argv[2] ?? 1_000_000);
const pairs = Number(process.argv[3] ?? 3);
const folder = join(HERE, 'data', String(events));
if (!existsSync(join(folder, 'orders.ndjson'))) generate(events, folder);

const runs = { ours: [], plain: [] };
for (let pair = 1; pair <= pairs; pair++) {
  const ours = await measured(BIN, ['report', 'discount-impact', folder, '--format', 'json', '--quiet']);
  const plain = await measured(join(HERE, 'plain-node.js'), [folder]);
  const same = agree(answerOf(ours.out), JSON.parse(plain.out));
  runs.ours.push(ours);
  runs.plain.push(plain);
  console.log(
    `pair ${pair}: pharmabi ${ours.cpu.toFixed(1)} CPU s, ${ours.wall.toFixed(1)} s, ${Math.round(ours.peak)} MiB; ` +
      `plain Node ${plain.cpu.toFixed(1)} CPU s, ${plain.wall.toFixed(1)} s, ${Math.round(plain.peak)} MiB; CPU ratio ${(ours.cpu / plain.cpu).toFixed(2)}; ${same} numbers agree`,
  );
}
const ratio = spread(runs.ours.map((run, at) => run.cpu / runs.plain[at].cpu));
console.log(`${events} events, ${pairs} pairs, min - median - max`);
for (const [name, list] of Object.entries(runs)) {
  console.log(
    `  ${name.padEnd(6)} CPU s ${show(spread(list.map((run) => run.cpu)), 1)}, peak MiB ${show(spread(list.map((run) => run.peak)), 0)}`,
  );
}
console.log(`  CPU of pharmabi / CPU of plain Node: ${show(ratio, 2)} (at most 0.50 wanted)`);
process.exitCode = ratio.median <= 0.5 ? 0 : 1;
