/** A DuckDB identifier, always quoted. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A DuckDB string literal. */
export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
