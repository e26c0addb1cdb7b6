// Kills runs at seeded instants: `npm run crash [-- --count 200 --seed 1]`. Reports, replays (CSV, DuckDB), a book, a verification and the writing of
// a cache are ended by SIGKILL, SIGTERM and SIGINT, and by a disk that is full (a limit on the size of files where the system has one). Then:
// no output is torn or one of a set alone, the next run leaves nothing of the killed one behind, and gives the same bytes.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { randomFrom } from '../test/fuzz/random.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PROGRAM = join(ROOT, 'bin/pharmabi.js');
const INPUT = join(ROOT, 'fixtures/captures/B-json-plain/kcat');
const { values } = parseArgs({
  options: { count: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
});
const work = mkdtempSync(join(tmpdir(), 'crash-'));
const out = join(work, 'out');
const temp = join(work, 'temp');
const cache = join(work, 'cache');
const KINDS = {
  report: [
    'report',
    'discount-impact',
    INPUT,
    '--no-cache',
    '--out',
    join(out, 'x.xlsx'),
    '--out',
    join(out, 'x.json'),
  ],
  csv: ['replay', 'ORDERS_ENRICHED', INPUT, '--no-cache', '--out', join(out, 'r.csv')],
  duckdb: ['replay', INPUT, '--no-cache', '--out', join(out, 'r.duckdb')],
  cache: ['report', 'discount-impact', INPUT, '--cache', cache, '--out', join(out, 'x.json')],
  book: ['report', 'all', INPUT, '--no-cache', '--out', join(out, 'book')],
  verify: ['verify', join(work, 'reference.json.manifest.json')],
};
const SIGNALS = ['SIGKILL', 'SIGTERM', 'SIGINT'];
const LIMIT_KB = 300;

function fresh() {
  for (const folder of [out, temp, cache]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
  }
}

/** Paths to digests; a database, of which the bytes differ from run to run, to its name. */
function tree(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const digest = path.endsWith('.duckdb')
        ? `database ${statSync(path).size > 0}`
        : createHash('sha256').update(readFileSync(path)).digest('hex');
      return [relative(folder, path), digest];
    }),
  );
}

const argsOf = (kind) => [...KINDS[kind], '--quiet', '--temp-dir', temp];
const run = (kind) => spawnSync(process.execPath, [PROGRAM, ...argsOf(kind)], { encoding: 'utf8' });

async function killed(kind, signal, delay) {
  const full = signal === 'full disk';
  const command = full
    ? ['/bin/sh', '-c', `ulimit -f ${LIMIT_KB}; trap '' XFSZ; exec "$0" "$@"`, process.execPath]
    : [process.execPath];
  const child = spawn(command[0], [...command.slice(1), PROGRAM, ...argsOf(kind)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => child.on('close', (code, by) => resolve(code ?? by)));
  if (!full) {
    await new Promise((resolve) => setTimeout(resolve, delay));
    child.kill(signal);
  }
  return await ended;
}

const isHidden = (path) => basename(path).startsWith('.');
const same = (a, b) => a.size === b.size && [...a].every(([path, digest]) => b.get(path) === digest);

function faultsOf(kind, reference) {
  const after = tree(out);
  const shown = [...after].filter(([path]) => !isHidden(path));
  const torn = shown.filter(([path, digest]) => reference.get(path) !== digest).map(([path]) => `torn ${path}`);
  const mixed = shown.length > 0 && shown.length < reference.size ? [`${shown.length} of ${reference.size} files`] : [];
  const again = run(kind);
  const left = [...tree(out).keys(), ...tree(cache).keys(), ...readdirSync(temp)].filter(
    (path) => isHidden(path) || path.startsWith('pharmabi-'),
  );
  return [
    ...torn,
    ...mixed,
    ...(again.status === 0 ? [] : [`the next run: exit ${again.status} ${again.stderr.slice(-200)}`]),
    ...left.map((path) => `left behind: ${path}`),
    ...(same(tree(out), reference) ? [] : ['other bytes after the next run']),
  ];
}

const r = randomFrom(Number(values.seed));
let wrong = 0;
let hit = 0;
try {
  mkdirSync(temp);
  spawnSync(process.execPath, [
    PROGRAM,
    'report',
    'discount-impact',
    INPUT,
    '--quiet',
    '--no-cache',
    '--out',
    join(work, 'reference.json'),
  ]);
  const known = new Map();
  for (const kind of Object.keys(KINDS)) {
    fresh();
    const begun = performance.now();
    const { status, stderr } = run(kind);
    if (status !== 0) throw new Error(`${kind}: exit ${status} ${stderr}`);
    known.set(kind, { reference: tree(out), took: performance.now() - begun });
  }
  const fullDisks = existsSync('/bin/sh') ? Object.keys(KINDS).filter((kind) => kind !== 'verify') : [];
  for (let n = 0; n < Number(values.count) + fullDisks.length; n++) {
    const kind = n < fullDisks.length ? fullDisks[n] : Object.keys(KINDS)[n % 6];
    const signal = n < fullDisks.length ? 'full disk' : SIGNALS[Math.floor(n / 6) % 3];
    const { reference, took } = known.get(kind);
    fresh();
    const ended = await killed(kind, signal, took * (r() < 0.5 ? r() : 0.7 + 0.3 * r()));
    if (ended !== 0) hit += 1;
    const faults = faultsOf(kind, reference);
    wrong += faults.length > 0 ? 1 : 0;
    if (faults.length > 0) console.log(`${n} ${kind} ${signal}: ${faults.join('; ')}`);
  }
  console.log(
    `${values.count} kills and ${fullDisks.length} full disks, seed ${values.seed}: ${hit} hit a run, ${wrong} wrong`,
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = wrong > 0 ? 1 : 0;
