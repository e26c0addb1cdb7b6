import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { strFromU8, unzipSync } from 'fflate';
import { openEngine } from '../../src/engine/engine.js';
import { type Finished, pharmabi } from '../oracle/support/command-line.js';

const PERSONAL = ['email', 'phone', 'address', 'last_name', 'first_name', 'fax', 'birth_date'];
const SHORTEST = 7;
const DAY = 86_400_000;

/**
 * Personal values of a capture's patients (its lines, of whatever JSON form) that are long enough not to occur by chance, as they
 * stand in a text, in JSON and in JSON within JSON. A birth date is told by its ISO spelling: its days are any number.
 */
export function personalValues(lines: readonly string[]): ReadonlySet<string> {
  const values = new Set<string>();
  for (const row of lines.flatMap((line) => rowsIn(JSON.parse(line)))) {
    for (const column of PERSONAL) {
      const value = column === 'birth_date' ? isoDate(row[column]) : row[column];
      if (typeof value !== 'string' || value.length < SHORTEST) continue;
      const once = JSON.stringify(value).slice(1, -1);
      for (const spelling of [value, once, JSON.stringify(once).slice(1, -1), xml(value)]) values.add(spelling);
    }
  }
  return values;
}

function isoDate(value: unknown): unknown {
  return typeof value === 'number'
    ? new Date(value * DAY).toISOString().slice(0, 10)
    : typeof value === 'string'
      ? value.slice(0, 10)
      : null;
}

function xml(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll("'", '&#39;');
}

/** Objects with an e-mail address, wherever they stand. */
function rowsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof value === 'string' && value.startsWith('{')) return rowsIn(JSON.parse(value));
  if (typeof value !== 'object' || value === null) return [];
  const found = Object.values(value).flatMap(rowsIn);
  return 'email' in value ? [value as Record<string, unknown>, ...found] : found;
}

/** A birth date beside its name, in whatever unit. */
const BIRTH = /birth_?date["\\]*\s*[:=]\s*["\\]*-?\d{2,}/i;

/** Looks for all of some values at once: a search per value would take minutes. Says which file, how long and where; never the value. */
export function leakFinder(values: ReadonlySet<string>): (name: string, text: string) => readonly string[] {
  const any = new RegExp([...values].map((v) => v.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'));
  return (name, text) =>
    [any, BIRTH].flatMap((pattern) => {
      const found = pattern.exec(text);
      return found === null ? [] : [`${name}: ${found[0].length} characters of a person's data at ${found.index}`];
    });
}

/** Files below a folder, hidden ones too. */
function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** All that stands in a file as text: packed ones unpacked, rows of Parquet and DuckDB files as JSON, with what Parquet keeps beside them. */
async function textIn(file: string): Promise<string> {
  const bytes = readFileSync(file);
  if (file.endsWith('.xlsx'))
    return Object.values(unzipSync(bytes))
      .map((part) => strFromU8(part))
      .join('\n');
  if (file.endsWith('.gz')) return gunzipSync(bytes).toString('utf8');
  if (!/\.(parquet|duckdb)$/.test(file)) return bytes.toString('utf8');
  const engine = await openEngine({ threads: 1 });
  try {
    if (file.endsWith('.duckdb')) return await rowsOfDatabase(engine, file);
    const rows = await engine.rows(`SELECT r::JSON::VARCHAR FROM read_parquet('${file.replaceAll("'", "''")}') r`);
    const kept = await engine.rows(`SELECT decode(value) FROM parquet_kv_metadata('${file.replaceAll("'", "''")}')`);
    return [...rows, ...kept].map(([text]) => String(text)).join('\n');
  } finally {
    engine.close();
  }
}

/** Every row of every table: what the file packs would not be found among its bytes. */
async function rowsOfDatabase(engine: Awaited<ReturnType<typeof openEngine>>, file: string): Promise<string> {
  await engine.run(`ATTACH '${file.replaceAll("'", "''")}' AS kept (READ_ONLY)`);
  const tables = await engine.rows(`SELECT table_name FROM duckdb_tables() WHERE database_name = 'kept'`);
  const texts: string[] = [];
  for (const [name] of tables) {
    const rows = await engine.rows(`SELECT COLUMNS(*)::VARCHAR FROM kept."${String(name).replaceAll('"', '""')}"`);
    texts.push(...rows.map((row) => row.join(' ')));
  }
  return texts.join('\n');
}

/** A run with all leaks that were found in what it printed, what it left in `cwd` (but for `input`), and its temporary folder while it ran. */
export async function watched(
  args: readonly string[],
  cwd: string,
  find: ReturnType<typeof leakFinder>,
  stdin?: string,
): Promise<Finished & { readonly leaks: readonly string[]; readonly files: readonly string[] }> {
  const temp = join(cwd, 'temp');
  mkdirSync(temp, { recursive: true });
  const leaks = new Set<string>();
  let running = true;
  const watching = (async () => {
    while (running) {
      for (const file of filesBelow(temp)) {
        try {
          for (const leak of find(file, readFileSync(file, 'latin1'))) leaks.add(leak);
        } catch {
          // The engine has removed it meanwhile.
        }
      }
      await pause(15);
    }
  })();
  const done = await pharmabi([...args, '--temp-dir', 'temp'], {
    cwd,
    env: { XDG_CACHE_HOME: join(cwd, 'cache') },
    ...(stdin !== undefined && { stdin }),
  });
  running = false;
  await watching;
  for (const [name, text] of Object.entries({ stdout: done.stdout, stderr: done.stderr }))
    for (const leak of find(name, text)) leaks.add(leak);
  const files = filesBelow(cwd).filter((f) => !f.startsWith(join(cwd, 'input')));
  for (const file of files) for (const leak of find(file, await textIn(file))) leaks.add(leak);
  return { ...done, leaks: [...leaks], files };
}
