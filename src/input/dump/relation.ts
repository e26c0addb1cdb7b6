import type { Engine } from '../../engine/engine.js';
import { text } from '../../sql/quote.js';
import type { InputFile } from '../input-file.js';
import { packing } from '../json-relation.js';
import type { DumpForm } from './form.js';
import { REWRITTEN_NULL } from './rewrite.js';

/** The column of a dump's rows at a place of its header: names of people's headers are not trusted in SQL. */
export function dumpColumn(at: number): string {
  return `c${at}`;
}

/** The column with the line number, where a dump was rewritten. */
export const DUMP_LINE = 'line';

/** A table function call that gives the rows of a dump as text columns `c0, c1, ...`. */
export function dumpRows(file: InputFile): string {
  const { header, rewritten, delimiter, nulls, skip } = file.form as DumpForm;
  const columns = header.map((_, at) => `${dumpColumn(at)}: 'VARCHAR'`);
  const common = `auto_detect=false, store_rejects=true, max_line_size=20000000, buffer_size=40000000`;
  if (rewritten) {
    return `read_csv(${text(file.readPath)}, ${common}, header=false, delim=',', quote='"', escape='"', new_line='\\n', nullstr=${text(REWRITTEN_NULL)}, allow_quoted_nulls=false, columns={${[...columns, `${DUMP_LINE}: 'BIGINT'`].join(', ')}})`;
  }
  const nullstr = `[${nulls.map(text).join(', ')}]`;
  return `read_csv(${text(file.readPath)}, ${common}, header=true, skip=${skip}, delim=${text(delimiter)}, quote='"', escape='"', nullstr=${nullstr}, allow_quoted_nulls=false, columns={${columns.join(', ')}}, compression=${text(packing(file))})`;
}

/** Forgets the bad rows that the engine listed in its last reading. */
export async function clearRejects(engine: Engine): Promise<void> {
  for (const table of ['reject_errors', 'reject_scans']) {
    const there = await engine.rows(`SELECT 1 FROM duckdb_tables() WHERE table_name = '${table}'`);
    if (there.length > 0) await engine.run(`DELETE FROM ${table}`);
  }
}
