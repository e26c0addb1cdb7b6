// CPU of the report on the bundled data: `node bench/bundled.js [RUNS]`, beside an empty Node script in the same runs. Exits 1 where
// the median is not below 3 s (user + system).
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measured } from './measure.js';

const LIMIT = 3;
const runs = Number(process.argv[2] ?? 7);
const bin = fileURLToPath(new URL('../bin/pharmabi.js', import.meta.url));
const empty = join(tmpdir(), `empty-${process.pid}.mjs`);
writeFileSync(empty, '');

const ours = [];
const nothing = [];
for (let i = 0; i < runs; i += 1) {
  nothing.push(await measured(empty, []));
  ours.push(await measured(bin, ['report', 'discount-impact']));
}
const sorted = (of) => of.map(({ cpu }) => cpu).sort((a, b) => a - b);
const median = (values) => values[Math.floor(values.length / 2)];
const spread = (values) => [values[0], median(values), values.at(-1)].map((value) => value.toFixed(2)).join(' - ');
console.log(`empty script: ${spread(sorted(nothing))} CPU s`);
console.log(`report discount-impact on the bundled data: ${spread(sorted(ours))} CPU s (limit ${LIMIT})`);
process.exitCode = median(sorted(ours)) < LIMIT ? 0 : 1;
