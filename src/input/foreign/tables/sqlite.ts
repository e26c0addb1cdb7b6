import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Database } from 'sql.js';
import { unpackedBytes } from '../../avro/bytes.js';
import type { ForeignFile, ForeignPart, Rewriter } from '../foreign.js';
import { ForeignError } from '../foreign.js';
import { RowsFile } from '../rows-file.js';

/** SQLite databases: each table becomes rows with a header. The engine of DuckDB that can be had offline has no reader for them. */
export const SQLITE: Rewriter = {
  what: 'SQLite',
  recognises: ({ head }) => head.subarray(0, 16).toString('latin1') === 'SQLite format 3\0',
  async rewrite(file) {
    const database = await opened(file);
    try {
      const names = database.exec(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
      );
      const tables = (names[0]?.values ?? []).map(([name]) => String(name));
      return tables.map((table) => written(file, database, table));
    } catch (error) {
      throw damaged(error);
    } finally {
      database.close();
    }
  },
};

async function opened(file: ForeignFile): Promise<Database> {
  const pieces: Buffer[] = [];
  for await (const piece of unpackedBytes(file.path, file.compression)) pieces.push(Buffer.from(piece));
  const log = `${file.path}-wal`;
  if (existsSync(log) && statSync(log).size > 0)
    throw new ForeignError(
      'is an SQLite database with changes that are not in the file yet (a -wal file lies beside it)',
      'Close what has it open, or: sqlite3 FILE "PRAGMA wal_checkpoint(TRUNCATE)".',
    );
  const { default: initSqlJs } = await import('sql.js');
  const { Database: Open } = await initSqlJs({ wasmBinary: engineBytes() });
  try {
    return new Open(Buffer.concat(pieces));
  } catch (error) {
    throw damaged(error);
  }
}

/** The engine stands beside the bundled program, and in its package in a checkout. */
function engineBytes(): ArrayBuffer {
  const beside = join(dirname(fileURLToPath(import.meta.url)), 'sql-wasm.wasm');
  const path = existsSync(beside) ? beside : createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm');
  return new Uint8Array(readFileSync(path)).buffer;
}

function damaged(error: unknown): Error {
  if (!(error instanceof Error) || error instanceof ForeignError) return error as Error;
  return new ForeignError(
    `is an SQLite database that cannot be read (${error.message})`,
    'Is it encrypted or damaged? Export its tables as CSV: sqlite3 -header -csv FILE "SELECT * FROM orders".',
  );
}

function written(file: ForeignFile, database: Database, table: string): ForeignPart {
  const name = `"${table.replaceAll('"', '""')}"`;
  const columns = (
    database.exec(`SELECT name FROM pragma_table_info(${name.replace(/^"|"$/g, "'")})`)[0]?.values ?? []
  ).map(([column]) => String(column));
  // As text: an integer of 64 bits does not pass through a double.
  const cells = columns.map((column) => {
    const c = `"${column.replaceAll('"', '""')}"`;
    return `CASE typeof(${c}) WHEN 'blob' THEN '\\x' || lower(hex(${c})) ELSE CAST(${c} AS TEXT) END`;
  });
  const out = new RowsFile(file.spool('rows'), columns);
  const statement = database.prepare(`SELECT ${cells.join(', ')} FROM ${name}`);
  while (statement.step()) out.add(statement.get().map((cell) => (cell === null ? null : String(cell))));
  statement.free();
  return out.end({ part: table, topic: table });
}
