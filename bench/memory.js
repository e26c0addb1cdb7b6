// Peak memory of a report over a large log with schemas: `node bench/memory.js [GB] [LIMIT]` (2 and 1GB) writes the log where it is not
// there yet, runs the report under `--memory LIMIT`, and exits 1 where the process has taken more.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from './generate.js';
import { measured } from './measure.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const BYTES_PER_EVENT = 4_000;
const MIB = 1024 * 1024;

const gigabytes = Number(process.argv[2] ?? 2);
const limit = process.argv[3] ?? '1GB';
const budget = (Number.parseFloat(limit) * (limit.endsWith('MB') ? 1e6 : 1e9)) / MIB;
const folder = join(HERE, 'data', `schemas-${gigabytes}gb`);
const paths = ['patients.ndjson', 'orders.ndjson'].map((name) => join(folder, name));
if (!paths.every(existsSync)) generate((gigabytes * 1e9) / BYTES_PER_EVENT, folder, 20200101, { schemas: true });
const bytes = paths.reduce((sum, path) => sum + statSync(path).size, 0);

const run = await measured(join(HERE, '../bin/pharmabi.js'), [
  ...['report', 'discount-impact', folder, '--format', 'json', '--quiet', '--no-cache', '--memory', limit],
]);
const { inputs, counts } = JSON.parse(run.out).provenance;
console.log(`${(bytes / 1e9).toFixed(2)} GB in ${inputs.length} files, --memory ${limit}`);
console.log(`  ${JSON.stringify(counts ?? {})}`);
console.log(
  `  peak ${Math.round(run.peak)} MiB of ${Math.round(budget)}, ${run.cpu.toFixed(1)} CPU s, ${run.wall.toFixed(1)} s`,
);
process.exitCode = run.peak <= budget ? 0 : 1;
