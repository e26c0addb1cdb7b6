// Mutated inputs: `npm run fuzz -- [COUNT] [SEED]` (2000 and 1). Each case takes a slice of a bundled capture in some form, damages it, and
// replays it in-process. A case fails when anything but a diagnostic is thrown, when it takes over ten seconds, when a personal value stands
// in a message, or when lines that the damage did not touch are no events. Prints the failing cases with their seed, and exits 1.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DiagnosticError } from '../../dist/diagnostics/diagnostic.js';
import { openEngine } from '../../dist/engine/engine.js';
import { shippedPolicy } from '../../dist/privacy/shipped.js';
import { runPipeline } from '../../dist/replay/index.js';
import { shippedPipeline } from '../../dist/replay/shipped.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const KCAT = join(ROOT, 'fixtures/captures/B-json-plain/kcat');
const LINES = 60;
const LIMIT_MS = 10_000;

/** A generator of numbers in [0, 1): mulberry32. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const linesOf = (table) =>
  gunzipSync(readFileSync(join(KCAT, `shopb.pharmacy.${table}.kcat.ndjson.gz`)))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');

const ORDERS = linesOf('orders');
const PATIENTS = linesOf('patients');

/** The same records in other forms. */
const FORMS = {
  kcat: (line) => line,
  values: (line) => JSON.parse(line).payload ?? 'null',
  console: (line) => {
    const { key, payload, ts, partition, offset } = JSON.parse(line);
    return `CreateTime:${ts}\tPartition:${partition}\tOffset:${offset}\t${key ?? 'null'}\t${payload ?? 'null'}`;
  },
  unwrapped: (line) => {
    const payload = JSON.parse(JSON.parse(line).payload ?? 'null');
    if (payload === null) return 'null';
    const { source, op } = payload;
    const row = payload.after ?? payload.before;
    return JSON.stringify({ ...row, __op: op, __table: source.table, __source_ts_ms: source.ts_ms, __deleted: String(op === 'd') });
  },
  dump: (line, at) => {
    const row = JSON.parse(JSON.parse(line).payload ?? '{}')?.after ?? {};
    const cells = (of) => of.map((cell) => `"${String(cell ?? '').replaceAll('"', '""')}"`).join(',');
    return at === 0 ? `${cells(Object.keys(row))}\n${cells(Object.values(row))}` : cells(Object.values(row));
  },
};

