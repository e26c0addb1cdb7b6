import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll } from 'vitest';
import { remembering } from '../../support/remembering.js';

/** The project's own folder. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What a run of the command line left behind. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Surroundings of one run. */
export interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/**
 * Runs `pharmabi` on what `npm run build` left in `dist/program`. A process of its own, through `bin`, is started only where the
 * run reads its input or what the process alone is told (time zone, language, folder for temporary files); starting one costs as
 * much as the replay of a capture.
 */
export function pharmabi(args: readonly string[], around: Surroundings = {}): Promise<Finished> {
  const ofProcess = Object.keys(around.env ?? {}).some((name) => /^(TZ|LANG|LC_ALL|TMPDIR)$/.test(name));
  return around.stdin !== undefined || ofProcess ? inOwnProcess(args, around) : inThisProcess(args, around);
}

let before: Promise<unknown> = Promise.resolve();

/** One run after the other: a process has one working folder. */
function inThisProcess(args: readonly string[], around: Surroundings): Promise<Finished> {
  const run = before.then(async () => {
    const { runCommandLine } = (await import(PROGRAM)) as typeof import('../../../src/cli/main.js');
    const [stdout, stderr] = [remembering(), remembering()];
    const home = process.cwd();
    process.chdir(around.cwd ?? ROOT);
    try {
      const code = await runCommandLine(args, {
        stdout,
        stderr,
        stdinIsTerminal: false,
        env: { ...cleanEnvironment(), ...around.env },
        cwd: process.cwd(),
        now: () => performance.now(),
        onInterrupt: () => () => {},
      });
      return { code, stdout: stdout.text(), stderr: stderr.text() };
    } finally {
      process.chdir(home);
    }
  });
  before = run.catch(() => undefined);
  return run;
}

const PROGRAM = pathToFileURL(join(ROOT, 'dist/program/main.js')).href;

/** Runs `pharmabi` as a user does, in a process of its own. */
export function inOwnProcess(args: readonly string[], around: Surroundings = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, 'bin/pharmabi.js'), ...args], {
      cwd: around.cwd ?? ROOT,
      env: { ...cleanEnvironment(), ...around.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => undefined); // the run may end before it has read all
    child.stdin.end(around.stdin ?? '');
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') }),
    );
  });
}

/** The environment without anything that could steer a run, so that a developer's settings never decide a test. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(PHARMABI_|NO_COLOR|FORCE_COLOR|NODE_OPTIONS|COLUMNS|VITEST)/.test(name),
    ),
  );
}

/** As `pharmabi`, but a run that fails fails the test and shows what it said. */
export async function succeed(args: readonly string[], around: Surroundings = {}): Promise<Finished> {
  const done = await pharmabi(args, around);
  if (done.code !== 0) throw new Error(`pharmabi ${args.join(' ')}\nexit ${done.code}\n${done.stderr.slice(0, 4000)}`);
  return done;
}

/** One row as `--format ndjson` prints it. */
export type Row = Readonly<Record<string, unknown>>;

/** Rows of a relation of the shipped pipeline (or of one named in `options`), as the command line prints them. */
export async function replay(
  relation: string,
  inputs: readonly string[],
  options: readonly string[] = [],
): Promise<readonly Row[]> {
  const done = await succeed(['replay', relation, ...inputs, '--format', 'ndjson', ...options]);
  return done.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

/** The one document that `report --format json` prints. */
export interface ReportDocument {
  readonly report: string;
  readonly order: string;
  readonly asOf: string | null;
  readonly tables: Readonly<Record<string, readonly Row[]>>;
  readonly summary: readonly string[];
  readonly notes: readonly string[];
  readonly provenance: Readonly<Record<string, unknown>>;
}

/** The report on these inputs as its JSON document. */
export async function report(inputs: readonly string[], options: readonly string[] = []): Promise<ReportDocument> {
  const done = await succeed(['report', 'discount-impact', ...inputs, '--format', 'json', ...options]);
  return JSON.parse(done.stdout) as ReportDocument;
}

/** A new empty folder, removed when the test file is done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pharmabi-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
