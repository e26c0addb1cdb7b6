// Mutated inputs: `npm run fuzz -- --count 2000 --seed 1` (these are the defaults). Each case takes a slice of a bundled capture in some form,
// damages it, and replays it in-process beside good records; one in four is inspected as well. A case fails when anything but a diagnostic
// is thrown, when it takes over ten seconds or the process over 1 GB, when a personal value stands in what is said, or when records that the
// damage did not touch are not accounted for. Prints the failing cases with their seed, and exits 1. `--only N` runs the one case of seed N.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DiagnosticError } from '../../dist/diagnostics/diagnostic.js';
import { openEngine } from '../../dist/engine/engine.js';
import { inspectInputs } from '../../dist/input/index.js';
import { shippedPolicy } from '../../dist/privacy/shipped.js';
import { runPipeline } from '../../dist/replay/index.js';
import { shippedPipeline } from '../../dist/replay/shipped.js';
import { container, framed, LINE_FORMS } from './forms.js';
import { BYTE_MUTATIONS, bombsOf, LINE_MUTATIONS } from './mutations.js';
import { pick, randomFrom } from './random.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const KCAT = join(ROOT, 'fixtures/captures/B-json-plain/kcat');
/** Forms of which a record may take several lines. */
const DUMPS = new Set(['csv', 'outfile', 'batch']);
const LINES = 60;
const GOOD = 100;
const LIMIT_MS = 10_000;
/** By the clock a busy machine takes longer; what hangs is stopped then. */
const WAIT_MS = 20 * LIMIT_MS;
const MEMORY = 1e9;
/** From so many good records on, nothing that stands behind them may be a reason to read none. */
const MANY = 20;

const linesOf = (table) =>
  gunzipSync(readFileSync(join(KCAT, `shopb.pharmacy.${table}.kcat.ndjson.gz`)))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');

const TABLES = { orders: linesOf('orders'), patients: linesOf('patients') };

const FILE_NAMES = ['#.ndjson', "#'s.ndjson", '#  ;.csv', '#%s{}$(id).txt', '..#', '#é\u202e.json', '#[a-z]*?.json', '-#', '#\n.json', `${'x'.repeat(200)}.#`, '#.avro', '#'];

/** E-mail addresses, telephone numbers and addresses of the capture: what no message may hold. */
const PERSONAL = new Set(
  TABLES.patients.flatMap((line) => {
    const payload = JSON.parse(JSON.parse(line).payload ?? 'null');
    return [payload?.before, payload?.after].flatMap((row) => ['email', 'phone', 'address'].map((column) => row?.[column]));
  }).filter((value) => typeof value === 'string' && value.length >= 9),
);

const personal = (said) => [...PERSONAL].some((value) => said.includes(JSON.stringify(value).slice(1, -1)) || said.includes(value));

/** The damaged file of a case: its bytes, what was done, and how many records before the damage are whole (null: nobody can say). */
async function damaged(lines, r) {
  const kind = r();
  if (kind < 0.02) {
    const name = pick(Object.keys(bombsOf()), r);
    return { title: name, bytes: bombsOf()[name], whole: null };
  }
  const change = pick(Object.keys(BYTE_MUTATIONS), r);
  if (kind < 0.1) {
    const codec = pick(['null', 'deflate'], r);
    return { title: `Avro container (${codec}), ${change}`, bytes: BYTE_MUTATIONS[change](await container(lines, codec), r), whole: null };
  }
  if (kind < 0.15) {
    const { bytes, schema } = framed(lines);
    return { title: `framed Avro, ${change}`, bytes: BYTE_MUTATIONS[change](bytes, r), whole: null, schema };
  }
  const form = pick(Object.keys(LINE_FORMS), r);
  const mutation = pick(Object.keys(LINE_MUTATIONS), r);
  const from = Math.floor(r() * LINES);
  const text = LINE_MUTATIONS[mutation](lines.map(LINE_FORMS[form]), from, r).join('\n');
  const encoding = r() < 0.15 ? 'latin1' : 'utf8';
  let bytes = Buffer.from(text, encoding);
  let title = `${form} (${encoding}), ${mutation} from ${from}`;
  let whole = mutation === 'emptied' || encoding === 'latin1' || DUMPS.has(form) ? null : from;
  const packing = r();
  if (packing < 0.2) {
    bytes = gzipSync(bytes);
    title += ', gzip';
    if (packing < 0.1) {
      bytes = BYTE_MUTATIONS[change](bytes, r);
      title += ` ${change}`;
      whole = null;
    }
  }
  return { title, bytes, whole };
}

