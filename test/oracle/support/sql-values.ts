/** A value of an INSERT statement: what stands between its quotes, and what kind of literal it is. */
export type SqlValue = {
  readonly text: string;
  readonly kind: 'text' | 'number' | 'bits' | 'hex' | 'point';
} | null;

/**
 * The rows of the first INSERT of a script whose only CREATE TABLE names the columns, by column. Knows the literals that the
 * scripts of capture X use, and nothing else.
 */
export function inserted(script: string): readonly Readonly<Record<string, SqlValue>>[] {
  const [definition, insert] = [/CREATE TABLE t \((.*)\);/, /INSERT INTO t VALUES ([\s\S]*?);\n/].map(
    (pattern) => pattern.exec(script)![1]!,
  );
  const names = definition!
    .replace(/\([^)]*\)/g, '')
    .split(',')
    .map((column) => column.trim().split(' ')[0]!);
  const rows: SqlValue[][] = [];
  let rest = insert!.trim();
  while (rest !== '') {
    const row: SqlValue[] = [];
    rest = rest.slice(1);
    for (;;) {
      const [whole, value] = literal(rest);
      row.push(value);
      const end = rest[whole.length];
      rest = rest.slice(whole.length + 1);
      if (end === ')') break;
    }
    rows.push(row);
    rest = rest.replace(/^,\s*/, '');
  }
  return rows.map((row) => {
    if (row.length !== names.length) throw new Error(`${row.length} values for ${names.length} columns`);
    return Object.fromEntries(names.map((name, i) => [name, row[i]!]));
  });
}

const LITERALS: readonly (readonly [RegExp, (match: RegExpExecArray) => SqlValue])[] = [
  [/^NULL/, () => null],
  [/^repeat\('(.)',(\d+)\)/i, (m) => ({ text: m[1]!.repeat(Number(m[2])), kind: 'text' })],
  [/^POINT\((.*?)\)/, (m) => ({ text: m[1]!, kind: 'point' })],
  [/^b'([01]*)'/i, (m) => ({ text: m[1]!, kind: 'bits' })],
  [/^x'([0-9a-f]*)'/i, (m) => ({ text: m[1]!, kind: 'hex' })],
  [/^'((?:[^']|'')*)'/, (m) => ({ text: m[1]!.replaceAll("''", "'").replaceAll('\\t', '\t'), kind: 'text' })],
  [/^-?[\d.]+(e-?\d+)?/, (m) => ({ text: m[0], kind: 'number' })],
];

function literal(text: string): readonly [string, SqlValue] {
  for (const [pattern, value] of LITERALS) {
    const match = pattern.exec(text);
    if (match !== null) return [match[0], value(match)];
  }
  throw new Error(`no literal: ${text.slice(0, 20)}`);
}
