import { isLosslessNumber, parse, stringify } from 'lossless-json';

/** A JSON object whose numbers keep their digits. */
export type Json = { readonly [name: string]: unknown };

/** JSON text as a value whose numbers keep their digits; undefined where it is none. */
export function parseExact(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** A value as JSON text, numbers with the digits they came with. */
export function jsonText(value: unknown): string {
  return stringify(value) ?? 'null';
}

/** True for a JSON object: not null, no list, no number. */
export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

/** A text, or the digits of a number; null for everything else. */
export function plainText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (isLosslessNumber(value)) return value.value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** A whole number of at most 15 digits; null for everything else. */
export function wholeNumber(value: unknown): number | null {
  const text = plainText(value);
  return text !== null && /^-?\d{1,15}$/.test(text) ? Number(text) : null;
}

const ZONED = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?\s?(Z|UTC|[+-]\d\d:?\d\d)?$/;

/**
 * An instant in epoch milliseconds: a number of seconds, milliseconds, microseconds or nanoseconds by its size (of the years
 * 2001 to 2286), or ISO 8601 text; without a zone it is UTC. Null where it is none.
 */
export function instantOf(value: unknown): number | null {
  const text = plainText(value);
  if (text === null) return null;
  if (/^\d{10}$/.test(text)) return Number(text) * 1000;
  if (/^\d{10}\.\d+$/.test(text)) return Math.floor(Number(text) * 1000);
  if (/^\d{13}(\d{3}|\d{6})?$/.test(text)) return Number(text.slice(0, 13));
  if (!ZONED.test(text)) return null;
  const zoned = /(Z|UTC|[+-]\d\d:?\d\d)$/.test(text.slice(16));
  const iso = text
    .replace(',', '.')
    .replace(/\s?(Z|UTC)$/, 'Z')
    .replace(/^(\S{10}) /, '$1T')
    .replace(/(\.\d{3})\d+/, '$1');
  const time = Date.parse(zoned ? iso.replace(/\s([+-])/, '$1') : `${iso}Z`);
  return Number.isNaN(time) ? null : time;
}
