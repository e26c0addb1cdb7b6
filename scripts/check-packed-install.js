// Packs the project, installs the tarball into an empty folder, and runs the report there: what a user gets from the registry must
// answer as the checkout does. Exits 1 when something is missing or the bytes differ.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What a user needs: the program without its test runner, the pipeline, the bundled capture, and the papers. */
const NEEDED =
  /^(bin\/pharmabi\.js|dist\/program\/.*\.js|dist\/program\/(licenses\.txt|sbom\.cdx\.json|sql-wasm\.wasm)|dist\/scanner\.wasm|pipelines\/.*\.ksql|policies\/.*\.(yaml|json)|schemas\/.*\.json|examples\/.*|fixtures\/captures\/B-json-plain\/kcat\/.*|fixtures\/(captures\/)?README\.md|(README|CHANGELOG)\.md|LICENSE|package\.json)$/;
const OUTPUTS = ['report.json', 'report.xlsx', 'report.csv'];

function run(command, args, cwd) {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 28 });
}

/** Writes the report in three forms into a folder and returns the digest of each. */
function outputsOf(program, folder) {
  run(process.execPath, [program, 'report', 'discount-impact', ...OUTPUTS.flatMap((name) => ['--out', name])], folder);
  return OUTPUTS.filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })).map(
    (name) =>
      `${name} ${createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex')}`,
  );
}

const work = mkdtempSync(join(tmpdir(), 'pharmabi-packed-'));
try {
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', work], ROOT));
  console.log(`packed ${packed.filename}: ${packed.files.length} files, ${packed.size} bytes`);
  const paths = packed.files.map((file) => file.path);
  const foreign = paths.filter((path) => !NEEDED.test(path));
  if (foreign.length > 0)
    throw new Error(`the package holds what users do not need: ${foreign.slice(0, 5).join(', ')}`);
  if (!paths.includes('dist/program/main.js')) throw new Error('the program is not in the package: npm run build');

  const user = join(work, 'user');
  const here = join(work, 'here');
  const there = join(work, 'there');
  for (const folder of [user, here, there]) run('mkdir', [folder], work);
  writeFileSync(join(user, 'package.json'), '{"private":true}\n');
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', join(work, packed.filename)], user);
  const installed = join(user, 'node_modules/pharmabi/bin/pharmabi.js');
  console.log(
    `installed; version ${run(process.execPath, [join(user, 'node_modules/.bin/pharmabi'), '--version'], user).trim()}`,
  );

  const [ours, theirs] = [outputsOf(join(ROOT, 'bin/pharmabi.js'), here), outputsOf(installed, there)];
  if (ours.length === 0 || ours.join() !== theirs.join())
    throw new Error(`other bytes\ncheckout:  ${ours.join('; ')}\ninstalled: ${theirs.join('; ')}`);
  console.log(`the installed package writes the same bytes: ${ours.map((line) => line.slice(0, 24)).join(', ')}`);
} catch (error) {
  console.error(`packed install: ${error.message}\n${error.stderr ?? ''}`);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
