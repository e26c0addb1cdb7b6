import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

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

/** True once a run has begun to spool its stdin: into a file without a name where the system has such, else into one with. */
function spools(pid: number, temp: string): boolean {
  const descriptors = `/proc/${pid}/fd`;
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
