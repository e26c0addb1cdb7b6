// Does a test notice? `npm run mutate` changes one place of the replay core at a time and runs the suites nearest to it; a change that no test
// notices survives. `--all` tries every place, `--only WORDS` those whose file or change has one of these (a comma between), `--list` says which there are.
// Exits 1 where fewer than 85 % die, a named change survives, or a survivor has no reason in docs/mutants.md.
//
// Places are found by patterns in whatever the files hold now, so they move with the code. A place is known by a digest of the line
// it stands in: docs/mutants.md names survivors by it. Nothing is written: the changed text is handed to the tests as their module is loaded.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVitest } from 'vitest/node';
import { CORE, NAMED, OPERATORS, SUITES } from './mutants.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** So many places of those that the operators find, the same ones every time. */
const SAMPLE = 60;
const WANTED = 0.85;

const argument = (name) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);
const digest = (text) => createHash('sha256').update(text).digest('hex').slice(0, 8);

const filesOf = (room) =>
  readdirSync(join(ROOT, 'src', room))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ room, name, path: join(ROOT, 'src', room, name) }))
    .map((file) => ({ ...file, text: readFileSync(file.path, 'utf8') }));

/** The files of the replay core: what a room has that fits, whatever it is called now. */
const files = CORE.flatMap(({ room, holds, not }) =>
  filesOf(room).filter(({ name, text }) => holds.test(text) && !not?.test(name)),
);

/** Lines that are code: no comment, no import. */
const isCode = (line) => !/^\s*(\/\/|\/?\*|import |export type |export interface )/.test(line);

function placesOf({ room, path, text }) {
  const found = [];
  let start = 0;
  for (const [above, line] of text.split('\n').entries()) {
    if (isCode(line))
      for (const { name, find, put } of OPERATORS)
        for (const match of line.matchAll(find)) {
          const changed = typeof put === 'function' ? put(match[0]) : put;
          const nth = found.filter((one) => one.name === name && one.line === line).length;
          const id = digest(`${name} ${nth} ${line.trim()}`);
          found.push({
            id,
            room,
            path,
            row: above + 1,
            name,
            line,
            at: start + match.index,
            was: match[0],
            put: changed,
          });
        }
    start += line.length + 1;
  }
  return found;
}

/** The changes that must die, each the first place that fits in its room. */
function named() {
  return NAMED.map(({ name, room, find, put }) => {
    for (const file of filesOf(room)) {
      const match = find.exec(file.text);
      if (match === null) continue;
      return {
        id: name,
        room,
        path: file.path,
        name,
        named: true,
        at: match.index,
        was: match[0],
        put: match[0].replace(...put),
      };
    }
    return { id: name, room, path: join(ROOT, 'src', room), name, named: true, lost: true };
  });
}

const every = files.flatMap(placesOf);
const sampled = [...every]
  .sort((a, b) => (a.id < b.id ? -1 : 1))
  .slice(0, process.argv.includes('--all') ? undefined : SAMPLE);
const words = argument('--only')?.split(',');
const wanted = [...named(), ...sampled].filter(({ path, name, id, named }) =>
  (words ?? ['']).some((word) => `${path} ${name} ${id}${named ? ' named' : ''}`.includes(word)),
);
const shown = ({ id, path, name, row, was, put, lost }) =>
  `${id}  ${path.slice(ROOT.length)}${row === undefined ? '' : `:${row}`}  ${name}${lost ? '' : `: ${JSON.stringify(was)} -> ${JSON.stringify(put)}`}`;

if (process.argv.includes('--list')) {
  for (const mutant of wanted) console.log(shown(mutant));
  console.log(`${wanted.length} changes (${every.length} places in ${files.length} files)`);
  process.exit(0);
}

/** The nearest suite first: the first failure ends a run. */
class AsNamed {
  async sort(specifications) {
    const { near, far } = SUITES[active?.room ?? 'sql'];
    const place = ({ moduleId }) => [...near, ...far].findIndex((name) => moduleId.endsWith(name));
    return [...specifications].sort((a, b) => place(a) - place(b));
  }

  async shard(specifications) {
    return specifications;
  }
}

let active = null;
const vitest = await createVitest(
  'test',
  {
    watch: false,
    reporters: [{}],
    bail: 1,
    isolate: false,
    fileParallelism: false,
    sequence: { sequencer: AsNamed },
    coverage: { enabled: false },
  },
  {
    plugins: [
      {
        name: 'one changed place',
        enforce: 'pre',
        transform(code, id) {
          if (active === null || id.split('?')[0] !== active.path) return null;
          return code.slice(0, active.at) + active.put + code.slice(active.at + active.was.length);
        },
      },
    ],
  },
);

await vitest.standalone();

/** True where one of these suites fails over the changed place. */
async function dies(mutant, suites) {
  const specifications = await vitest.globTestSpecifications(suites);
  active = mutant;
  vitest.invalidateFile(mutant.path);
  try {
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications, false);
    const ours = new Set(specifications.map(({ moduleId }) => moduleId));
    return unhandledErrors.length > 0 || testModules.some((one) => ours.has(one.moduleId) && one.state() === 'failed');
  } finally {
    active = null;
    vitest.invalidateFile(mutant.path);
  }
}

// A suite that fails over the unchanged text would "kill" everything.
for (const room of new Set(wanted.map((mutant) => mutant.room)))
  for (const suites of Object.values(SUITES[room]))
    if (await dies({ path: join(ROOT, 'src/relation.ts'), at: 0, was: '', put: '' }, suites)) {
      console.error(`${suites.join(', ')}: not green without a change`);
      process.exit(1);
    }

const survivors = [];
const lost = wanted.filter((mutant) => mutant.lost);
for (const mutant of lost) console.log(`lost      ${shown(mutant)}`);
const tried = wanted.filter((mutant) => !mutant.lost);
for (const [i, mutant] of tried.entries()) {
  const { near, far } = SUITES[mutant.room];
  const killed = (await dies(mutant, near)) || (await dies(mutant, far));
  if (!killed) survivors.push(mutant);
  console.log(`${killed ? 'killed  ' : 'SURVIVED'}  ${i + 1}/${tried.length}  ${shown(mutant)}`);
}
await vitest.close();

const reasons = readFileSync(join(ROOT, 'docs/mutants.md'), 'utf8');
const unexplained = survivors.filter(({ id }) => !reasons.includes(`\`${id}\``));
const share = (tried.length - survivors.length) / Math.max(1, tried.length);
console.log(
  `${tried.length - survivors.length} of ${tried.length} killed (${(100 * share).toFixed(1)} %), ${lost.length} named changes have no place any more`,
);
for (const mutant of unexplained) console.log(`no reason in docs/mutants.md: ${shown(mutant)}`);
const failed = share < WANTED || unexplained.length > 0 || lost.length > 0 || survivors.some((mutant) => mutant.named);
process.exit(failed ? 1 : 0);
