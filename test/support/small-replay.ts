import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import type { ReplayOptions } from '../../src/relation.js';
import { type RunRequest, type RunResult, runPipeline } from '../../src/replay/index.js';

// What the suites of the replay core share: a log of ten lines and a pipeline of three statements go in, rows come out that a
// reader can work out by hand. Everything goes the way of a run (files, change log, plan, SQL, engine), so that these tests
// say what holds and not how it is made.

/** A row as its table has it: the primary key is `id` unless a change names its key. */
type Row = Readonly<Record<string, string | number | boolean | null>>;

/** One record of a topic: a change event of a MySQL connector, or a tombstone. Times are epoch milliseconds. */
export interface LogRecord {
  readonly table: string;
  /** `x` is a tombstone: a record without value. */
  readonly op: 'c' | 'u' | 'd' | 'r' | 't' | 'x';
  /** Commit time; of a tombstone the time of the record. */
  readonly at: number;
  /** Row after the change; of a delete the row before it. */
  readonly row?: Row;
  readonly key?: Row;
  /** Place in the binlog; without it the place in the log that the test writes. */
  readonly pos?: number;
  readonly tx?: string;
  readonly snapshot?: string;
  readonly partition?: number;
}

const of =
  (op: LogRecord['op']) =>
  (table: string, at: number, row: Row, more: Partial<LogRecord> = {}): LogRecord => ({ table, op, at, row, ...more });

export const created = of('c');
export const updated = of('u');
export const deleted = of('d');
/** A row that a snapshot read. */
export const read = (table: string, at: number, row: Row, more: Partial<LogRecord> = {}): LogRecord =>
  of('r')(table, at, row, { snapshot: 'true', ...more });
export const truncated = (table: string, at: number): LogRecord => ({ table, op: 't', at });
export const tombstone = (table: string, at: number, key: Row): LogRecord => ({ table, op: 'x', at, key });

/** The record as `kcat -J` exports it; `at` is its place in the log. */
function lineOf(record: LogRecord, at: number): string {
  const { table, op, row = null } = record;
  const key = record.key ?? (row === null ? null : { id: row.id ?? null });
  const source = {
    version: '3.4.0.Final',
    connector: 'mysql',
    name: 'shop',
    ts_ms: record.at,
    snapshot: record.snapshot ?? 'false',
    db: 'pharmacy',
    table,
    file: 'mysql-bin.000002',
    pos: record.pos ?? 10 * (at + 1),
    row: 0,
  };
  const payload = {
    before: op === 'd' ? row : null,
    after: op === 'd' ? null : row,
    source,
    transaction: record.tx === undefined ? null : { id: record.tx, total_order: 1, data_collection_order: 1 },
    op,
    ts_ms: record.at,
  };
  return JSON.stringify({
    topic: `shop.pharmacy.${table}`,
    partition: record.partition ?? 0,
    offset: at,
    tstype: 'create',
    ts: record.at,
    broker: 1,
    key: key === null ? null : JSON.stringify(key),
    payload: op === 'x' ? null : JSON.stringify(payload),
  });
}

/** What a replay is asked for here. */
export interface Small {
  readonly ksql: string;
  /** Records in the order of the log; or files by name, where a test is about files. */
  readonly log: readonly LogRecord[] | Readonly<Record<string, string>>;
  readonly options?: Partial<ReplayOptions>;
  readonly demand: RunRequest['demand'];
}

/** Runs a small replay in an engine of its own and hands both to `look`. */
export async function withReplay<T>(small: Small, look: (result: RunResult, engine: Engine) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'pharmabi-small-'));
  const engine = await openEngine({ threads: 1 });
  try {
    const files = Array.isArray(small.log)
      ? { 'log.ndjson': `${small.log.map(lineOf).join('\n')}\n` }
      : (small.log as Readonly<Record<string, string>>);
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const options: ReplayOptions = {
      order: 'event-time',
      baseline: 'strict',
      topics: [],
      decimalScales: [],
      timeZone: 'UTC',
      ...small.options,
    };
    const request = { engine, inputs: [folder], pipeline: { file: 'small.ksql', text: small.ksql }, options };
    return await look(await runPipeline({ ...request, demand: small.demand }), engine);
  } finally {
    engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Columns of a row, a space between them; `-` is null. */
const ROW = (columns: readonly string[]): string =>
  `concat_ws(' ', ${columns.map((c) => `coalesce("${c}"::VARCHAR, '-')`).join(', ')})`;

/**
 * Every record of a stream, every change of a table, in the order of the replay: `ROWTIME: columns`, and `ROWTIME: key gone` for a
 * null value (`ROWTIME: gone` where there is no key).
 */
export async function changes(
  relation: string,
  ksql: string,
  log: Small['log'],
  options: Partial<ReplayOptions> = {},
): Promise<readonly string[]> {
  return await withReplay({ ksql, log, options, demand: [{ relation, form: 'changes' }] }, (result, engine) =>
    changesOf(result, engine, relation),
  );
}

/** The same of a relation of a run that a test has made. */
export async function changesOf(result: RunResult, engine: Engine, relation: string): Promise<readonly string[]> {
  const { columns, changes: name } = result.relations.get(relation)!;
  const keys = columns.filter((c) => c.key).map((c) => c.name);
  const gone = keys.length === 0 ? "'gone'" : `${ROW(keys)} || ' gone'`;
  const text = `"$ts" || ': ' || CASE WHEN "$live" THEN ${ROW(columns.map((c) => c.name))} ELSE ${gone} END`;
  return (await engine.rows(`SELECT ${text} FROM "${name}" ORDER BY "$seq", "$sub"`)).map(([row]) => String(row));
}

/** The last rows of a table, sorted: columns, a space between them. */
export async function final(
  relation: string,
  ksql: string,
  log: Small['log'],
  options: Partial<ReplayOptions> = {},
): Promise<readonly string[]> {
  return await withReplay({ ksql, log, options, demand: [{ relation, form: 'final' }] }, (result, engine) =>
    finalOf(result, engine, relation),
  );
}

/** The same of a relation of a run that a test has made. */
export async function finalOf(result: RunResult, engine: Engine, relation: string): Promise<readonly string[]> {
  const { columns, final: name } = result.relations.get(relation)!;
  const rows = await engine.rows(`SELECT ${ROW(columns.map((c) => c.name))} AS row FROM "${name}" ORDER BY row`);
  return rows.map(([row]) => String(row));
}
