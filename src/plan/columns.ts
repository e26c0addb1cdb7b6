import type { TypedExpression } from '../ksql/expression.js';

/** DuckDB texts of the columns that an expression reads, in order of appearance. */
export function columnsOf(expression: TypedExpression): string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if (Array.isArray(node)) {
      node.forEach(visit);
      return;
    }
    if ((node as { kind?: unknown }).kind === 'column' && typeof (node as { sql?: unknown }).sql === 'string') {
      found.push((node as { sql: string }).sql);
      return;
    }
    Object.values(node).forEach(visit);
  };
  visit(expression);
  return found;
}
