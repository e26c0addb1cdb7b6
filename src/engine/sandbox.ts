import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { identifier, text } from '../sql/quote.js';

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

const DECIMAL_WIDTH = 38;
const REPEAT_INTERRUPT = 50;

/** Opens a sandbox. It has one thread, so that its tables keep their order; after its tables are made nothing can be opened or set. */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
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
  return {
    close,
    async query(sql, values = {}) {
      const { parameters, types } = await bound(values);
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        repeat = setInterval(() => connection.interrupt(), REPEAT_INTERRUPT);
      }, options.seconds * 1000);
      let repeat: NodeJS.Timeout | undefined;
      try {
        const reader = await connection.runAndReadAll(sql, parameters, types);
        return { names: reader.columnNames(), types: reader.columnTypes(), rows: reader.getRows() };
      } catch (error) {
        throw late ? new SandboxTimeout() : error;
      } finally {
        clearTimeout(timer);
        clearInterval(repeat);
      }
    },
  };
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
