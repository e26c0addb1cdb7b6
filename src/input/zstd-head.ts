import type { Engine } from '../engine/engine.js';
import { text } from '../sql/quote.js';
import { mayBeTooDeep } from './nesting.js';

/** The first lines of a zstd file, unpacked by DuckDB (Node 20 cannot); null where it cannot be read to its end, `deep` where a line is not for the engine's parser. */
export async function headOfZstd(engine: Engine, path: string): Promise<Buffer | 'deep' | null> {
  try {
    const [row] = await engine.rows(`SELECT bool_or(${mayBeTooDeep('line')}) FROM ${rawLines(text(path), 'zstd')}`);
    if (row![0] === true) return 'deep';
    const rows = await engine.rows(`SELECT line FROM ${rawLines(text(path), 'zstd')} LIMIT 200`);
    return Buffer.from(rows.map((row) => String(row[0] ?? '')).join('\n'));
  } catch (error) {
    if (error instanceof Error && /^(IO|Invalid Input) Error/.test(error.message)) return null;
    throw error;
  }
}

/** A table function call that gives text files (SQL of a path or a list) line by line (blank lines are left out). */
export function rawLines(paths: string, compression: string): string {
  return `read_csv(${paths}, auto_detect=false, header=false, delim=E'\\x01', quote='', escape='', nullstr=E'\\x02', null_padding=true, columns={'line': 'VARCHAR'}, max_line_size=20000000, buffer_size=40000000, compression=${text(compression)})`;
}