/** Runs one case; null where it is as it should be, else what went wrong. */
export async function fuzzOne(seed) {
  const r = randomFrom(seed);
  const [broken, good] = r() < 0.6 ? ['orders', 'patients'] : ['patients', 'orders'];
  const all = TABLES[broken];
  const start = Math.floor(r() * (all.length - LINES));
  const { title, bytes, whole, schema } = await damaged(all.slice(start, start + LINES), r);
  const name = pick(FILE_NAMES, r).replace('#', broken);
  const hidden = name.startsWith('.');
  const order = pick(['event-time', 'as-published'], r);
  const inspects = r() < 0.25;
  const problem = (text) => `case ${seed}: ${broken} as ${title}, in ${JSON.stringify(name)}: ${text}`;
  const folder = mkdtempSync(join(tmpdir(), 'pharmabi-fuzz-'));
  const engine = await openEngine({ threads: 1, memory: '1GB', tempDirectory: folder });
  const begun = [performance.now(), process.cpuUsage()];
  const timer = setTimeout(() => engine.interrupt(), WAIT_MS);
  try {
    const input = join(folder, 'in');
    mkdirSync(input);
    writeFileSync(join(input, name), bytes);
    writeFileSync(join(input, `good.${good}.ndjson`), TABLES[good].slice(0, GOOD).join('\n'));
    const options = { order, baseline: 'strict', topics: [], decimalScales: [], timeZone: 'UTC', policy: shippedPolicy() };
    if (schema !== undefined) {
      mkdirSync(join(folder, 'schemas'));
      writeFileSync(join(folder, 'schemas/7.avsc'), schema);
      options.avroSchemas = join(folder, 'schemas');
    }
    const demand = [{ relation: 'ORDERS_ENRICHED', form: 'changes' }];
    const found = await outcome(() => runPipeline({ engine, inputs: [input], pipeline: shippedPipeline(), options, demand, locate: true }));
    const looked = inspects ? await outcome(() => inspectInputs(engine, [input], options)) : null;
    const { user, system } = process.cpuUsage(begun[1]);
    for (const one of [found, looked]) {
      if (one?.crash !== undefined) return problem(one.crash);
      if (one !== null && personal(one.said)) return problem('a personal value in what is said');
    }
    const [busy, took] = [(user + system) / 1000, performance.now() - begun[0]];
    if (busy > LIMIT_MS || took > WAIT_MS) return problem(`${Math.round(busy)} ms of CPU, ${Math.round(took)} ms`);
    if (process.memoryUsage.rss() > MEMORY) return problem(`${Math.round(process.memoryUsage.rss() / 1e6)} MB`);
    return whole === null || hidden ? null : lost(found, whole, problem);
  } finally {
    clearTimeout(timer);
    engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function outcome(run) {
  try {
    const result = await run();
    const { rejected, quarantined, notes, warnings, counts, files } = result;
    return { counts, said: JSON.stringify([rejected, quarantined, notes, warnings, files]) };
  } catch (error) {
    if (error instanceof DiagnosticError) return { error, said: JSON.stringify(error.diagnostics) };
    return { crash: error instanceof Error ? (error.stack ?? error.message) : String(error), said: '' };
  }
}

/** The records before the damage are accounted for, and so are those of the other file. */
function lost({ counts, error }, whole, problem) {
  if (error !== undefined) return whole < MANY ? null : problem(`${whole} good records, and ${error.diagnostics.map((d) => d.code)}: ${error.diagnostics[0].message}`);
  const { events, duplicates, tombstones, otherTables, setAside, withoutKey } = counts;
  const read = events + duplicates + tombstones + otherTables + setAside + withoutKey;
  return read >= GOOD + whole ? null : problem(`${GOOD + whole} good records, and only ${read} are accounted for ${JSON.stringify(counts)}`);
}

/** Runs cases with seeds from `first` on; gives what went wrong. */
export async function fuzz(count, first, onProblem = () => {}, onCase = () => {}) {
  const wrong = [];
  for (let seed = first; seed < first + count; seed++) {
    const problem = await fuzzOne(seed);
    onCase(seed - first + 1);
    if (problem === null) continue;
    wrong.push(problem);
    onProblem(problem);
  }
  return wrong;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { count: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } } });
  // Seeds of different runs do not overlap.
  const first = values.only === undefined ? Math.round(Number(values.seed ?? 1) * 1_000_000) : Number(values.only);
  const count = values.only === undefined ? Number(values.count ?? 2000) : 1;
  const begun = performance.now();
  const progress = (done) => done % 100 === 0 && console.error(`${done} cases done`);
  const wrong = await fuzz(count, first, (problem) => console.log(problem), progress);
  const { maxRSS } = process.resourceUsage();
  console.log(`${count} cases from ${first}: ${wrong.length} wrong; ${Math.round((performance.now() - begun) / 1000)} s, at most ${Math.round(maxRSS / 1024)} MiB`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
