import type { Engine } from '../engine/engine.js';
import { text } from '../sql/quote.js';

/** The first lines of a zstd file, unpacked by DuckDB (Node 20 cannot); null where it cannot be read to its end. */
export async function headOfZstd(engine: Engine, path: string): Promise<Buffer | null> {
  try {
    await engine.rows(`SELECT count(*) FROM ${rawLines(path, 'zstd')}`);
    const rows = await engine.rows(`SELECT line FROM ${rawLines(path, 'zstd')} LIMIT 200`);
    return Buffer.from(rows.map((row) => String(row[0] ?? '')).join('\n'));
  } catch (error) {
    if (error instanceof Error && /^(IO|Invalid Input) Error/.test(error.message)) return null;
    throw error;
  }
}

/** A table function call that gives a text file line by line (blank lines are left out). */
export function rawLines(path: string, compression: string): string {
  return `read_csv(${text(path)}, auto_detect=false, header=false, delim=E'\\x01', quote='', escape='', nullstr=E'\\x02', null_padding=true, columns={'line': 'VARCHAR'}, max_line_size=20000000, buffer_size=40000000, compression=${text(compression)})`;
}
