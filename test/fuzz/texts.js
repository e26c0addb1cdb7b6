// Mutated texts: `npm run fuzz:texts -- --count 1000 --seed 1`. Reports of a user, policies, configurations and manifests are damaged and given to the
// command line in this process, with --dry-run (a manifest: to verify, over inputs that are not there). A case fails where it ends
// otherwise than with 0 to 4, or says that an error is ours. `--only N` runs the case of seed N of every kind.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runCommandLine } from '../../dist/cli/run.js';
import { shippedPolicy } from '../../dist/privacy/shipped.js';
import { pick, randomFrom } from './random.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const REPORT = readFileSync(join(ROOT, 'examples/orders-by-clinic.sql'), 'utf8');
const CONFIG = 'small-numbers: external\norder: as-published\ntables:\n  patients:\n    topic: customers\n    columns:\n      PRACTITIONER_DISCOUNT: discount\n';
const BITS = ['\u0001', '\ufeff', '\u202e', '\0', '"', "'", '`', '(', ')', '[', '{', '}', ']', ':', ',', ';', '&a', '*a', '!!js', '|', '>', '- ', '\t', '\n', '\\', '$x', '?', '::regclass', '/*', '--', 'NULL', '1e999', '9'.repeat(60), '99999999999999999999', 'WITH x AS (SELECT 1) ', ' UNION ALL SELECT 1', 'DISTINCT ', ' OVER ()', 'COLUMNS(*)', '*', 'read_text(', '<<: ', '%YAML 9\n', '---\n', '...\n', '~', 'true', '0x', 'é', '\ud800'];

/** A text with one to four places changed: a piece taken out, doubled, moved, or another put in. */
function damaged(text, r) {
  let out = text;
  for (let n = 1 + Math.floor(r() * 4); n > 0; n--) {
    const from = Math.floor(r() * out.length);
    const to = Math.min(out.length, from + Math.floor(r() * 30));
    const piece = out.slice(from, to);
    const ways = [out.slice(0, from) + out.slice(to), out.slice(0, to) + piece + out.slice(to), out.slice(0, from) + pick(BITS, r) + out.slice(to), out.slice(0, from) + pick(BITS, r) + out.slice(from), out.slice(0, from) + piece.repeat(20) + out.slice(to)];
    out = pick(ways, r);
  }
  return out;
}

/** The manifest of a run over the bundled data, which says that its input is somewhere where it is not. */
async function manifestText(folder) {
  const made = await say(['report', 'discount-impact', '--no-cache', '--quiet', '--out', join(folder, 'x.json')], folder);
  if (made.exit !== 0) throw new Error(made.said);
  const manifest = JSON.parse(readFileSync(join(folder, 'x.json.manifest.json'), 'utf8'));
  return JSON.stringify({ ...manifest, sources: ['nowhere'] }, null, 1);
}

/** What a command line in this process says, and how it ends. */
async function say(args, cwd) {
  let said = '';
  const sink = { isTerminal: false, columns: 80, write: async (bytes) => void (said += Buffer.from(bytes).toString()) };
  const effects = { stdout: sink, stderr: sink, stdinIsTerminal: false, env: {}, cwd, now: () => 0, onInterrupt: () => () => {} };
  return { exit: await runCommandLine(args, effects), said };
}

const KINDS = {
  report: { text: REPORT, name: 'r.sql', args: (file) => ['report', file, '--dry-run'] },
  policy: { text: shippedPolicy().text, name: 'p.yaml', args: (file) => ['report', 'discount-impact', '--policy', file, '--dry-run'] },
  config: { text: CONFIG, name: 'c.yaml', args: (file) => ['report', 'discount-impact', '--config', file, '--dry-run'] },
  manifest: { text: null, name: 'm.json', args: (file) => ['verify', file] },
};

/** Runs the case of a seed; null where it is as it should be, else what went wrong. */
async function textOne(kind, text, seed, folder) {
  const { name, args } = KINDS[kind];
  const r = randomFrom(seed * 7919 + Object.keys(KINDS).indexOf(kind));
  const file = join(folder, name);
  writeFileSync(file, damaged(text, r));
  try {
    const { exit, said } = await say(args(file), folder);
    if (exit >= 0 && exit <= 4 && !/error\[internal\]|^ {4}at /m.test(said)) return null;
    return `${kind} ${seed}: exit ${exit}: ${said.slice(0, 300)}`;
  } catch (error) {
    return `${kind} ${seed}: ${error.stack}`;
  }
}

/** So many mutants of every kind; gives what went wrong. */
export async function fuzzTexts(count, first) {
  const folder = mkdtempSync(join(tmpdir(), 'texts-'));
  const wrong = [];
  try {
    for (const [kind, { text }] of Object.entries(KINDS)) {
      const whole = text ?? (await manifestText(folder));
      for (let seed = first; seed < first + count; seed++) {
        const problem = await textOne(kind, whole, seed, folder);
        if (problem !== null) wrong.push(problem);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return wrong;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { count: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' }, only: { type: 'string' } } });
  const wrong = values.only === undefined ? await fuzzTexts(Number(values.count), Number(values.seed)) : await fuzzTexts(1, Number(values.only));
  for (const line of wrong) console.log(line);
  console.log(`${values.only === undefined ? values.count : 1} mutants of each of ${Object.keys(KINDS).join(', ')}: ${wrong.length} wrong`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
