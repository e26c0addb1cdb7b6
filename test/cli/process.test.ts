import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { ownerMark } from '../../src/engine/temporary.js';

// What only a process of its own can show: signals, broken pipes, folders left behind. It runs what `npm run build` made.
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'pharmabi-process-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

interface Running {
  readonly child: ChildProcess;
  readonly stderr: () => string;
  readonly ended: Promise<number | null>;
}

function start(args: readonly string[], cwd: string): Running {
  const child = spawn(process.execPath, [join(ROOT, 'bin/pharmabi.js'), ...args], { cwd, stdio: 'pipe' });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  return { child, stderr: () => stderr, ended };
}

function folder(name: string): string {
  const path = join(work, name);
  mkdirSync(path);
  return path;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

it('has been built', () => expect(existsSync(join(ROOT, 'dist/program/main.js'))).toBe(true));

it('a reader that goes away (| head) ends it quietly, with 0', async () => {
  const { child, stderr, ended } = start(['replay', '--quiet'], folder('pipe'));
  child.stdout!.once('data', () => child.stdout!.destroy());
  expect(await ended).toBe(0);
  expect(stderr()).toBe('');
});

/** The run that a supervisor has started; without /proc itself. */
function runOf(pid: number): number {
  const children = `/proc/${pid}/task/${pid}/children`;
  return existsSync(children) ? Number(readFileSync(children, 'utf8').trim().split(' ')[0]) : pid;
}

/** True once a run has begun to spool its stdin: into a file without a name where the system has such, else into one with. */
function spools(pid: number, temp: string): boolean {
  const descriptors = `/proc/${runOf(pid)}/fd`;
  if (!existsSync(descriptors)) return readdirSync(temp, { recursive: true }).some((f) => String(f).includes('stdin-'));
  return readdirSync(descriptors).some((fd) => {
    try {
      return readlinkSync(join(descriptors, fd)).includes('stdin-');
    } catch {
      return false; // closed meanwhile
    }
  });
}

it.each(['SIGINT', 'SIGTERM'] as const)(
  '%s while stdin is read ends it with 130, and nothing is left behind',
  async (signal) => {
    const cwd = folder(signal);
    const temp = join(cwd, 'temp');
    mkdirSync(temp);
    const run = start(['report', 'discount-impact', '-', '--out', 'r.csv', '--temp-dir', 'temp'], cwd);
    run.child.stdin!.write('{"op":"c"}\n');
    await until(() => spools(run.child.pid!, temp));
    run.child.kill(signal);
    expect(await run.ended).toBe(130);
    expect(run.stderr()).not.toMatch(/^ {4}at /m);
    expect(readdirSync(temp)).toEqual([]);
    expect(readdirSync(cwd)).toEqual(['temp']);
  },
);

it('Ctrl-C while the engine works ends it with 130, and nothing is left behind', async () => {
  const cwd = folder('engine');
  mkdirSync(join(cwd, 'temp'));
  const line = (n: number): string =>
    `{"before":null,"after":{"id":${n},"user_id":${n % 999},"amount_total":"1.00","amount_subtotal":"1.00","status":"paid","date":${1.7e12 + n}},"source":{"ts_ms":${1.7e12 + n},"db":"shop","table":"orders","file":"b.000001","pos":${n},"row":0},"op":"c","ts_ms":1}\n`;
  let text = '';
  for (let n = 0; n < 400_000; n++) text += line(n);
  writeFileSync(join(cwd, 'orders.ndjson'), text);
  const run = start(
    ['report', 'discount-impact', 'orders.ndjson', '--out', 'r.csv', '--temp-dir', 'temp', '--debug'],
    cwd,
  );
  await until(() => /^-- [\d.]+ ms/m.test(run.stderr()) || run.child.exitCode !== null);
  expect(run.child.exitCode).toBeNull();
  run.child.kill('SIGINT');
  expect(await run.ended).toBe(130);
  expect(readdirSync(cwd).sort()).toEqual(['orders.ndjson', 'temp']);
  expect(readdirSync(join(cwd, 'temp'))).toEqual([]);
});

/** A named pipe; null where the system has none. */
function pipe(path: string): string | null {
  return spawnSync('mkfifo', [path]).status === 0 ? path : null;
}

it('Ctrl-C ends a run that waits for a pipe, on either side', async () => {
  const cwd = folder('pipes');
  mkdirSync(join(cwd, 'temp'));
  if (pipe(join(cwd, 'in.ndjson')) === null || pipe(join(cwd, 'out.json')) === null) return;
  const reads = start(['inspect', 'in.ndjson', '--temp-dir', 'temp'], cwd);
  const writes = start(['report', 'discount-impact', '--out', 'out.json', '--temp-dir', 'temp', '--no-cache'], cwd);
  const spills = (): number => readdirSync(join(cwd, 'temp')).length;
  await until(() => spills() > 1);
  // The second run is done with its work once it waits for somebody to read.
  await until(() => readdirSync(cwd).some((name) => name.startsWith('.out.json.')) || spills() === 1);
  for (const { child } of [reads, writes]) child.kill('SIGINT');
  expect([await reads.ended, await writes.ended]).toEqual([130, 130]);
  expect(readdirSync(join(cwd, 'temp'))).toEqual([]);
  expect(readdirSync(cwd).sort()).toEqual(['in.ndjson', 'out.json', 'temp']);
});

const OWN = '-- title: T\n-- question: Q?\n-- columns:\n--   a: { label: A, unit: text, help: H. }\n\n';
// Every call is small, and the texts are long: no interrupt is heard within them.
const DEAF = `WITH x AS (SELECT repeat('a', 100000) || min(status) AS t FROM orders_placed), y AS (SELECT repeat(t, 30) AS t FROM x)
SELECT levenshtein(t, reverse(t) || 'b')::VARCHAR AS a FROM y`;

it('a statement that hears nothing ends at the time limit, and by Ctrl-C', async () => {
  const cwd = folder('deaf');
  mkdirSync(join(cwd, 'temp'));
  writeFileSync(join(cwd, 'deaf.sql'), OWN + DEAF);
  const args = ['report', 'deaf.sql', '--small-numbers', 'off', '--temp-dir', 'temp'];
  const late = start([...args, '--time-limit', '1'], cwd);
  expect(await late.ended).toBe(2);
  expect(late.stderr()).toContain('error[own-report-too-long]');
  expect(readdirSync(join(cwd, 'temp'))).toEqual([]);
  const stopped = start([...args, '--debug'], cwd);
  await until(() => stopped.stderr().includes('DROP TABLE "$persons"') || stopped.child.exitCode !== null);
  stopped.child.kill('SIGTERM');
  expect(await stopped.ended).toBe(130);
  expect(readdirSync(join(cwd, 'temp'))).toEqual([]);
});

it('what a killed run leaves, the next one clears up, and says so; what a living one has, it leaves', async () => {
  const cwd = folder('killed');
  mkdirSync(join(cwd, 'temp'));
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  const left = [
    `.r.duckdb.${ownerMark(pid)}-0.tmp`,
    `.r.duckdb.${ownerMark(pid)}-0.tmp.wal`,
    `.x.csv.${ownerMark(pid)}-12.tmp`,
  ];
  const stays = [`.r.duckdb.${ownerMark()}-0.tmp`, `.r.duckdb.${pid}-0.tmp`, '.r.tmp', `.r.0123abcd-${pid}-0.tmp`];
  for (const name of [...left, ...stays]) writeFileSync(join(cwd, name), 'rows');
  for (const name of [`pharmabi-${ownerMark(pid)}-Ab12cD`, `pharmabi-${ownerMark()}-Ab12cD`, 'pharmabi-Ab12cD']) {
    mkdirSync(join(cwd, 'temp', name));
    writeFileSync(join(cwd, 'temp', name, 'spilled'), 'rows');
  }
  const { ended, stderr } = start(['reports'], cwd);
  expect([await ended, stderr()]).toEqual([0, '']);
  const run = start(['report', 'discount-impact', '--out', 'r.json', '--temp-dir', 'temp', '--no-cache'], cwd);
  expect(await run.ended).toBe(0);
  expect(run.stderr()).toMatch(/removed what a run that was killed had left behind: \S*pharmabi-/);
  expect(run.stderr()).toMatch(/left behind: 3 files and folders/);
  expect(readdirSync(join(cwd, 'temp')).sort()).toEqual([`pharmabi-${ownerMark()}-Ab12cD`, 'pharmabi-Ab12cD'].sort());
  expect(readdirSync(cwd).sort()).toEqual([...stays, 'r.json', 'r.json.manifest.json', 'temp'].sort());
});

it('a run whose supervisor is killed goes too, with its files; one that is killed itself is told and cleared up', async () => {
  const cwd = folder('supervised');
  mkdirSync(join(cwd, 'temp'));
  if (pipe(join(cwd, 'in.ndjson')) === null || !existsSync('/proc')) return;
  const args = ['report', 'discount-impact', '-', '--out', 'r.csv', '--temp-dir', 'temp'];
  for (const victim of ['supervisor', 'run'] as const) {
    const run = start(args, cwd);
    run.child.stdin!.write('{"op":"c"}\n');
    await until(() => spools(run.child.pid!, join(cwd, 'temp')));
    const inner = runOf(run.child.pid!);
    process.kill(victim === 'run' ? inner : run.child.pid!, 'SIGKILL');
    expect(await run.ended).toBe(victim === 'run' ? 5 : null);
    if (victim === 'run') expect(run.stderr()).toContain('error[run-ended]: The run was ended by SIGKILL');
    await until(() => !existsSync(`/proc/${inner}`));
    expect(readdirSync(join(cwd, 'temp'))).toEqual([]);
    expect(readdirSync(cwd).sort()).toEqual(['in.ndjson', 'temp']);
  }
});
