// What of each room of src the tests reach: `npx vitest run --coverage && node scripts/coverage-by-room.js`. Exits 1 where a room has fallen below
// its floor in test/coverage-floors.json; `--raise` writes what was reached (floors never fall). Counted is what runs from src: what
// only the built program runs (test/oracle, most of test/cli) is not seen here. The first floors were measured over 52 files of the quick
// tests: lower bounds, to be raised after the next whole `npm test -- --coverage`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FLOORS = join(ROOT, 'test/coverage-floors.json');
/** A percent point less is told: a moved line, another worker that had the luck, is less than that. */
const SLACK = 1;

const summary = JSON.parse(readFileSync(join(ROOT, 'coverage/coverage-summary.json'), 'utf8'));
const rooms = new Map();
for (const [file, { lines, branches }] of Object.entries(summary)) {
  const [top, room] = relative(ROOT, file).split(sep);
  if (top !== 'src') continue;
  const sum = rooms.get(room) ?? { files: 0, lines: [0, 0], branches: [0, 0] };
  sum.files += 1;
  for (const [name, { covered, total }] of Object.entries({ lines, branches })) {
    sum[name][0] += covered;
    sum[name][1] += total;
  }
  rooms.set(room, sum);
}

const percent = ([covered, total]) => (total === 0 ? 100 : Math.floor((1000 * covered) / total) / 10);
const floors = JSON.parse(readFileSync(FLOORS, 'utf8'));
const fallen = [];
console.log('room            files   lines  branches   floor (lines)');
for (const [room, sum] of [...rooms].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const reached = percent(sum.lines);
  const floor = floors[room];
  if (floor !== undefined && reached < floor - SLACK) fallen.push(`${room}: ${reached} %, it was ${floor} %`);
  const cells = [String(sum.files).padStart(5), `${reached} %`.padStart(7), `${percent(sum.branches)} %`.padStart(9)];
  console.log(`${room.padEnd(15)} ${cells.join(' ')}   ${floor === undefined ? '-' : `${floor} %`}`);
}
for (const room of Object.keys(floors))
  if (!rooms.has(room)) console.log(`${room}: is no room of src any more; its floor can go`);
if (process.argv.includes('--raise')) {
  const raised = [...rooms].map(([room, { lines }]) => [room, Math.max(floors[room] ?? 0, percent(lines))]).sort();
  writeFileSync(FLOORS, `${JSON.stringify(Object.fromEntries(raised), null, 2)}\n`);
}
if (fallen.length > 0) {
  console.error(`fallen below where it stood: ${fallen.join('; ')}`);
  process.exitCode = 1;
}
