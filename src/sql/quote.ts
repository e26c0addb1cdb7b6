/** A DuckDB identifier, always quoted. A NUL would end the statement: no column has one, and none is found by it. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""').replaceAll('\0', '\uFFFD')}"`;
}

/** A DuckDB string literal; an expression where the text holds a NUL, which would end the statement. */
export function text(value: string): string {
  const literal = `'${value.replaceAll("'", "''")}'`;
  return value.includes('\0') ? `(${literal.replaceAll('\0', "' || chr(0) || '")})` : literal;
}
