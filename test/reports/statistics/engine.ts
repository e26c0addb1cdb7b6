import { openEngine } from '../../../src/engine/engine.js';

/** Rows as SQL, to stand after FROM: `columns` with their DuckDB types, values as they are written in SQL; may be none. */
export function rowsSql(columns: Readonly<Record<string, string>>, rows: readonly (readonly string[])[]): string {
  const list = Object.entries(columns).map(([name, type]) => `CAST("${name}" AS ${type}) AS "${name}"`);
  const names = ['is_row', ...Object.keys(columns)].map((name) => `"${name}"`);
  // One more row, of nulls, gives the columns where there is no other.
  const values = [...rows.map((row) => ['true', ...row]), names.map(() => 'NULL')];
  const tuples = values.map((row) => `(${row.join(', ')})`);
  return `(SELECT ${list.join(', ')} FROM (VALUES ${tuples.join(', ')}) v(${names.join(', ')}) WHERE is_row)`;
}

/** The rows of a query in a DuckDB of its own, as objects. */
export async function query(sql: string) {
  const engine = await openEngine({ threads: 1 });
  try {
    return await engine.objects(sql);
  } finally {
    engine.close();
  }
}
