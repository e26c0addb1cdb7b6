/**
 * The SQL types of the ksqlDB dialect. BIGINT columns that carry times hold epoch milliseconds;
 * DATE is epoch days, TIME milliseconds of the day, TIMESTAMP epoch milliseconds where they meet JSON.
 */
export type KsqlType =
  | { readonly kind: 'BOOLEAN' | 'INTEGER' | 'BIGINT' | 'DOUBLE' | 'STRING' | 'BYTES' | 'DATE' | 'TIME' | 'TIMESTAMP' }
  | { readonly kind: 'DECIMAL'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'ARRAY'; readonly element: KsqlType }
  | { readonly kind: 'MAP'; readonly key: KsqlType; readonly value: KsqlType }
  | { readonly kind: 'STRUCT'; readonly fields: readonly StructField[] };

/** One field of a STRUCT, in its spelling (unquoted names are already upper case). */
export interface StructField {
  readonly name: string;
  readonly type: KsqlType;
}

/** The types without parameters, as values: true or false, 32 and 64 bits, 64-bit floating point, text, bytes, day, time of day, instant. */
export const BOOLEAN: KsqlType = { kind: 'BOOLEAN' };
export const INTEGER: KsqlType = { kind: 'INTEGER' };
export const BIGINT: KsqlType = { kind: 'BIGINT' };
export const DOUBLE: KsqlType = { kind: 'DOUBLE' };
export const STRING: KsqlType = { kind: 'STRING' };
export const BYTES: KsqlType = { kind: 'BYTES' };
export const DATE: KsqlType = { kind: 'DATE' };
export const TIME: KsqlType = { kind: 'TIME' };
export const TIMESTAMP: KsqlType = { kind: 'TIMESTAMP' };

/** DECIMAL(precision, scale). */
export function decimal(precision: number, scale: number): KsqlType {
  return { kind: 'DECIMAL', precision, scale };
}

/** The type as a ksqlDB schema shows it: `DECIMAL(5, 2)`, `ARRAY<INTEGER>`, `STRING`. */
export function typeText(type: KsqlType): string {
  switch (type.kind) {
    case 'DECIMAL':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'ARRAY':
      return `ARRAY<${typeText(type.element)}>`;
    case 'MAP':
      return `MAP<${typeText(type.key)}, ${typeText(type.value)}>`;
    case 'STRUCT':
      return `STRUCT<${type.fields.map((f) => `${f.name} ${typeText(f.type)}`).join(', ')}>`;
    default:
      return type.kind;
  }
}

/** True where both types are the same, field by field. */
export function sameType(a: KsqlType, b: KsqlType): boolean {
  return typeText(a) === typeText(b);
}

/**
 * The DuckDB type that holds a column of this type: DATE, TIME and TIMESTAMP are DuckDB's DATE, TIME and TIMESTAMP
 * (UTC, without zone), STRING is VARCHAR, BYTES is BLOB.
 */
export function duckType(type: KsqlType): string {
  switch (type.kind) {
    case 'STRING':
      return 'VARCHAR';
    case 'BYTES':
      return 'BLOB';
    case 'DECIMAL':
      return decimalDuckType(type);
    case 'ARRAY':
      return `${duckType(type.element)}[]`;
    case 'MAP':
      return `MAP(${duckType(type.key)}, ${duckType(type.value)})`;
    case 'STRUCT':
      return `STRUCT(${type.fields.map((f) => `"${f.name.replaceAll('"', '""')}" ${duckType(f.type)}`).join(', ')})`;
    default:
      return type.kind;
  }
}

/**
 * The DECIMAL that DuckDB can hold for one of the dialect: at most 38 digits. Of a wider one (a product, a quotient)
 * at least 18 decimals stay, and a value that does not fit is null.
 */
export function physicalDecimal(type: { readonly precision: number; readonly scale: number }): {
  readonly precision: number;
  readonly scale: number;
} {
  if (type.precision <= 38) return type;
  return { precision: 38, scale: Math.min(type.scale, Math.max(18, 38 - (type.precision - type.scale))) };
}

function decimalDuckType(type: { readonly precision: number; readonly scale: number }): string {
  const { precision, scale } = physicalDecimal(type);
  return `DECIMAL(${precision},${scale})`;
}
