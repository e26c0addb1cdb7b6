import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { engineLimit, parseSize } from './memory.js';
import { loadNative } from './native.js';
import { makeSpillFolder, type SpillFolder } from './spill-folder.js';

/**
 * Limits of one run. `memory` ("1GB") is the budget of the whole process, roughly: DuckDB gets what Node and the read
 * buffers leave of it. A folder of the run's own is made below `tempDirectory`, spilled to, and removed.
 */
export interface EngineOptions {
  readonly threads?: number;
  /** One thread will do where there is little to read; else always so many. */
  readonly mayUseOne?: boolean;
  readonly memory?: string;
  readonly tempDirectory?: string;
  /** Where decoded inputs are kept between runs; absent: nowhere. */
  readonly cacheDirectory?: string;
  /** Take what is kept for the same file when its size, time and inode are the same, without looking at its bytes. */
  readonly cacheByTime?: boolean;
  /** Smaller input files (bytes) are read without a scanner: they are read before one stands. */
  readonly scanFrom?: number;
}

/** One in-memory DuckDB with fixed settings: UTC, no extension loading, no insertion-order surprises. */
export interface Engine {
  readonly connection: DuckDBConnection;
  readonly tempDirectory: string;
  readonly cacheDirectory?: string;
  readonly cacheByTime: boolean;
  readonly scanFrom: number;
  /** Nobody asked for a number of threads: little is read with one, since a second costs more CPU to wake than it saves time. */
  readonly mayUseOne: boolean;
  /** A private file for bytes that are read more than once, gone with the engine: see `SpillFolder.spool`. */
  spool(name: string): string;
  /** Runs one statement for its effect. */
  run(sql: string): Promise<void>;
  /** All rows as value objects: BIGINT is bigint, DECIMAL a DuckDBDecimalValue, nothing passes through a double. */
  rows(sql: string): Promise<DuckDBValue[][]>;
  /** The columns of a query that gives DOUBLE alone, without null: numbers, not objects, so that a million rows take little room. */
  numbers(sql: string): Promise<Float64Array[]>;
  /** All rows as objects by column name, same value rules. */
  objects(sql: string): Promise<Record<string, DuckDBValue>[]>;
  /** Share of the running statement that is done, 0 to 1; null where DuckDB cannot say. */
  progress(): number | null;
  /** Stops the running statement, and every later one: they reject with "INTERRUPT". */
  interrupt(): void;
  close(): void;
}

const DEFAULT_THREADS = 2;
const SCAN_FROM = 1_000_000;
const DEFAULT_BUDGET = 1e9;
/** How often an interrupt is repeated, in milliseconds: one that falls between two statements would be lost. */
const REPEAT_INTERRUPT = 50;

/** Opens the engine. */
export async function openEngine(options: EngineOptions = {}): Promise<Engine> {
  const { DuckDBInstance } = await loadNative();
  const spill = makeSpillFolder(options.tempDirectory);
  try {
    const instance = await DuckDBInstance.create(':memory:', {
      threads: String(options.threads ?? DEFAULT_THREADS),
      memory_limit: engineLimit(parseSize(options.memory ?? '') ?? DEFAULT_BUDGET),
      temp_directory: spill.path,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const connection = await instance.connect();
    for (const setting of SETTINGS) await connection.run(setting);
    return engineOver(connection, spill, options, () => instance.closeSync());
  } catch (error) {
    spill.remove();
    throw error;
  }
}

const SETTINGS: readonly string[] = [
  "SET TimeZone='UTC'",
  // DuckDB guesses 42 rows for any JSON file and would join them in a nested loop: 40 times slower.
  'SET asof_loop_join_threshold=0',
  'SET enable_progress_bar=true',
  'SET enable_progress_bar_print=false',
];

function engineOver(
  connection: DuckDBConnection,
  spill: SpillFolder,
  { cacheDirectory, cacheByTime = false, mayUseOne = false, scanFrom = SCAN_FROM }: EngineOptions,
  closeInstance: () => void,
): Engine {
  let repeating: NodeJS.Timeout | undefined;
  const goOn = (): void => {
    if (repeating !== undefined) throw new Error('INTERRUPT Error: Interrupted!');
  };
  return {
    connection,
    tempDirectory: spill.path,
    ...(cacheDirectory !== undefined && { cacheDirectory }),
    cacheByTime,
    mayUseOne,
    scanFrom,
    spool: spill.spool,
    async run(sql) {
      goOn();
      await connection.run(sql);
    },
    async rows(sql) {
      goOn();
      return await (await connection.runAndReadAll(sql)).getRows();
    },
    async numbers(sql) {
      goOn();
      const result = await connection.run(sql);
      const chunks = await result.fetchAllChunks();
      const size = chunks.reduce((sum, { rowCount }) => sum + rowCount, 0);
      const columns = Array.from({ length: result.columnCount }, () => new Float64Array(size));
      let at = 0;
      for (const chunk of chunks) {
        for (const [i, column] of columns.entries()) column.set(chunk.getColumnValues(i) as number[], at);
        at += chunk.rowCount;
      }
      return columns;
    },
    async objects(sql) {
      goOn();
      return (await connection.runAndReadAll(sql)).getRowObjects();
    },
    progress() {
      const { percentage } = connection.progress;
      return percentage < 0 ? null : percentage / 100;
    },
    interrupt() {
      connection.interrupt();
      repeating ??= setInterval(() => connection.interrupt(), REPEAT_INTERRUPT).unref();
    },
    close() {
      clearInterval(repeating);
      connection.closeSync();
      closeInstance();
      spill.remove();
    },
  };
}
