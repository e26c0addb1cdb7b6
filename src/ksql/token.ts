/**
 * What a stretch of the text is. `word` and `quoted` are names or keywords; `broken` marks a stretch that the lexer
 * reported (a stray character) and that the parser steps over.
 */
export type TokenKind = 'word' | 'quoted' | 'string' | 'integer' | 'decimal' | 'double' | 'operator' | 'broken' | 'end';

/** One token: `value` is what it means (words upper-cased, quotes and doublings removed), `text` stays in the source. */
export interface Token {
  readonly kind: TokenKind;
  readonly value: string;
  readonly start: number;
  readonly end: number;
  /** Line and column of `start`, both from 1, columns in UTF-16 units. */
  readonly line: number;
  readonly column: number;
}

/** Words that name nothing unless they stand in quotes: the statement would read otherwise with them as names. */
export const RESERVED: ReadonlySet<string> = new Set([
  'AND',
  'AS',
  'BETWEEN',
  'BY',
  'CASE',
  'CAST',
  'CREATE',
  'DISTINCT',
  'ELSE',
  'END',
  'FALSE',
  'FROM',
  'FULL',
  'GROUP',
  'HAVING',
  'IN',
  'INNER',
  'INSERT',
  'INTO',
  'IS',
  'JOIN',
  'LEFT',
  'LIKE',
  'NOT',
  'NULL',
  'ON',
  'OR',
  'OUTER',
  'RIGHT',
  'SELECT',
  'THEN',
  'TRUE',
  'VALUES',
  'WHEN',
  'WHERE',
  'WINDOW',
  'WITH',
  'WITHIN',
]);

/** Words that begin a clause and so are never an alias without AS. */
export const CLAUSE_WORDS: ReadonlySet<string> = new Set([
  'EMIT',
  'FULL',
  'GRACE',
  'GROUP',
  'HAVING',
  'INNER',
  'JOIN',
  'LEFT',
  'LIMIT',
  'ON',
  'OUTER',
  'PARTITION',
  'RIGHT',
  'WHERE',
  'WINDOW',
  'WITHIN',
]);

/** Words that the printer puts into quotes when they are names. */
export function needsQuotes(name: string): boolean {
  return !/^[A-Z_][A-Z0-9_]*$/.test(name) || RESERVED.has(name) || CLAUSE_WORDS.has(name) || CONSTRUCTORS.has(name);
}

const CONSTRUCTORS: ReadonlySet<string> = new Set(['ARRAY', 'MAP', 'STRUCT', 'PRIMARY']);
