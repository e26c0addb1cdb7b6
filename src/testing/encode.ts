import type { DuckDBValue } from '@duckdb/node-api';
import type { SchemaColumn } from '../ksql/catalog.js';
import type { KsqlType } from '../ksql/types.js';
import { decimalText, javaDouble } from './numbers.js';

/** A value of a result with its type: what is compared with an expectation. */
export interface Actual {
  readonly type: KsqlType;
  readonly value: DuckDBValue;
}

/** Text of a scalar as the engine's writers spell it; null stays null. */
export function scalarText(actual: Actual): string | null {
  const { type, value } = actual;
  if (value === null) return null;
  switch (type.kind) {
    case 'DOUBLE':
      return javaDouble(value as number);
    case 'DECIMAL': {
      const d = value as { readonly value: bigint; readonly scale: number };
      return decimalText({ unscaled: d.value, scale: d.scale });
    }
    case 'BYTES':
      return Buffer.from((value as { readonly bytes: Uint8Array }).bytes).toString('base64');
    case 'DATE':
      return String((value as { readonly days: number }).days);
    case 'TIME':
    case 'TIMESTAMP':
      return String((value as { readonly micros: bigint }).micros / 1000n);
    default:
      return String(value);
  }
}

/** One line of delimited text, quoted as the engine quotes it (`ksqldb-semantics` section 8). */
export function delimitedText(values: readonly Actual[], delimiter: string): string {
  return values.map((v, i) => quoteField(scalarText(v), delimiter, i === 0)).join(delimiter);
}

function quoteField(field: string | null, delimiter: string, first: boolean): string {
  if (field === null) return '';
  const start = field.codePointAt(0);
  const end = field.codePointAt(field.length - 1);
  const special = field.includes(delimiter) || /["\r\n]/.test(field);
  const odd = start !== undefined && (start <= 0x23 || (first && !/[0-9A-Za-z]/.test(field[0] ?? '')));
  const needs = field === '' ? first : special || odd || (end !== undefined && end <= 0x20);
  return needs ? `"${field.replaceAll('"', '""')}"` : field;
}

/** Values of the columns by name. */
export function byName(columns: readonly SchemaColumn[], row: readonly DuckDBValue[]): Map<string, Actual> {
  return new Map(columns.map((c, i) => [c.name, { type: c.type, value: row[i] ?? null }]));
}
