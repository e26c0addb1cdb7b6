import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { identifier, text } from '../sql/quote.js';
import { parseSize } from './memory.js';
import { loadNative } from './native.js';

/** A relation that a sandbox holds: its name inside, and the Parquet file that it is taken from. */
export interface SandboxTable {
  readonly name: string;
  readonly path: string;
}

/** Limits of a sandbox, and in which physical order its tables are made: a result that differs hangs on it. */
export interface SandboxOptions {
  readonly tables: readonly SandboxTable[];
  readonly timeZone: string;
  readonly memory: string;
  readonly tempDirectory: string;
  readonly seconds: number;
  readonly order: 'ascending' | 'descending';
}

/** What a query gave: names and types of its columns, and its rows as value objects. */
export interface SandboxResult {
  readonly names: readonly string[];
  readonly types: readonly DuckDBType[];
  readonly rows: readonly (readonly DuckDBValue[])[];
}

/** A value of a parameter with its type: 64-bit integer, decimal with digits after the point, text, texts. */
export type SandboxValue =
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'decimal'; readonly value: bigint; readonly scale: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'texts'; readonly value: readonly string[] };

/** An engine of its own that holds only what it was given, and can reach nothing: no file, no network, no setting. */
export interface Sandbox {
  /** Runs one query. Rejects with `SandboxTimeout` after the time limit, else with the engine's own error. */
  query(sql: string, values?: Readonly<Record<string, SandboxValue>>): Promise<SandboxResult>;
  close(): void;
}

/** A query ran longer than it may. */
export class SandboxTimeout extends Error {}

/** A query took more memory than it may, in spite of the engine's own limit: single values do not count there. */
export class SandboxTooLarge extends Error {}

const DECIMAL_WIDTH = 38;
/** How often a running statement is looked at, in milliseconds. */
const REPEAT_INTERRUPT = 25;
/** How long one may take to hear of an interrupt, in milliseconds. */
const PATIENCE = 250;
/** What may be taken beside the engine's limit, in bytes. */
const BESIDE = 150e6;

/** Opens a sandbox. It has one thread, so that its tables keep their order; after its tables are made nothing can be opened or set. */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { DuckDBInstance } = await loadNative();
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: options.memory,
    temp_directory: options.tempDirectory,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    errors_as_json: 'true',
  });
  const connection = await instance.connect();
  const close = (): void => {
    connection.closeSync();
    instance.closeSync();
  };
  try {
    await connection.run(`SET TimeZone=${text(options.timeZone)}`);
    const direction = options.order === 'descending' ? ' DESC' : '';
    for (const { name, path } of options.tables)
      await connection.run(
        `CREATE TABLE ${identifier(name)} AS SELECT * FROM read_parquet(${text(path)}) ORDER BY ALL${direction}`,
      );
    for (const lock of ['SET enable_external_access=false', 'SET lock_configuration=true']) await connection.run(lock);
  } catch (error) {
    close();
    throw error;
  }
  let abandoned = false;
  return {
    close() {
      // A statement that does not stop holds its connection: the process takes both along.
      if (!abandoned) close();
    },
    async query(sql, values = {}) {
      const { parameters, types } = await bound(values);
      const watch = watchStatement(options, () => connection.interrupt());
      const read = (async (): Promise<SandboxResult> => {
        const reader = await connection.runAndReadAll(sql, parameters, types);
        return { names: reader.columnNames(), types: reader.columnTypes(), rows: reader.getRows() };
      })();
      try {
        return await Promise.race([read, watch.deaf]);
      } catch (error) {
        abandoned = error === DEAF;
        if (abandoned) read.catch(() => {});
        throw watch.reason() ?? error;
      } finally {
        watch.stop();
      }
    },
  };
}

const DEAF = new Error('a statement does not hear that it is interrupted');

interface Watch {
  /** Rejects with `DEAF` where the statement goes on in spite of being interrupted. */
  readonly deaf: Promise<never>;
  /** Why it was interrupted, if it was. */
  reason(): Error | undefined;
  stop(): void;
}

/**
 * Interrupts a statement at the limits of time and memory, and gives it up where it does not hear: the engine looks for interrupts
 * between rows, and one call of `repeat` can take all memory within a row.
 */
function watchStatement({ seconds, memory }: SandboxOptions, interrupt: () => void): Watch {
  const before = process.memoryUsage.rss();
  const most = before + (parseSize(memory) ?? 0) + BESIDE;
  let reason: Error | undefined;
  let heardNot = 0;
  const late = setTimeout(() => {
    reason ??= new SandboxTimeout();
  }, seconds * 1000);
  let timer: NodeJS.Timeout | undefined;
  const deaf = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      if (process.memoryUsage.rss() > most) reason ??= new SandboxTooLarge();
      if (reason === undefined) return;
      interrupt();
      heardNot += REPEAT_INTERRUPT;
      if (heardNot > PATIENCE) reject(DEAF);
    }, REPEAT_INTERRUPT);
  });
  deaf.catch(() => {});
  const stop = (): void => {
    clearTimeout(late);
    clearInterval(timer);
  };
  return { deaf, reason: () => reason, stop };
}

async function bound(values: Readonly<Record<string, SandboxValue>>) {
  const { BIGINT, DECIMAL, DuckDBDecimalValue, LIST, listValue, VARCHAR } = await import('@duckdb/node-api');
  const parameters: Record<string, DuckDBValue> = {};
  const types: Record<string, DuckDBType> = {};
  for (const [name, given] of Object.entries(values)) {
    switch (given.kind) {
      case 'integer':
        [parameters[name], types[name]] = [given.value, BIGINT];
        break;
      case 'decimal':
        parameters[name] = new DuckDBDecimalValue(given.value, DECIMAL_WIDTH, given.scale);
        types[name] = DECIMAL(DECIMAL_WIDTH, given.scale);
        break;
      case 'text':
        [parameters[name], types[name]] = [given.value, VARCHAR];
        break;
      case 'texts':
        [parameters[name], types[name]] = [listValue([...given.value]), LIST(VARCHAR)];
    }
  }
  return { parameters, types };
}
