// Paired comparison with plain Node: `node bench/compare.js [EVENTS] [PAIRS]`. Runs A B A B ..., checks that both answers agree, and prints
// CPU seconds (user + system) and peak memory as the operating system counted them, with the ratio of each pair.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from './generate.js';
import { measured } from './measure.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const BIN = join(HERE, '../bin/pharmabi.js');

/** Orders and cents by level as our report has them, in the form that plain Node prints. */
function levelsOf(text) {
  return JSON.parse(text)
    .tables.levels.map((row) => ({
      level: String(row.discount_pct),
      orders: row.orders,
      cents: Math.round(Number(row.net_revenue) * 100),
    }))
    .sort((a, b) => (a.level < b.level ? -1 : 1));
}

/** Whether both have the same levels with the same numbers of orders and the same cents. */
function agree(ours, plain) {
  const text = (levels) =>
    levels
      .map(({ level, orders, cents }) => `${Number(level) || level}: ${orders}, ${cents}`)
      .sort()
      .join('\n');
  if (text(ours) === text(plain)) return true;
  console.error(`the answers differ\nours\n${text(ours)}\nplain\n${text(plain)}`);
  return false;
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
  if (!agree(levelsOf(ours.out), JSON.parse(plain.out))) process.exit(1);
  runs.ours.push(ours);
  runs.plain.push(plain);
  console.log(
    `pair ${pair}: pharmabi ${ours.cpu.toFixed(1)} CPU s, ${ours.wall.toFixed(1)} s, ${Math.round(ours.peak)} MiB; ` +
      `plain Node ${plain.cpu.toFixed(1)} CPU s, ${plain.wall.toFixed(1)} s, ${Math.round(plain.peak)} MiB; CPU ratio ${(ours.cpu / plain.cpu).toFixed(2)}`,
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
