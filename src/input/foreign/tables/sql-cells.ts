import type { SqlToken } from './sql-tokens.js';

/** The value of an expression of INSERT, as the text of a cell; bytes as `\x...`. */
export function cellOf(parts: readonly SqlToken[]): string | null {
  const [first, second] = parts;
  if (first === undefined) return null;
  if (first.kind === 'word' && second?.kind === 'string') return prefixed(first.text, second.text);
  // '...'::type and the like: what stands behind a text is no part of it.
  if (first.kind === 'string') return first.text;
  const text = parts.map((part) => part.text).join('');
  if (/^null$/i.test(text)) return null;
  return /^0x[0-9a-f]+$/i.test(text) ? `\\x${text.slice(2).toLowerCase()}` : text;
}

/** A text with a word before it: `_binary '...'`, `E'...'`, `x'ff'`, `b'101'`, `DATE '...'`. */
function prefixed(word: string, text: string): string {
  if (/^x$/i.test(word)) return `\\x${text.toLowerCase()}`;
  if (/^b$/i.test(word)) return text.length === 1 ? text : BigInt(`0b${text || '0'}`).toString();
  if (/^e$/i.test(word))
    return text.replace(/\\(.)/gs, (_, letter: string) => ({ n: '\n', t: '\t', r: '\r' })[letter] ?? letter);
  return text;
}
