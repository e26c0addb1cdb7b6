import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';

/** Limits of one run. `memory` in DuckDB's words ("1GB"); `tempDirectory` is where it spills (made, and removed, if absent). */
export interface EngineOptions {
  readonly threads?: number;
  readonly memory?: string;
  readonly tempDirectory?: string;
}

/** One in-memory DuckDB with fixed settings: UTC, no extension loading, no insertion-order surprises. */
export interface Engine {
  readonly connection: DuckDBConnection;
  readonly tempDirectory: string;
  /** Runs one statement for its effect. */
  run(sql: string): Promise<void>;
  /** All rows as value objects: BIGINT is bigint, DECIMAL a DuckDBDecimalValue, nothing passes through a double. */
  rows(sql: string): Promise<DuckDBValue[][]>;
  /** All rows as objects by column name, same value rules. */
  objects(sql: string): Promise<Record<string, DuckDBValue>[]>;
  /** Stops the running statement; it rejects with "INTERRUPT". */
  interrupt(): void;
  close(): void;
}

/** Opens the engine. The native library is loaded here and nowhere else, so that `--help` never pays for it. */
export async function openEngine(options: EngineOptions = {}): Promise<Engine> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const own = options.tempDirectory === undefined;
  const tempDirectory = options.tempDirectory ?? mkdtempSync(join(tmpdir(), 'pharmabi-'));
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads ?? 2),
    memory_limit: options.memory ?? '1GB',
    temp_directory: tempDirectory,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  await connection.run("SET TimeZone='UTC'");
  // DuckDB guesses 42 rows for any JSON file and would join them in a nested loop: 40 times slower.
  await connection.run('SET asof_loop_join_threshold=0');
  await connection.run('SET enable_progress_bar=true');
  await connection.run('SET enable_progress_bar_print=false');
  return {
    connection,
    tempDirectory,
    async run(sql) {
      await connection.run(sql);
    },
    async rows(sql) {
      return await (await connection.runAndReadAll(sql)).getRows();
    },
    async objects(sql) {
      return (await connection.runAndReadAll(sql)).getRowObjects();
    },
    interrupt() {
      connection.interrupt();
    },
    close() {
      connection.closeSync();
      instance.closeSync();
      if (own) rmSync(tempDirectory, { recursive: true, force: true });
    },
  };
}