/** Damage to the lines `from` on: gives new lines; what stands before `from` is not touched. */
const MUTATIONS = {
  'cut in the middle of a line': (lines, from, r) => [...lines.slice(0, from), lines[from].slice(0, Math.floor(r() * lines[from].length))],
  'flipped bytes': (lines, from, r) => lines.map((line, i) => (i < from ? line : flip(line, r))),
  'swapped lines': (lines, from, r) => [...lines.slice(0, from), ...lines.slice(from).sort(() => r() - 0.5)],
  'two records on a line': (lines, from) => [...lines.slice(0, from), lines[from] + (lines[from + 1] ?? ''), ...lines.slice(from + 2)],
  'huge numbers': (lines, from) => lines.map((line, i) => (i < from ? line : line.replace(/\d{4,}/g, (n) => `${n}99999999999999999999999999`))),
  'exponents and signs': (lines, from) => lines.map((line, i) => (i < from ? line : line.replace(/:(\d+)/g, ':-$1e308'))),
  'deep nesting': (lines, from) => [...lines.slice(0, from), `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`, `${'['.repeat(5000)}${']'.repeat(5000)}`],
  'wrong types': (lines, from) => lines.map((line, i) => (i < from ? line : line.replace(/:("[^"]*"|\d+)/g, (_m, v) => (v.startsWith('"') ? ':[1]' : ':{"x":null}')))),
  'duplicate keys': (lines, from) => lines.map((line, i) => (i < from ? line : line.replace('{', '{"op":"u","op":"zz",'))),
  'control characters': (lines, from) => lines.map((line, i) => (i < from ? line : line.replace(/,/g, ',\u0001\u0000'))),
  'lone surrogates': (lines, from) => lines.map((line, i) => (i < from ? line : line.replace(/"status/g, '"\\ud800status'))),
  'carriage returns': (lines, from) => lines.map((line, i) => (i < from ? line : `${line}\r`)),
  'a line of ten megabytes': (lines, from) => [...lines.slice(0, from), `{"a":"${'x'.repeat(10_000_000)}"}`, ...lines.slice(from)],
  'names that are paths': (lines, from) => lines.map((line, i) => (i < from ? line : line.replaceAll('shopb.pharmacy', '../../../etc/passwd\\u0000;'))),
  'quotes of SQL': (lines, from) => lines.map((line, i) => (i < from ? line : line.replaceAll('pharmacy', "p'); DROP TABLE x; --"))),
  emptied: () => [''],
};

function flip(line, r) {
  const at = Math.floor(r() * line.length);
  return line.slice(0, at) + String.fromCharCode(Math.floor(r() * 256)) + line.slice(at + 1);
}

const FILE_NAMES = ['orders.ndjson', "o'rders.ndjson", 'or ders;.csv', 'orders%s{}.txt', '..orders', 'órders.json'];

function pick(list, r) {
  return list[Math.floor(r() * list.length)];
}

/** E-mail addresses of the capture: what no message may hold. */
const PERSONAL = new Set(PATIENTS.flatMap((line) => line.match(/[\w.+]+@[\w.]+/g) ?? []));

/** Runs one case; null where it is as it should be, else what went wrong. */
export async function fuzzOne(seed) {
  const r = randomFrom(seed);
  const form = pick(Object.keys(FORMS), r);
  const mutation = pick(Object.keys(MUTATIONS), r);
  const start = Math.floor(r() * (ORDERS.length - LINES));
  const lines = ORDERS.slice(start, start + LINES).map(FORMS[form]);
  const from = Math.floor(r() * LINES);
  let bytes = Buffer.from(MUTATIONS[mutation](lines, from, r).join('\n'), r() < 0.2 ? 'latin1' : 'utf8');
  const packed = r();
  if (packed < 0.2) bytes = gzipSync(bytes);
  if (packed < 0.1) bytes = bytes.subarray(0, Math.floor(r() * bytes.length));
  const folder = mkdtempSync(join(tmpdir(), 'pharmabi-fuzz-'));
  const name = `case ${seed}: ${form}, ${mutation}${packed < 0.2 ? ', gzip' : ''}${packed < 0.1 ? ' cut off' : ''}`;
  const engine = await openEngine({ threads: 1, memory: '1GB', tempDirectory: folder });
  const timer = setTimeout(() => engine.interrupt(), LIMIT_MS);
  try {
    mkdirSync(join(folder, 'in'));
    writeFileSync(join(folder, 'in', pick(FILE_NAMES, r)), bytes);
    writeFileSync(join(folder, 'in', 'patients.ndjson'), PATIENTS.slice(0, 100).join('\n'));
    const options = { order: 'event-time', baseline: 'strict', topics: [], decimalScales: [], timeZone: 'UTC', policy: shippedPolicy() };
    const demand = [{ relation: 'ORDERS_ENRICHED', form: 'changes' }];
    const result = await runPipeline({ engine, inputs: [join(folder, 'in')], pipeline: shippedPipeline(), options, demand, locate: true });
    const said = JSON.stringify([result.rejected, result.quarantined, result.notes, result.warnings]);
    if ([...PERSONAL].some((value) => said.includes(value))) return `${name}: a personal value in what is said`;
    return lost(name, { form, mutation, packed, from }, result);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) return `${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    const said = JSON.stringify(error.diagnostics);
    return [...PERSONAL].some((value) => said.includes(value)) ? `${name}: a personal value in a message` : null;
  } finally {
    clearTimeout(timer);
    engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In forms of one record per line, the lines before the damage are events (of patients there are always 100). */
function lost(name, { form, mutation, packed, from }, { counts }) {
  if (form !== 'values' && form !== 'kcat') return null;
  if (packed < 0.1 || mutation === 'emptied') return null;
  const read = counts.events + counts.duplicates + counts.tombstones + counts.otherTables + counts.setAside + counts.withoutKey;
  return read >= from ? null : `${name}: ${from} good lines, and only ${read} records are accounted for`;
}

/** Runs cases with seeds from `first` on; gives what went wrong. */
export async function fuzz(count, first, onCase = () => {}) {
  const wrong = [];
  for (let seed = first; seed < first + count; seed++) {
    const problem = await fuzzOne(seed);
    if (problem !== null) wrong.push(problem);
    onCase(seed, problem);
  }
  return wrong;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [count, seed] = [Number(process.argv[2] ?? 2000), Number(process.argv[3] ?? 1)];
  const wrong = await fuzz(count, seed, (_seed, problem) => {
    if (problem !== null) console.log(problem);
  });
  console.log(`${count} cases from seed ${seed}: ${wrong.length} wrong`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
