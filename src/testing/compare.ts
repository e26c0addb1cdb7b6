import type { DuckDBValue } from '@duckdb/node-api';
import type { Actual } from './encode.js';
import { scalarText } from './encode.js';
import type { Json } from './json.js';
import { jsonText } from './json.js';
import { decimalText, parseDecimal } from './numbers.js';

/** How numbers of a topic are compared: JSON texts digit by digit, binary formats by value. */
export interface CompareOptions {
  readonly jsonTopic: boolean;
  readonly exactNumbers: boolean;
}

/** Undefined where an actual value meets the expectation (`ksqldb-semantics` section 2), else what differs. */
export function differs(expected: Json, actual: Actual, options: CompareOptions): string | undefined {
  const say = (): string => `expected ${jsonText(expected)}, got ${show(actual)}`;
  if (expected.kind === 'null' || actual.value === null)
    return (expected.kind === 'null') === (actual.value === null) ? undefined : say();
  switch (actual.type.kind) {
    case 'BOOLEAN':
      return expected.kind === 'boolean' && expected.value === actual.value ? undefined : say();
    case 'STRING':
      return expected.kind === 'string' && expected.value === actual.value ? undefined : say();
    case 'INTEGER':
    case 'BIGINT':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return expected.kind === 'number' && sameWhole(expected.text, scalarText(actual) ?? '') ? undefined : say();
    case 'DOUBLE':
      return sameDouble(expected, actual, options) ? undefined : say();
    case 'DECIMAL':
      return sameDecimal(expected, scalarText(actual) ?? '', options) ? undefined : say();
    case 'BYTES':
      return expected.kind === 'string' && expected.value === scalarText(actual) ? undefined : say();
    case 'ARRAY': {
      const element = actual.type.element;
      const items = (actual.value as { readonly items: readonly DuckDBValue[] }).items;
      if (expected.kind !== 'array' || expected.items.length !== items.length) return say();
      return expected.items
        .map((e, i) => differs(e, { type: element, value: items[i] ?? null }, options))
        .find((d) => d !== undefined);
    }
    case 'MAP': {
      const of = actual.type.value;
      const entries = (actual.value as { readonly entries: readonly { key: DuckDBValue; value: DuckDBValue }[] })
        .entries;
      return differsFields(
        expected,
        new Map(entries.map((e) => [String(e.key), { type: of, value: e.value }])),
        options,
      );
    }
    case 'STRUCT': {
      const entries = (actual.value as { readonly entries: Readonly<Record<string, DuckDBValue>> }).entries;
      return differsFields(
        expected,
        new Map(actual.type.fields.map((f) => [f.name, { type: f.type, value: entries[f.name] ?? null }])),
        options,
      );
    }
  }
}

/** Compares an object with named values: same number of fields, each looked up by its spelling, then in upper case. */
export function differsFields(
  expected: Json,
  actual: ReadonlyMap<string, Actual>,
  options: CompareOptions,
): string | undefined {
  if (expected.kind !== 'object') return `expected ${jsonText(expected)}, got an object`;
  if (expected.fields.size !== actual.size)
    return `expected ${expected.fields.size} fields (${[...expected.fields.keys()].join(', ')}), got ${actual.size} (${[...actual.keys()].join(', ')})`;
  for (const [name, value] of expected.fields) {
    const found = actual.get(name) ?? actual.get(name.toUpperCase());
    if (found === undefined) {
      if (value.kind === 'null') continue;
      return `no field ${name}`;
    }
    const difference = differs(value, found, options);
    if (difference !== undefined) return `${name}: ${difference}`;
  }
  return undefined;
}

function sameWhole(expected: string, actual: string): boolean {
  const parsed = parseDecimal(expected);
  if (parsed === undefined) return false;
  const whole =
    parsed.scale > 0 ? parsed.unscaled / 10n ** BigInt(parsed.scale) : parsed.unscaled * 10n ** BigInt(-parsed.scale);
  return String(whole) === actual;
}

function sameDouble(expected: Json, actual: Actual, options: CompareOptions): boolean {
  const text = scalarText(actual) ?? '';
  if (expected.kind === 'string') return expected.value === text;
  if (expected.kind !== 'number') return false;
  if (!options.jsonTopic) return Math.abs(Number(expected.text) - (actual.value as number)) < 0.000001;
  return sameDecimal(expected, text, options);
}

function sameDecimal(expected: Json, actual: string, options: CompareOptions): boolean {
  const text = expected.kind === 'number' ? expected.text : expected.kind === 'string' ? expected.value : undefined;
  if (text === undefined) return false;
  if (!options.exactNumbers) return Number(text) === Number(actual);
  const a = parseDecimal(text);
  const b = parseDecimal(actual);
  if (a === undefined || b === undefined) return false;
  // A whole number in exponent form (1.0E12) has no scale to compare.
  if (b.scale < 0) return decimalText(a) === decimalText(b);
  return a.unscaled === b.unscaled && a.scale === b.scale;
}

function show(actual: Actual): string {
  if (actual.value === null) return 'null';
  return ['ARRAY', 'MAP', 'STRUCT'].includes(actual.type.kind) ? String(actual.value) : (scalarText(actual) ?? 'null');
}
