import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ENTRY, entryIn } from '../changelog/cache.js';
import { DiagnosticError, EXIT, type ExitCode } from '../diagnostics/diagnostic.js';
import { jsonText } from '../diagnostics/visible.js';
import { type Engine, openEngine } from '../engine/engine.js';
import { text } from '../sql/quote.js';
import type { Arguments } from './arguments.js';
import { cacheFolder } from './cache-folder.js';
import type { Effects } from './effects.js';
import { readerOf } from './settings.js';
import { usage } from './usage.js';

interface Entry {
  readonly input: string;
  readonly version: string;
  readonly events: number;
  readonly bytes: number;
  /** When it was kept, ISO 8601 in UTC. */
  readonly kept: string;
}

const KB = 1000;

/** Runs `pharmabi cache`. */
export async function runCache(args: Arguments, effects: Effects): Promise<ExitCode> {
  const read = await readerOf(args, effects);
  const [what = 'list', ...more] = args.positionals;
  if (!['list', 'clear'].includes(what) || more.length > 0)
    read.refuse(usage('bad-value', `"${[what, ...more].join(' ')}" is not list or clear.`, 'pharmabi cache clear'));
  read.done();
  const folder = cacheFolder(read.text('cache'), effects.cwd, effects.env);
  const files = entriesBelow(folder);
  const json = args.flags.has('json');
  if (what === 'clear') return await clear(folder, files, json, effects);
  const entries = await describe(files);
  const text = json ? jsonText({ folder, entries }) : listing(folder, entries);
  await effects.stdout.write(text);
  return EXIT.ok;
}

/** Only files that are named as an entry (or as the beginning of one): nothing else in the folder is ours. */
function entriesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile() && (ENTRY.test(e.name) || /^\.[0-9a-f]{40}\.[0-9a-f]{8}-\d+-\d+\.tmp$/.test(e.name)))
    .map((e) => join(e.parentPath, e.name))
    .sort();
}

async function clear(folder: string, files: readonly string[], json: boolean, effects: Effects): Promise<ExitCode> {
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  try {
    for (const file of files) rmSync(file, { force: true });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new DiagnosticError(
      [usage('disk', `${folder} cannot be cleared: ${code}.`, 'Remove it by hand.')],
      EXIT.engine,
    );
  }
  const said = json
    ? jsonText({ folder, removed: files.length, bytes })
    : `${folder}: removed ${files.length} ${files.length === 1 ? 'entry' : 'entries'}, ${size(bytes)}\n`;
  await effects.stdout.write(said);
  return EXIT.ok;
}

async function describe(files: readonly string[]): Promise<readonly Entry[]> {
  const whole = files.filter((file) => ENTRY.test(basename(file)));
  if (whole.length === 0) return [];
  const engine = await openEngine({ threads: 1 });
  try {
    const entries: Entry[] = [];
    for (const file of whole) entries.push(await describeOne(engine, file));
    return entries;
  } finally {
    engine.close();
  }
}

async function describeOne(engine: Engine, file: string): Promise<Entry> {
  const { size: bytes, mtime } = statSync(file);
  const common = { version: basename(dirname(file)), bytes, kept: mtime.toISOString() };
  try {
    await engine.run(`ATTACH ${text(file)} AS listed (READ_ONLY)`);
    const { log } = await entryIn(engine, 'listed');
    const input = log.inputs.map(({ name }) => name).join(', ');
    return { input, events: log.counts.events, ...common };
  } catch {
    return { input: '(damaged: the next run makes it anew)', events: 0, ...common };
  } finally {
    await engine.run('DETACH DATABASE IF EXISTS listed');
  }
}

function listing(folder: string, entries: readonly Entry[]): string {
  if (entries.length === 0) return `${folder}: nothing is kept\n`;
  const total = entries.reduce((sum, e) => sum + e.bytes, 0);
  const rows = entries.map((e) => [
    e.input,
    `${e.events} events`,
    size(e.bytes),
    e.kept.slice(0, 16).replace('T', ' '),
  ]);
  const widths = [0, 1, 2].map((at) => Math.max(...rows.map((row) => row[at]!.length)));
  const lines = rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd());
  return [
    `${folder}: ${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}, ${size(total)}`,
    ...lines,
    '',
  ].join('\n');
}

function size(bytes: number): string {
  return bytes < KB * KB ? `${Math.ceil(bytes / KB)} kB` : `${(bytes / (KB * KB)).toFixed(1)} MB`;
}
