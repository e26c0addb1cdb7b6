import { text } from '../../../sql/quote.js';
import type { ForeignFile, Rewriter } from '../foreign.js';
import { isHistory } from '../records/translators/history-rows.js';

/** Parquet with a history of rows (a column of operations): the engine writes it as JSON lines, which are read as other histories are. */
export const PARQUET_HISTORY: Rewriter = {
  what: 'Parquet',
  archive: true,
  async recognises(file) {
    if (file.compression !== 'none' || file.head.subarray(0, 4).toString('latin1') !== 'PAR1') return false;
    try {
      const rows = await file.rows(`SELECT to_json(r)::VARCHAR FROM ${scan(file)} r LIMIT 20`);
      return isHistory(rows.map(([row]) => String(row)));
    } catch (error) {
      // A damaged file is the reader's to name.
      if (error instanceof Error && /INTERRUPT/.test(error.message)) throw error;
      return false;
    }
  },
  async rewrite(file) {
    const path = file.spool('parquet');
    await file.rows(`COPY (SELECT * FROM ${scan(file)}) TO ${text(path)} (FORMAT json, USE_TMP_FILE false)`);
    return [{ path }];
  },
};

/** Folders like `partition=0` above the file are no columns of it. */
function scan(file: ForeignFile): string {
  return `read_parquet(${text(file.path)}, hive_partitioning=false)`;
}
